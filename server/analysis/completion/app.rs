//! The `app` block: names of environment variables, guessed from params and connections.

use super::context::CursorContext;
use super::{Below, Candidate, CompletionKind, Write};

/// Adds likely names of environment variables.
pub(super) fn keys(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    if !context.last().is_value_of("app", "envs") {
        return;
    }
    let mut offer = |name: String, detail: String| {
        let candidate =
            Candidate::new(name, CompletionKind::Variable, Write::Key(Below::Line(vec![detail.clone()])));
        found.push(candidate.detail(detail));
    };
    if let Some(params) = context.document.params {
        for name in &context.document.names(params).unconditional {
            offer(screaming(name), format!(".params.{name}"));
        }
    }
    for port in context.document.inputs() {
        offer(screaming(&port.name), format!(".{}.{}", port.block.key(), port.name));
    }
}

/// `logLevel`, `log-level`, `log_level` → `LOG_LEVEL`.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    let mut lower_before = false;
    for letter in name.chars() {
        if letter.is_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = letter.is_lowercase() || letter.is_ascii_digit();
        match letter {
            '-' | '.' | ' ' => out.push('_'),
            letter => out.extend(letter.to_uppercase()),
        }
    }
    out
}

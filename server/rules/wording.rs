//! Formats names, values and types for messages.

use crate::schema::Problem;
use crate::syntax::resolve::resolve_plain;
use crate::syntax::{Dialect, Kind, Node, Scalar, ScalarStyle, encode};
use serde_json::Value;

/// Longest quotation of the document in a message, in characters.
const MAX_QUOTED: usize = 40;
/// Most names that a message lists.
const MAX_LISTED: usize = 8;

/// A name or value in backticks, truncated if it is long.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None if line.len() < text.trim_end().len() => format!("`{line}…`"),
        None => format!("`{line}`"),
    }
}

/// "`a`, `b` and 3 more".
#[must_use]
pub(super) fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| quoted(name.as_ref())).collect();
    let shown = names[..names.len().min(MAX_LISTED)].join(", ");
    match names.len().saturating_sub(MAX_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// "`a`, `b` or `c`".
#[must_use]
pub(super) fn any_of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    joined(names.into_iter().map(|name| quoted(name.as_ref())).collect(), "or")
}

/// "`a`, `b` and `c`"; past four the rest is counted.
#[must_use]
pub(super) fn all_of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| quoted(name.as_ref())).collect();
    if names.len() > 4 {
        let more = names.split_off(3).len();
        names.push(format!("{more} more"));
    }
    joined(names, "and")
}

fn joined(mut names: Vec<String>, word: &str) -> String {
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} {word} {last}", names.join(", ")) }
}

/// "1 character", "2 characters".
#[must_use]
pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The name of a JSON Schema type in a sentence.
#[must_use]
pub(super) fn type_words(name: &str) -> &str {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a mapping",
        other => other,
    }
}

/// The type of a value in a sentence.
#[must_use]
pub(super) fn kind_words(node: Node<'_>, dialect: Dialect) -> &'static str {
    match node.kind() {
        Kind::Sequence { .. } => "a list",
        Kind::Mapping { .. } => "a mapping",
        Kind::Null | Kind::Alias => "empty",
        Kind::Scalar(_) => match node.resolve(dialect) {
            Scalar::Null => "empty",
            Scalar::Bool(_) => "a boolean",
            Scalar::Int(_) | Scalar::Float(_) => "a number",
            Scalar::Str(_) => "text",
        },
    }
}

/// Why a value violates its schema, as a sentence about `subject`.
#[must_use]
pub(super) fn unfit(subject: &str, problem: &Problem, node: Node<'_>, dialect: Dialect) -> String {
    match problem {
        Problem::Type(wanted) => {
            let wanted: Vec<&str> = wanted.iter().map(|name| type_words(name)).collect();
            let found = kind_words(node, dialect);
            let shown = if node.is_scalar() { quoted(node.source()) } else { "this".to_owned() };
            format!("{subject} must be {}; {shown} is {found}.", wanted.join(" or "))
        }
        Problem::NotOneOf(values) => {
            let values: Vec<String> = values.iter().map(plain).collect();
            let only = if values.len() == 1 { "" } else { "one of " };
            let found = if node.is_scalar() { quoted(&node.value()) } else { "this".to_owned() };
            format!("{subject} must be {only}{}; {found} is not.", listed(&values))
        }
        Problem::Number(words, limit) => format!("{subject} must be {words} {limit}."),
        Problem::Length(words, limit, unit) => {
            format!("{subject} must have {words} {}.", counted(*limit, unit))
        }
        Problem::Pattern(pattern, None) => {
            format!("{subject} does not match its pattern {}.", quoted(pattern))
        }
        Problem::Pattern(pattern, Some(message)) => {
            format!("{subject} does not match its pattern {}: {message}", quoted(pattern))
        }
        Problem::Repeats => format!("{subject} must not contain the same item twice."),
        Problem::NoAlternative => format!("{subject} matches none of the alternatives in its schema."),
        Problem::Forbidden => format!("{subject} is not allowed here."),
    }
}

/// A JSON value in a sentence; strings without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Title and new text of a fix that gives a scalar one of the wanted types by adding or removing quotes.
#[must_use]
pub(super) fn recast(node: Node<'_>, wanted: &[&str], dialect: Dialect) -> Option<(&'static str, String)> {
    let wants = |name: &str| wanted.contains(&name);
    match node.kind() {
        Kind::Scalar(ScalarStyle::Plain) if wants("string") && node.tag().is_none() => {
            let text = node.source();
            // A quotation mark or a backslash has another meaning in double quotes.
            (!text.contains(['"', '\\', '\n'])).then(|| ("Add quotes", format!("\"{text}\"")))
        }
        Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double) if node.tag().is_none() => {
            let bare = node.value().into_owned();
            let fits = match resolve_plain(bare.as_str().into(), dialect) {
                Scalar::Bool(_) => wants("boolean"),
                Scalar::Int(_) => (wants("integer") || wants("number")) && encode::is_decimal(&bare),
                Scalar::Float(_) => wants("number") && encode::is_decimal(&bare),
                Scalar::Null | Scalar::Str(_) => false,
            };
            fits.then_some(("Remove the quotes", bare))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names() {
        assert_eq!(any_of(["a"]), "`a`");
        assert_eq!(any_of(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(all_of(["a", "b", "c", "d"]), "`a`, `b`, `c` and `d`");
        assert_eq!(all_of(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }
}

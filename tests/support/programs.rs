//! Invariants of any jq program.

use massdriver_ls::internals::jq::{Shape, complete, evaluate, read, signature, tokens};
use massdriver_ls::internals::syntax::Span;
use serde_json::json;

/// Parses, types, highlights and evaluates a program, and runs the queries at an offset. Panics if a span is outside of
/// the text or tokens overlap.
pub(crate) fn check(text: &str, offset: usize) {
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (program, report) = read(text, Shape::UNKNOWN);
    let sound = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    program.errors().iter().for_each(|error| sound(error.span));
    report.uses.iter().for_each(|one| sound(one.span));
    let mut end = 0;
    for (span, _) in tokens::classes(&program) {
        sound(span);
        assert!(end <= span.start(), "{span:?} in {text:?}");
        end = span.end();
    }
    let _ = complete::place(&program, &report, offset);
    if let Some(call) = signature::call_at(&program, offset) {
        let _ = signature::candidates(&program, &report, &call);
    }
    let input = json!({"a": [1, "x", null, {"b": 1.5}], "b": {"c": true}, "params": {"d": "é😀"}});
    let _ = evaluate::evaluate(&program, &input);
}

//! Writes JSON values as YAML, in block or flow style.

use crate::syntax::Dialect;
use crate::syntax::encode::string;
use serde_json::Value;

/// The lines of a mapping entry; those after the first are indented relative to the key.
pub(super) fn entry(name: &str, value: &Value, dialect: Dialect) -> Vec<String> {
    let key = string(name, false, dialect);
    match inline(value, dialect) {
        Some(text) => vec![format!("{key}: {text}")],
        None => std::iter::once(format!("{key}:")).chain(indented(block(value, dialect))).collect(),
    }
}

/// A value that fits on the line of its key; `None` for nonempty lists and objects.
pub(super) fn inline(value: &Value, dialect: Dialect) -> Option<String> {
    let is_block = match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => false,
    };
    (!is_block).then(|| scalar(value, false, dialect))
}

/// The lines of a value in block style.
pub(super) fn block(value: &Value, dialect: Dialect) -> Vec<String> {
    match value {
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| entry(name, value, dialect)).collect()
        }
        Value::Array(items) => items.iter().flat_map(|value| item(value, dialect)).collect(),
        other => vec![scalar(other, false, dialect)],
    }
}

/// The lines of a sequence item; the first starts with the dash.
pub(super) fn item(value: &Value, dialect: Dialect) -> Vec<String> {
    let lines = match value {
        // A block sequence within a block sequence is hard to read.
        Value::Array(_) => vec![flow(value, dialect)],
        Value::Object(members) if !members.is_empty() => block(value, dialect),
        _ => vec![scalar(value, false, dialect)],
    };
    dashed(lines)
}

/// Lines as a sequence item.
pub(super) fn dashed(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mark = |index: usize| if index == 0 { "- " } else { "  " };
    lines.into_iter().enumerate().map(|(index, line)| format!("{}{line}", mark(index))).collect()
}

/// A value in flow style, on one line.
pub(super) fn flow(value: &Value, dialect: Dialect) -> String {
    match value {
        Value::Object(members) => {
            let entry = |(name, value): (&String, &Value)| {
                format!("{}: {}", string(name, true, dialect), flow(value, dialect))
            };
            format!("{{{}}}", members.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, dialect)).collect();
            format!("[{}]", items.join(", "))
        }
        other => scalar(other, true, dialect),
    }
}

fn scalar(value: &Value, in_flow: bool, dialect: Dialect) -> String {
    match value {
        Value::String(text) => string(text, in_flow, dialect).into_owned(),
        other => other.to_string(),
    }
}

/// Lines indented by one level.
pub(super) fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| format!("  {line}"))
}

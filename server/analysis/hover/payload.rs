//! Payload trees: the fields of a resource type, readable at a glance.

use super::markdown::Page;
use crate::reference::Field;
use std::fmt::Write;

/// Most fields that a tree shows.
pub(super) const MAX_FIELDS: usize = 48;
/// Most values that a field lists.
const MAX_VALUES: usize = 4;
/// Notes line up in this column at the latest.
const MAX_COLUMN: usize = 36;

/// Adds the tree of these fields; nothing where there are none.
pub(super) fn tree(page: &mut Page, fields: &[Field]) {
    if fields.is_empty() {
        return;
    }
    let mut lines = Vec::new();
    let depth = deepest(fields);
    write(fields, 0, depth, &mut lines);
    page.code("yaml", &aligned(&lines));
}

/// How deep the tree may go for all its fields to find room; the rest is cut where it is deepest.
fn deepest(fields: &[Field]) -> usize {
    let mut depth = 1;
    while count(fields, depth + 1) <= MAX_FIELDS && count(fields, depth + 1) > count(fields, depth) {
        depth += 1;
    }
    depth
}

fn count(fields: &[Field], depth: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    fields.iter().map(|field| 1 + count(&field.fields, depth - 1)).sum()
}

/// A line and its note.
type Line = (String, String);

fn write(fields: &[Field], level: usize, depth: usize, lines: &mut Vec<Line>) {
    for field in fields {
        if lines.len() >= MAX_FIELDS {
            lines.push((format!("{}…", "  ".repeat(level)), String::new()));
            return;
        }
        let inside = level + 1 < depth && !field.fields.is_empty();
        let mut line = format!("{}{}:", "  ".repeat(level), field.name);
        if !inside || field.list {
            let _ = write!(line, " {}", type_words(field));
        }
        lines.push((line, note(field)));
        if inside {
            write(&field.fields, level + 1, depth, lines);
        }
    }
}

fn aligned(lines: &[Line]) -> String {
    let width = |line: &Line| line.0.chars().count();
    let column = lines.iter().map(width).filter(|width| *width <= MAX_COLUMN).max().unwrap_or(0);
    let mut text = String::new();
    for (line, note) in lines {
        // Writing to a string cannot fail.
        let _ = match note.is_empty() {
            true => writeln!(text, "{line}"),
            false => writeln!(text, "{line:column$}  # {note}"),
        };
    }
    text
}

/// `string`, `list of string`, `a | b`
pub(super) fn type_words(field: &Field) -> String {
    let one = match &field.values[..] {
        [] => field.type_name.clone(),
        values if values.len() <= MAX_VALUES => values.join(" | "),
        values => format!("{} | …", values.get(..MAX_VALUES).unwrap_or_default().join(" | ")),
    };
    if field.list { format!("list of {one}") } else { one }
}

fn note(field: &Field) -> String {
    let marks = [(field.required, "required"), (field.sensitive, "sensitive")];
    marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect::<Vec<_>>().join(", ")
}

/// The field that a path of names leads to.
pub(super) fn find<'a>(fields: &'a [Field], path: &[&str]) -> Option<&'a Field> {
    let (first, rest) = path.split_first()?;
    let by_name = |name: &str| fields.iter().find(|field| field.name == name);
    let field = by_name(first).or_else(|| by_name(crate::reference::ANY_NAME))?;
    if rest.is_empty() { Some(field) } else { find(&field.fields, rest) }
}

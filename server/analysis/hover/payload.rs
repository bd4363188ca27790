//! Payload trees: the fields of a resource type as a compact listing.

use super::markdown::Page;
use crate::reference::Field;
use std::fmt::Write as _;

/// Most fields that a tree shows: what fits on a screen.
pub(super) const MAX_FIELDS: usize = 32;
/// Most values that a field lists.
const MAX_VALUES: usize = 4;
/// Most levels that a tree shows.
const MAX_DEPTH: usize = 8;
/// Rightmost column at which notes are aligned.
const MAX_COLUMN: usize = 36;

/// Adds the tree of these fields, or of a `list` whose elements have them, unless there are none.
pub(super) fn tree(page: &mut Page, fields: &[Field], list: bool) {
    if fields.is_empty() {
        return;
    }
    let mut lines = Vec::new();
    write(fields, 0, if list { "- " } else { "" }, Cut::fitting(fields), &mut lines);
    page.code("yaml", &aligned(&lines));
}

/// The part of a tree that is shown.
#[derive(Clone, Copy)]
struct Cut {
    /// Number of levels.
    depth: usize,
    /// Whether optional fields are collapsed.
    closed: bool,
}

impl Cut {
    /// The largest part that fits: everything, else the required fields, else fewer levels of them.
    fn fitting(fields: &[Field]) -> Self {
        let all = Self { depth: MAX_DEPTH, closed: false };
        if count(fields, 0, all) <= MAX_FIELDS {
            return all;
        }
        let mut cuts = (1..=MAX_DEPTH).rev().map(|depth| Self { depth, closed: true });
        cuts.find(|cut| count(fields, 0, *cut) <= MAX_FIELDS).unwrap_or(Self { depth: 1, closed: true })
    }

    fn opens(self, field: &Field, level: usize) -> bool {
        level + 1 < self.depth && !field.fields.is_empty() && (field.required || !self.closed)
    }
}

fn count(fields: &[Field], level: usize, cut: Cut) -> usize {
    let inside =
        |field: &Field| if cut.opens(field, level) { count(&field.fields, level + 1, cut) } else { 0 };
    fields.iter().map(|field| 1 + inside(field)).sum()
}

/// A line and its note.
type Line = (String, String);

/// Writes fields as YAML with types instead of values.
fn write(fields: &[Field], level: usize, pad: &str, cut: Cut, lines: &mut Vec<Line>) {
    for (index, field) in fields.iter().enumerate() {
        // The first field of an element follows the dash; the others are indented by two.
        let lead = if index == 0 { pad.to_owned() } else { pad.replace('-', " ") };
        if lines.len() >= MAX_FIELDS {
            lines.push((format!("{}# …", pad.replace('-', " ")), String::new()));
            return;
        }
        let opens = cut.opens(field, level);
        let words = match (opens, field.list) {
            (true, _) => String::new(),
            (false, false) if !field.fields.is_empty() => " {…}".to_owned(),
            (false, true) if !field.fields.is_empty() => " [{…}]".to_owned(),
            _ => format!(" {}", type_words(field)),
        };
        lines.push((format!("{lead}{}:{words}", field.name), note(field)));
        if opens {
            let inner = format!("{}{}", pad.replace('-', " "), if field.list { "  - " } else { "  " });
            write(&field.fields, level + 1, &inner, cut, lines);
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

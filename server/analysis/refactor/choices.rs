//! Converts fixed choices without labels to choices with labels and back: `enum: [a, b]` and `oneOf: [{title: A,
//! const: a}, …]` accept the same values.

use super::{begins_line, entry_at};
use crate::bundle::Document;
use crate::edit::build::{column, line_break};
use crate::edit::{Change, Edits, Fix};
use crate::syntax::{Dialect, Entry, Kind, Node, Scalar, Span, encode};
use std::borrow::Cow;

/// Converts the choices at an offset to the other form.
pub(super) fn rewrite(document: &Document, offset: usize, found: &mut Vec<Fix>) {
    for (_, schema) in document.schemas.iter() {
        let mapping = document.node(schema.node);
        if !mapping.span().touches(offset) || mapping.kind() != (Kind::Mapping { flow: false }) {
            continue;
        }
        if let Some(entry) = entry_at(mapping, "enum", offset)
            && mapping.get("oneOf").is_none()
            && let Some(edit) = labelled(document, entry)
        {
            found.extend(Fix::unsafe_("Add labels to the values (`oneOf`)", edit));
        }
        if let Some(entry) = entry_at(mapping, "oneOf", offset)
            && mapping.get("enum").is_none()
            && let Some(edit) = unlabelled(document, entry)
        {
            found.extend(Fix::unsafe_("Remove the labels (`enum`)", edit));
        }
    }
}

fn labelled(document: &Document, entry: Entry<'_>) -> Option<Edits> {
    let list = entry.value();
    let plain = list.items().all(|item| item.is_scalar() && item.anchor().is_none());
    if !list.is_sequence()
        || list.items().len() == 0
        || !plain
        || list.anchor().is_some()
        || has_comment(document, entry)
    {
        return None;
    }
    let syntax = &document.syntax;
    let break_and_indent =
        format!("{}{}", line_break(syntax), " ".repeat(column(syntax, entry.key().span().start())));
    let mut text = "oneOf:".to_owned();
    for item in list.items() {
        let title = title(&item.value(), document.dialect());
        text.push_str(&format!(
            "{break_and_indent}  - title: {title}{break_and_indent}    const: {}",
            on_one_line(item, document.dialect())?
        ));
    }
    written(document, entry, text, "oneOf")
}

/// A scalar as text for another indentation: multi-line strings are rewritten on one line.
fn on_one_line(scalar: Node<'_>, dialect: Dialect) -> Option<Cow<'_, str>> {
    if !scalar.source().contains(['\n', '\r']) {
        return Some(Cow::Borrowed(scalar.source()));
    }
    match scalar.resolve(dialect) {
        Scalar::Str(text) if scalar.tag().is_none() => {
            Some(Cow::Owned(encode::string(&text, false, dialect).into_owned()))
        }
        _ => None,
    }
}

/// The edits that replace the entry with its other form.
fn written(document: &Document, entry: Entry<'_>, text: String, key: &str) -> Option<Edits> {
    let schema = entry.key().parent()?.id();
    let changes = [Change::Removed(entry.key().id()), Change::Entry(schema, key.to_owned())];
    begins_line(entry).then(|| Edits::new(content(document, entry), text, changes))
}

/// A label derived from a value: separate words, the first one capitalized.
fn title(value: &str, dialect: Dialect) -> String {
    let words: String = value.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c }).collect();
    let mut letters = words.trim().chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let title = first + letters.as_str();
    encode::string(&title, false, dialect).into_owned()
}

fn unlabelled(document: &Document, entry: Entry<'_>) -> Option<Edits> {
    let list = entry.value();
    let value = |branch: Node<'_>| {
        let only_labels = branch.entries().all(|entry| matches!(&*entry.name(), "const" | "title"));
        let value = branch.get("const").filter(|_| branch.is_mapping() && only_labels)?.value();
        let flow_safe = !value.source().contains([',', '[', ']', '{', '}', '\n']);
        (value.is_scalar() && flow_safe).then(|| value.source().to_owned())
    };
    let values: Vec<String> = list.items().map(value).collect::<Option<_>>()?;
    if !list.is_sequence() || values.is_empty() || has_comment(document, entry) {
        return None;
    }
    let text = format!("enum: [{}]", values.join(", "));
    written(document, entry, text, "enum")
}

/// The span of an entry without trailing white space.
fn content(document: &Document, entry: Entry<'_>) -> Span {
    let span = entry.span();
    Span::new(span.start(), span.start() + document.syntax.slice(span).trim_end().len())
}

fn has_comment(document: &Document, entry: Entry<'_>) -> bool {
    document.syntax.comments().iter().any(|comment| entry.span().covers(*comment))
}

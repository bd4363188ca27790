//! Writes values into the presets of a bundle with minimal edits.

use super::{readable, write};
use crate::analysis::{Snapshot, Verified, Verifier};
use crate::bundle::{Document, SchemaId};
use crate::edit::build::{add_after, column, fill, holds_anchor, line_break, remove_entry};
use crate::edit::{Change, Edits, Fix};
use crate::settings::Settings;
use crate::syntax::json::to_json_within;
use crate::syntax::{Budget, Dialect, Entry, Kind, Node, Span};
use crate::workspace::NoFiles;
use serde_json::{Map, Value};

/// Edits that save these values as the preset with this name, replacing an existing one; empty if it is unchanged.
/// `None` if the text has syntax errors, or cannot be edited safely.
#[must_use]
pub(crate) fn save(snapshot: &Snapshot, name: &str, values: &Map<String, Value>) -> Option<Verified> {
    let fix = Fix::safe(format!("Save the preset `{name}`"), edits(snapshot, name, values)?);
    Verifier::new(snapshot, &NoFiles, &Settings::default()).edits(fix?).ok()
}

fn edits(snapshot: &Snapshot, name: &str, values: &Map<String, Value>) -> Option<Edits> {
    let document = readable(snapshot)?;
    let mut preset = Map::from_iter([("__name".to_owned(), Value::from(name))]);
    preset.extend(
        values.iter().filter(|(key, _)| *key != "__name").map(|(key, value)| (key.clone(), value.clone())),
    );
    let text = |node| document.node(node).target().value();
    let same = document.presets.iter().find(|preset| preset.name.is_some_and(|node| text(node) == name));
    if let Some(same) = same {
        return replace(document, document.node(same.node), &preset);
    }
    let dialect = document.dialect();
    let preset = Value::Object(preset);
    let edit = add(document, document.params?, &write::block(&preset, dialect));
    edit.or_else(|| add_flow(document, document.params?, &write::flow(&preset, dialect)))
}

/// Adds a preset with these lines to a block sequence of presets, which is created if there is none.
pub(in crate::analysis) fn add(document: &Document, params: SchemaId, lines: &[String]) -> Option<Edits> {
    let syntax = &document.syntax;
    let params = document.node(document.schemas.get(params).node);
    let line_break = line_break(syntax);
    let item = |indent: &str| -> String {
        let lines = write::dashed(lines.iter().cloned()).into_iter();
        lines.map(|line| format!("{indent}{line}{line_break}")).collect()
    };
    let Some(presets) = params.field("examples") else {
        let first = params.entries().next().filter(|_| params.kind() == Kind::Mapping { flow: false })?;
        let first = first.key().full_span().start();
        let indent = " ".repeat(column(syntax, first));
        let text = format!("examples:{line_break}{}{indent}", item(&format!("{indent}  ")));
        return Some(Edits::new(Span::at(first), text, [Change::Entry(params.id(), "examples".to_owned())]));
    };
    let list = presets.value().target();
    let Some(last) = list.items().next_back() else {
        let is_empty = list.kind() == Kind::Null || matches!(list.source(), "[]" | "~" | "null");
        let is_block = is_empty && presets.value() == list && params.kind() == Kind::Mapping { flow: false };
        let lines = write::dashed(lines.iter().cloned()).into_iter();
        let text: String = lines.map(|line| format!("\n  {line}")).collect();
        return is_block.then(|| fill(presets, &text))?;
    };
    if list.kind() != (Kind::Sequence { flow: false }) {
        return None;
    }
    let start = last.full_span().start();
    let line = syntax.lines().start(syntax.lines().line_of(start));
    let dash = syntax.slice(Span::new(line, start)).find('-')?;
    let content = syntax.slice(Span::new(0, last.full_span().end())).trim_end().len();
    let mut end = syntax.lines().span(syntax.lines().line_of(content)).end();
    // Comments on lines of their own that are indented deeper than the dash belong to the preset above.
    let after = syntax.comments().partition_point(|comment| comment.start() < end);
    for comment in syntax.comments().iter().skip(after) {
        let line = syntax.lines().span(syntax.lines().line_of(comment.start()));
        let is_alone = syntax.slice(Span::new(line.start(), comment.start())).trim().is_empty();
        if line.start() != end || !is_alone || column(syntax, comment.start()) <= dash {
            break;
        }
        end = line.end();
    }
    let open = !syntax.slice(Span::new(0, end)).ends_with(['\n', '\r']);
    let text = format!("{}{}", if open { line_break } else { "" }, item(&" ".repeat(dash)));
    Some(Edits::new(Span::at(end), text, [Change::Items(list.id())]))
}

/// Adds a preset to a flow sequence or flow mapping.
fn add_flow(document: &Document, params: SchemaId, preset: &str) -> Option<Edits> {
    let params = document.node(document.schemas.get(params).node);
    let Some(presets) = params.field("examples") else {
        let is_flow = params.kind() == Kind::Mapping { flow: true };
        let comma = if params.entries().len() > 0 { ", " } else { "" };
        let text = format!("examples: [{preset}]{comma}");
        let change = Change::Entry(params.id(), "examples".to_owned());
        return is_flow.then(|| Edits::new(Span::at(params.span().start() + 1), text, [change]));
    };
    let list = presets.value().target();
    let comma = if list.items().len() > 0 { ", " } else { "" };
    let is_flow = list.kind() == Kind::Sequence { flow: true };
    let at = list.items().next_back().map_or(list.span().start() + 1, |last| last.full_span().end());
    is_flow.then(|| Edits::new(Span::at(at), format!("{comma}{preset}"), [Change::Items(list.id())]))
}

fn replace(document: &Document, item: Node<'_>, preset: &Map<String, Value>) -> Option<Edits> {
    let dialect = document.dialect();
    if item.kind() == (Kind::Mapping { flow: false })
        && let Some(edits) = entry_by_entry(item, preset, dialect)
    {
        return Some(edits);
    }
    if item.entries().any(|entry| holds_anchor(entry.value())) {
        return None;
    }
    let preset = Value::Object(preset.clone());
    let text = match item.kind() {
        Kind::Mapping { flow: true } => write::flow(&preset, dialect),
        Kind::Mapping { flow: false } => {
            let indent = " ".repeat(column(&document.syntax, item.span().start()));
            write::block(&preset, dialect).join(&format!("{}{indent}", line_break(&document.syntax)))
        }
        _ => return None,
    };
    Some(Edits::new(content(item), text, [Change::Value(item.id())]))
}

/// Edits only the entries that differ.
fn entry_by_entry(item: Node<'_>, preset: &Map<String, Value>, dialect: Dialect) -> Option<Edits> {
    let is_simple = |entry: Entry<'_>| !entry.is_merge() && entry.colon().is_some();
    if !item.entries().all(is_simple) || item.duplicates().next().is_some() {
        return None;
    }
    let mut edits = Edits::default();
    let mut last = None;
    for entry in item.entries() {
        let Some(value) = preset.get(&*entry.name()) else {
            edits = edits.and(remove_entry(item, entry)?);
            continue;
        };
        last = Some(entry);
        let written = to_json_within(entry.value(), dialect, &Budget::new(super::MAX_COST)).ok();
        if !written.is_some_and(|written| is_same(&written, value)) {
            edits = edits.and(set(entry, value, dialect)?);
        }
    }
    let new = preset.iter().filter(|(name, _)| item.get(name).is_none());
    let names = new.clone().map(|(name, _)| name);
    let lines: Vec<String> = new.flat_map(|(name, value)| write::entry(name, value, dialect)).collect();
    if !lines.is_empty() {
        let syntax = item.syntax();
        let indent = " ".repeat(column(syntax, item.span().start()));
        let text = lines.join(&format!("{}{indent}", line_break(syntax)));
        let added = names.map(|name| Change::Entry(item.id(), name.clone())).collect();
        let added = Edits { changes: added, ..add_after(last?, "", &text)? };
        edits = edits.and(added);
    }
    Some(edits)
}

/// Sets the value of an entry.
fn set(entry: Entry<'_>, value: &Value, dialect: Dialect) -> Option<Edits> {
    let (syntax, old) = (entry.key().syntax(), entry.value());
    if holds_anchor(old) {
        return None;
    }
    let is_flow = matches!(old.kind(), Kind::Mapping { flow: true } | Kind::Sequence { flow: true });
    let text = match write::inline(value, dialect) {
        _ if is_flow => Some(write::flow(value, dialect)),
        text => text,
    };
    let after = entry.colon()? + 1;
    let end = if old.kind() == Kind::Null { after } else { content(old).end().max(after) };
    let text = match text {
        // There is already white space after the colon.
        Some(text) if old.is_scalar() && old.tag().is_none() => {
            return Some(Edits::new(content(old), text, [Change::Value(old.id())]));
        }
        Some(text) => format!(" {text}"),
        None => {
            let indent = " ".repeat(column(syntax, entry.key().full_span().start()));
            let lines = write::indented(write::block(value, dialect));
            lines.map(|line| format!("{}{indent}{line}", line_break(syntax))).collect()
        }
    };
    Some(Edits::new(Span::new(after, end), text, [Change::Value(old.id())]))
}

/// The span of a value, without the final line break of a block scalar.
fn content(node: Node<'_>) -> Span {
    let span = node.span();
    Span::new(span.start(), span.start() + node.source().trim_end().len())
}

/// Whether two values are equal, however numbers are written.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

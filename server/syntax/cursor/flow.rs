//! The cursor inside `[…]` or `{…}`.

use super::line::Line;
use super::search::{last_entry_before, last_item_before};
use super::{Cursor, Insertion, Step, Word};
use crate::syntax::{Entry, Kind, Node, Span};

/// A flow collection, with the path to it.
pub(super) struct Flow<'a> {
    path: Vec<Step<'a>>,
    node: Node<'a>,
}

/// The innermost flow collection around an offset.
pub(super) fn around(root: Node<'_>, offset: usize) -> Option<Flow<'_>> {
    let mut found = None;
    let mut path = Vec::new();
    let mut node = root;
    loop {
        if matches!(node.kind(), Kind::Mapping { flow: true } | Kind::Sequence { flow: true }) {
            if !surrounds(node, offset) {
                break;
            }
            found = Some((node, path.len()));
        }
        if node.is_mapping() {
            let Some(entry) = last_entry_before(node, offset) else { break };
            path.push(Step::Entry(entry));
            node = entry.value();
        } else {
            let Some(item) = last_item_before(node, offset) else { break };
            path.push(Step::Item(Some(item)));
            node = item;
        }
    }
    let (node, length) = found?;
    path.truncate(length);
    Some(Flow { path, node })
}

/// Whether an offset is between the brackets; an unclosed collection extends to the end of its last line.
fn surrounds(node: Node<'_>, offset: usize) -> bool {
    let span = node.span();
    let source = node.source();
    let close = if node.is_mapping() { '}' } else { ']' };
    if source.len() > 1 && source.ends_with(close) {
        return span.start() < offset && offset < span.end();
    }
    let rest = node.syntax().slice(Span::new(span.end(), offset.max(span.end())));
    span.start() < offset && !rest.contains(['\n', '\r'])
}

/// The cursor in a flow collection; `None` where nothing can be inserted.
pub(super) fn cursor<'a>(flow: Flow<'a>, offset: usize, line: &Line<'a>) -> Option<Cursor<'a>> {
    let Flow { mut path, node } = flow;
    let (insertion, written, container) = if node.is_mapping() {
        match in_mapping(node, offset) {
            Part::Key(key) => (Insertion::Key, key, Some(node)),
            Part::Value(entry) => {
                path.push(Step::Entry(entry));
                (Insertion::Value, Some(entry.value()), None)
            }
        }
    } else {
        let item = node.items().find(|item| item.full_span().touches(offset) && !item.full_span().is_empty());
        path.push(Step::Item(item));
        (Insertion::Value, item, None)
    };
    let mut word = Word::of(written, line, offset)?;
    if insertion == Insertion::Key {
        word.has_colon = node.entries().any(|entry| Some(entry.key()) == written && entry.colon().is_some());
    }
    if insertion == Insertion::Value && line.slice(line.start, offset).ends_with(':') {
        word.padding = 1;
    }
    if word.quote.is_none() && !line.may_begin(word.start) {
        return None;
    }
    word.lacks_comma = lacks_comma(line, word.end);
    if word.lacks_comma && insertion == Insertion::Key && !word.has_colon {
        return None;
    }
    word.is_replaceable(line, insertion, true).then_some(Cursor {
        path,
        insertion,
        container,
        word,
        in_flow: true,
        column: 0,
        dash: None,
        indentation: None,
        block_scalar: None,
        continued: None,
    })
}

/// Whether the next item follows on a line below, without a comma in between.
fn lacks_comma(line: &Line<'_>, end: usize) -> bool {
    let rest = line.syntax.text().get(end..).unwrap_or_default();
    let mut lines = rest.lines();
    let here = lines.next().unwrap_or_default().trim_start();
    if !here.is_empty() && !here.starts_with('#') {
        return false;
    }
    let next = lines.map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    next.is_some_and(|next| !next.starts_with([',', ']', '}', ':']))
}

/// The part of a flow mapping that an offset is on.
enum Part<'a> {
    /// A key, where it is written.
    Key(Option<Node<'a>>),
    /// The value of an entry.
    Value(Entry<'a>),
}

fn in_mapping(mapping: Node<'_>, offset: usize) -> Part<'_> {
    let entry = mapping.entries().take_while(|entry| entry.key().full_span().start() <= offset).last();
    let Some(entry) = entry else { return Part::Key(None) };
    if entry.key().full_span().touches(offset) && entry.colon().is_none_or(|colon| offset <= colon) {
        return Part::Key(Some(entry.key()));
    }
    let after = entry.span().end().max(entry.colon().map_or(0, |colon| colon + 1));
    let between = mapping.syntax().slice(Span::new(after, offset.max(after)));
    match entry.colon() {
        Some(colon) if colon < offset && !between.contains(',') => Part::Value(entry),
        _ => Part::Key(None),
    }
}

//! The cursor on written text: the innermost key or value at an offset.

use super::{Cursor, Place, block_column, column, is_flow, path_to};
use crate::syntax::tree::{Entry, Kind, Node, ScalarStyle};

/// The innermost thing that begins before an offset.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub place: Place,
    /// The key or value; a collection where the offset is between its parts.
    pub node: Node<'a>,
    pub entry: Option<Entry<'a>>,
}

/// Descends to the last thing that begins at or before an offset.
pub(super) fn find(root: Option<Node<'_>>, offset: usize) -> Option<Found<'_>> {
    let mut found = Found { place: Place::Value, node: root?, entry: None };
    loop {
        let node = found.node;
        if is_flow(node) && offset >= node.span().end() {
            return Some(found);
        }
        let next = match node.kind() {
            Kind::Mapping { .. } => last_entry(node, offset).map(|entry| in_entry(entry, offset)),
            Kind::Sequence { .. } => {
                last_item(node, offset).map(|item| Found { place: Place::Value, node: item, entry: None })
            }
            _ => None,
        };
        match next {
            Some(next) => {
                let deeper = next.place == Place::Value && next.node.full_span().start() <= offset;
                found = next;
                if !deeper {
                    return Some(found);
                }
            }
            None => return Some(found),
        }
    }
}

fn last_entry(mapping: Node<'_>, offset: usize) -> Option<Entry<'_>> {
    let entries = mapping.entries();
    let count = entries.len();
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = (low + high) / 2;
        let begins =
            entries.clone().nth(middle).is_some_and(|entry| entry.key().full_span().start() <= offset);
        if begins { low = middle + 1 } else { high = middle }
    }
    entries.clone().nth(low.checked_sub(1)?)
}

/// The last item whose dash, or in brackets whose text, is before an offset.
fn last_item(sequence: Node<'_>, offset: usize) -> Option<Node<'_>> {
    let items = sequence.items();
    let mut last = None;
    let mut from = sequence.span().start();
    for item in items {
        let begins = match is_flow(sequence) {
            true => item.full_span().start(),
            false => dash(sequence.syntax().text(), from) + 1,
        };
        if begins > offset {
            break;
        }
        last = Some(item);
        from = item.full_span().end();
    }
    last
}

/// Offset of the next dash; blanks, comments and line breaks may stand before it.
fn dash(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut index = from;
    while let Some(&byte) = bytes.get(index) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => index += 1,
            b'#' => {
                index += bytes[index..].iter().take_while(|&&byte| byte != b'\n' && byte != b'\r').count();
            }
            _ => break,
        }
    }
    index
}

fn in_entry(entry: Entry<'_>, offset: usize) -> Found<'_> {
    let key_end = entry.colon().unwrap_or(entry.key().span().end());
    let on_key = offset <= key_end || entry.colon().is_none() && offset < entry.value().full_span().start();
    match on_key {
        true => Found { place: Place::Key, node: entry.key(), entry: Some(entry) },
        false => Found { place: Place::Value, node: entry.value(), entry: Some(entry) },
    }
}

impl<'a> Found<'a> {
    /// Whether the offset is inside something that may stretch over lines: quotes, brackets, block text.
    pub(super) fn holds_lines(self, offset: usize) -> bool {
        let span = self.node.span();
        match self.node.kind() {
            Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded) => {
                let line = |offset| self.node.syntax().lines().line_of(offset);
                line(offset) > line(span.start()) && offset <= span.end()
            }
            Kind::Scalar(_) => span.start() < offset && offset < span.end(),
            Kind::Alias => false,
            _ => {
                let parent = self.node.parent().filter(|node| is_flow(*node));
                [Some(self.node), parent]
                    .into_iter()
                    .flatten()
                    .any(|node| is_flow(node) && node.span().start() < offset && offset < node.span().end())
            }
        }
    }

    /// Whether the offset is on the thing, or behind it on the same line.
    pub(super) fn reaches(self, offset: usize) -> bool {
        let lines = self.node.syntax().lines();
        let begin = match (self.place, self.entry) {
            (Place::Value, Some(entry)) => entry.colon().unwrap_or(self.node.full_span().start()),
            _ => self.node.full_span().start(),
        };
        let line = lines.line_of(offset);
        line == lines.line_of(begin) && begin <= offset + 1
            || line == lines.line_of(self.node.span().end())
            || self.node.span().touches(offset)
    }

    pub(super) fn cursor(self, offset: usize) -> Cursor<'a> {
        let Found { mut place, node, entry } = self;
        let syntax = node.syntax();
        let inside_flow = is_flow(node) && node.span().start() < offset && offset < node.span().end();
        if inside_flow {
            return in_brackets(node, offset);
        }
        let parent = node.parent();
        if let Some(parent) = parent
            && is_flow(parent)
            && offset > node.span().end()
            && place == Place::Value
            && syntax.text().get(node.span().end()..offset).is_some_and(|text| text.contains(','))
        {
            return in_brackets(parent, offset);
        }
        let line = |offset| syntax.lines().line_of(offset);
        let own_line = column(syntax, node.full_span().start()) == first_column(node);
        let word = node.kind() == Kind::Scalar(ScalarStyle::Plain)
            && line(node.span().start()) == line(node.span().end());
        let below_key =
            entry.is_none_or(|entry| line(entry.key().span().start()) < line(node.span().start()));
        let in_block = !parent.is_some_and(is_flow);
        let in_sequence = parent.is_some_and(Node::is_sequence);
        let half_typed = place == Place::Value && word && own_line && below_key && in_block && !in_sequence;
        let mut path = path_to(node);
        let mut container = parent;
        if half_typed {
            // A word on its own line below its key: more likely a key half typed than a value.
            place = Place::Key;
            container = Some(node);
        } else if place == Place::Key {
            path = parent.map(path_to).unwrap_or_default();
        }
        let indent = match container {
            Some(container) if half_typed => column(syntax, container.span().start()),
            Some(container) => block_column(container),
            None => 0,
        };
        let can_open = half_typed || in_sequence && in_block && (word || node.kind() == Kind::Null);
        Cursor {
            offset,
            place,
            path,
            container,
            entry: entry.filter(|_| !half_typed),
            node: Some(node),
            indent,
            can_open,
        }
    }
}

/// Column of the first text on the line that a node begins on.
fn first_column(node: Node<'_>) -> usize {
    let syntax = node.syntax();
    let line = syntax.lines().span(syntax.lines().line_of(node.full_span().start()));
    let text = syntax.slice(line);
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Between the parts of a flow collection.
fn in_brackets(node: Node<'_>, offset: usize) -> Cursor<'_> {
    let mut path = path_to(node);
    let place = if node.is_mapping() { Place::Key } else { Place::Value };
    if node.is_sequence() {
        let before = node.items().take_while(|item| item.full_span().start() < offset).count();
        path.push(super::Step::Index(before));
    }
    let indent = column(node.syntax(), offset);
    Cursor { offset, place, path, container: Some(node), entry: None, node: None, indent, can_open: false }
}

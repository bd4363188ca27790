//! Places inside `[…]` and `{…}`.

use super::line::Line;
use super::locate::{Slot, Spot, Turn, last_entry_before, last_item_before};
use super::token::token;
use crate::syntax::{Kind, Node, Span};

/// The place of a cursor between brackets; `None` where nothing can be written.
pub(super) fn locate<'a>(flow: Flow<'a>, offset: usize, line: &Line<'a>) -> Option<Spot<'a>> {
    let Flow { mut trail, node } = flow;
    let (slot, scalar, container) = if node.is_mapping() {
        match in_mapping(node, offset) {
            Part::Key(key) => (Slot::Key, key, Some(node)),
            Part::Value(name, value) => {
                trail.push(Turn::Key { name, value });
                (Slot::Value, Some(value), None)
            }
        }
    } else {
        let item = node.items().find(|item| item.full_span().touches(offset) && !item.full_span().is_empty());
        trail.push(Turn::Item { node: item });
        (Slot::Value, item, None)
    };
    let mut token = token(line, offset, scalar, None)?;
    if slot == Slot::Key {
        token.colon = node.entries().any(|entry| Some(entry.key()) == scalar && entry.colon().is_some());
    }
    if slot == Slot::Value && line.syntax.slice(Span::new(line.start, offset)).ends_with(':') {
        token.pad = 1;
    }
    if token.quote.is_none() && !line.may_begin(token.start) {
        return None;
    }
    token.comma = lacks_comma(line, token.end);
    if token.comma && slot == Slot::Key && !token.colon {
        return None;
    }
    if !token.stands_alone(line, slot, true) {
        return None;
    }
    Some(Spot {
        trail,
        slot,
        container,
        token,
        flow: true,
        column: 0,
        dash: None,
        indentation: None,
        block_text: None,
        continues: None,
    })
}

/// Whether the next item follows, on a line below, without a comma between.
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

enum Part<'a> {
    Key(Option<Node<'a>>),
    Value(std::borrow::Cow<'a, str>, Node<'a>),
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
        Some(colon) if colon < offset && !between.contains(',') => Part::Value(entry.name(), entry.value()),
        _ => Part::Key(None),
    }
}

/// The innermost `[…]` or `{…}` around an offset, with the way to it.
pub(super) struct Flow<'a> {
    trail: Vec<Turn<'a>>,
    node: Node<'a>,
}

/// The innermost flow collection around an offset.
pub(super) fn flow_around(root: Node<'_>, offset: usize) -> Option<Flow<'_>> {
    let mut found = None;
    let mut trail = Vec::new();
    let mut node = root;
    loop {
        if matches!(node.kind(), Kind::Mapping { flow: true } | Kind::Sequence { flow: true }) {
            if !surrounds(node, offset) {
                return found;
            }
            found = Some(Flow { trail: trail.clone(), node });
        }
        if node.is_mapping() {
            let Some(entry) = last_entry_before(node, offset) else { return found };
            trail.push(Turn::Key { name: entry.name(), value: entry.value() });
            node = entry.value();
        } else {
            let Some(item) = last_item_before(node, offset) else { return found };
            trail.push(Turn::Item { node: Some(item) });
            node = item;
        }
    }
}

/// Whether an offset lies between the brackets; an unclosed collection goes on to the end of its last line.
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

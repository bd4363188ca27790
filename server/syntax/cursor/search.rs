//! Searches in the children of a node, in logarithmic time.

use super::super::tree::{Entry, Kind, Node};

/// Column (bytes) at which a block collection starts: that of its first key or dash.
#[must_use]
pub fn block_column(node: Node<'_>) -> usize {
    let first = node.entries().next().map(|entry| entry.key().full_span().start());
    let start = first.unwrap_or(node.span().start());
    let lines = node.syntax().lines();
    start - lines.start(lines.line_of(start))
}

pub(super) fn is_block(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping { flow: false } | Kind::Sequence { flow: false })
}

/// The last entry whose key starts before an offset.
pub(super) fn last_entry_before(mapping: Node<'_>, offset: usize) -> Option<Entry<'_>> {
    let entries = mapping.entries();
    let (mut low, mut high) = (0, entries.len());
    while low < high {
        let middle = (low + high) / 2;
        let before =
            entries.clone().nth(middle).is_some_and(|entry| entry.key().full_span().start() < offset);
        if before { low = middle + 1 } else { high = middle }
    }
    entries.clone().nth(low.checked_sub(1)?)
}

/// The last item that starts before an offset.
pub(super) fn last_item_before(sequence: Node<'_>, offset: usize) -> Option<Node<'_>> {
    sequence.items().nth(items_before(sequence, offset).checked_sub(1)?)
}

/// The first item that starts at or after an offset.
pub(super) fn first_item_from(sequence: Node<'_>, offset: usize) -> Option<Node<'_>> {
    sequence.items().nth(items_before(sequence, offset))
}

/// How many items start before an offset.
fn items_before(sequence: Node<'_>, offset: usize) -> usize {
    let items = sequence.items();
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = (low + high) / 2;
        let before = items.clone().nth(middle).is_some_and(|item| item.full_span().start() < offset);
        if before { low = middle + 1 } else { high = middle }
    }
    low
}

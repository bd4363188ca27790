//! Repairs items among keys and keys among items, where the key or dash that would connect them is missing.

use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::parser::Parser;
use crate::syntax::parser::block::Slot;
use crate::syntax::parser::build::Properties;
use crate::syntax::parser::level::Level;
use crate::syntax::parser::shape::Shape;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, NodeId};

impl Parser<'_> {
    /// Parses `- item` where a key was expected: as the value of the previous entry if that has none, otherwise
    /// detached from the tree.
    pub(in super::super) fn stray_items(&mut self, mapping: NodeId, base: usize, hang: i32) -> usize {
        let line = self.here();
        if self.misindent_row != Some(self.row) {
            self.error(Span::new(self.pos, self.trim_end(self.pos, line.end())), Error::UnexpectedItem);
        }
        let items = self.sequence(hang - 1, self.column(), Properties::default(), None);
        let last = self.open_entries.get(base..).and_then(<[_]>::last).copied();
        match last {
            Some(EntryData { value, .. }) if self.is_null(value) => {
                if let Some(entry) = self.open_entries.last_mut() {
                    entry.value = items;
                }
            }
            _ => self.node_mut(items).parent = Some(mapping),
        }
        self.node_span(items).end()
    }

    /// Parses entries after a sequence that belong to the same slot: the key of the sequence is missing. The value is
    /// then the mapping of these entries, and the sequence is detached from the tree.
    pub(in super::super) fn entries_after_items(&mut self, items: NodeId, slot: Slot, column: i32) -> NodeId {
        if !self.slot_goes_on(slot, column + 1, Shape::Entry) {
            return items;
        }
        self.error(self.char_span(self.node_span(items).start()), Error::UnexpectedItem);
        let mapping = self.mapping(slot.parent, self.column(), Properties::default());
        self.node_mut(items).parent = Some(mapping);
        mapping
    }

    /// Parses items after a mapping that belong to the same slot: the mapping is the first item, and its dash is
    /// missing.
    pub(in super::super) fn items_after_entries(
        &mut self,
        mapping: NodeId,
        slot: Slot,
        column: i32,
    ) -> NodeId {
        if !self.slot_goes_on(slot, column, Shape::Item) {
            return mapping;
        }
        self.error(self.char_span(self.node_span(mapping).start()), Error::ExpectedItem);
        self.sequence(slot.parent, self.column(), Properties::default(), Some(mapping))
    }

    /// Whether the next line belongs to a slot whose value, in `column`, has ended before it.
    fn slot_goes_on(&self, slot: Slot, column: i32, shape: Shape) -> bool {
        let here = self.column();
        let between = here > slot.parent && here < column;
        if !self.starts_line() || self.at_document_end() || !between || self.shape(self.row) != shape {
            return false;
        }
        if shape == Shape::Item {
            let near = |level: &Level| level.sequence && (level.column - here).abs() < self.step;
            return !self.levels.iter().any(near);
        }
        // A single line is more likely to be misplaced than the list before it.
        let goes_on = |row| self.indent(row) == here && self.shape(row) == Shape::Entry;
        let alone = self.holds_value(self.row) && !self.content_below(self.row).is_some_and(goes_on);
        self.wanted_column(shape) - slot.parent >= self.step && !alone
    }
}

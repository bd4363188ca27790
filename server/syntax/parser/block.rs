//! Block mappings and sequences.

use super::level::Level;
use super::shape::Shape;
use super::{Parser, Properties, is_blank};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, Kind, NodeId, ScalarStyle};

/// A position where a block value is expected.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// Column of the parent block, -1 at the root. Only deeper lines belong to the slot.
    pub parent: i32,
    /// Whether a `- ` in the parent's own column also belongs to the slot, as in the value of a mapping entry.
    pub items_at_parent: bool,
    /// Whether a collection may start on the slot's line: after `- ` and `? `, and at the start of a document.
    pub compact: bool,
    /// How many columns the slot's line is left of its correct column.
    pub shift: i32,
}

impl Slot {
    /// The value of an entry whose children are nested under column `parent`.
    pub(super) fn value(parent: i32) -> Self {
        Self { parent, items_at_parent: true, compact: false, shift: 0 }
    }
}

impl Parser<'_> {
    /// Parses the value of a slot; [`Kind::Null`] if the next line belongs to an outer block.
    pub(super) fn node(&mut self, slot: Slot) -> NodeId {
        if self.too_deep() {
            return self.stop(slot.parent);
        }
        self.depth += 1;
        let id = self.node_in(slot);
        self.depth -= 1;
        id
    }

    fn node_in(&mut self, mut slot: Slot) -> NodeId {
        let mut properties = Properties::default();
        loop {
            let before = self.mark();
            self.skip_trivia();
            let mut column = Some(self.column() + slot.shift);
            if self.starts_line() && !self.at_document_end() {
                self.shed_stray(slot.parent, false);
                column = self.claimed_column(slot);
                slot.compact = true;
            }
            let Some(column) = column.filter(|_| !self.at_document_end()) else {
                self.reset(before);
                return self.null(properties, slot.parent);
            };
            if !slot.compact
                && self.is_joined(self.pos, self.here().end())
                && let Some(end) = self.split_at(self.pos)
            {
                self.pos = end;
                continue;
            }
            if let Some(id) = self.collection(slot, column, properties) {
                return id;
            }
            match self.byte() {
                b'&' | b'!' => {
                    self.check_tabs();
                    self.property(&mut properties, self.here().end());
                }
                _ if self.is_stray_before_block(slot.parent) => {
                    let kind = Error::StrayCharacter(self.char_at(self.pos));
                    self.error(Span::new(self.pos, self.pos + 1), kind);
                    self.skip_line();
                }
                _ => return self.scalar(slot, properties),
            }
        }
    }

    /// The column at which the current line belongs to a slot, if it does.
    fn claimed_column(&mut self, slot: Slot) -> Option<i32> {
        let column = self.column();
        if column > slot.parent {
            return Some(column);
        }
        let shape = self.shape(self.row);
        if slot.items_at_parent && column == slot.parent && shape == Shape::Item {
            return Some(column);
        }
        // The column of the block's first line if that line is indented too little.
        let first = if shape == Shape::Item {
            let distance = slot.parent - column;
            let sequences = self.levels.iter().filter(|level| level.sequence);
            let nearest = sequences.map(|level| (level.column - column).abs()).min();
            let mine = slot.items_at_parent && nearest.is_none_or(|nearest| nearest > distance);
            mine.then_some(slot.parent)
        } else {
            let is_value = matches!(self.byte(), b'[' | b'{') && shape == Shape::Text;
            let column = self.true_column(self.row, column).map(|(column, _)| column);
            let column = column.filter(|&column| column > slot.parent && shape != Shape::Text);
            column.or(is_value.then_some(slot.parent + 1))
        };
        let true_column = first?;
        self.report_indent(column, true_column);
        self.misindent_row = Some(self.row);
        Some(true_column)
    }

    /// Parses the mapping or sequence at the current position, if there is one, with its entries in `column`.
    fn collection(&mut self, slot: Slot, column: i32, properties: Properties) -> Option<NodeId> {
        let (start, end) = (self.pos, self.here().end());
        let may_begin = slot.compact && properties.row != Some(self.row);
        if self.byte() == b'-' && self.gap(start + 1) {
            self.check_gap();
            if !may_begin {
                return Some(self.items_on_key_line(slot.parent, column, properties));
            }
            let items = self.sequence(slot.parent, column, properties, None);
            return Some(self.entries_after_items(items, slot, column));
        }
        if !may_begin {
            return None;
        }
        if self.starts_line() && self.is_crammed_item(column) {
            return Some(self.sequence(slot.parent, column, properties, None));
        }
        let entry = self.byte() == b'?' && self.gap(start + 1)
            || self.key_at(start, end).is_some()
            || self.starts_line() && self.is_unfinished_key();
        entry.then(|| {
            self.check_gap();
            let mapping = self.mapping(slot.parent, column, properties);
            self.items_after_entries(mapping, slot, column)
        })
    }

    // --- mappings ---

    /// Parses the mapping whose first entry starts at the current position.
    pub(super) fn mapping(&mut self, parent: i32, column: i32, properties: Properties) -> NodeId {
        let id = self.open(properties, parent);
        let start = self.pos;
        let base = self.open_entries.len();
        let level = self.push_level(column, false);
        let mut hang = column;
        let mut end = start;
        loop {
            self.check_tabs();
            end = self.entry(id, base, hang).max(end);
            match self.next_line_of(level) {
                Some(column) => hang = column,
                None => break,
            }
        }
        self.levels.truncate(level);
        self.close_mapping(id, false, base, Span::new(start, end));
        id
    }

    fn push_level(&mut self, column: i32, sequence: bool) -> usize {
        self.levels.push(Level { column, sequence, first_row: self.row, young: true });
        self.levels.len() - 1
    }

    /// Moves to the next line if it belongs to a level. Returns the column that its children are nested under.
    fn next_line_of(&mut self, level: usize) -> Option<i32> {
        self.skip_trivia();
        while !self.at_document_end() && self.is_lone_closer() {
            self.error(Span::new(self.pos, self.pos + 1), Error::StrayCharacter(self.char_at(self.pos)));
            self.pos += 1;
            self.skip_trivia();
        }
        if self.at_document_end() || !self.starts_line() {
            return None;
        }
        let column = self.levels.get(level)?.column;
        self.shed_stray(column, true);
        if self.owner() != Some(level) {
            return None;
        }
        self.check_tabs();
        let hang = if self.column() == column { column } else { self.adopt() };
        self.levels[level].young = false;
        Some(hang)
    }

    /// Parses one entry of a mapping. Returns its end offset.
    fn entry(&mut self, mapping: NodeId, base: usize, hang: i32) -> usize {
        let start = self.pos;
        match self.byte() {
            b'?' if self.gap(start + 1) => self.explicit_entry(hang),
            b'-' if self.gap(start + 1) => self.stray_items(mapping, base, hang),
            _ => match self.key_at(start, self.here().end()) {
                Some(key) => {
                    let id = self.key(key, hang);
                    // An empty key means that the colon belongs to a `?` entry and a collection may follow on the same
                    // line.
                    let slot = Slot { compact: key.colon == start, ..Slot::value(hang) };
                    self.entry_value(id, key.colon, slot)
                }
                None => self.unfinished_entry(hang),
            },
        }
    }

    /// Parses the value after a colon. Returns the end offset of the entry.
    pub(super) fn entry_value(&mut self, key: NodeId, colon: usize, slot: Slot) -> usize {
        self.pos = colon + 1;
        let value = self.node(slot);
        self.open_entries.push(EntryData { key, value, colon: Some(colon as u32) });
        // A collection used as a key may extend past the end computed from its first line.
        self.node_span(value).end().max(self.node_span(key).end()).max(colon + 1)
    }

    /// Parses `? key` and, on a later line, `: value`.
    fn explicit_entry(&mut self, hang: i32) -> usize {
        self.pos += 1;
        let slot = Slot { compact: true, ..Slot::value(hang) };
        let key = self.node(slot);
        let mark = self.mark();
        self.skip_trivia();
        let is_value = !self.at_document_end()
            && self.byte() == b':'
            && self.gap(self.pos + 1)
            && self.starts_line()
            && self.column() == hang;
        if is_value {
            return self.entry_value(key, self.pos, slot);
        }
        self.reset(mark);
        let value = self.null(Properties::default(), hang);
        self.open_entries.push(EntryData { key, value, colon: None });
        self.node_span(key).end()
    }

    // --- sequences ---

    /// Parses the sequence whose first item, or the one after the given `first`, starts at the current position.
    pub(super) fn sequence(
        &mut self,
        parent: i32,
        column: i32,
        properties: Properties,
        first: Option<NodeId>,
    ) -> NodeId {
        let id = self.open(properties, parent);
        let start = first.map_or(self.pos, |first| self.full_start(first));
        let base = self.open_items.len();
        self.open_items.extend(first);
        let level = self.push_level(column, true);
        let mut hang = column;
        let mut end = start;
        loop {
            self.check_tabs();
            end = self.item(hang).max(end);
            match self.next_line_of(level) {
                Some(column) => hang = column,
                None => break,
            }
        }
        self.levels.truncate(level);
        self.close_sequence(id, false, base, Span::new(start, end));
        id
    }

    /// Parses one item of a sequence. Returns its end offset.
    fn item(&mut self, hang: i32) -> usize {
        let start = self.pos;
        let end = self.trim_end(start, self.here().end());
        let slot = Slot { parent: hang, items_at_parent: false, compact: true, shift: hang - self.column() };
        let id = match self.byte() {
            b'-' if self.gap(start + 1) => {
                self.pos += 1;
                self.node(slot)
            }
            b'-' if is_blank(self.at(start + 2)) && self.at(start + 1).is_ascii_punctuation() => {
                let kind = Error::StrayCharacter(self.char_at(start + 1));
                self.error(Span::new(start + 1, start + 2), kind);
                self.pos = start + 2;
                self.node(Slot { shift: slot.shift - 1, ..slot })
            }
            b'-' if start + 1 < end && self.at(start + 1) != b'-' => {
                self.error(Span::new(start, start + 1), Error::MissingSpaceAfterDash);
                self.pos += 1;
                self.node(Slot { shift: slot.shift + 1, ..slot })
            }
            _ => {
                if self.misindent_row != Some(self.row) {
                    self.error(Span::new(start, end), Error::ExpectedItem);
                }
                if self.key_at(start, self.here().end()).is_some() {
                    self.mapping(hang, self.column(), Properties::default())
                } else {
                    self.skip_line();
                    let kind = Kind::Scalar(ScalarStyle::Plain);
                    self.leaf(kind, Span::new(start, end), Properties::default(), hang)
                }
            }
        };
        self.open_items.push(id);
        self.node_span(id).end().max(start + 1)
    }
}

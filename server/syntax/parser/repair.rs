//! What to make of a line that is not YAML: half typed, joined with the next one, or with a character too many.

use super::block::Slot;
use super::lookahead::{Level, Shape};
use super::{Parser, Properties, Row, is_blank};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    // --- one character too many ---

    /// `"title: Foo`, `}    size:`…: drops one character that does not belong in front of a line, so that the line
    /// counts as if it were not there. `in_block` tells that a block is open that the line could continue.
    pub(super) fn shed_stray(&mut self, parent: i32, in_block: bool) {
        let (start, end) = (self.pos, self.here().end());
        let alone = !self.byte().is_ascii_alphanumeric() || !self.at(start + 1).is_ascii_alphanumeric();
        if !alone || !self.byte().is_ascii_graphic() || !self.is_stray(start, end, parent, in_block) {
            return;
        }
        self.error(Span::new(start, start + 1), Error::StrayCharacter(self.char_at(start)));
        let text = self.skip_blanks(start + 1);
        if let Some(row) = self.rows.get_mut(self.row) {
            (row.text, row.shed) = (text as u32, true);
        }
        self.pos = text;
    }

    fn is_stray(&mut self, start: usize, end: usize, parent: i32, in_block: bool) -> bool {
        let stray = self.byte();
        let text = self.skip_blanks(start + 1);
        let blanks = (text - start - 1) as i32;
        let item = self.at(text) == b'-'
            && is_blank(self.at(text + 1))
            && self.at(self.skip_blanks(text + 1)) != b'#';
        let quoted =
            matches!(self.at(text), b'"' | b'\'') && stray != b'-' && self.key_at(text, end).is_some();
        if self.here().shed || !item && !quoted && !self.word_key(text, end) {
            return false;
        }
        let column = self.column();
        let has = |wanted: i32, sequence: bool| {
            self.levels.iter().any(|level| level.column == wanted && level.sequence == sequence)
        };
        // Typed into the indentation, the character hides that the line is in place.
        let in_place = has(column + blanks, item) || !in_block && column < parent && column + blanks > parent;
        let no_key = self.key_at(start, end).is_none();
        if item
            && blanks == 0
            && stray != b'?'
            && in_block
            && has(column, true)
            && (no_key || !has(column, false))
        {
            return true;
        }
        match stray {
            b'}' | b']' | b',' | b'@' | b'`' | b'|' | b'>' => true,
            b'%' => in_block || start > self.here().start(),
            b'"' | b'\'' => {
                self.closing_quote(start + 1, end, stray).is_none()
                    && self.quote_over_lines(parent, false).is_none()
            }
            b'[' | b'{' => self.flow_extent(start, parent) <= self.bytes.len(),
            b'&' | b'*' if blanks > 0 => true,
            // YAML lets the colon belong to the name of the anchor, alias or tag.
            b'&' | b'!' | b'*' if blanks == 0 => {
                let is_sibling = |row| self.indent(row) == column && self.shape(row) == Shape::Entry;
                !item && no_key && (in_block || self.content_below(self.row).is_some_and(is_sibling))
            }
            b'?' => blanks > 0 && in_place,
            b'!' | b':' | b'-' => blanks > 1 && in_place && !has(column, stray == b'-'),
            _ if stray.is_ascii_alphanumeric() && blanks > 1 && in_place => {
                let followed = |row| self.indent(row) > column;
                !has(column, false)
                    || no_key
                    || self.holds_value(self.row) && self.content_below(self.row).is_some_and(followed)
            }
            _ => false,
        }
    }

    /// Whether a line holds nothing but a bracket that closes nothing, or a comma.
    pub(super) fn is_lone_closer(&self) -> bool {
        let next = self.skip_blanks(self.pos + 1);
        let alone = next >= self.here().end() || self.at(next) == b'#' && next > self.pos + 1;
        alone && self.starts_line() && matches!(self.byte(), b']' | b'}' | b',')
    }

    /// `-name: x` above the other keys of the item.
    pub(super) fn is_crammed_item(&self, column: i32) -> bool {
        self.byte() == b'-'
            && (self.at(self.pos + 1).is_ascii_alphanumeric() || self.at(self.pos + 1) == b'_')
            && self.shape(self.row) == Shape::Entry
            && self.holds_value(self.row)
            && self.content_below(self.row).is_some_and(|row| {
                let (indent, shape) = (self.indent(row), self.shape(row));
                indent == column + 2 && shape == Shape::Entry || indent == column && shape == Shape::Item
            })
    }

    /// Whether a key of word characters, with its colon, begins at an offset.
    fn word_key(&self, start: usize, end: usize) -> bool {
        let inner = |index: usize| is_word(self.at(index)) || self.at(index) == b':' && !self.gap(index + 1);
        let colon = (start..end).find(|&index| !inner(index)).unwrap_or(end);
        colon > start && self.at(colon) == b':'
    }

    /// A lone bracket or quote at the end of a key's line, above the block that is the key's value.
    pub(super) fn is_stray_before_block(&mut self, parent: i32) -> bool {
        let (start, end) = (self.pos, self.here().end());
        let lone = matches!(
            self.byte(),
            b'"' | b'\'' | b'[' | b'{' | b']' | b'}' | b',' | b'@' | b'`' | b'%' | b'*'
        );
        if !lone || self.trim_end(start, end) != start + 1 || !self.block_below(self.row, parent) {
            return false;
        }
        match self.byte() {
            b'"' | b'\'' => self.quote_over_lines(parent, false).is_none(),
            b'[' | b'{' => self.flow_extent(start, parent) <= end,
            _ => true,
        }
    }

    // --- lines joined ---

    /// Breaks the current line before an entry or item that the next line seems to have been before its line break was
    /// lost: `size: 10    title: Size`. The blanks before it were its indentation. `colon` is that of the entry.
    /// Returns where the first part ends.
    pub(super) fn split_line(&mut self, start: usize, colon: usize) -> Option<usize> {
        let mut text = colon;
        while text > start && (is_word(self.at(text - 1)) || self.at(text - 1) == b':') {
            text -= 1;
        }
        let blanks = |end: usize| (end - self.trim_end(self.here().start(), end), end);
        if let (1.., end) = blanks(text)
            && text > start
            && let dash = self.trim_end(start, end)
            && dash > start
            && self.at(dash - 1) == b'-'
            && is_blank(self.at(dash.wrapping_sub(2)))
        {
            text = dash - 1;
        }
        self.split_at(text)
    }

    /// Whether an entry or item begins behind a complete value.
    pub(super) fn is_joined(&self, text: usize, end: usize) -> bool {
        self.word_key(text, end) || self.at(text) == b'-' && self.gap(text + 1)
    }

    /// Whether the value of a key is an entry or item that had a line of its own.
    pub(super) fn is_split(&self, value: usize, end: usize) -> bool {
        is_blank(self.at(value.wrapping_sub(2))) && self.is_joined(value, end)
    }

    /// Breaks the current line at an offset, if at least two blanks stand before it.
    pub(super) fn split_at(&mut self, text: usize) -> Option<usize> {
        let line = self.here();
        let first_end = self.trim_end(line.start(), text);
        if text < first_end + 2 || first_end <= line.text() || self.splits == 0 {
            return None;
        }
        self.splits -= 1;
        let second = Row { start: first_end as u32, text: text as u32, end: line.end, shed: false };
        self.rows.insert(self.row + 1, second);
        self.rows[self.row].end = first_end as u32;
        self.error(Span::new(text, self.trim_end(text, line.end())), Error::MissingLineBreak);
        Some(first_end)
    }

    /// `key: - item`: a sequence if more items follow, else text.
    pub(super) fn items_on_key_line(&mut self, parent: i32, column: i32, properties: Properties) -> NodeId {
        let start = self.pos;
        self.error(Span::new(start, start + 1), Error::ItemOnKeyLine);
        let below = self.content_below(self.row).filter(|&row| {
            self.indent(row) > parent && self.shape(row) == Shape::Item && !self.is_marker(row)
        });
        if let Some(row) = below {
            return self.sequence(parent, self.indent(row), properties, None);
        }
        if self.gap(start + 1) && self.skip_blanks(start + 1) >= self.here().end() {
            return self.sequence(parent, column, properties, None);
        }
        let span = Span::new(start, self.trim_end(start, self.here().end()));
        self.to_line_end();
        self.leaf(Kind::Scalar(ScalarStyle::Plain), span, properties, parent)
    }

    /// `- item` where a key was expected: the value of the entry above if that has none, else kept out of the tree.
    pub(super) fn stray_items(&mut self, mapping: NodeId, base: usize, hang: i32) -> usize {
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

    /// Entries below a sequence that the sequence's slot claims as well: the key of the sequence is missing. The value is
    /// then the mapping of these entries, and the sequence is kept out of the tree.
    pub(super) fn entries_after_items(&mut self, items: NodeId, slot: Slot, column: i32) -> NodeId {
        if !self.slot_goes_on(slot, column + 1, Shape::Entry) {
            return items;
        }
        self.error(self.char_span(self.node_span(items).start()), Error::UnexpectedItem);
        let mapping = self.mapping(slot.parent, self.column(), Properties::default());
        self.node_mut(items).parent = Some(mapping);
        mapping
    }

    /// Items below a mapping that the mapping's slot claims as well: the mapping is the first of them, its dash missing.
    pub(super) fn items_after_entries(&mut self, mapping: NodeId, slot: Slot, column: i32) -> NodeId {
        if !self.slot_goes_on(slot, column, Shape::Item) {
            return mapping;
        }
        self.error(self.char_span(self.node_span(mapping).start()), Error::ExpectedItem);
        self.sequence(slot.parent, self.column(), Properties::default(), Some(mapping))
    }

    /// Whether the next line belongs to a slot whose value, in `column`, has ended before it.
    fn slot_goes_on(&self, slot: Slot, column: i32, shape: Shape) -> bool {
        let here = self.column();
        self.starts_line()
            && !self.at_document_end()
            && here > slot.parent
            && here < column
            && self.shape(self.row) == shape
            && match shape {
                Shape::Item => {
                    let near = |level: &Level| level.sequence && (level.column - here).abs() < self.step;
                    !self.levels.iter().any(near)
                }
                _ => self.wanted_column(shape) - slot.parent >= self.step,
            }
    }

    // --- half-typed keys ---

    /// `fo` or `title:Foo` above the keys of the same block: its first line, half typed.
    pub(super) fn is_unfinished_key(&self) -> bool {
        let line = self.here();
        if matches!(self.byte(), b'"' | b'\'' | b'[' | b'{' | b'|' | b'>' | b'&' | b'!' | b'*') {
            return false;
        }
        let column = self.column();
        let word = (line.text()..line.end()).all(|index| !is_blank(self.at(index)));
        let Some(mut row) = self.content_below(self.row) else { return false };
        if word && self.indent(row) > column && self.shape(row) == Shape::Entry {
            return true;
        }
        while word && self.shape(row) == Shape::Item && self.indent(row) >= column {
            let Some(below) = self.content_below(row) else { return false };
            row = below;
        }
        self.indent(row) == column && !self.is_marker(row) && self.shape(row) == Shape::Entry
    }

    /// A line without a usable colon: `ver`, `title:Foo`, an unclosed quote. It stays in the tree as an entry.
    pub(super) fn unfinished_entry(&mut self, hang: i32) -> usize {
        let (start, row) = (self.pos, self.row);
        let line_end = self.here().end();
        let comment =
            (start + 1..line_end).find(|&index| self.at(index) == b'#' && is_blank(self.at(index - 1)));
        let end = self.trim_end(start, comment.unwrap_or(line_end));
        if let Some(colon) = self.crammed_colon(start, end) {
            return self.crammed_entry(colon, hang);
        }
        let follows = self.unfinished_row.is_some_and(|last| last + 1 == row)
            && (start..end).any(|index| is_blank(self.at(index)));
        if !follows && self.misindent_row != Some(row) {
            self.error(Span::new(start, end), Error::MissingColon);
        }
        self.unfinished_row = Some(row);
        let kind = Kind::Scalar(ScalarStyle::Plain);
        let key = self.leaf(kind, Span::new(start, end), Properties::default(), hang);
        self.pos = end;
        let value = if self.block_below(row, hang) || self.items_below(row, hang) {
            self.node(Slot::value(hang))
        } else {
            self.null(Properties::default(), hang)
        };
        self.open_entries.push(EntryData { key, value, colon: None });
        self.node_span(value).end().max(end)
    }

    fn items_below(&self, row: usize, column: i32) -> bool {
        self.content_below(row)
            .is_some_and(|below| self.indent(below) >= column && self.shape(below) == Shape::Item)
    }

    /// The colon of `key:value`, with nothing between; not that of a URL.
    fn crammed_colon(&self, start: usize, end: usize) -> Option<usize> {
        let colon = match self.at(start) {
            quote @ (b'"' | b'\'') => self.closing_quote(start + 1, end, quote)?,
            _ => (start..end).find(|&index| !is_word(self.at(index)))?,
        };
        let crammed =
            colon > start && self.at(colon) == b':' && colon + 1 < end && self.at(colon + 1) != b'/';
        crammed.then_some(colon)
    }

    fn crammed_entry(&mut self, colon: usize, hang: i32) -> usize {
        let span = Span::new(self.pos, colon);
        let style = match self.byte() {
            b'"' => ScalarStyle::Double,
            b'\'' => ScalarStyle::Single,
            _ => ScalarStyle::Plain,
        };
        let key = self.leaf(Kind::Scalar(style), span, Properties::default(), hang);
        let end = self.here().end();
        let property = matches!(self.at(colon + 1), b'&' | b'!');
        if property || !self.block_below(self.row, hang) && !self.items_below(self.row, hang) {
            self.error(Span::new(colon, colon + 1), Error::MissingSpaceAfterColon);
            return self.entry_value(key, colon, Slot::value(hang));
        }
        // What follows the colon was typed above the key's real value.
        let text = Span::new(colon + 1, self.trim_end(colon + 1, end));
        self.error(text, Error::TextAfterValue);
        self.pos = end;
        let value = self.node(Slot::value(hang));
        self.open_entries.push(EntryData { key, value, colon: Some(colon as u32) });
        self.node_span(value).end().max(text.end())
    }
}

/// A character that the keys of real documents are made of.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
}

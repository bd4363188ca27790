//! Block mappings and sequences: who owns a line, and what to make of a half-typed one.

use super::lookahead::{Level, Shape};
use super::{Parser, Properties, is_blank};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, Kind, NodeId, ScalarStyle};

/// Where a block value may stand.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// Column of the block it hangs in, -1 at the root. Only deeper lines belong to it.
    pub parent: i32,
    /// A `- ` in the parent's own column belongs to it too: the value of a mapping entry.
    pub items_at_parent: bool,
    /// A collection may begin on the line of the slot: behind `- ` and `? `, at the start of a document.
    pub compact: bool,
}

impl Parser<'_> {
    /// Reads the value of a slot; [`Kind::Null`] where the next line belongs further out.
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
            if self.at_document_end() || self.starts_line() && !self.claims(slot) {
                self.reset(before);
                return self.null(properties, slot.parent);
            }
            slot.compact |= self.starts_line();
            let own_line = properties.row != Some(self.row);
            if let Some(id) = self.collection(slot, properties, own_line) {
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
                    self.to_line_end();
                }
                _ => return self.scalar(slot, properties),
            }
        }
    }

    /// Whether the line at the current position belongs to a slot.
    fn claims(&self, slot: Slot) -> bool {
        let column = self.column();
        column > slot.parent
            || slot.items_at_parent && column == slot.parent && self.shape(self.row) == Shape::Item
    }

    /// The mapping or sequence that begins at the current position, if one does.
    fn collection(&mut self, slot: Slot, properties: Properties, own_line: bool) -> Option<NodeId> {
        let (start, end) = (self.pos, self.here().end());
        if self.byte() == b'-' && self.gap(start + 1) {
            if slot.compact && own_line {
                return Some(self.sequence(slot.parent, properties));
            }
            let item_below = self.content_below(self.row).is_some_and(|row| {
                self.indent(row) > slot.parent && self.shape(row) == Shape::Item && !self.is_marker(row)
            });
            self.error(Span::new(start, start + 1), Error::ItemOnKeyLine);
            if item_below {
                self.misindent = self.content_below(self.row).map(|row| (self.row, self.indent(row)));
                return Some(self.sequence(slot.parent, properties));
            }
            let span = Span::new(start, self.trim_end(start, end));
            self.to_line_end();
            return Some(self.leaf(Kind::Scalar(ScalarStyle::Plain), span, properties, slot.parent));
        }
        if !slot.compact || !own_line {
            return None;
        }
        let entry = self.byte() == b'?' && self.gap(start + 1)
            || self.key_at(start, end).is_some()
            || self.starts_line() && (self.stray_before_key(slot.parent) || self.unfinished_key());
        entry.then(|| self.mapping(slot.parent, properties))
    }

    /// `fo` or `title:Foo` above the keys of the same block: its first line, half typed.
    fn unfinished_key(&self) -> bool {
        let line = self.here();
        if matches!(self.byte(), b'"' | b'\'' | b'[' | b'{' | b'|' | b'>' | b'&' | b'!' | b'*') {
            return false;
        }
        let column = self.column();
        let word = (line.text()..line.end()).all(|index| !is_blank(self.at(index)));
        self.content_below(self.row).is_some_and(|row| {
            let below = self.indent(row);
            (below == column || below > column && word)
                && !self.is_marker(row)
                && self.shape(row) == Shape::Entry
        })
    }

    /// `"title: Foo`, `|title: Foo`…: a key behind one character that does not belong there.
    fn stray_before_key(&mut self, parent: i32) -> bool {
        let (start, end) = (self.pos, self.here().end());
        let name = start + 1;
        let colon = (name..end).find(|&index| !is_word(self.at(index))).unwrap_or(end);
        if colon == name || self.at(colon) != b':' || !self.gap(colon + 1) {
            return false;
        }
        match self.byte() {
            b'"' | b'\'' => {
                self.closing_quote(name, end, self.byte()).is_none()
                    && self.quote_over_lines(parent, false).is_none()
            }
            b'[' | b'{' => self.flow_extent(start, parent) < self.bytes.len(),
            b'&' | b'!' | b'*' => {
                // YAML lets the colon belong to the name of the anchor, alias or tag.
                let column = self.column();
                let is_sibling = |row| self.indent(row) == column && self.shape(row) == Shape::Entry;
                self.content_below(self.row).is_some_and(is_sibling)
            }
            b'|' | b'>' | b'%' | b'@' | b'`' | b',' | b']' | b'}' => true,
            _ => false,
        }
    }

    /// A lone bracket or quote at the end of a key's line, above the block that is the key's value.
    fn is_stray_before_block(&mut self, parent: i32) -> bool {
        let (start, end) = (self.pos, self.here().end());
        if self.trim_end(start, end) != start + 1 || !self.block_below(self.row, parent) {
            return false;
        }
        match self.byte() {
            b'"' | b'\'' => self.quote_over_lines(parent, false).is_none(),
            b'[' | b'{' => self.flow_extent(start, parent) <= end,
            b']' | b'}' | b',' | b'@' | b'`' | b'%' | b'*' => true,
            _ => false,
        }
    }

    // --- mappings ---

    /// Reads the mapping whose first entry begins at the current position.
    fn mapping(&mut self, parent: i32, properties: Properties) -> NodeId {
        let id = self.open(properties, parent);
        let (start, column) = (self.pos, self.column());
        let base = self.open_entries.len();
        self.levels.push(Level { column, sequence: false });
        let mut end = start;
        let mut hang = column;
        loop {
            self.check_tabs();
            end = self.entry(id, base, hang).max(end);
            let mark = self.mark();
            self.skip_trivia();
            match self.owned_by_mapping(column, parent) {
                Some(column) => hang = column,
                None => {
                    self.reset(mark);
                    break;
                }
            }
        }
        self.levels.pop();
        self.close_mapping(id, false, base, Span::new(start, end));
        id
    }

    /// Whether the line at the current position belongs to the innermost mapping, and which column its value hangs from.
    fn owned_by_mapping(&mut self, column: i32, parent: i32) -> Option<i32> {
        if self.at_document_end() || !self.starts_line() {
            return None;
        }
        let here = self.column();
        if here == column {
            return Some(column);
        }
        let item = self.byte() == b'-' && self.gap(self.pos + 1);
        let outer = self.levels.len().checked_sub(2).and_then(|index| self.levels.get(index)).copied();
        let in_sequence = outer.is_some_and(|level| level.sequence);
        if item && in_sequence && here < column {
            return None;
        }
        if here > parent {
            return Some(self.misindented(column));
        }
        if item {
            return None;
        }
        // A key in the very column of the dashes continues the last item.
        let beside_dashes = in_sequence
            && outer.is_some_and(|level| level.column == here)
            && !self.levels.iter().any(|level| !level.sequence && level.column == here);
        if beside_dashes && self.shape(self.row) == Shape::Entry || self.home() == Some(self.levels.len() - 1)
        {
            self.misindented(column);
            return Some(column);
        }
        None
    }

    /// Reads one line of a mapping; returns where it ends.
    fn entry(&mut self, mapping: NodeId, base: usize, hang: i32) -> usize {
        let (start, line_end) = (self.pos, self.here().end());
        let byte = self.byte();
        if byte == b'?' && self.gap(start + 1) {
            return self.explicit_entry(hang);
        }
        if let Some(key) = self.key_at(start, line_end) {
            let id = self.key(key, hang);
            return self.entry_value(id, key.colon, hang);
        }
        if byte == b'-' && self.gap(start + 1) {
            return self.stray_items(mapping, base, hang);
        }
        if self.stray_before_key(hang) {
            self.error(Span::new(start, start + 1), Error::StrayCharacter(self.char_at(start)));
            self.pos = start + 1;
            if let Some(key) = self.key_at(start + 1, line_end) {
                let id = self.key(key, hang);
                return self.entry_value(id, key.colon, hang);
            }
        }
        self.unfinished_entry(hang)
    }

    fn entry_value(&mut self, key: NodeId, colon: usize, hang: i32) -> usize {
        self.pos = colon + 1;
        let value = self.node(Slot { parent: hang, items_at_parent: true, compact: false });
        self.open_entries.push(EntryData { key, value, colon: Some(colon as u32) });
        self.node_span(value).end().max(colon + 1)
    }

    /// `? key` and, on a later line, `: value`.
    fn explicit_entry(&mut self, hang: i32) -> usize {
        self.pos += 1;
        let slot = Slot { parent: hang, items_at_parent: true, compact: true };
        let key = self.node(slot);
        let mark = self.mark();
        self.skip_trivia();
        let is_value = !self.at_document_end()
            && self.byte() == b':'
            && self.gap(self.pos + 1)
            && self.starts_line()
            && self.column() == hang;
        if !is_value {
            self.reset(mark);
            let value = self.null(Properties::default(), hang);
            self.open_entries.push(EntryData { key, value, colon: None });
            return self.node_span(key).end();
        }
        let colon = self.pos;
        self.pos += 1;
        let value = self.node(slot);
        self.open_entries.push(EntryData { key, value, colon: Some(colon as u32) });
        self.node_span(value).end().max(colon + 1)
    }

    /// `- item` where a key was expected: the value of the entry above if that has none, else kept out of the tree.
    fn stray_items(&mut self, mapping: NodeId, base: usize, hang: i32) -> usize {
        let line = self.here();
        if self.misindent.is_none_or(|(row, _)| row != self.row) {
            self.error(Span::new(self.pos, self.trim_end(self.pos, line.end())), Error::UnexpectedItem);
        }
        let items = self.sequence(hang - 1, Properties::default());
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

    /// A line without a usable colon: `ver`, `title:Foo`, an unclosed quote. It stays in the tree as an entry.
    fn unfinished_entry(&mut self, hang: i32) -> usize {
        let (start, row) = (self.pos, self.row);
        let comment = (start + 1..self.here().end())
            .find(|&index| self.at(index) == b'#' && is_blank(self.at(index - 1)));
        let end = self.trim_end(start, comment.unwrap_or(self.here().end()));
        if let Some(colon) = self.crammed_colon(start, end) {
            return self.crammed_entry(colon, hang);
        }
        let follows = self.unfinished_row.is_some_and(|last| last + 1 == row)
            && (start..end).any(|index| is_blank(self.at(index)));
        if !follows && self.misindent.is_none_or(|(reported, _)| reported != row) {
            self.error(Span::new(start, end), Error::MissingColon);
        }
        self.unfinished_row = Some(row);
        let key =
            self.leaf(Kind::Scalar(ScalarStyle::Plain), Span::new(start, end), Properties::default(), hang);
        self.pos = end;
        let value = if self.block_below(row, hang) || self.items_below(row, hang) {
            self.node(Slot { parent: hang, items_at_parent: true, compact: false })
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
        (colon > start && self.at(colon) == b':' && colon + 1 < end && self.at(colon + 1) != b'/')
            .then_some(colon)
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
        let block_header = matches!(self.at(colon + 1), b'&' | b'!');
        if !block_header && self.block_below(self.row, hang) {
            // What follows the colon was typed above the key's real value.
            let text = Span::new(colon + 1, self.trim_end(colon + 1, end));
            self.error(text, Error::TextAfterValue);
            self.pos = end;
            let value = self.node(Slot { parent: hang, items_at_parent: true, compact: false });
            self.open_entries.push(EntryData { key, value, colon: Some(colon as u32) });
            return self.node_span(value).end().max(text.end());
        }
        self.error(Span::new(colon, colon + 1), Error::MissingSpaceAfterColon);
        self.entry_value(key, colon, hang)
    }

    // --- sequences ---

    /// Reads the sequence whose first item begins at the current position.
    fn sequence(&mut self, parent: i32, properties: Properties) -> NodeId {
        let id = self.open(properties, parent);
        let (start, column) = (self.pos, self.column());
        let base = self.open_items.len();
        self.levels.push(Level { column, sequence: true });
        let mut end = start;
        let mut hang = column;
        loop {
            self.check_tabs();
            end = self.item(column, hang).max(end);
            let mark = self.mark();
            self.skip_trivia();
            match self.owned_by_sequence(column, parent) {
                Some(column) => hang = column,
                None => {
                    self.reset(mark);
                    break;
                }
            }
        }
        self.levels.pop();
        self.close_sequence(id, false, base, Span::new(start, end));
        id
    }

    /// Whether the line at the current position belongs to the innermost sequence, and which column its content hangs from.
    fn owned_by_sequence(&mut self, column: i32, parent: i32) -> Option<i32> {
        if self.at_document_end() || !self.starts_line() {
            return None;
        }
        let here = self.column();
        let item = self.byte() == b'-' && self.gap(self.pos + 1);
        if here == column {
            let (_, outer) = self.levels.split_last()?;
            let mine = item || here > parent && !outer.iter().any(|level| level.column == here);
            return mine.then_some(column);
        }
        if here > column {
            return Some(self.misindented(column));
        }
        let claimed = self.levels.iter().any(|level| level.sequence && level.column == here);
        if item && !claimed && (here > parent || self.levels.iter().any(|level| level.column == here)) {
            return Some(self.misindented(column));
        }
        if self.home() == Some(self.levels.len() - 1) {
            self.misindented(column);
            return Some(column);
        }
        None
    }

    /// Reads one line of a sequence; returns where it ends.
    fn item(&mut self, column: i32, hang: i32) -> usize {
        let start = self.pos;
        let end = self.trim_end(start, self.here().end());
        let id = match self.byte() {
            b'-' if self.gap(start + 1) => {
                self.pos += 1;
                self.node(Slot { parent: hang, items_at_parent: false, compact: true })
            }
            b'-' if start + 1 < end && self.at(start + 1) != b'-' => {
                self.error(Span::new(start, start + 1), Error::MissingSpaceAfterDash);
                self.pos += 1;
                self.node(Slot { parent: hang, items_at_parent: false, compact: true })
            }
            _ => {
                if self.misindent.is_none_or(|(row, _)| row != self.row) {
                    self.error(Span::new(start, end), Error::ExpectedItem);
                }
                if self.key_at(start, self.here().end()).is_some() {
                    self.mapping(column, Properties::default())
                } else {
                    self.to_line_end();
                    let kind = Kind::Scalar(ScalarStyle::Plain);
                    self.leaf(kind, Span::new(start, end), Properties::default(), column)
                }
            }
        };
        self.open_items.push(id);
        self.node_span(id).end().max(start + 1)
    }
}

/// A character that the keys of real documents are made of.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
}

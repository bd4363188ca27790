//! Recovery from a stray character.

use super::is_word;
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::parser::Parser;
use crate::syntax::parser::rows::is_blank;
use crate::syntax::parser::shape::Shape;

/// What follows a character that may be stray.
#[derive(Clone, Copy)]
struct Behind {
    /// An item if set, otherwise an entry.
    item: bool,
    /// Spaces between the two.
    blanks: i32,
}

impl Parser<'_> {
    /// Drops a stray character at the start of a line, as in `"title: Foo` or `}    size:`, so that the line is parsed
    /// as if it were not there. `in_block`: whether the line could continue an open block.
    pub(in super::super) fn shed_stray(&mut self, parent: i32, in_block: bool) {
        let Some(behind) = self.behind_stray() else { return };
        if !self.is_stray(behind, parent, in_block) {
            return;
        }
        self.error(self.char_span(self.pos), Error::StrayCharacter(self.char_at(self.pos)));
        let column = self.column() + behind.blanks;
        self.pos += 1 + behind.blanks as usize;
        self.shed_row = Some(self.row);
        let text = self.pos as u32;
        if let Some(row) = self.rows.get_mut(self.row) {
            (row.text, row.indent) = (text, column.max(0) as u32);
        }
    }

    /// The entry or item after the character at the current position.
    fn behind_stray(&self) -> Option<Behind> {
        let (start, end) = (self.pos, self.here().end());
        let stray = self.byte();
        let in_word = stray.is_ascii_alphanumeric() && self.at(start + 1).is_ascii_alphanumeric();
        if !stray.is_ascii_graphic() || in_word || self.shed_row == Some(self.row) {
            return None;
        }
        let text = self.skip_blanks(start + 1);
        let dash = self.at(text) == b'-' && is_blank(self.at(text + 1));
        let item = dash && self.at(self.skip_blanks(text + 1)) != b'#';
        let quoted_key = matches!(self.at(text), b'"' | b'\'') && self.key_at(text, end).is_some();
        let entry = self.is_word_key(text, end) || quoted_key && stray != b'-';
        (item || entry).then_some(Behind { item, blanks: (text - start - 1) as i32 })
    }

    fn is_stray(&mut self, behind: Behind, parent: i32, in_block: bool) -> bool {
        let (start, end) = (self.pos, self.here().end());
        let (stray, column, blanks) = (self.byte(), self.column(), behind.blanks);
        let has = |wanted: i32, sequence: bool| {
            self.levels.iter().any(|level| level.column == wanted && level.sequence == sequence)
        };
        let is_key = self.key_at(start, end).is_some();
        // `x- item` in the column of the dashes.
        if behind.item && blanks == 0 && stray != b'?' && in_block {
            let no_entry = !is_key || !has(column, false);
            if no_entry && has(column, true) {
                return true;
            }
        }
        // A character typed into the indentation hides that the line is in its correct column.
        let in_place = match in_block {
            true => has(column + blanks, behind.item),
            false => has(column + blanks, behind.item) || column < parent && column + blanks > parent,
        };
        match stray {
            b'}' | b']' | b',' | b'@' | b'`' | b'|' | b'>' => true,
            b'%' => in_block || start > self.here().start(),
            b'"' | b'\'' => {
                let closed = self.closing_quote(start + 1, end, stray).is_some();
                !closed && self.quote_over_lines(parent, false).is_none()
            }
            b'[' | b'{' => self.flow_extent(start, parent) <= self.bytes.len(),
            b'&' | b'*' if blanks > 0 => true,
            // YAML allows the colon as part of the name of an anchor, alias or tag.
            b'&' | b'!' | b'*' if blanks == 0 => {
                let is_sibling = |row| self.indent(row) == column && self.shape(row) == Shape::Entry;
                !behind.item && !is_key && (in_block || self.content_below(self.row).is_some_and(is_sibling))
            }
            b'?' => blanks > 0 && in_place && !has(column, false),
            b'!' | b':' | b'-' => blanks > 1 && in_place && !has(column, stray == b'-'),
            _ if stray.is_ascii_alphanumeric() && blanks > 1 && in_place => {
                let deeper = |row| self.indent(row) > column;
                let cannot_follow =
                    self.holds_value(self.row) && self.content_below(self.row).is_some_and(deeper);
                !is_key || !has(column, false) || cannot_follow
            }
            _ => false,
        }
    }

    /// Whether a key of word characters, followed by a colon, starts at an offset.
    pub(in super::super) fn is_word_key(&self, start: usize, end: usize) -> bool {
        let inner = |index: usize| is_word(self.at(index)) || self.at(index) == b':' && !self.gap(index + 1);
        let colon = (start..end).find(|&index| !inner(index)).unwrap_or(end);
        colon > start && self.at(colon) == b':'
    }

    /// Whether a line contains only an unmatched closing bracket or a comma.
    pub(in super::super) fn is_lone_closer(&self) -> bool {
        let next = self.skip_blanks(self.pos + 1);
        let alone = next >= self.here().end() || self.at(next) == b'#' && next > self.pos + 1;
        alone && self.starts_line() && matches!(self.byte(), b']' | b'}' | b',')
    }

    /// Whether the current character is a lone bracket, quote or similar at the end of a key's line, before the block
    /// that is the key's value.
    pub(in super::super) fn is_stray_before_block(&mut self, parent: i32) -> bool {
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
}

//! What the lines below say about a line that stands in an unexpected column.

use super::{Parser, is_blank};
use crate::syntax::error::SyntaxErrorKind;
use crate::syntax::span::Span;

/// An open block collection.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub column: i32,
    pub sequence: bool,
}

/// What a line begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `- `
    Item,
    /// `key:` or `? `
    Entry,
    /// Anything else.
    Text,
}

impl Parser<'_> {
    /// Lines that belong to another tool: merge conflict markers and template tags.
    pub(super) fn foreign(&self, row: usize) -> Option<SyntaxErrorKind> {
        let line = self.line(row);
        let text = self.bytes.get(line.text()..line.end()).unwrap_or_default();
        match text.first()? {
            mark @ (b'<' | b'=' | b'>' | b'|') if line.text == line.start => {
                let conflict = text.len() >= 7
                    && text[..7].iter().all(|byte| byte == mark)
                    && (text.len() == 7 || text[7] == b' ');
                conflict.then_some(SyntaxErrorKind::ConflictMarker)
            }
            b'{' if text.starts_with(b"{%") && text.trim_ascii_end().ends_with(b"%}") => {
                Some(SyntaxErrorKind::TemplateTag)
            }
            _ => None,
        }
    }

    /// The first line below `row` that holds more than a comment.
    pub(super) fn content_below(&self, row: usize) -> Option<usize> {
        (row + 1..self.rows.len()).find(|&row| {
            let line = self.line(row);
            !line.is_blank() && self.at(line.text()) != b'#' && self.foreign(row).is_none()
        })
    }

    /// What a line begins with.
    pub(super) fn shape(&self, row: usize) -> Shape {
        let start = self.line(row).text();
        match self.at(start) {
            b'-' if self.gap(start + 1) => Shape::Item,
            b'?' if self.gap(start + 1) => Shape::Entry,
            _ if self.key_on(row).is_some() => Shape::Entry,
            _ => Shape::Text,
        }
    }

    /// Whether a line looks like block structure rather than like the rest of a scalar.
    pub(super) fn is_structural(&self, row: usize) -> bool {
        self.shape(row) != Shape::Text
    }

    /// Whether the lines below are a block that hangs deeper than `column`.
    pub(super) fn block_below(&self, row: usize, column: i32) -> bool {
        self.content_below(row).is_some_and(|below| {
            !self.is_marker(below) && self.indent(below) > column && self.is_structural(below)
        })
    }

    /// The level that the current line was moved out of, as an index into `levels`: the line stands further out, but
    /// the lines below it continue a block that is still open. `None` where the text can be read as it stands.
    pub(super) fn home(&mut self) -> Option<usize> {
        if let Some((row, answer)) = self.home
            && row == self.row
        {
            return answer;
        }
        let answer = self.find_home();
        self.home = Some((self.row, answer));
        answer
    }

    fn find_home(&mut self) -> Option<usize> {
        let column = self.column();
        if self.levels.last().is_none_or(|level| level.column <= column) {
            return None;
        }
        let below = self.content_below(self.row)?;
        let depth = self.indent(below);
        if depth <= column || self.is_marker(below) || !self.is_structural(below) {
            return None;
        }
        if self.holds_value(self.row) {
            return self.level_at(depth, column, below);
        }
        // The line opens a block: the first line that comes back out of it tells where it hangs.
        let mut row = below;
        loop {
            row = self.content_below(row)?;
            self.fuel = self.fuel.checked_sub(1)?;
            let back = self.indent(row);
            if back >= depth {
                continue;
            }
            if back <= column || self.is_marker(row) {
                return None;
            }
            return self.level_at(back, column, row);
        }
    }

    /// The open level in exactly this column, deeper than `outer`, that a line can continue.
    fn level_at(&self, column: i32, outer: i32, row: usize) -> Option<usize> {
        let sequence = match self.shape(row) {
            Shape::Item => true,
            Shape::Entry => false,
            Shape::Text => return None,
        };
        if column <= outer {
            return None;
        }
        self.levels.iter().rposition(|level| level.column == column && level.sequence == sequence)
    }

    /// Whether a line is complete in itself, so that no deeper line can follow it.
    fn holds_value(&self, row: usize) -> bool {
        let line = self.line(row);
        let end = line.end();
        let mut start = line.text();
        while self.at(start) == b'-' && self.gap(start + 1) {
            start = self.skip_blanks(start + 1);
        }
        let value = match self.key_at(start, end) {
            Some(key) => self.skip_blanks(key.colon + 1),
            None if start == line.text() => return true,
            None => start,
        };
        match self.at(value) {
            _ if value >= end => false,
            b'#' if is_blank(self.at(value - 1)) => false,
            b'|' | b'>' | b'&' | b'!' => false,
            quote @ (b'"' | b'\'') => self.closing_quote(value + 1, end, quote).is_some(),
            b'[' | b'{' => self.closing_bracket(value, end).is_some(),
            _ => true,
        }
    }

    /// Reports the current line's column once per run of lines that share it, and tells which column its children
    /// hang from: its own if it was moved with them, else that of the block it was counted to.
    pub(super) fn misindented(&mut self, block: i32) -> i32 {
        let column = self.column();
        let line = self.here();
        let excused = self.misindent.is_some_and(|(_, reported)| reported == column);
        if !excused {
            let span = if line.text == line.start {
                Span::new(line.text(), line.end())
            } else {
                Span::new(line.start(), line.text())
            };
            let kind =
                SyntaxErrorKind::WrongIndent { found: column.max(0) as u32, expected: block.max(0) as u32 };
            if self.tab_row != Some(self.row) {
                self.error(span, kind);
            }
        }
        self.misindent = Some((self.row, column));
        let below = self.content_below(self.row).map_or(-1, |row| self.indent(row));
        match column > block {
            true if below == column => block,
            true => column,
            false if below > block => block,
            false => column,
        }
    }
}

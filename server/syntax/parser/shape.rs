//! Classifies lines before they are parsed.

use super::Parser;
use super::rows::is_blank;
use crate::syntax::error::SyntaxErrorKind;

/// How a line starts.
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
    /// The error for a line that belongs to another tool: a merge conflict marker or a template tag.
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

    /// The first line after `row` that contains more than a comment.
    pub(super) fn content_below(&self, row: usize) -> Option<usize> {
        (row + 1..self.rows.len()).find(|&row| {
            let line = self.line(row);
            !line.is_blank() && self.at(line.text()) != b'#' && self.foreign(row).is_none()
        })
    }

    /// How a line starts.
    pub(super) fn shape(&self, row: usize) -> Shape {
        let start = self.line(row).text();
        match self.at(start) {
            b'-' if self.gap(start + 1) => Shape::Item,
            b'?' if self.gap(start + 1) => Shape::Entry,
            _ if self.key_on(row).is_some() => Shape::Entry,
            _ => Shape::Text,
        }
    }

    /// Whether a line looks like block structure and not like the continuation of a scalar.
    pub(super) fn is_structural(&self, row: usize) -> bool {
        self.shape(row) != Shape::Text
    }

    /// Whether a block that is indented more than `column` follows the line.
    pub(super) fn block_below(&self, row: usize, column: i32) -> bool {
        self.content_below(row).is_some_and(|below| {
            !self.is_marker(below) && self.indent(below) > column && self.is_structural(below)
        })
    }

    /// Whether items in `column` or deeper follow the line.
    pub(super) fn items_below(&self, row: usize, column: i32) -> bool {
        self.content_below(row)
            .is_some_and(|below| self.indent(below) >= column && self.shape(below) == Shape::Item)
    }

    /// Length in bytes of the leading dashes of a line, including whitespace after them.
    pub(super) fn dashes(&self, row: usize) -> usize {
        let line = self.line(row);
        let mut index = line.text();
        while self.at(index) == b'-' && self.gap(index + 1) && index < line.end() {
            index = self.skip_blanks(index + 1);
        }
        index - line.text()
    }

    /// The column that an entry on this line had before the lines were joined: `a:  b: 1` was `a:` and `  b: 1`.
    pub(super) fn joined_column(&self, row: usize) -> Option<i32> {
        let line = self.line(row);
        let key = self.key_at(line.text(), line.end())?;
        let value = self.skip_blanks(key.colon + 1);
        self.is_split(value, line.end()).then_some((value - key.colon - 1) as i32)
    }

    /// Whether a line is complete, so that no more indented line can follow it.
    pub(super) fn holds_value(&self, row: usize) -> bool {
        let line = self.line(row);
        let end = line.end();
        let start = line.text() + self.dashes(row);
        let value = match self.key_at(start, end) {
            // `- key: value` can be followed by more keys.
            Some(_) if start > line.text() => return false,
            Some(key) => self.skip_blanks(key.colon + 1),
            None if start == line.text() => return (start..end).any(|index| is_blank(self.at(index))),
            None => start,
        };
        match self.at(value) {
            _ if value >= end || self.is_split(value, end) => false,
            b'#' if is_blank(self.at(value - 1)) => false,
            b'|' | b'>' | b'&' | b'!' => false,
            quote @ (b'"' | b'\'') => self.closing_quote(value + 1, end, quote).is_some(),
            b'[' | b'{' => self.closing_bracket(value, end).is_some(),
            _ => true,
        }
    }
}

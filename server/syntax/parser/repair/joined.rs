//! Repairs joined lines, and lists that start on the line of their key.

use super::is_word;
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::parser::Parser;
use crate::syntax::parser::build::Properties;
use crate::syntax::parser::rows::{Row, is_blank};
use crate::syntax::parser::shape::Shape;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    /// Splits the current line before the entry with the given colon, or before its dash, if the entry seems to have
    /// had its own line before a line break was lost: `size: 10    title: Size`. Returns the end of the first part.
    pub(in super::super) fn split_line(&mut self, start: usize, colon: usize) -> Option<usize> {
        let mut text = colon;
        while text > start && (is_word(self.at(text - 1)) || self.at(text - 1) == b':') {
            text -= 1;
        }
        let before = self.trim_end(start, text);
        let dash = before < text
            && before > start + 1
            && self.at(before - 1) == b'-'
            && is_blank(self.at(before - 2));
        self.split_at(if dash { before - 1 } else { text })
    }

    /// Whether an entry or item starts at `text`, after a complete value.
    pub(in super::super) fn is_joined(&self, text: usize, end: usize) -> bool {
        self.is_word_key(text, end) || self.at(text) == b'-' && self.gap(text + 1)
    }

    /// Whether the value of a key is an entry or item that had its own line.
    pub(in super::super) fn is_split(&self, value: usize, end: usize) -> bool {
        is_blank(self.at(value.wrapping_sub(2))) && self.is_joined(value, end)
    }

    /// Splits the current line at an offset, if at least two spaces precede it: they were its indentation. Returns the
    /// end of the first part.
    pub(in super::super) fn split_at(&mut self, text: usize) -> Option<usize> {
        let line = self.here();
        let first_end = self.trim_end(line.start(), text);
        if text < first_end + 2 || first_end <= line.text() || self.splits == 0 {
            return None;
        }
        self.splits -= 1;
        let indent = (text - first_end) as u32;
        let second = Row { start: first_end as u32, text: text as u32, end: line.end, indent };
        self.rows.insert(self.row + 1, second);
        self.rows[self.row].end = first_end as u32;
        self.error(Span::new(text, self.trim_end(text, line.end())), Error::MissingLineBreak);
        Some(first_end)
    }

    /// Parses `key: - item`: as a sequence if more items follow, otherwise as text.
    pub(in super::super) fn items_on_key_line(
        &mut self,
        parent: i32,
        column: i32,
        properties: Properties,
    ) -> NodeId {
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
        self.skip_line();
        self.leaf(Kind::Scalar(ScalarStyle::Plain), span, properties, parent)
    }
}

//! Recovery from half-typed keys: `ver`, `title:Foo`, `-name: x`.

use super::is_word;
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::parser::Parser;
use crate::syntax::parser::block::Slot;
use crate::syntax::parser::build::Properties;
use crate::syntax::parser::rows::is_blank;
use crate::syntax::parser::shape::Shape;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, Kind, ScalarStyle};

impl Parser<'_> {
    /// Whether the line is `-name: x`, followed by the other keys of the item.
    pub(in super::super) fn is_crammed_item(&self, column: i32) -> bool {
        self.byte() == b'-'
            && (self.at(self.pos + 1).is_ascii_alphanumeric() || self.at(self.pos + 1) == b'_')
            && self.shape(self.row) == Shape::Entry
            && self.holds_value(self.row)
            && self.content_below(self.row).is_some_and(|row| {
                let (indent, shape) = (self.indent(row), self.shape(row));
                indent == column + 2 && shape == Shape::Entry || indent == column && shape == Shape::Item
            })
    }

    /// Whether the line is a half-typed first key such as `fo` or `title:Foo`, followed by other keys of the same
    /// block.
    pub(in super::super) fn is_unfinished_key(&self) -> bool {
        if matches!(self.byte(), b'"' | b'\'' | b'[' | b'{' | b'|' | b'>' | b'&' | b'!' | b'*') {
            return false;
        }
        let column = self.column();
        let word = |row: usize| {
            let line = self.line(row);
            (line.text()..line.end()).all(|index| !is_blank(self.at(index)))
        };
        let words = word(self.row);
        let mut row = self.row;
        while let Some(below) = self.content_below(row).filter(|&row| !self.is_marker(row)) {
            let (indent, shape) = (self.indent(below), self.shape(below));
            let goes_on = words
                && match shape {
                    Shape::Item => indent >= column,
                    Shape::Text => indent == column && word(below),
                    Shape::Entry => false,
                };
            if !goes_on {
                return shape == Shape::Entry && (indent == column || words && indent > column);
            }
            row = below;
        }
        false
    }

    /// Parses a line without a usable colon: `ver`, `title:Foo`, an unclosed quote. It stays in the tree as an entry.
    pub(in super::super) fn unfinished_entry(&mut self, hang: i32) -> usize {
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

    /// The colon of `key:value`, without a space after it; not that of a URL.
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
        // The text after the colon precedes the key's actual value.
        let text = Span::new(colon + 1, self.trim_end(colon + 1, end));
        self.error(text, Error::TextAfterValue);
        self.pos = end;
        let value = self.node(Slot::value(hang));
        self.open_entries.push(EntryData { key, value, colon: Some(colon as u32) });
        self.node_span(value).end().max(text.end())
    }
}

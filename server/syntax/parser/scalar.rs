//! Scalars and aliases in block context.

use super::block::Slot;
use super::{Parser, Properties, is_blank, is_flow_indicator};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    /// Parses a value that is not a block collection.
    pub(super) fn scalar(&mut self, slot: Slot, properties: Properties) -> NodeId {
        let parent = slot.parent;
        match self.byte() {
            b'|' => self.block_scalar(ScalarStyle::Literal, parent, properties),
            b'>' => self.block_scalar(ScalarStyle::Folded, parent, properties),
            b'"' | b'\'' => {
                let id = self.quoted(parent, properties, false);
                self.finish_line();
                id
            }
            b'{' if self.is_template() => self.rest_of_line(Error::UnquotedTemplate, parent, properties),
            b'[' | b'{' => {
                let id = self.flow_collection(properties, parent);
                self.finish_line();
                id
            }
            b'*' if self.gap(self.pos + 1) => self.rest_of_line(Error::UnquotedStar, parent, properties),
            b'*' => {
                let id = self.alias(parent, properties, false);
                self.finish_line();
                id
            }
            _ => self.plain(parent, properties),
        }
    }

    /// Whether the value is `{{ name }}`, which YAML parses as a mapping in a mapping.
    fn is_template(&self) -> bool {
        let line = self.bytes.get(self.pos..self.here().end()).unwrap_or_default();
        line.starts_with(b"{{") && line.windows(2).any(|pair| pair == b"}}")
    }

    /// Parses the rest of the line, up to a comment, as a plain scalar with an error.
    fn rest_of_line(&mut self, kind: Error, parent: i32, properties: Properties) -> NodeId {
        let start = self.pos;
        let line_end = self.here().end();
        let comment =
            (start + 1..line_end).find(|&index| self.at(index) == b'#' && is_blank(self.at(index - 1)));
        let span = Span::new(start, self.trim_end(start, comment.unwrap_or(line_end)));
        self.error(span, kind);
        self.pos = span.end();
        self.leaf(Kind::Scalar(ScalarStyle::Plain), span, properties, parent)
    }

    /// Parses `*name`.
    pub(super) fn alias(&mut self, parent: i32, properties: Properties, in_flow: bool) -> NodeId {
        let start = self.pos;
        self.pos += 1;
        while !self.gap(self.pos) && (!in_flow || !is_flow_indicator(self.byte())) {
            self.pos += 1;
        }
        let span = Span::new(start, self.pos);
        if properties.row.is_some() {
            self.error(span, Error::AliasWithProperties);
        }
        self.leaf(Kind::Alias, span, properties, parent)
    }

    /// Parses a plain scalar, including more indented continuation lines that are not keys.
    fn plain(&mut self, parent: i32, properties: Properties) -> NodeId {
        let start = self.pos;
        let first = self.byte();
        let reserved =
            matches!(first, b'@' | b'`' | b'%' | b']' | b'}' | b',') || first == b'?' && self.gap(start + 1);
        if reserved {
            self.error(Span::new(start, start + 1), Error::UnquotedStart(first as char));
        }
        let mut end = start;
        let mut reported = false;
        loop {
            let mut line_end = self.here().end();
            let mut comment = None;
            for index in self.pos..line_end {
                match self.at(index) {
                    b'#' if index > start && is_blank(self.at(index - 1)) => {
                        comment = Some(index);
                        break;
                    }
                    b':' if !reported && self.gap(index + 1) => {
                        reported = true;
                        if let Some(first_end) = self.split_line(start, index) {
                            line_end = first_end;
                            break;
                        }
                        self.error(Span::new(index, index + 1), Error::ColonInValue);
                    }
                    _ => {}
                }
            }
            end = self.trim_end(end, comment.unwrap_or(line_end));
            let Some(next) = self.continuation(parent).filter(|_| comment.is_none()) else { break };
            self.row = next;
            self.pos = self.line(next).text();
        }
        self.pos = end;
        self.leaf(Kind::Scalar(ScalarStyle::Plain), Span::new(start, end), properties, parent)
    }

    /// The next non-blank line, if a plain scalar continues there.
    fn continuation(&self, parent: i32) -> Option<usize> {
        let mut row = self.row + 1;
        while self.rows.get(row)?.is_blank() {
            row += 1;
        }
        let line = self.line(row);
        let spaces = self.leading_spaces(row) as i32;
        let goes_on = spaces > parent
            && self.at(line.text()) != b'#'
            && !self.is_marker(row)
            && self.foreign(row).is_none()
            && self.key_on(row).is_none()
            && self.key_at(line.text() + self.dashes(row), line.end()).is_none();
        goes_on.then_some(row)
    }
}

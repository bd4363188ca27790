//! Finds the `key:` of a line before parsing it.

use super::{Parser, Properties, is_blank};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeId, ScalarStyle};

/// YAML's limit for an implicit key (here in bytes); bounds the search for its `:`.
const KEY_LIMIT: usize = 1024;

/// An implicit key on one line.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// End of the key, without spaces before the colon.
    pub end: usize,
    /// Offset of its `:`.
    pub colon: usize,
}

impl Parser<'_> {
    /// The `key:` at an offset, including its anchor and tag, if there is one on that line.
    pub(super) fn key_at(&self, start: usize, line_end: usize) -> Option<Key> {
        let limit = line_end.min(start + KEY_LIMIT);
        let content = self.after_properties(start, limit)?;
        let (end, colon) = match self.at(content) {
            _ if content >= limit => return None,
            quote @ (b'"' | b'\'') => self.colon_after(self.closing_quote(content + 1, limit, quote)?)?,
            b'[' | b'{' => self.colon_after(self.closing_bracket(content, limit)?)?,
            b'*' => {
                let name = (content..limit).find(|&index| self.gap(index)).unwrap_or(limit);
                self.colon_after(name)?
            }
            b':' if self.gap(content + 1) => (content, content),
            b'#' | b'|' | b'>' | b']' | b'}' | b',' | b'%' | b'@' | b'`' => return None,
            b'-' | b'?' if self.gap(content + 1) => return None,
            _ => {
                let colon = self.plain_colon(content, limit)?;
                (self.trim_end(content, colon), colon)
            }
        };
        Some(Key { end, colon })
    }

    /// The `key:` at the start of a line.
    pub(super) fn key_on(&self, row: usize) -> Option<Key> {
        let line = self.line(row);
        self.key_at(line.text(), line.end())
    }

    /// The `:` followed by whitespace that ends a plain scalar, if it comes before a comment.
    pub(super) fn plain_colon(&self, start: usize, limit: usize) -> Option<usize> {
        let text = self.bytes.get(start..limit)?;
        let mut signs = text.iter().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'#'));
        let ends = signs.find(|&(at, &sign)| match sign {
            b':' => self.gap(start + at + 1),
            _ => at > 0 && is_blank(text[at - 1]),
        });
        ends.filter(|(_, sign)| **sign == b':').map(|(at, _)| start + at)
    }

    /// Skips anchors and tags; `None` if one is not followed by whitespace.
    fn after_properties(&self, start: usize, limit: usize) -> Option<usize> {
        let mut index = start;
        while index < limit && matches!(self.at(index), b'&' | b'!') {
            index = self.property_end(index, limit);
            let next = self.skip_blanks(index);
            if next == index && index < limit {
                return None;
            }
            index = next;
        }
        Some(index)
    }

    /// End of the anchor or tag at an offset, in block context.
    pub(super) fn property_end(&self, start: usize, limit: usize) -> usize {
        if self.bytes.get(start..).is_some_and(|rest| rest.starts_with(b"!<")) {
            let close = (start..limit).find(|&index| self.at(index) == b'>');
            return close.map_or(limit, |index| index + 1);
        }
        (start..limit).find(|&index| self.gap(index)).unwrap_or(limit)
    }

    fn colon_after(&self, end: usize) -> Option<(usize, usize)> {
        let colon = self.skip_blanks(end);
        (self.at(colon) == b':' && self.gap(colon + 1)).then_some((end, colon))
    }

    /// Offset just past the quote that closes a scalar whose text starts at `start`.
    pub(super) fn closing_quote(&self, start: usize, limit: usize, quote: u8) -> Option<usize> {
        let mut index = start;
        while index < limit {
            match self.at(index) {
                b'\\' if quote == b'"' => index += 1,
                b'\'' if quote == b'\'' && index + 1 < limit && self.at(index + 1) == b'\'' => index += 1,
                byte if byte == quote => return Some(index + 1),
                _ => {}
            }
            index += 1;
        }
        None
    }

    /// Offset just past the bracket that closes the one at `start`.
    pub(super) fn closing_bracket(&self, start: usize, limit: usize) -> Option<usize> {
        let mut depth = 0;
        let mut index = start;
        while index < limit {
            match self.at(index) {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                quote @ (b'"' | b'\'') if self.opens_quote(index) => {
                    index = self.closing_quote(index + 1, limit, quote)?;
                    continue;
                }
                b'#' if is_blank(self.at(index - 1)) => return None,
                _ => {}
            }
            index += 1;
            if depth == 0 {
                return Some(index);
            }
        }
        None
    }

    /// Whether a quote in a flow collection starts a scalar and is not part of a plain one.
    pub(super) fn opens_quote(&self, index: usize) -> bool {
        index == 0
            || matches!(
                self.at(index - 1),
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}' | b':'
            )
    }

    /// Parses the key that [`Parser::key_at`] found here, up to its colon.
    pub(super) fn key(&mut self, key: Key, indent: i32) -> NodeId {
        let mut properties = Properties::default();
        while self.pos < key.end && matches!(self.byte(), b'&' | b'!') {
            self.property(&mut properties, key.end);
            self.pos = self.skip_blanks(self.pos);
        }
        let span = Span::new(self.pos, key.end);
        let id = match self.byte() {
            _ if self.pos >= key.end => self.null(properties, indent),
            b'"' => self.leaf(Kind::Scalar(ScalarStyle::Double), span, properties, indent),
            b'\'' => self.leaf(Kind::Scalar(ScalarStyle::Single), span, properties, indent),
            b'[' | b'{' => self.flow_collection(properties, indent),
            b'*' => {
                if properties.row.is_some() {
                    self.error(span, Error::AliasWithProperties);
                }
                self.leaf(Kind::Alias, span, properties, indent)
            }
            _ => self.leaf(Kind::Scalar(ScalarStyle::Plain), span, properties, indent),
        };
        self.pos = key.colon;
        id
    }

    /// Parses the anchor or tag at the current position.
    pub(super) fn property(&mut self, properties: &mut Properties, limit: usize) {
        let span = Span::new(self.pos, self.property_end(self.pos, limit));
        let slot = if self.byte() == b'&' { &mut properties.anchor } else { &mut properties.tag };
        let second = slot.is_some();
        *slot = Some(span);
        if second {
            self.error(span, Error::SecondProperty);
        }
        if self.byte() == b'&' && span.len() == 1 {
            self.error(span, Error::EmptyAnchor);
        }
        let tag = self.byte() == b'!';
        let bad = |&index: &usize| match self.at(index) {
            b'{' | b'}' | b'[' | b']' => true,
            b',' => !tag,
            b'"' | b'\\' | b'^' | b'`' | b'|' => tag,
            _ => false,
        };
        let verbatim = self.at(span.start() + 1) == b'<';
        if let Some(bad) = (span.start()..span.end()).find(bad).filter(|_| !verbatim) {
            self.error(Span::new(bad, bad + 1), Error::BadProperty);
        }
        properties.row = Some(self.row);
        self.pos = span.end();
    }
}

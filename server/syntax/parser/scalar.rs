//! Scalars and aliases outside brackets: where each one ends.

use super::block::Slot;
use super::{Parser, Properties, is_blank};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    /// Reads a value that is no block collection.
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

    /// `{{ name }}`, which YAML takes for a mapping in a mapping.
    fn is_template(&self) -> bool {
        let line = self.bytes.get(self.pos..self.here().end()).unwrap_or_default();
        line.starts_with(b"{{") && line.windows(2).any(|pair| pair == b"}}")
    }

    /// Takes the rest of the line, up to a comment, for one unquoted scalar, with an error on it.
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

    /// Reads `*name`.
    pub(super) fn alias(&mut self, parent: i32, properties: Properties, in_flow: bool) -> NodeId {
        let start = self.pos;
        self.pos += 1;
        while !self.gap(self.pos) && !(in_flow && super::is_flow_indicator(self.byte())) {
            self.pos += 1;
        }
        let span = Span::new(start, self.pos);
        if properties.row.is_some() {
            self.error(span, Error::AliasWithProperties);
        }
        self.leaf(Kind::Alias, span, properties, parent)
    }

    /// Reads an unquoted scalar; it goes on over deeper lines that are not keys.
    fn plain(&mut self, parent: i32, properties: Properties) -> NodeId {
        let start = self.pos;
        let first = self.byte();
        let reserved =
            matches!(first, b'@' | b'`' | b'%' | b']' | b'}' | b',') || first == b'?' && self.gap(start + 1);
        if reserved {
            self.error(Span::new(start, start + 1), Error::UnquotedStart(first as char));
        }
        let mut end = start;
        let mut is_first = true;
        loop {
            let mut line_end = self.here().end();
            let mut comment = None;
            for index in self.pos..line_end {
                match self.at(index) {
                    b'#' if index > start && is_blank(self.at(index - 1)) => {
                        comment = Some(index);
                        break;
                    }
                    b':' if is_first && self.gap(index + 1) => {
                        is_first = false;
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
            is_first = false;
            let Some(next) = self.continuation(parent).filter(|_| comment.is_none()) else { break };
            self.row = next;
            self.pos = self.line(next).text();
        }
        self.pos = end;
        self.leaf(Kind::Scalar(ScalarStyle::Plain), Span::new(start, end), properties, parent)
    }

    /// The next line, blank ones skipped, if an unquoted scalar goes on there.
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
            && self.key_on(row).is_none();
        goes_on.then_some(row)
    }

    /// Spaces, and only spaces, that a line begins with.
    fn leading_spaces(&self, row: usize) -> usize {
        let line = self.line(row);
        let text = self.bytes.get(line.start()..line.end()).unwrap_or_default();
        text.iter().take_while(|&&byte| byte == b' ').count()
    }

    /// Reads a quoted scalar. One that nothing plausible closes ends with its line.
    pub(super) fn quoted(&mut self, parent: i32, properties: Properties, in_flow: bool) -> NodeId {
        let (start, quote) = (self.pos, self.byte());
        let style = if quote == b'"' { ScalarStyle::Double } else { ScalarStyle::Single };
        let line_end = self.here().end();
        let close =
            self.closing_quote(start + 1, line_end, quote).or_else(|| self.quote_over_lines(parent, in_flow));
        let end = close.unwrap_or_else(|| {
            let end = self.trim_end(start + 1, line_end);
            self.error(Span::new(start, end), Error::UnclosedQuote(quote as char));
            end
        });
        if quote == b'"' {
            self.check_escapes(start + 1, end);
        }
        self.goto(end);
        self.leaf(Kind::Scalar(style), Span::new(start, end), properties, parent)
    }

    /// Where the quoted scalar that begins here ends on a later line. A close is not believed when keys stand before
    /// it and text behind it: then it is the opening quote of some other value.
    pub(super) fn quote_over_lines(&mut self, parent: i32, in_flow: bool) -> Option<usize> {
        let quote = self.byte();
        let mut from = self.escaped_break(self.pos + 1, self.row, quote);
        let mut keys = false;
        for row in self.row + 1..self.rows.len() {
            let line = self.line(row);
            if line.is_blank() {
                continue;
            }
            self.fuel = self.fuel.checked_sub(line.end() - line.start())?;
            let structural = self.is_structural(row);
            if self.is_marker(row) || structural && self.indent(row) <= parent {
                return None;
            }
            keys |= structural;
            from = from.max(line.text());
            if let Some(end) = self.closing_quote(from, line.end(), quote) {
                let next = self.skip_blanks(end);
                let finished = next >= line.end()
                    || self.at(next) == b'#' && next > end
                    || in_flow && matches!(self.at(next), b',' | b']' | b'}' | b':');
                return (finished || !keys).then_some(end);
            }
            from = self.escaped_break(from, row, quote);
        }
        None
    }

    /// Where the next line of a quoted scalar is read from: its break may be escaped.
    fn escaped_break(&self, _from: usize, row: usize, _quote: u8) -> usize {
        self.line(row + 1).start()
    }

    fn check_escapes(&mut self, start: usize, end: usize) {
        let mut index = start;
        while index + 1 < end {
            if self.at(index) != b'\\' {
                index += 1;
                continue;
            }
            let digits = match self.at(index + 1) {
                b'x' => 2,
                b'u' => 4,
                b'U' => 8,
                b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"' | b'/'
                | b'\\' | b'N' | b'_' | b'L' | b'P' | b'\n' | b'\r' => 0,
                _ => {
                    let length = self.char_at(index + 1).len_utf8();
                    self.error(Span::new(index, index + 1 + length), Error::BadEscape);
                    0
                }
            };
            let hex =
                (0..digits).take_while(|offset| self.at(index + 2 + offset).is_ascii_hexdigit()).count();
            if hex < digits {
                self.error(Span::new(index, index + 2 + hex), Error::BadEscape);
            }
            index += 2;
        }
    }

    /// Reads `|` or `>` and the deeper lines below.
    fn block_scalar(&mut self, style: ScalarStyle, parent: i32, properties: Properties) -> NodeId {
        let start = self.pos;
        let header = self.here();
        let mut depth = None;
        self.pos += 1;
        loop {
            match self.byte() {
                b'+' | b'-' => {}
                digit @ b'1'..=b'9' if depth.is_none() => {
                    depth = Some(parent.max(0) + i32::from(digit - b'0'))
                }
                _ => break,
            }
            self.pos += 1;
        }
        let explicit = depth.is_some();
        let rest = self.skip_blanks(self.pos);
        if rest < header.end() {
            if self.at(rest) == b'#' && rest > self.pos {
                self.comments.push(Span::new(rest, header.end()));
            } else {
                let text = Span::new(rest, self.trim_end(rest, header.end()));
                self.error(text, Error::BlockHeaderText);
            }
        }
        let mut end = header.end();
        for row in self.row + 1..self.rows.len() {
            let line = self.line(row);
            let spaces = self.leading_spaces(row) as i32;
            if line.start() + spaces as usize == line.end() {
                if depth.is_some_and(|depth| spaces > depth) {
                    end = line.end();
                }
                continue;
            }
            if self.is_marker(row) {
                break;
            }
            match depth {
                None if spaces <= parent => break,
                None => depth = Some(spaces),
                Some(depth) if spaces >= depth => {}
                Some(depth) => {
                    if !self.is_block_text(row, parent, depth, explicit) {
                        break;
                    }
                }
            }
            end = line.end();
        }
        self.goto(end);
        self.leaf(Kind::Scalar(style), Span::new(start, end), properties, parent)
    }

    /// Whether a line that is indented less than a block scalar's text still belongs to it, with an error.
    fn is_block_text(&mut self, row: usize, parent: i32, depth: i32, explicit: bool) -> bool {
        let line = self.line(row);
        let spaces = self.leading_spaces(row) as i32;
        if let Some(kind) = self.foreign(row) {
            let inside =
                self.content_below(row).is_some_and(|below| self.leading_spaces(below) as i32 >= depth);
            if inside {
                self.error(Span::new(line.text(), line.end()), kind);
            }
            return inside;
        }
        let is_key =
            self.key_on(row).is_some_and(|key| !(line.text()..key.end).any(|index| is_blank(self.at(index))));
        if spaces <= parent || explicit || self.at(line.text()) == b'#' || is_key {
            return false;
        }
        let kind = Error::BlockTextIndent { found: spaces as u32, expected: depth as u32 };
        self.error(Span::new(line.start(), line.text()), kind);
        true
    }
}

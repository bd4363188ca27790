//! Flow collections: `[a, b]` and `{a: b}`.

use super::{Parser, Properties, is_blank, is_flow_indicator};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    /// Parses the flow collection at the current position.
    pub(super) fn flow_collection(&mut self, properties: Properties, parent: i32) -> NodeId {
        if self.flow_limit != usize::MAX {
            return self.flow(properties, parent);
        }
        self.flow_limit = self.flow_extent(self.pos, parent);
        let id = self.flow(properties, parent);
        self.flow_limit = usize::MAX;
        id
    }

    /// Upper bound for the end of a flow collection: `usize::MAX - 1` if its bracket is closed, otherwise the end of
    /// the last line that plausibly belongs to it.
    pub(super) fn flow_extent(&mut self, start: usize, parent: i32) -> usize {
        const CLOSED: usize = usize::MAX - 1;
        let mut depth = 0usize;
        let mut quote = None;
        let mut row = self.row;
        let mut index = start;
        loop {
            let line = self.line(row);
            let end = line.end();
            let Some(left) = self.fuel.checked_sub(end - line.start() + 1) else { return CLOSED };
            self.fuel = left;
            while index < end {
                let byte = self.at(index);
                match quote {
                    Some(open) => match self.closing_quote(index, end, open) {
                        Some(close) => {
                            index = close;
                            quote = None;
                            continue;
                        }
                        None => break,
                    },
                    None if matches!(byte, b'"' | b'\'') && self.opens_quote(index) => quote = Some(byte),
                    None if byte == b'#' && index > start && is_blank(self.at(index - 1)) => break,
                    None if matches!(byte, b'[' | b'{') => depth += 1,
                    None if matches!(byte, b']' | b'}') => {
                        depth -= 1;
                        if depth == 0 {
                            return CLOSED;
                        }
                    }
                    None => {}
                }
                index += 1;
            }
            row += 1;
            if row >= self.rows.len() || self.ends_flow(row, parent) {
                return self.unclosed_extent(parent);
            }
            index = self.line(row).text();
        }
    }

    /// Whether a line cannot belong to a flow collection nested under a block at column `parent`.
    fn ends_flow(&self, row: usize, parent: i32) -> bool {
        let line = self.line(row);
        if line.is_blank() {
            return false;
        }
        let closes = matches!(self.at(line.text()), b']' | b'}' | b',');
        self.is_marker(row) || self.indent(row) <= parent && !closes && self.is_structural(row)
    }

    /// End of the last line that belongs to an unclosed flow collection.
    fn unclosed_extent(&self, parent: i32) -> usize {
        use super::shape::Shape;
        let mut last = self.row;
        while let Some(row) = self.content_below(last) {
            let line = self.line(row);
            let before = self.line(last);
            let open = matches!(
                self.at(self.trim_end(before.start(), before.end()).wrapping_sub(1)),
                b',' | b'[' | b'{'
            );
            let comma = self.at(self.trim_end(line.start(), line.end()).wrapping_sub(1)) == b',';
            let goes_on = match self.shape(row) {
                Shape::Text => {
                    self.indent(row) > parent || matches!(self.at(line.text()), b']' | b'}' | b',')
                }
                Shape::Entry => self.indent(row) > parent && open && comma,
                Shape::Item => false,
            };
            if !goes_on || self.is_marker(row) {
                break;
            }
            last = row;
        }
        self.line(last).end()
    }

    /// Whether the flow collection cannot continue at the current position.
    fn flow_ends(&self, parent: i32) -> bool {
        self.pos >= self.flow_limit
            || self.at_document_end()
            || self.starts_line() && self.flow_limit != usize::MAX - 1 && self.ends_flow(self.row, parent)
    }

    fn flow(&mut self, properties: Properties, parent: i32) -> NodeId {
        if self.too_deep() {
            return self.stop(parent);
        }
        self.depth += 1;
        let id = self.open(properties, parent);
        let start = self.pos;
        let map = self.byte() == b'{';
        let close = if map { b'}' } else { b']' };
        let (entries, items) = (self.open_entries.len(), self.open_items.len());
        self.pos += 1;
        let mut comma_due = false;
        loop {
            let mark = self.mark();
            self.skip_trivia();
            if self.flow_ends(parent) {
                self.reset(mark);
                self.unclosed(start, close);
                break;
            }
            match self.byte() {
                b']' | b'}' => {
                    if self.byte() != close {
                        self.error(Span::new(self.pos, self.pos + 1), Error::WrongCloser(close as char));
                    }
                    self.pos += 1;
                    break;
                }
                b',' => {
                    if !comma_due {
                        self.error(Span::new(self.pos, self.pos + 1), Error::ExtraComma);
                    }
                    comma_due = false;
                    self.pos += 1;
                }
                b'#' if self.pos > 0 && is_flow_indicator(self.at(self.pos - 1)) => {
                    let end = self.here().end();
                    self.error(Span::at(self.pos), Error::MissingSpaceBeforeComment);
                    self.comments.push(Span::new(self.pos, end));
                    self.pos = end;
                }
                _ => {
                    if comma_due {
                        self.error(Span::at(mark.pos), Error::MissingComma);
                    }
                    comma_due = true;
                    self.flow_item(map, parent);
                }
            }
        }
        self.depth -= 1;
        let span = Span::new(start, self.pos);
        if map {
            self.close_mapping(id, true, entries, span);
        } else {
            self.close_sequence(id, true, items, span);
        }
        id
    }

    /// Reports a missing bracket once: the enclosing collections are then unclosed as well.
    fn unclosed(&mut self, start: usize, close: u8) {
        if self.flow_limit != 0 {
            self.error(Span::new(start, start + 1), Error::UnclosedFlow(close as char));
            self.flow_limit = 0;
        }
    }

    /// Parses one element of a flow collection.
    fn flow_item(&mut self, map: bool, parent: i32) {
        let start = self.pos;
        let row = self.row;
        let explicit = self.byte() == b'?' && self.gap(start + 1);
        if explicit {
            self.pos += 1;
            self.skip_trivia();
        }
        // A pair inside a sequence is a mapping of its own, whose node precedes that of its key.
        let indicator = self.flow_ends(parent) || matches!(self.byte(), b',' | b']' | b'}');
        let key = if indicator || self.at_flow_colon(false) {
            self.null(Properties::default(), parent)
        } else {
            self.flow_node(parent)
        };
        let json = self.pos > start && matches!(self.at(self.pos - 1), b'"' | b'\'' | b']' | b'}');
        let mark = self.mark();
        self.skip_trivia();
        let pair =
            self.at_flow_colon(json) && !self.flow_ends(parent) && (map || explicit || self.row == row);
        if !pair {
            self.reset(mark);
        }
        let (colon, value) = if pair {
            let colon = self.pos;
            self.pos += 1;
            (Some(colon as u32), Some(self.flow_value(parent)))
        } else {
            (None, None)
        };
        let base = self.open_entries.len();
        if map || pair || explicit {
            let value = value.unwrap_or_else(|| self.null(Properties::default(), parent));
            self.open_entries.push(EntryData { key, value, colon });
        }
        if map {
            return;
        }
        if pair || explicit {
            let id = self.open(Properties::default(), parent);
            self.close_mapping(id, true, base, Span::new(start, self.pos));
            self.open_items.push(id);
        } else {
            self.open_items.push(key);
        }
    }

    fn flow_value(&mut self, parent: i32) -> NodeId {
        let mark = self.mark();
        self.skip_trivia();
        if self.flow_ends(parent) || matches!(self.byte(), b',' | b']' | b'}') {
            self.reset(mark);
            return self.null(Properties::default(), parent);
        }
        self.flow_node(parent)
    }

    /// Whether there is a `:` here that separates key and value. After quotes and brackets (`json`) it needs no space.
    fn at_flow_colon(&self, json: bool) -> bool {
        self.byte() == b':' && (json || self.gap(self.pos + 1) || is_flow_indicator(self.at(self.pos + 1)))
    }

    fn flow_node(&mut self, parent: i32) -> NodeId {
        let mut properties = Properties::default();
        while matches!(self.byte(), b'&' | b'!') && !self.eof() {
            let line_end = self.here().end();
            let verbatim = self.at(self.pos + 1) == b'<';
            let limit = if verbatim {
                line_end
            } else {
                (self.pos..line_end).find(|&index| is_flow_indicator(self.at(index))).unwrap_or(line_end)
            };
            self.property(&mut properties, limit);
            let mark = self.mark();
            self.skip_trivia();
            if self.flow_ends(parent)
                || matches!(self.byte(), b',' | b']' | b'}')
                || self.at_flow_colon(false)
            {
                self.reset(mark);
                return self.null(properties, parent);
            }
        }
        match self.byte() {
            b'[' | b'{' => self.flow_collection(properties, parent),
            b'"' | b'\'' => self.quoted(parent, properties, true),
            b'*' => self.alias(parent, properties, true),
            _ => self.flow_plain(properties, parent),
        }
    }

    /// Parses a plain scalar in a flow collection; it may span several lines.
    fn flow_plain(&mut self, properties: Properties, parent: i32) -> NodeId {
        let start = self.pos;
        let first = self.byte();
        let reserved = matches!(first, b'@' | b'`' | b'%' | b'|' | b'>' | b'#')
            || matches!(first, b'-' | b'?') && (self.gap(start + 1) || is_flow_indicator(self.at(start + 1)));
        if reserved {
            self.error(Span::new(start, start + 1), Error::UnquotedStart(first as char));
        }
        // Consumes a reserved first character too, to make progress.
        let (mut end, mut end_row) = (start + self.char_at(start).len_utf8(), self.row);
        loop {
            let line_end = self.here().end();
            let stop = (self.pos..line_end).find(|&index| {
                let next = index + 1;
                match self.at(index) {
                    b':' => self.gap(next) || is_flow_indicator(self.at(next)),
                    b'#' => index > start && is_blank(self.at(index - 1)),
                    byte => is_flow_indicator(byte),
                }
            });
            if stop != Some(self.pos) {
                (end, end_row) = (self.trim_end(self.pos, stop.unwrap_or(line_end)), self.row);
            }
            if stop.is_some() || !self.next_flow_line(parent) {
                break;
            }
        }
        (self.pos, self.row) = (end, end_row);
        self.leaf(Kind::Scalar(ScalarStyle::Plain), Span::new(start, end), properties, parent)
    }

    /// Moves to the text of the next non-blank line if a scalar in a flow collection can continue there.
    fn next_flow_line(&mut self, parent: i32) -> bool {
        let Some(row) = (self.row + 1..self.rows.len()).find(|&row| !self.line(row).is_blank()) else {
            return false;
        };
        self.row = row;
        self.pos = self.line(row).text();
        self.byte() != b'#' && self.foreign(row).is_none() && !self.flow_ends(parent)
    }
}

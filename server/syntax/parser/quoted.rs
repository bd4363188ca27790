//! Quoted scalars, in block and flow context.

use super::{Parser, Properties};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    /// Parses a quoted scalar. If no plausible closing quote exists, it ends with its line.
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

    /// End of the quoted scalar that starts here, if it ends on a later line. A closing quote with keys before it and
    /// text after it is rejected: it is the opening quote of another value.
    pub(super) fn quote_over_lines(&mut self, parent: i32, in_flow: bool) -> Option<usize> {
        let quote = self.byte();
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
            if let Some(end) = self.closing_quote(line.text(), line.end(), quote) {
                let next = self.skip_blanks(end);
                let finished = next >= line.end()
                    || self.at(next) == b'#' && next > end
                    || in_flow && matches!(self.at(next), b',' | b']' | b'}' | b':');
                return (finished || !keys).then_some(end);
            }
        }
        None
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
                    let letter = self.char_at(index + 1);
                    let span = Span::new(index, index + 1 + letter.len_utf8());
                    self.error(span, Error::BadEscape(letter));
                    0
                }
            };
            let hex =
                (0..digits).take_while(|offset| self.at(index + 2 + offset).is_ascii_hexdigit()).count();
            if hex < digits {
                self.error(Span::new(index, index + 2 + hex), Error::BadEscape(self.char_at(index + 1)));
            }
            index += 2;
        }
    }
}

//! Literal and folded scalars: the header and the extent of the text.

use super::{Parser, Properties, is_blank};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeId, ScalarStyle};

impl Parser<'_> {
    /// Parses `|` or `>` and the more indented lines after it.
    pub(super) fn block_scalar(&mut self, style: ScalarStyle, parent: i32, properties: Properties) -> NodeId {
        let start = self.pos;
        let header = self.here();
        let mut depth = None;
        self.pos += 1;
        loop {
            match self.byte() {
                b'+' | b'-' => {}
                digit @ b'1'..=b'9' if depth.is_none() => {
                    depth = Some(parent.max(0) + i32::from(digit - b'0'));
                }
                _ => break,
            }
            self.pos += 1;
        }
        let explicit = depth.is_some();
        let rest = self.skip_blanks(self.pos);
        if rest < header.end() {
            if self.at(rest) == b'#' {
                self.comments.push(Span::new(rest, header.end()));
                if rest == self.pos {
                    self.error(Span::at(rest), Error::MissingSpaceBeforeComment);
                }
            } else {
                let text = Span::new(rest, self.trim_end(rest, header.end()));
                self.error(text, Error::BlockHeaderText);
            }
        }
        let mut end = header.end();
        let mut deepest = None;
        for row in self.row + 1..self.rows.len() {
            let line = self.line(row);
            let spaces = self.leading_spaces(row) as i32;
            if line.start() + spaces as usize == line.end() {
                match depth {
                    Some(depth) if spaces > depth => end = line.end(),
                    None if deepest.is_none_or(|(_, most)| spaces > most) => deepest = Some((row, spaces)),
                    _ => {}
                }
                continue;
            }
            if self.is_marker(row) {
                break;
            }
            match depth {
                None if spaces <= parent => {
                    if line.is_blank() {
                        self.error(Span::new(line.start(), line.end()), Error::TabIndent);
                    }
                    break;
                }
                None => {
                    if let Some((blank, most)) = deepest
                        && most > spaces
                    {
                        if self.at(line.text()) == b'#' {
                            break;
                        }
                        let blank = self.line(blank);
                        self.error(Span::new(blank.start(), blank.end()), Error::DeepBlankLine);
                    }
                    depth = Some(spaces);
                }
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

    /// Whether a line that is indented less than a block scalar's text still belongs to it. Reports an error if so.
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

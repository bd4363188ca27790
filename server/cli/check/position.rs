//! Byte offsets as lines and columns.

use crate::syntax::{Lines, Span};

/// Bytes between two stored counts; bounds the work of computing a column in a line of any length.
const STRIDE: usize = 1024;

/// A position in a text; lines and columns are counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Position {
    pub line: usize,
    /// In Unicode scalar values.
    pub column: usize,
    /// In UTF-16 code units.
    pub column_utf16: usize,
}

/// Converts byte offsets in one text.
pub(super) struct Positions<'a> {
    bytes: &'a [u8],
    lines: Lines,
    /// Number of characters and UTF-16 units before each multiple of [`STRIDE`].
    counts: Vec<(usize, usize)>,
}

impl<'a> Positions<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut counts = vec![(0, 0)];
        let mut total = (0, 0);
        for chunk in bytes.chunks_exact(STRIDE) {
            total = count(total, chunk);
            counts.push(total);
        }
        Self { bytes, lines: Lines::new(text), counts }
    }

    /// The position of a byte offset; offsets past the end are the end.
    pub(super) fn of(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.lines.line_of(offset);
        let start = self.before(self.lines.start(line));
        let here = self.before(offset);
        Position { line: line + 1, column: here.0 - start.0 + 1, column_utf16: here.1 - start.1 + 1 }
    }

    /// The part of a span on its first line, and the span of that line without its line break (bytes).
    pub(super) fn first_line(&self, span: Span) -> (Span, Span) {
        let line = self.lines.span(self.lines.line_of(span.start()));
        let text = self.bytes.get(line.range()).unwrap_or_default();
        let len = text.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
        let line = Span::new(line.start(), line.start() + len);
        let start = span.start().min(line.end());
        (Span::new(start, span.end().min(line.end())), line)
    }

    /// Number of characters and UTF-16 units before a byte offset.
    fn before(&self, offset: usize) -> (usize, usize) {
        let block = offset / STRIDE;
        let known = self.counts.get(block).copied().unwrap_or_default();
        count(known, self.bytes.get(block * STRIDE..offset).unwrap_or_default())
    }
}

/// Adds the counts of a piece of UTF-8: every byte except continuation bytes begins a character, and four-byte
/// characters are two UTF-16 units.
fn count((chars, units): (usize, usize), bytes: &[u8]) -> (usize, usize) {
    let starts = bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    let wide = bytes.iter().filter(|&&byte| byte >= 0xF0).count();
    (chars + starts, units + starts + wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_a_walk_over_the_characters_does() {
        let text = format!("a\r\nb: é😀\rc\n{}\n", "ü😀x".repeat(2_000));
        let positions = Positions::new(&text);
        let (mut line, mut column, mut column_utf16) = (1, 1, 1);
        for (offset, c) in text.char_indices() {
            assert_eq!(positions.of(offset), Position { line, column, column_utf16 }, "at {offset}");
            if c == '\n' || c == '\r' && text.as_bytes()[offset + 1] != b'\n' {
                (line, column, column_utf16) = (line + 1, 1, 1);
            } else {
                (column, column_utf16) = (column + 1, column_utf16 + c.len_utf16());
            }
        }
    }

    #[test]
    fn a_span_is_cut_at_the_end_of_its_line() {
        let positions = Positions::new("ab\r\ncd\n");
        assert_eq!(positions.first_line(Span::new(1, 6)), (Span::new(1, 2), Span::new(0, 2)));
        assert_eq!(positions.first_line(Span::at(3)), (Span::at(2), Span::new(0, 2)));
        assert_eq!(positions.first_line(Span::at(7)), (Span::at(7), Span::at(7)));
    }
}

//! Access to bytes and lines.

use super::Parser;
use crate::syntax::lines::Lines;
use crate::syntax::span::Span;

/// The parts of one line (byte offsets).
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    /// First byte, after a byte order mark.
    pub start: u32,
    /// First byte that is neither space nor tab; `end` on a blank line.
    pub text: u32,
    /// Line break or end of the text.
    pub end: u32,
    /// Column of `text`; a tab counts as one indentation step.
    pub indent: u32,
}

impl Row {
    #[inline]
    pub(super) fn start(self) -> usize {
        self.start as usize
    }
    #[inline]
    pub(super) fn text(self) -> usize {
        self.text as usize
    }
    #[inline]
    pub(super) fn end(self) -> usize {
        self.end as usize
    }
    #[inline]
    pub(super) fn is_blank(self) -> bool {
        self.text == self.end
    }
}

impl Parser<'_> {
    /// The byte at an offset; 0 past the end.
    #[inline]
    pub(super) fn at(&self, index: usize) -> u8 {
        self.bytes.get(index).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.at(self.pos)
    }

    #[inline]
    pub(super) fn eof(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// Whether whitespace, a line break or the end of the text is at an offset.
    #[inline]
    pub(super) fn gap(&self, index: usize) -> bool {
        self.bytes.get(index).is_none_or(|&byte| is_blank(byte) || is_break(byte))
    }

    #[inline]
    pub(super) fn line(&self, row: usize) -> Row {
        let end = self.bytes.len() as u32;
        self.rows.get(row).copied().unwrap_or(Row { start: end, text: end, end, indent: 0 })
    }

    /// The current line.
    #[inline]
    pub(super) fn here(&self) -> Row {
        self.line(self.row)
    }

    /// Moves to an offset on the current line or a later one.
    #[inline]
    pub(super) fn goto(&mut self, pos: usize) {
        self.pos = pos;
        while self.rows.get(self.row + 1).is_some_and(|row| row.start() <= pos) {
            self.row += 1;
        }
    }

    pub(super) fn skip_line(&mut self) {
        self.pos = self.here().end();
    }

    /// First offset from `index` on that is neither space nor tab.
    #[inline]
    pub(super) fn skip_blanks(&self, mut index: usize) -> usize {
        while self.bytes.get(index).is_some_and(|&byte| is_blank(byte)) {
            index += 1;
        }
        index
    }

    /// End of the text `from..to` without trailing spaces and tabs.
    pub(super) fn trim_end(&self, from: usize, mut to: usize) -> usize {
        while to > from && is_blank(self.at(to - 1)) {
            to -= 1;
        }
        to
    }

    /// The character at an offset, for messages.
    pub(super) fn char_at(&self, index: usize) -> char {
        self.text.get(index..).and_then(|rest| rest.chars().next()).unwrap_or(' ')
    }

    /// The span of the character at an offset.
    pub(super) fn char_span(&self, index: usize) -> Span {
        Span::new(index, (index + self.char_at(index).len_utf8()).min(self.bytes.len()))
    }

    /// Whether the current position is the first content of its line.
    pub(super) fn starts_line(&self) -> bool {
        self.pos == self.here().text()
    }

    /// Column of a line's text.
    pub(super) fn indent(&self, row: usize) -> i32 {
        self.line(row).indent as i32
    }

    /// Column of the current position.
    pub(super) fn column(&self) -> i32 {
        let line = self.here();
        line.indent as i32 + self.pos as i32 - line.text as i32
    }

    /// Number of leading spaces of a line; tabs do not count.
    pub(super) fn leading_spaces(&self, row: usize) -> usize {
        let line = self.line(row);
        let text = self.bytes.get(line.start()..line.end()).unwrap_or_default();
        text.iter().take_while(|&&byte| byte == b' ').count()
    }

    /// Whether a line is `---` or `...`, alone or followed by whitespace.
    pub(super) fn is_marker(&self, row: usize) -> bool {
        let start = self.line(row).start();
        let rest = self.bytes.get(start..).unwrap_or_default();
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.gap(start + 3)
    }

    /// Whether the document ends at the current position: at a marker, or at a directive if the marker is missing.
    pub(super) fn at_document_end(&self) -> bool {
        let starts_line = self.pos == self.here().start();
        self.eof() || starts_line && (self.is_marker(self.row) || self.is_directive(self.row))
    }

    /// Whether a line is a directive and not text that starts with `%`.
    pub(super) fn is_directive(&self, row: usize) -> bool {
        let rest = self.bytes.get(self.line(row).start()..).unwrap_or_default();
        [&b"%YAML "[..], b"%TAG "].iter().any(|directive| rest.starts_with(directive))
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

pub(super) fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// A character that ends a plain scalar in a flow collection.
pub(super) fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

/// Splits a text into lines and detects its indentation step in columns.
pub(super) fn rows(bytes: &[u8], lines: &Lines) -> (Vec<Row>, i32) {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let row = |line: usize| {
        let span = lines.span(line);
        let start = if line == 0 { mark } else { span.start() };
        let mut end = span.end();
        while end > start && is_break(bytes[end - 1]) {
            end -= 1;
        }
        let indent = bytes[start..end].iter().take_while(|&&byte| is_blank(byte)).count();
        Row { start: start as u32, text: (start + indent) as u32, end: end as u32, indent: indent as u32 }
    };
    let mut rows: Vec<Row> = (0..lines.count()).map(row).collect();
    let indented = rows.iter().filter(|row| !row.is_blank() && row.indent > 0);
    let step = indented.take(100).map(|row| row.indent).min().unwrap_or(2).clamp(2, 8);
    for row in &mut rows {
        let tabs = bytes[row.start()..row.text()].iter().filter(|&&byte| byte == b'\t').count() as u32;
        row.indent += tabs * (step - 1);
    }
    (rows, step as i32)
}

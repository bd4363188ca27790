//! Line boundaries. `\n`, `\r\n` and a lone `\r` end a line, as in YAML and LSP.

use super::span::Span;

/// Start offsets of a text's lines, in bytes.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    len: u32,
}

impl Lines {
    /// Finds the line starts of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for index in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[index] == b'\n' || bytes.get(index + 1) != Some(&b'\n') {
                starts.push(index as u32 + 1);
            }
        }
        Self { starts, len: bytes.len() as u32 }
    }

    /// Moves the start of each line; the number of lines stays the same.
    pub(super) fn shift(&mut self, shift: impl Fn(u32) -> u32) {
        self.starts.iter_mut().for_each(|start| *start = shift(*start));
        self.len = shift(self.len);
    }

    /// Number of lines; a text without line breaks has one.
    #[must_use]
    #[inline]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 0) that contains a byte offset.
    #[must_use]
    #[inline]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset) - 1
    }

    /// The bytes of a line including its line break; empty past the last line.
    #[must_use]
    #[inline]
    pub fn span(&self, line: usize) -> Span {
        let at = |line: usize| self.starts.get(line).copied().unwrap_or(self.len) as usize;
        Span::new(at(line), at(line + 1))
    }

    /// Byte offset of the start of a line; the end of the text past the last line.
    #[must_use]
    #[inline]
    pub fn start(&self, line: usize) -> usize {
        self.span(line).start()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn every_kind_of_break() {
        let lines = Lines::new("a\nb\r\nc\rd");
        let spans: Vec<_> = (0..lines.count()).map(|line| lines.span(line).range()).collect();
        assert_eq!(spans, [0..2, 2..5, 5..7, 7..8]);
        assert_eq!([0, 1, 2, 4, 5, 7, 8].map(|offset| lines.line_of(offset)), [0, 0, 1, 1, 2, 3, 3]);
        assert_eq!(lines.span(9).range(), 8..8);
    }

    #[test]
    fn last_line_may_be_empty() {
        assert_eq!(Lines::new("").count(), 1);
        assert_eq!(Lines::new("a\n").count(), 2);
    }
}

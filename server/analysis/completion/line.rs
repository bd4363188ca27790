//! The line that the cursor is on.

use crate::syntax::{Span, Syntax};

/// The cursor's line, cut into dashes and the rest.
pub(super) struct Line<'a> {
    pub(super) syntax: &'a Syntax,
    /// Offset of its first byte, and of its end without the line break.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Offset of the first byte that is no blank; the cursor's where there is none.
    pub(super) first: usize,
    /// Offsets of the dashes before the cursor that open items.
    pub(super) dashes: Vec<usize>,
    /// Offset at which the key or value behind the dashes starts; the cursor's where there is none.
    pub(super) token: usize,
}

impl<'a> Line<'a> {
    /// The line around an offset.
    pub(super) fn new(syntax: &'a Syntax, offset: usize) -> Self {
        let span = syntax.lines().span(syntax.lines().line_of(offset));
        let text = syntax.slice(span);
        let start = span.start();
        let end = start + text.trim_end_matches(['\r', '\n']).len();
        let text = syntax.slice(Span::new(start, end));
        let blanks = |from: usize| {
            let rest = text.get(from..).unwrap_or_default();
            from + rest.len() - rest.trim_start_matches([' ', '\t', '\u{feff}']).len()
        };
        let mut at = blanks(0);
        let first = at;
        let mut dashes = Vec::new();
        while start + at < offset && is_dash(text, at) {
            dashes.push(start + at);
            at = blanks(at + 1);
        }
        let blank_rest = at >= text.len() || text[at..].starts_with('#');
        let token = if blank_rest || start + at > offset { offset } else { start + at };
        let first = if first >= text.len() { offset } else { start + first };
        Self { syntax, start, end, first, dashes, token }
    }

    /// Whether nothing is written on it.
    pub(super) fn is_blank(&self) -> bool {
        self.syntax.slice(Span::new(self.start, self.end)).trim().is_empty()
    }

    /// Whether a dash stands right behind an offset.
    pub(super) fn opens_item(&self, offset: usize) -> bool {
        is_dash(self.syntax.slice(Span::new(offset, self.end)), 0)
    }

    /// Whether a value may begin at an offset: not right behind an anchor or a tag.
    pub(super) fn may_begin(&self, offset: usize) -> bool {
        let before = self.syntax.slice(Span::new(self.start, offset));
        before.ends_with([' ', '\t', ':', '-', '[', '{', ',', '\u{feff}']) || before.is_empty()
    }

    /// Column (bytes) of an offset on the line.
    pub(super) fn column(&self, offset: usize) -> usize {
        offset.saturating_sub(self.start)
    }

    /// The column that decides which block the line belongs to, and whether that is the column of a dash.
    pub(super) fn outermost(&self) -> (usize, bool) {
        match self.dashes.first() {
            Some(&dash) => (self.column(dash), true),
            None => (self.column(self.token), false),
        }
    }
}

/// Whether an item of a list begins at a byte of a line.
pub(super) fn is_dash(text: &str, at: usize) -> bool {
    let mut bytes = text.bytes().skip(at);
    bytes.next() == Some(b'-') && bytes.next().is_none_or(|next| next == b' ' || next == b'\t')
}

//! The line that the cursor is on.

use crate::syntax::{Span, Syntax};

/// The cursor's line, split into dashes and the rest.
pub(super) struct Line<'a> {
    pub(super) syntax: &'a Syntax,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset of its end, without the line break.
    pub(super) end: usize,
    /// Offset of its first byte that is not a blank; the cursor's where there is none.
    pub(super) first: usize,
    /// Offsets of the dashes before the cursor that open items.
    pub(super) dashes: Vec<usize>,
    /// Offset at which the key or value after the dashes starts; the cursor's where there is none.
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
        let skip_blanks = |from: usize| {
            let rest = text.get(from..).unwrap_or_default();
            from + rest.len() - rest.trim_start_matches([' ', '\t', '\u{feff}']).len()
        };
        let mut at = skip_blanks(0);
        let first = at;
        let mut dashes = Vec::new();
        while start + at < offset && is_dash(text, at) {
            dashes.push(start + at);
            at = skip_blanks(at + 1);
        }
        let blank_rest = at >= text.len() || text[at..].starts_with('#');
        let token = if blank_rest || start + at > offset { offset } else { start + at };
        let first = if first >= text.len() { offset } else { start + first };
        Self { syntax, start, end, first, dashes, token }
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.syntax.slice(Span::new(start, end))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.slice(self.start, self.end).trim().is_empty()
    }

    /// Whether a dash that opens an item stands at an offset.
    pub(super) fn has_dash_at(&self, offset: usize) -> bool {
        is_dash(self.slice(offset, self.end), 0)
    }

    /// Whether a value may begin at an offset: not right behind an anchor or a tag.
    pub(super) fn may_begin(&self, offset: usize) -> bool {
        let before = self.slice(self.start, offset);
        before.ends_with([' ', '\t', ':', '-', '[', '{', ',', '\u{feff}']) || before.is_empty()
    }

    /// Column (bytes) of an offset on the line.
    pub(super) fn column(&self, offset: usize) -> usize {
        offset.saturating_sub(self.start)
    }

    /// Column (bytes) of the first dash, else of the token: it decides which block the line belongs to.
    pub(super) fn indentation(&self) -> usize {
        self.column(self.dashes.first().copied().unwrap_or(self.token))
    }
}

/// Whether an item of a block sequence begins at a byte of a line.
pub(super) fn is_dash(text: &str, at: usize) -> bool {
    let mut bytes = text.bytes().skip(at);
    bytes.next() == Some(b'-') && bytes.next().is_none_or(|next| next == b' ' || next == b'\t')
}

//! Half-open ranges of byte offsets into a document's text.

use std::fmt;
use std::ops::Range;

/// A half-open range of byte offsets, `start..end`, in one document's text.
///
/// Both ends are on `char` boundaries. Stored as `u32`: documents are far smaller than 4 GiB (see
/// [`super::MAX_BYTES`]), and a tree holds many spans.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Creates the span `start..end` (bytes). Offsets past `u32::MAX` saturate; an end before the start gives an empty
    /// span.
    #[must_use]
    #[inline]
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let start = narrow(start);
        Self { start, end: narrow(end).max(start) }
    }

    /// The empty span at a byte offset.
    #[must_use]
    #[inline]
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Byte offset of the first byte.
    #[must_use]
    #[inline]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// Byte offset just past the last byte.
    #[must_use]
    #[inline]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Converts to a range for indexing a text.
    #[must_use]
    #[inline]
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Length in bytes.
    #[must_use]
    #[inline]
    pub fn len(self) -> usize {
        self.end() - self.start()
    }

    /// Whether the span is empty.
    #[must_use]
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether a cursor at `offset` touches the span; both ends are included.
    #[must_use]
    #[inline]
    pub fn touches(self, offset: usize) -> bool {
        self.start() <= offset && offset <= self.end()
    }

    /// Whether `other` is within this span.
    #[must_use]
    #[inline]
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    #[inline]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

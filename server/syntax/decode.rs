//! Decodes scalars to their text and maps each byte of it back to the source.

mod block;
mod flow;

use super::span::Span;
use super::tree::{Entry, Kind, Node, ScalarStyle};
use std::borrow::Cow;
use std::ops::Range;

/// A run of decoded text and the source bytes that produced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Start of the run in the decoded text.
    decoded: usize,
    /// Start of its source.
    source: usize,
    /// Length of the source in bytes. A run that is copied has the same decoded length; an escape or a fold may not.
    len: usize,
}

/// Decoded text with a mapping to the source. Offsets are bytes.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The decoded text.
    pub text: Cow<'a, str>,
    /// Runs in order; the first starts at 0.
    pieces: Vec<Piece>,
}

impl Decoded<'_> {
    /// A text that maps to itself.
    #[must_use]
    pub fn verbatim(text: &str) -> Decoded<'static> {
        let piece = Piece { decoded: 0, source: 0, len: text.len() };
        Decoded { text: Cow::Owned(text.to_owned()), pieces: vec![piece] }
    }

    /// Converts to a value that does not borrow from the source.
    #[must_use]
    pub fn into_owned(self) -> Decoded<'static> {
        Decoded { text: Cow::Owned(self.text.into_owned()), pieces: self.pieces }
    }

    /// The source offset of the character at a decoded offset. From the end of the text on, the end of the last
    /// character's source.
    #[must_use]
    pub fn source_offset(&self, offset: usize) -> usize {
        if offset >= self.text.len() {
            return self.pieces.last().map_or(0, |piece| piece.source + piece.len);
        }
        let piece = self.piece(offset);
        piece.source + (offset - piece.decoded).min(piece.len)
    }

    /// The source of a decoded range: from its first character to its last, including line breaks and indentation
    /// between them.
    #[must_use]
    pub fn source_span(&self, range: Range<usize>) -> Span {
        let start = self.source_offset(range.start);
        if range.is_empty() {
            return Span::at(start);
        }
        let last = range.end.min(self.text.len()).saturating_sub(1);
        let index = self.index(last);
        let piece = self.pieces.get(index).copied().unwrap_or(Piece { decoded: 0, source: start, len: 0 });
        let run_end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.decoded);
        let end = if range.end >= run_end {
            piece.source + piece.len
        } else {
            piece.source + (range.end - piece.decoded).min(piece.len)
        };
        Span::new(start, end)
    }

    /// The decoded offset of a source offset. Inside an escape, a fold or indentation, the offset of the next
    /// character.
    #[must_use]
    pub fn decoded_offset(&self, source: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.source <= source);
        let Some(index) = after.checked_sub(1) else { return 0 };
        let piece = self.pieces[index];
        let run_end = self.pieces.get(after).map_or(self.text.len(), |next| next.decoded);
        let into = source - piece.source;
        if run_end - piece.decoded == piece.len || into == 0 {
            return (piece.decoded + into).min(run_end);
        }
        run_end
    }

    fn index(&self, offset: usize) -> usize {
        self.pieces.partition_point(|piece| piece.decoded <= offset).saturating_sub(1)
    }

    fn piece(&self, offset: usize) -> Piece {
        self.pieces.get(self.index(offset)).copied().unwrap_or(Piece { decoded: 0, source: 0, len: 0 })
    }
}

/// Collects decoded text, and the pieces if requested.
struct Output<'a> {
    source: &'a str,
    text: String,
    pieces: Option<Vec<Piece>>,
}

impl<'a> Output<'a> {
    fn new(source: &'a str, capacity: usize, map: bool) -> Self {
        Self { source, text: String::with_capacity(capacity), pieces: map.then(Vec::new) }
    }

    /// Copies source text unchanged.
    fn copy(&mut self, range: Range<usize>) {
        let text = self.source.get(range.clone()).unwrap_or_default();
        self.put(text, range);
    }

    /// Writes text that a range of the source decodes to.
    fn put(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        if let Some(pieces) = &mut self.pieces {
            pieces.push(Piece { decoded: self.text.len(), source: source.start, len: source.len() });
        }
        self.text.push_str(text);
    }
}

/// Decodes a scalar. The pieces stay empty unless `map` is set.
fn decode<'a>(node: Node<'a>, map: bool) -> Decoded<'a> {
    node.syntax.reads.node(node.id.index());
    let source = node.syntax.untracked_text();
    let span = node.span();
    let Kind::Scalar(style) = node.kind() else {
        let piece = Piece { decoded: 0, source: span.start(), len: 0 };
        return Decoded { text: Cow::Borrowed(""), pieces: vec![piece; usize::from(map)] };
    };
    if node.data().as_is {
        let range = node.data().as_is_range();
        let piece = Piece { decoded: 0, source: range.start, len: range.len() };
        let text = source.get(range).unwrap_or_default();
        return Decoded { text: Cow::Borrowed(text), pieces: vec![piece; usize::from(map)] };
    }
    let written = match style {
        ScalarStyle::Plain => span,
        ScalarStyle::Single | ScalarStyle::Double => flow::inside_quotes(source, span, style),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let mut output = Output::new(source, span.len(), map);
            block::decode(node, style, &mut output);
            return finish(output, span.end());
        }
    };
    let text = source.get(written.range()).unwrap_or_default();
    let mut output = Output::new(source, text.len(), map);
    flow::decode(written, style, &mut output);
    finish(output, written.start())
}

fn finish<'a>(output: Output<'_>, empty_at: usize) -> Decoded<'a> {
    let mut pieces = output.pieces.unwrap_or_default();
    if pieces.is_empty() {
        pieces.push(Piece { decoded: 0, source: empty_at, len: 0 });
    }
    Decoded { text: Cow::Owned(output.text), pieces }
}

impl<'a> Node<'a> {
    /// The decoded text of a scalar; empty for other kinds.
    #[must_use]
    #[inline]
    pub fn value(self) -> Cow<'a, str> {
        let data = self.data();
        if data.as_is && self.is_scalar() {
            self.syntax.reads.node(self.id.index());
            return Cow::Borrowed(self.syntax.text.get(data.as_is_range()).unwrap_or_default());
        }
        decode(self, false).text
    }

    /// The decoded text of a scalar with a mapping to the source.
    #[must_use]
    pub fn decoded(self) -> Decoded<'a> {
        decode(self, true)
    }
}

impl<'a> Entry<'a> {
    /// The decoded text of the key, or of its target if it is an alias.
    #[must_use]
    #[inline]
    pub fn name(self) -> Cow<'a, str> {
        self.key().target().value()
    }

    /// Whether the key is `name`.
    #[must_use]
    #[inline]
    pub fn is_named(self, name: &str) -> bool {
        let key = self.key().target();
        let data = key.data();
        // Most keys do not match, and their length is enough to tell.
        if data.as_is && data.as_is_range().len() != name.len() {
            return name.is_empty() && !key.is_scalar();
        }
        key.value() == name
    }
}

#[cfg(test)]
mod tests;

//! The YAML stream: directives, document markers and root values.

use super::block::Slot;
use super::rows::Row;
use super::{Parser, aliases};
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Document, NodeId};

/// Whether a line has bytes that can be part of a control character. Tests eight bytes at a time.
fn may_contain_control(line: &[u8]) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let (words, rest) = line.as_chunks::<8>();
    // The high bit is set for bytes that had it set, that are below a space, or that are DEL. A borrow from the next
    // byte starts only at such a byte.
    let unusual = |word: u64| {
        (word | word.wrapping_sub(ONES * 0x20) | (word ^ (ONES * 0x7f)).wrapping_sub(ONES)) & HIGH != 0
    };
    words.iter().any(|word| unusual(u64::from_le_bytes(*word)))
        || rest.iter().any(|byte| !(0x20..0x7f).contains(byte))
}

impl Parser<'_> {
    /// Parses the whole text.
    pub(super) fn stream(&mut self) {
        self.control_characters();
        loop {
            let (tags, directives) = self.directives();
            if self.eof() {
                if let Some(span) = directives {
                    self.error(span, Error::DirectiveWithoutDocument);
                }
                return;
            }
            if let Some(span) = directives
                && self.documents.last().is_some_and(|document| !document.explicit_end)
            {
                self.error(span, Error::DirectiveInDocument);
            }
            let marker = self.at_document_end();
            if marker && self.byte() == b'.' {
                if let Some(span) = directives {
                    self.error(span, Error::DirectiveWithoutDocument);
                }
                self.pos += 3;
                self.finish_line();
                continue;
            }
            let start = self.pos;
            if marker {
                self.pos += 3;
            } else if let Some(span) = directives {
                self.error(span, Error::DirectiveWithoutDocument);
            }
            let begun = self.pos;
            let root = self.root(!marker);
            let mut end = self.node_span(root).end().max(begun);
            self.skip_trivia();
            let explicit_end = !self.eof() && self.is_marker(self.row) && self.byte() == b'.';
            if explicit_end {
                self.pos += 3;
                end = self.pos;
                self.finish_line();
            }
            aliases::resolve(self);
            self.documents.push(Document {
                explicit_start: marker,
                explicit_end,
                span: Span::new(start, end),
                tags,
                root,
            });
        }
    }

    /// Skips directives. Returns `%TAG` handles and the span of the first directive.
    fn directives(&mut self) -> (Vec<(String, String)>, Option<Span>) {
        let (mut tags, mut first) = (Vec::new(), None);
        let mut versions = 0;
        loop {
            self.skip_trivia();
            let line = self.here();
            if self.eof() || self.byte() != b'%' || self.pos != line.start() {
                return (tags, first);
            }
            let span = Span::new(self.pos, self.trim_end(self.pos, line.end()));
            first = first.or(Some(span));
            let mut words = self.text.get(span.range()).unwrap_or_default().split_ascii_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("%TAG"), Some(handle), Some(prefix)) => {
                    tags.push((handle.to_owned(), prefix.to_owned()));
                }
                (Some("%YAML"), version, more) => {
                    versions += 1;
                    let comment = more.is_none_or(|word| word.starts_with('#'));
                    if versions > 1 || version.is_none() || !comment {
                        self.error(span, Error::BadDirective);
                    }
                }
                _ => {}
            }
            self.skip_line();
        }
    }

    /// Parses the document's root value. Any other content of the document is one error; a collection is preferred to a
    /// scalar before it.
    fn root(&mut self, compact: bool) -> NodeId {
        self.levels.clear();
        let slot = Slot { parent: -1, items_at_parent: false, compact, shift: 0 };
        let mut root = self.node(slot);
        let mut unexpected = None;
        loop {
            let mark = self.mark();
            self.skip_trivia();
            if self.at_document_end() {
                self.reset(mark);
                break;
            }
            let (start, line, errors) = (self.pos, self.here(), self.errors.len());
            let next = self.node(slot);
            if self.pos == start {
                self.skip_line();
            }
            let better = self.is_scalar(root) && !self.is_scalar(next);
            let extra = if better {
                self.node_span(root)
            } else {
                Span::new(start, self.trim_end(start, line.end()))
            };
            unexpected = unexpected.or(Some(extra));
            if better {
                root = next;
            } else {
                self.errors.truncate(errors);
            }
        }
        if let Some(span) = unexpected {
            self.error(span, Error::UnexpectedContent);
        }
        root
    }

    /// Reports control characters, which YAML does not allow, with one error per run.
    fn control_characters(&mut self) {
        let suspect =
            |row: &Row| may_contain_control(self.bytes.get(row.start()..row.end()).unwrap_or_default());
        let Some(first) = self.rows.iter().find(|row| suspect(row)) else { return };
        let mut index = first.start();
        while let Some(&byte) = self.bytes.get(index) {
            let next = self.at(index + 1);
            let bad = match byte {
                b'\t' | b'\n' | b'\r' => false,
                0..0x20 | 0x7f => true,
                0xc2 => next < 0xa0 && next != 0x85,
                0xef => next == 0xbf && matches!(self.at(index + 2), 0xbe | 0xbf),
                _ => false,
            };
            if !bad {
                index += 1;
                continue;
            }
            let char = self.char_at(index);
            let start = index;
            while self.char_at(index) == char && index < self.bytes.len() {
                index += char.len_utf8();
            }
            self.error(Span::new(start, index), Error::ControlCharacter(char));
        }
    }

    /// Takes the anchored nodes and aliases of the current document, so that the next one starts without any.
    pub(super) fn take_named(&mut self) -> Vec<NodeId> {
        std::mem::take(&mut self.named)
    }
}

//! The word at the cursor: what is typed so far, and what an insertion replaces.

use super::Insertion;
use super::line::Line;
use crate::syntax::{Kind, Node, ScalarStyle};

/// The word at the cursor. Offsets are bytes; quotes around the word are not part of it.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// Where it starts; the cursor's offset where nothing is typed.
    pub start: usize,
    /// The cursor's offset.
    pub cursor: usize,
    /// Where it ends: at or after the cursor, on the same line.
    pub end: usize,
    /// The text from its start to the cursor.
    pub prefix: &'a str,
    /// The quote around it.
    pub quote: Option<char>,
    /// Whether the closing quote is missing.
    pub unclosed: bool,
    /// Whether the scalar that it is part of continues on the next line.
    pub multiline: bool,
    /// How many spaces are missing in front of it (`key:|`, `-|`).
    pub padding: usize,
    /// Whether it is a key followed by a colon.
    pub has_colon: bool,
    /// Whether a comma is missing between it and the next item of a flow collection.
    pub lacks_comma: bool,
}

impl<'a> Word<'a> {
    fn new(line: &Line<'a>, start: usize, cursor: usize, end: usize) -> Self {
        Self {
            start,
            cursor,
            end,
            prefix: line.slice(start, cursor),
            quote: None,
            unclosed: false,
            multiline: false,
            padding: 0,
            has_colon: false,
            lacks_comma: false,
        }
    }

    /// The word on a line for which the tree has no key or item. `None` where more than one word is written.
    pub(super) fn without_node(line: &Line<'a>, cursor: usize) -> Option<Self> {
        let text = line.slice(line.token, line.end);
        let is_end = |(at, letter): (usize, char)| {
            let follows = text[at..].chars().nth(1);
            matches!(letter, ' ' | '\t' | '#')
                || letter == ':' && follows.is_none_or(|next| next == ' ' || next == '\t')
        };
        let length = text.char_indices().find(|found| is_end(*found)).map_or(text.len(), |(at, _)| at);
        let word = Self::new(line, line.token, cursor, line.token + length);
        let is_plain = cursor <= word.end && !word.prefix.contains(['"', '\'', '{', '[', '&', '*', '!']);
        is_plain.then_some(Self { has_colon: text[length..].starts_with(':'), ..word })
    }

    /// The rest of the cursor's line in a block scalar.
    pub(super) fn in_block_scalar(line: &Line<'a>, cursor: usize) -> Self {
        Self::new(line, line.first.min(cursor), cursor, line.end.max(cursor))
    }

    /// The word of a key or value; `node` is what is written there. `None` where that is not a scalar on one line, or
    /// where the cursor is not in it.
    pub(super) fn of(node: Option<Node<'a>>, line: &Line<'a>, cursor: usize) -> Option<Self> {
        let Some(node) = node.filter(|node| node.kind() != Kind::Null) else {
            return Some(Self::new(line, cursor, cursor, cursor));
        };
        let Kind::Scalar(style) = node.kind() else { return None };
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return None;
        }
        let span = node.span();
        if cursor < span.start() {
            return None;
        }
        let end = span.end().min(line.end);
        let start = span.start().max(line.first);
        let quote = node.source().chars().next().filter(|first| matches!(first, '"' | '\''));
        let Some(quote) = quote else {
            let is_after = cursor > end && !line.slice(end, cursor).trim().is_empty();
            let word = || Self::new(line, start, cursor, end.max(cursor));
            return (!is_after).then(|| Self { multiline: span.end() > line.end, ..word() });
        };
        let closed = node.source().len() > 1 && node.source().ends_with(quote);
        let end = end - usize::from(closed && end == span.end());
        let start = if start == span.start() { start + 1 } else { start };
        if cursor < start || cursor > end {
            return None;
        }
        Some(Self { quote: Some(quote), unclosed: !closed, ..Self::new(line, start, cursor, end) })
    }

    /// Whether the rest of the line can stay when the word is replaced.
    pub(super) fn is_replaceable(&self, line: &Line<'_>, insertion: Insertion, in_flow: bool) -> bool {
        let mut rest = line.slice(self.end, line.end.max(self.end));
        if let Some(quote) = self.quote.filter(|_| !self.unclosed) {
            rest = rest.strip_prefix(quote).unwrap_or(rest);
        }
        let content = rest.trim_start_matches([' ', '\t']);
        let is_comment = content.starts_with('#') && content.len() < rest.len();
        let after_cursor = line.slice(self.cursor, self.end);
        let is_word = |letter: char| letter.is_alphanumeric() || "_-.$/:*@".contains(letter);
        if insertion != Insertion::Value && self.quote.is_none() && !after_cursor.chars().all(is_word) {
            return false;
        }
        let ends = content.is_empty() || is_comment;
        self.has_colon || ends || in_flow && content.starts_with([',', ']', '}', ':'])
    }
}

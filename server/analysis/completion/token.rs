//! What is typed so far at the cursor, and what of it an item replaces.

use super::line::Line;
use super::locate::Slot;
use crate::syntax::{Kind, Node, ScalarStyle, Span};

/// The word under the cursor. Offsets are bytes; quotes around it are not part of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    /// Where it starts; the cursor's offset where nothing is typed.
    pub(super) start: usize,
    /// The cursor.
    pub(super) cursor: usize,
    /// Where it ends; at or behind the cursor, on the same line.
    pub(super) end: usize,
    /// The text from its start to the cursor.
    pub(super) typed: &'a str,
    /// The quote it is written in.
    pub(super) quote: Option<char>,
    /// Whether the quote must still be closed.
    pub(super) unclosed: bool,
    /// Whether what it is part of goes on below.
    pub(super) continued: bool,
    /// How many blanks are missing in front of it (`key:|`, `-|`).
    pub(super) pad: usize,
    /// Whether it is a key that has its colon.
    pub(super) colon: bool,
    /// Whether a comma is missing behind it, before the next item between brackets.
    pub(super) comma: bool,
}

impl Token<'_> {
    /// Whether what stands behind the token on its line can stay there when the token is replaced.
    pub(super) fn stands_alone(&self, line: &Line<'_>, slot: Slot, flow: bool) -> bool {
        let mut rest = line.syntax.slice(Span::new(self.end, line.end.max(self.end)));
        if let Some(quote) = self.quote.filter(|_| !self.unclosed) {
            rest = rest.strip_prefix(quote).unwrap_or(rest);
        }
        let content = rest.trim_start_matches([' ', '\t']);
        let comment = content.starts_with('#') && content.len() < rest.len();
        let behind = line.syntax.slice(Span::new(self.cursor, self.end));
        let is_word = |letter: char| letter.is_alphanumeric() || "_-.$/:*@".contains(letter);
        if slot != Slot::Value && self.quote.is_none() && !(behind.chars().all(is_word)) {
            return false;
        }
        self.colon || content.is_empty() || comment || flow && content.starts_with([',', ']', '}', ':'])
    }
}

/// The word on a line that the tree has no key or item for; `None` where it is more than that.
pub(super) fn word<'a>(line: &Line<'a>, cursor: usize) -> Option<Token<'a>> {
    let text = line.syntax.slice(Span::new(line.token, line.end));
    let is_end = |(at, letter): (usize, char)| {
        let follows = text[at..].chars().nth(1);
        matches!(letter, ' ' | '\t' | '#')
            || letter == ':' && follows.is_none_or(|next| next == ' ' || next == '\t')
    };
    let length = text.char_indices().find(|found| is_end(*found)).map_or(text.len(), |(at, _)| at);
    let end = line.token + length;
    let colon = text[length..].starts_with(':');
    let typed = line.syntax.slice(Span::new(line.token, cursor));
    let plain = cursor <= end && !typed.contains(['"', '\'', '{', '[', '&', '*', '!']);
    plain.then_some(Token {
        start: line.token,
        cursor,
        end,
        typed,
        quote: None,
        unclosed: false,
        continued: false,
        pad: 0,
        colon,
        comma: false,
    })
}

/// Reads the token of a place; `node` is the scalar that is written there, key or value. `None` where the cursor stands
/// behind or before something that is complete.
pub(super) fn token<'a>(
    line: &Line<'a>,
    cursor: usize,
    node: Option<Node<'a>>,
    block_text: Option<Node<'a>>,
) -> Option<Token<'a>> {
    let slice = |start: usize, end: usize| line.syntax.slice(Span::new(start, end));
    let make = |start: usize, end: usize| Token {
        start,
        cursor,
        end,
        typed: slice(start, cursor),
        quote: None,
        unclosed: false,
        continued: false,
        pad: 0,
        colon: false,
        comma: false,
    };
    if block_text.is_some() {
        let start = line.first.min(cursor);
        return Some(make(start, line.end.max(cursor)));
    }
    let written = node.filter(|node| node.is_scalar());
    let Some(node) = written else {
        return match node.map(Node::kind) {
            None | Some(Kind::Null) => Some(make(cursor, cursor)),
            // A mapping, list or alias stands there already.
            Some(_) => None,
        };
    };
    if matches!(node.kind(), Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded)) {
        return None;
    }
    let span = node.span();
    let end = span.end().min(line.end);
    if cursor < span.start() {
        return None;
    }
    let start = span.start().max(line.first);
    let quote = node.source().chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let behind = cursor > end;
        if behind && !slice(end, cursor).trim().is_empty() {
            return None;
        }
        return Some(Token { continued: span.end() > line.end, ..make(start, end.max(cursor)) });
    };
    let closed = node.source().len() > 1 && node.source().ends_with(quote);
    let end = end - usize::from(closed && end == span.end());
    let start = if start == span.start() { start + 1 } else { start };
    if cursor < start || cursor > end {
        return None;
    }
    Some(Token { quote: Some(quote), unclosed: !closed, ..make(start, end) })
}

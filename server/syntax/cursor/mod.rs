//! The cursor: what stands at a byte offset, and what can be inserted there.
//!
//! [`at`] answers for a cursor between two bytes: the path to it and what can be typed. [`token_at`] answers for a pointer
//! on a byte: the key, value or anchor under it.

mod block;
mod flow;
mod line;
mod search;
mod token;
mod word;

pub use search::block_column;
pub use token::{Token, TokenKind, token_at, token_touching};
pub use word::Word;

use super::span::Span;
use super::tree::{Entry, Kind, Node, Syntax};
use line::Line;

/// One step from a collection to a part of it.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// To the value of an entry.
    Entry(Entry<'a>),
    /// To an item of a sequence; `None` where it is not written yet.
    Item(Option<Node<'a>>),
}

/// What can be inserted at the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Insertion {
    /// A key of the mapping at the end of the path.
    Key,
    /// The value at the end of the path, on the cursor's line.
    Value,
    /// The start of the value at the end of the path, on a line of its own or behind a dash: a key, an item or a scalar.
    Start,
    /// An item, with its dash, of the sequence at the end of the path.
    Item,
}

/// The position of a cursor in the tree.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    /// From the root to the collection or value at the cursor.
    pub path: Vec<Step<'a>>,
    /// What can be inserted.
    pub insertion: Insertion,
    /// The mapping or sequence that the insertion becomes a part of, where it already exists.
    pub container: Option<Node<'a>>,
    /// The word at the cursor, which an insertion replaces.
    pub word: Word<'a>,
    /// Whether the cursor is between brackets or braces.
    pub in_flow: bool,
    /// Column (bytes) of a key or dash inserted here.
    pub column: usize,
    /// Column (bytes) of the last dash before the cursor on its line.
    pub dash: Option<usize>,
    /// Wrong indentation in front of the word, to be replaced by `column` spaces.
    pub indentation: Option<Span>,
    /// The block scalar around the cursor.
    pub block_scalar: Option<Node<'a>>,
    /// The entry or item above whose value a line indented more deeply would continue.
    pub continued: Option<Step<'a>>,
}

impl<'a> Cursor<'a> {
    /// The same cursor with the key in front of it read as unfinished: `ui:|` may become `ui:order`.
    #[must_use]
    pub fn with_unfinished_key(&self) -> Option<Self> {
        let colon = self.word.cursor.checked_sub(1)?;
        let Some(Step::Entry(entry)) = self.path.last() else { return None };
        let key = entry.key();
        let is_unfinished = entry.colon() == Some(colon) && entry.value().kind() == Kind::Null;
        if self.insertion != Insertion::Value || !is_unfinished || !key.is_scalar() {
            return None;
        }
        let mut cursor = self.clone();
        cursor.path.pop();
        (cursor.insertion, cursor.container) = (Insertion::Key, key.parent());
        let start = key.span().start();
        let prefix = key.syntax().slice(Span::new(start, self.word.cursor));
        cursor.word = Word { start, prefix, padding: 0, ..self.word };
        Some(cursor)
    }
}

/// The cursor at a byte offset, in the first document. `None` in comments and where nothing can be inserted.
#[must_use]
pub fn at(syntax: &Syntax, offset: usize) -> Option<Cursor<'_>> {
    if is_in_comment(syntax, offset) || is_after_first_document(syntax, offset) {
        return None;
    }
    let offset = within_line(syntax, offset);
    let line = Line::new(syntax, offset);
    match syntax.root().and_then(|root| flow::around(root, offset)) {
        Some(found) => flow::cursor(found, offset, &line),
        None => block::cursor(offset, &line),
    }
}

fn is_in_comment(syntax: &Syntax, offset: usize) -> bool {
    let comments = syntax.comments();
    let next = comments.partition_point(|comment| comment.start() < offset);
    next > 0 && comments[next - 1].end() >= offset
}

fn is_after_first_document(syntax: &Syntax, offset: usize) -> bool {
    syntax.documents().get(1).is_some_and(|second| second.span.start() <= offset)
}

/// The nearest offset at or before this one that is in the text and neither inside a character nor inside a line break.
fn within_line(syntax: &Syntax, offset: usize) -> usize {
    let text = syntax.text();
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let bytes = text.as_bytes();
    let in_break = offset > 0 && bytes[offset - 1] == b'\r' && bytes.get(offset) == Some(&b'\n');
    offset - usize::from(in_break)
}

#[cfg(test)]
mod tests;

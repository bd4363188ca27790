//! What stands at an offset, and what could be written there: the question behind completion and hover.

mod blank;
mod content;

use super::span::Span;
use super::tree::{Entry, Kind, Node, NodeId, Syntax};
use std::borrow::Cow;

/// What an offset is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A key, also one that is still without its colon; or the room of a key within braces.
    Key,
    /// A value, also one still to be written: behind `key: `, behind `- `, between brackets.
    Value,
    /// A line, or the indentation of one, where something new would begin.
    Blank,
    /// A comment.
    Comment,
}

/// One step from a collection to what it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step<'a> {
    /// A mapping's key.
    Key(Cow<'a, str>),
    /// A sequence's item, from 0.
    Index(usize),
}

/// The answer of [`at`].
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    /// The offset asked for (bytes).
    pub offset: usize,
    /// What it is on.
    pub place: Place,
    /// From the root to the container; on a value one step more, to the value.
    pub path: Vec<Step<'a>>,
    /// The mapping or sequence that holds, or would hold, what is at the offset. A [`Kind::Null`] or a half-typed word where
    /// that collection has yet to be begun. `None` in an empty document.
    pub container: Option<Node<'a>>,
    /// The entry whose key or value it is on.
    pub entry: Option<Entry<'a>>,
    /// The key, value or item it is on; [`Kind::Null`] where that is not written.
    pub node: Option<Node<'a>>,
    /// The column in which a new sibling would stand (bytes from the line's start).
    pub indent: usize,
    /// Whether a collection can begin right here: behind `- `, and on a line of its own below a key.
    pub can_open: bool,
}

impl<'a> Cursor<'a> {
    /// The other entries of the container, in source order.
    pub fn siblings(&self) -> impl Iterator<Item = Entry<'a>> {
        let own = self.entry.map(|entry| entry.key().id());
        let container = self.container.filter(|node| node.is_mapping());
        container.into_iter().flat_map(Node::entries).filter(move |entry| Some(entry.key().id()) != own)
    }

    /// The scalar that it is in, and the offset in the scalar's decoded text.
    #[must_use]
    pub fn scalar(&self) -> Option<(Node<'a>, usize)> {
        let node = self.node.filter(|node| node.is_scalar())?;
        Some((node, node.decoded().decoded_offset(self.offset)))
    }

    /// The path as text, parts joined with `/`.
    #[must_use]
    pub fn path_text(&self) -> String {
        let part = |step: &Step<'_>| match step {
            Step::Key(key) => key.clone().into_owned(),
            Step::Index(index) => index.to_string(),
        };
        self.path.iter().map(part).collect::<Vec<_>>().join("/")
    }
}

/// What stands at a byte offset. Never fails: past the end counts as the end, within a character as its start.
#[must_use]
pub fn at(syntax: &Syntax, offset: usize) -> Cursor<'_> {
    let text = syntax.text();
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let in_comment = comment_at(syntax, offset);
    let root = root_at(syntax, offset);
    let line = syntax.lines().line_of(offset);
    let before = Span::new(syntax.lines().start(line), offset);
    let after = syntax.slice(Span::new(offset, syntax.lines().span(line).end()));
    let indented = syntax.slice(before).bytes().all(|byte| byte == b' ' || byte == b'\t');
    let on_text = !after.trim_start_matches([' ', '\t']).is_empty()
        && after.starts_with(|char: char| !char.is_whitespace());

    let found = content::find(root, offset);
    let inside = found.as_ref().is_some_and(|found| found.holds_lines(offset));
    let mut cursor = match found {
        Some(found) if !in_comment && (inside || !indented || on_text) && found.reaches(offset) => {
            found.cursor(offset)
        }
        _ => blank::at(syntax, root, offset, line),
    };
    if in_comment {
        cursor.place = Place::Comment;
    }
    cursor
}

/// Whether an offset is behind the `#` of a comment.
fn comment_at(syntax: &Syntax, offset: usize) -> bool {
    let comments = syntax.comments();
    let after = comments.partition_point(|comment| comment.start() < offset);
    after.checked_sub(1).and_then(|index| comments.get(index)).is_some_and(|comment| offset <= comment.end())
}

/// The root of the document that an offset is in or behind.
fn root_at(syntax: &Syntax, offset: usize) -> Option<Node<'_>> {
    let documents = syntax.documents();
    let after = documents.partition_point(|document| document.span.start() <= offset);
    let document = after.checked_sub(1).map_or_else(|| documents.first(), |index| documents.get(index));
    document.map(|document| syntax.document_root(document))
}

/// Column of an offset, in bytes from the start of its line.
fn column(syntax: &Syntax, offset: usize) -> usize {
    offset - syntax.lines().start(syntax.lines().line_of(offset))
}

/// Column of a block collection's entries or dashes.
fn block_column(node: Node<'_>) -> usize {
    let first = node.entries().next().map(|entry| entry.key().full_span().start());
    column(node.syntax(), first.unwrap_or(node.span().start()))
}

fn is_flow(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping { flow: true } | Kind::Sequence { flow: true })
}

/// The path from the root to a node.
pub(super) fn path_to(node: Node<'_>) -> Vec<Step<'_>> {
    let mut path = Vec::new();
    let mut child = node;
    while let Some(parent) = child.parent() {
        path.extend(step_to(parent, child.id()));
        child = parent;
    }
    path.reverse();
    path
}

/// The step from a collection to one of its children; none to a key.
fn step_to(parent: Node<'_>, child: NodeId) -> Option<Step<'_>> {
    if let Some(index) = parent.items().position(|item| item.id() == child) {
        return Some(Step::Index(index));
    }
    let entry = parent.entries().find(|entry| entry.value().id() == child)?;
    Some(Step::Key(entry.name()))
}

#[cfg(test)]
mod tests;

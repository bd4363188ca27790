//! The syntax tree: an arena of nodes with exact byte spans.
//!
//! A [`Syntax`] owns the text and the arena. [`Node`] and [`Entry`] are cheap views into it (`Copy`). Code that must
//! not borrow the tree keeps a [`NodeId`].

use super::error::SyntaxError;
use super::key_index::KeyIndex;
use super::lines::Lines;
use super::reads::Reads;
use super::span::Span;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

/// Identifies a node within its [`Syntax`]. Stored from 1, so that an optional id takes no more space.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(NonZeroU32);

/// The style of a scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScalarStyle {
    /// `text`
    Plain,
    /// `'text'`
    Single,
    /// `"text"`
    Double,
    /// `|` and the lines after it
    Literal,
    /// `>` and the lines after it
    Folded,
}

/// The kind of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A missing value (`key:`); the span is empty and located where the value would start.
    Null,
    /// `*name`
    Alias,
    /// A scalar, not yet resolved to a type (see [`super::resolve`]).
    Scalar(ScalarStyle),
    /// A sequence.
    Sequence {
        /// Whether it is written as `[…]`.
        flow: bool,
    },
    /// A mapping.
    Mapping {
        /// Whether it is written as `{…}`.
        flow: bool,
    },
}

/// Arena record of a node. Small, because a text of 4 MiB can have millions.
#[derive(Clone, Debug)]
pub(super) struct NodeData {
    pub kind: Kind,
    pub span: Span,
    /// Whether it has an anchor or a tag, which are in [`Syntax::properties`].
    pub has_properties: bool,
    /// Column of the parent block, -1 at the root. The indentation of a block scalar is relative to it.
    pub indent: i32,
    pub parent: Option<NodeId>,
    /// Range in `items` (sequences) or `entries` (mappings).
    pub children: (u32, u32),
    /// The anchored node an alias stands for.
    pub target: Option<NodeId>,
    /// For a scalar: whether its text is in the source without line breaks and escapes. For a mapping: whether it has
    /// no duplicate and no merge keys, so that its entries are its fields.
    pub as_is: bool,
}

impl NodeData {
    /// The source range of the text of a scalar that is [`Self::as_is`], without its quotes.
    #[inline]
    pub(super) fn as_is_range(&self) -> Range<usize> {
        let quotes =
            usize::from(matches!(self.kind, Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double)));
        self.span.start() + quotes..self.span.end() - quotes
    }
}

/// The anchor and the tag of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeProperties {
    pub node: NodeId,
    /// `&name`, with the ampersand.
    pub anchor: Option<Span>,
    /// `!tag`, with the exclamation mark.
    pub tag: Option<Span>,
}

impl NodeProperties {
    /// Those of a node, in a list that is ordered by node.
    pub(super) fn of(all: &[Self], node: NodeId) -> Option<&Self> {
        let index = all.binary_search_by_key(&node, |properties| properties.node).ok()?;
        all.get(index)
    }

    /// The smallest span that contains a span and these properties.
    pub(super) fn join(&self, span: Span) -> Span {
        [self.anchor, self.tag].into_iter().flatten().fold(span, Span::join)
    }
}

/// Arena record of a mapping entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryData {
    pub key: NodeId,
    pub value: NodeId,
    /// Byte offset of the `:`; `None` on a half-typed line.
    pub colon: Option<u32>,
}

/// One document of the stream.
#[derive(Clone, Debug)]
pub struct Document {
    /// Whether it starts with `---`.
    pub explicit_start: bool,
    /// Whether it ends with `...`.
    pub explicit_end: bool,
    /// From its first marker or token to its last (bytes).
    pub span: Span,
    /// `%TAG` directives: handle and prefix.
    pub tags: Vec<(String, String)>,
    pub(super) root: NodeId,
}

/// A text and its syntax tree. Any text has a tree; [`Syntax::errors`] lists the syntax errors.
#[derive(Clone, Debug)]
pub struct Syntax {
    pub(super) text: Arc<str>,
    pub(super) lines: Lines,
    pub(super) nodes: Vec<NodeData>,
    /// Ordered by node.
    pub(super) properties: Vec<NodeProperties>,
    pub(super) entries: Vec<EntryData>,
    pub(super) items: Vec<NodeId>,
    pub(super) documents: Vec<Document>,
    pub(super) comments: Vec<Span>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) key_index: KeyIndex,
    pub(super) reads: Reads,
}

impl Syntax {
    /// Wraps a text that is not YAML: has lines but no tree.
    #[must_use]
    pub fn without_tree(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = Lines::new(&text);
        Self {
            text,
            lines,
            nodes: Vec::new(),
            properties: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            key_index: KeyIndex::default(),
            reads: Reads::default(),
        }
    }

    /// The text, unchanged.
    #[must_use]
    #[inline]
    pub fn text(&self) -> &str {
        self.reads.whole();
        &self.text
    }

    /// The text, for what an edit in place never changes: its reads are not recorded.
    #[must_use]
    pub(crate) fn untracked_text(&self) -> &str {
        &self.text
    }

    /// Start offsets of the lines.
    #[must_use]
    #[inline]
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Syntax errors, in source order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The errors at which the platform's parser fails too. Excludes errors that it tolerates, and errors after the
    /// first document, which it does not read.
    pub fn fatal_errors(&self) -> impl Iterator<Item = &SyntaxError> {
        let read = self.read_by_platform();
        self.errors.iter().filter(move |error| !error.kind.is_tolerated() && error.span.start() < read)
    }

    /// How far the platform reads: to the end of the first document, or of its root value if that is not a block.
    fn read_by_platform(&self) -> usize {
        let everything = self.text.len() + 1;
        let Some(first) = self.documents.first() else { return everything };
        let root = self.document_root(first);
        match root.kind() {
            Kind::Mapping { flow: false } | Kind::Sequence { flow: false } | Kind::Null => {}
            _ => return root.full_span().end(),
        }
        if self.documents.len() > 1 || first.explicit_end { first.span.end() } else { everything }
    }

    /// Every comment, from `#` to the end of its line, in source order.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The documents of the stream.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Root node of the first document, the only one that the platform reads; `None` for an empty text.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents.first().map(|document| self.node(document.root))
    }

    /// Root node of a document of this stream.
    #[must_use]
    pub fn document_root(&self, document: &Document) -> Node<'_> {
        self.node(document.root)
    }

    /// The node with this id. Ids are only meaningful for the `Syntax` that made them.
    #[must_use]
    #[inline]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { syntax: self, id }
    }

    /// All nodes, in arena order.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|index| self.node(NodeId::of_index(index)))
    }

    /// Number of nodes in the arena. Every [`NodeId::index`] is smaller.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The text of a span.
    #[must_use]
    #[inline]
    pub fn slice(&self, span: Span) -> &str {
        self.reads.part(&self.lines, span);
        self.text.get(span.range()).unwrap_or_default()
    }
}

impl NodeId {
    /// Index in the arena, for side tables.
    #[must_use]
    #[inline]
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    /// The id of the node at an index in the arena.
    #[inline]
    pub(super) fn of_index(index: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index as u32))
    }
}

/// A view of one node.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) syntax: &'a Syntax,
    pub(super) id: NodeId,
}

/// A view of one `key: value` of a mapping.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    pub(super) syntax: &'a Syntax,
    pub(super) data: EntryData,
}

impl<'a> Node<'a> {
    #[inline]
    pub(super) fn data(self) -> &'a NodeData {
        &self.syntax.nodes[self.id.index()]
    }

    /// The tree this node belongs to.
    #[must_use]
    #[inline]
    pub fn syntax(self) -> &'a Syntax {
        self.syntax
    }

    /// The node's id.
    #[must_use]
    #[inline]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The node's kind.
    #[must_use]
    #[inline]
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// Span of the content, including quotes and brackets but not anchor and tag.
    #[must_use]
    #[inline]
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Span including anchor and tag.
    #[must_use]
    pub fn full_span(self) -> Span {
        self.properties().map_or(self.span(), |properties| properties.join(self.span()))
    }

    fn properties(self) -> Option<&'a NodeProperties> {
        let all = self.data().has_properties.then_some(&self.syntax.properties)?;
        NodeProperties::of(all, self.id)
    }

    /// `&name`, with the ampersand.
    #[must_use]
    pub fn anchor(self) -> Option<Span> {
        self.properties()?.anchor
    }

    /// `!tag`, with the exclamation mark.
    #[must_use]
    pub fn tag(self) -> Option<Span> {
        self.properties()?.tag
    }

    /// The parent node.
    #[must_use]
    #[inline]
    pub fn parent(self) -> Option<Node<'a>> {
        self.data().parent.map(|id| self.syntax.node(id))
    }

    /// The entry whose key or value it is.
    #[must_use]
    pub fn entry(self) -> Option<Entry<'a>> {
        let syntax = self.syntax;
        let mapping = self.parent().filter(|parent| parent.is_mapping())?;
        let (first, end) = mapping.data().children;
        let entries = &syntax.entries[first as usize..end as usize];
        let is_it = |data: &EntryData| data.key == self.id || data.value == self.id;
        // Ids follow source order, except after some repairs of broken text.
        let after = entries.partition_point(|data| data.key.0 <= self.id.0);
        let near = after.checked_sub(1).and_then(|index| entries.get(index)).filter(|data| is_it(data));
        let data = *near.or_else(|| entries.iter().find(|data| is_it(data)))?;
        Some(Entry { syntax, data })
    }

    /// The source text.
    #[must_use]
    #[inline]
    pub fn source(self) -> &'a str {
        self.syntax.reads.node(self.id.index());
        self.syntax.text.get(self.span().range()).unwrap_or_default()
    }

    /// The entries of a mapping in source order, without merges; empty for other kinds.
    #[inline]
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'a>> + ExactSizeIterator + Clone {
        let data = self.data();
        let range = match data.kind {
            Kind::Mapping { .. } => data.children.0 as usize..data.children.1 as usize,
            _ => 0..0,
        };
        let syntax = self.syntax;
        syntax.entries[range].iter().map(move |&data| Entry { syntax, data })
    }

    /// The entries before and after one of this mapping's own, found without a full scan.
    pub fn neighbors(self, entry: Entry<'a>) -> Option<(Option<Entry<'a>>, Option<Entry<'a>>)> {
        let data = self.data();
        if !matches!(data.kind, Kind::Mapping { .. }) {
            return None;
        }
        let syntax = self.syntax;
        let all = syntax.entries.get(data.children.0 as usize..data.children.1 as usize)?;
        let at = |index: usize| all.get(index).map(|&data| Entry { syntax, data });
        let start = entry.span().start();
        let index = all.partition_point(|&data| Entry { syntax, data }.span().start() < start);
        let own = at(index)?.key() == entry.key();
        own.then(|| (index.checked_sub(1).and_then(at), at(index + 1)))
    }

    /// The items of a sequence, in source order; empty for other kinds.
    #[inline]
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'a>> + ExactSizeIterator + Clone {
        let data = self.data();
        let range = match data.kind {
            Kind::Sequence { .. } => data.children.0 as usize..data.children.1 as usize,
            _ => 0..0,
        };
        let syntax = self.syntax;
        syntax.items[range].iter().map(move |&id| syntax.node(id))
    }

    /// The node itself, or the target of an alias. An alias without a target, or to a node that contains it, is
    /// returned unchanged.
    #[must_use]
    #[inline]
    pub fn target(self) -> Node<'a> {
        match self.data().target {
            Some(id) => self.syntax.node(id),
            None => self,
        }
    }

    /// Whether it is a mapping.
    #[must_use]
    #[inline]
    pub fn is_mapping(self) -> bool {
        matches!(self.kind(), Kind::Mapping { .. })
    }

    /// Whether it is a sequence.
    #[must_use]
    #[inline]
    pub fn is_sequence(self) -> bool {
        matches!(self.kind(), Kind::Sequence { .. })
    }

    /// Whether it is a scalar in the source (a missing value is [`Kind::Null`]).
    #[must_use]
    #[inline]
    pub fn is_scalar(self) -> bool {
        matches!(self.kind(), Kind::Scalar(_))
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.syntax, other.syntax)
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.span())
    }
}

impl<'a> Entry<'a> {
    /// The key.
    #[must_use]
    #[inline]
    pub fn key(self) -> Node<'a> {
        self.syntax.node(self.data.key)
    }

    /// The value; [`Kind::Null`] if missing.
    #[must_use]
    #[inline]
    pub fn value(self) -> Node<'a> {
        self.syntax.node(self.data.value)
    }

    /// Byte offset of the `:`; `None` on a half-typed line.
    #[must_use]
    pub fn colon(self) -> Option<usize> {
        self.data.colon.map(|offset| offset as usize)
    }

    /// Span from the key to the end of the value.
    #[must_use]
    #[inline]
    pub fn span(self) -> Span {
        self.key().full_span().join(self.value().full_span())
    }
}

impl std::fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {:?}", self.key(), self.value())
    }
}

//! The token under the pointer: a key, a value, an alias or an anchor. White space, comments and punctuation are none.
//!
//! [`crate::syntax::cursor`] answers for a cursor, which is between two bytes and touches both; a pointer is on one.

use crate::syntax::{Entry, Kind, Node, ScalarStyle, Span, Syntax};

/// A token of the first document, the only one that the platform reads.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// The scalar or alias; for an anchor, the node that bears it.
    pub node: Node<'a>,
    /// What the token is of it.
    pub part: Part<'a>,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    /// The key of this entry.
    Key(Entry<'a>),
    /// A value or an item.
    Value,
    /// `&name`
    Anchor,
}

/// The token whose bytes include the one at `offset`.
pub(super) fn at(syntax: &Syntax, offset: usize) -> Option<Token<'_>> {
    let mut node = syntax.root()?;
    let mut part = Part::Value;
    loop {
        if let Some(anchor) = node.anchor().filter(|anchor| includes(*anchor, offset)) {
            return Some(Token { node, part: Part::Anchor, span: anchor });
        }
        match node.kind() {
            Kind::Mapping { .. } => {
                let entry = node.entries().take_while(|entry| entry.span().start() <= offset).last()?;
                let at_key = includes(entry.key().full_span(), offset);
                (node, part) =
                    if at_key { (entry.key(), Part::Key(entry)) } else { (entry.value(), Part::Value) };
            }
            Kind::Sequence { .. } => {
                node = node.items().find(|item| includes(item.full_span(), offset))?;
                part = Part::Value;
            }
            Kind::Scalar(_) | Kind::Alias => {
                let found = includes(node.span(), offset) && !between_lines(node, offset);
                return found.then_some(Token { node, part, span: node.span() });
            }
            Kind::Null => return None,
        }
    }
}

fn includes(span: Span, offset: usize) -> bool {
    span.start() <= offset && offset < span.end()
}

/// Whether an offset lies in the line breaks and indentation of a scalar, or beside the `|` that opens it.
fn between_lines(node: Node<'_>, offset: usize) -> bool {
    let (syntax, span) = (node.syntax(), node.span());
    let line = syntax.lines().span(syntax.lines().line_of(offset));
    let first = line.start() <= span.start();
    if first && matches!(node.kind(), Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded)) {
        return true;
    }
    let before = syntax.slice(Span::new(line.start(), offset));
    let behind = syntax.slice(Span::new(offset, line.end()));
    behind.trim().is_empty() || !first && (before.trim().is_empty() && behind.starts_with([' ', '\t']))
}

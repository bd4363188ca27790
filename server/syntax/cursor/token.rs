//! The token at an offset: a key, a value, an alias or an anchor. White space, comments and punctuation are not tokens.

use super::super::span::Span;
use super::super::tree::{Entry, Kind, Node, ScalarStyle, Syntax};

/// A token of the first document, the only one that the platform reads.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// The scalar or alias; for an anchor, the node that bears it.
    pub node: Node<'a>,
    /// What the token is to the node's parent.
    pub kind: TokenKind<'a>,
    /// Its bytes.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug)]
pub enum TokenKind<'a> {
    /// The key of this entry.
    Key(Entry<'a>),
    /// A value or an item.
    Value,
    /// `&name`
    Anchor,
}

/// The token that ends at an offset or includes it: the one that a cursor touches.
#[must_use]
pub fn token_touching(syntax: &Syntax, offset: usize) -> Option<Token<'_>> {
    token_at(syntax, offset).or_else(|| token_at(syntax, offset.checked_sub(1)?))
}

/// The token whose bytes include the one at an offset.
#[must_use]
pub fn token_at(syntax: &Syntax, offset: usize) -> Option<Token<'_>> {
    let mut node = syntax.root()?;
    let mut kind = TokenKind::Value;
    loop {
        if let Some(anchor) = node.anchor().filter(|anchor| includes(*anchor, offset)) {
            return Some(Token { node, kind: TokenKind::Anchor, span: anchor });
        }
        match node.kind() {
            Kind::Mapping { .. } => {
                let entry = node.entries().take_while(|entry| entry.span().start() <= offset).last()?;
                let on_key = includes(entry.key().full_span(), offset);
                (node, kind) = match on_key {
                    true => (entry.key(), TokenKind::Key(entry)),
                    false => (entry.value(), TokenKind::Value),
                };
            }
            Kind::Sequence { .. } => {
                node = node.items().find(|item| includes(item.full_span(), offset))?;
                kind = TokenKind::Value;
            }
            Kind::Scalar(_) | Kind::Alias => {
                let found = includes(node.span(), offset) && !is_between_lines(node, offset);
                return found.then_some(Token { node, kind, span: node.span() });
            }
            Kind::Null => return None,
        }
    }
}

fn includes(span: Span, offset: usize) -> bool {
    span.start() <= offset && offset < span.end()
}

/// Whether an offset is in the line breaks and indentation of a scalar, or in the header of a block scalar.
fn is_between_lines(node: Node<'_>, offset: usize) -> bool {
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

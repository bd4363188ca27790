//! Resolves aliases to their anchored nodes.

use super::Parser;
use crate::syntax::error::SyntaxErrorKind as Error;
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, NodeProperties};
use foldhash::HashMap;

/// Sets the targets of the aliases in the document just parsed. An alias refers to the last anchor of its name before
/// it.
pub(super) fn resolve(parser: &mut Parser<'_>) {
    let mut anchors = HashMap::default();
    for id in parser.take_named() {
        let node = &parser.nodes[id.index()];
        let (kind, span) = (node.kind, node.span);
        let name = |span: Span| parser.text.get(span.start() + 1..span.end()).unwrap_or_default();
        if kind != Kind::Alias {
            if let Some(anchor) = NodeProperties::of(&parser.properties, id).and_then(|found| found.anchor) {
                anchors.insert(name(anchor), id);
            }
            continue;
        }
        let problem = match anchors.get(name(span)) {
            Some(&target) if parser.node_span(target).covers(span) => Error::RecursiveAlias,
            Some(&target) => {
                parser.node_mut(id).target = Some(target);
                continue;
            }
            None if name(span).bytes().all(is_name) => Error::UndefinedAlias,
            None => Error::UnquotedStar,
        };
        parser.error(span, problem);
    }
}

/// A character that is common in anchor names. An undefined alias with other characters is more likely text.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

//! The typed path from the root to a node.

use super::TypedNode;
use crate::bundle::{Document, SchemaId};
use crate::reference::Shape;
use crate::syntax::{Entry, Node};

/// At most this many aliases are followed to find where an anchored node is used.
const MAX_ALIASES: usize = 8;

/// The nodes from the root to another node, both included; never empty.
#[derive(Clone, Debug)]
pub(crate) struct TypedPath<'a>(Vec<TypedNode<'a>>);

impl<'a> TypedPath<'a> {
    /// The path to a node of the first document. A node that is described only where an alias uses it has the path of
    /// that alias. `None` for keys.
    #[must_use]
    pub(crate) fn to(document: &'a Document, node: Node<'a>) -> Option<Self> {
        walk(document, node, &mut 0).map(Self)
    }

    /// The node that the path leads to.
    #[must_use]
    pub(crate) fn last(&self) -> &TypedNode<'a> {
        // The root is always there.
        &self.0[self.0.len() - 1]
    }

    /// The nodes, from the innermost to the root.
    pub(crate) fn innermost_first(&self) -> impl Iterator<Item = &TypedNode<'a>> {
        self.0.iter().rev()
    }

    /// The innermost value of an entry: the node itself, or the list that it is an item of.
    #[must_use]
    pub(crate) fn nearest_entry(&self) -> Option<&TypedNode<'a>> {
        self.innermost_first().find(|typed| typed.entry.is_some())
    }

    /// The innermost schema.
    #[must_use]
    pub(crate) fn schema(&self) -> Option<SchemaId> {
        self.innermost_first().find_map(|typed| typed.schema)
    }

    /// The innermost mapping that this object describes.
    #[must_use]
    pub(crate) fn within(&self, object: &str) -> Option<&TypedNode<'a>> {
        self.innermost_first().find(|typed| typed.object_name() == Some(object))
    }

    /// The keys on the path, the outermost first.
    #[must_use]
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut entries: Vec<Entry<'_>> = self.0.iter().filter_map(|typed| typed.entry).collect();
        entries.dedup_by_key(|entry| entry.key().id());
        entries.into_iter().map(|entry| entry.name().into_owned()).collect()
    }
}

fn walk<'a>(document: &'a Document, node: Node<'a>, followed: &mut usize) -> Option<Vec<TypedNode<'a>>> {
    let mut ancestors = vec![node];
    while let Some(parent) = ancestors.last().and_then(|node| node.parent()) {
        ancestors.push(parent);
    }
    ancestors.pop().filter(|root| Some(*root) == document.syntax.root())?;
    let mut path = vec![TypedNode::root(document)];
    while let (Some(node), Some(above)) = (ancestors.pop(), path.last()) {
        let typed = if above.node.is_some_and(Node::is_mapping) {
            above.enter(document, node.entry().filter(|entry| entry.value() == node)?)
        } else {
            above.enter_item(document, Some(node))
        };
        if let Some(mut used) = path_of_use(document, &typed, followed) {
            used.last_mut()?.node = Some(node);
            path = used;
            continue;
        }
        path.push(typed);
    }
    Some(path)
}

/// The path to the first use of an anchored node that nothing describes where it stands.
fn path_of_use<'a>(
    document: &'a Document,
    typed: &TypedNode<'a>,
    followed: &mut usize,
) -> Option<Vec<TypedNode<'a>>> {
    let node = typed.node.filter(|node| node.anchor().is_some())?;
    let described = typed.key.is_some() || typed.shape.is_some_and(|shape| *shape != Shape::Any);
    if described || typed.object.is_some() || typed.schema.is_some() || typed.jq || *followed >= MAX_ALIASES {
        return None;
    }
    *followed += 1;
    let path = walk(document, alias_of(document, node)?, followed)?;
    let used = path.last()?;
    (used.shape.is_some() || used.object.is_some()).then_some(path)
}

/// The entry whose value is the first alias of an anchored node.
#[must_use]
pub(crate) fn first_use<'a>(document: &'a Document, anchored: Node<'a>) -> Option<Entry<'a>> {
    anchored.anchor()?;
    let alias = alias_of(document, anchored)?;
    alias.entry().filter(|entry| entry.value() == alias)
}

/// The first alias of a node, in source order and outside of the node.
fn alias_of<'a>(document: &'a Document, target: Node<'a>) -> Option<Node<'a>> {
    let mut pending = vec![document.syntax.root()?];
    while let Some(node) = pending.pop() {
        if node.target() != node && node.target() == target {
            return Some(node);
        }
        if node == target {
            continue;
        }
        pending.extend(node.items().rev());
        pending.extend(node.entries().rev().map(Entry::value));
    }
    None
}

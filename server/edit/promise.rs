//! What edits promise to do to the values of a document.

use crate::syntax::{Node, NodeId, Syntax};

/// One change of a value. Nodes shared through aliases and merge keys change at each of their uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The node gets another value; what is below it may be anything.
    Value(NodeId),
    /// The scalar reads as this text.
    Text(NodeId, String),
    /// The key reads as this text, and its value stays.
    Key(NodeId, String),
    /// The entry with this key, or this item of a list, is removed.
    Removed(NodeId),
    /// The mapping gets an entry of this name.
    Entry(NodeId, String),
    /// The list gets further items.
    Items(NodeId),
    /// The document, which has no value yet, gets one.
    Document,
}

impl Change {
    /// The node that the change is about.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Value(node) | Self::Text(node, _) | Self::Key(node, _) | Self::Removed(node) => Some(*node),
            Self::Entry(node, _) | Self::Items(node) => Some(*node),
            Self::Document => None,
        }
    }

    /// Whether it makes the platform read what it did not read before, so that its findings may appear.
    #[must_use]
    pub fn reveals(&self) -> bool {
        matches!(self, Self::Key(..) | Self::Removed(_))
    }

    /// JSON pointers to what changes: where it is in the document, and where it is afterwards if that is elsewhere.
    #[must_use]
    pub fn pointers(&self, syntax: &Syntax) -> Vec<String> {
        match self {
            Self::Document => vec![String::new()],
            Self::Value(node) | Self::Text(node, _) | Self::Removed(node) | Self::Items(node) => {
                vec![pointer(syntax.node(*node))]
            }
            Self::Entry(node, name) => vec![joined(&pointer(syntax.node(*node)), name)],
            Self::Key(node, name) => {
                let before = pointer(syntax.node(*node));
                let parent = before.rsplit_once('/').map_or("", |(parent, _)| parent);
                vec![before.clone(), joined(parent, name)]
            }
        }
    }
}

fn joined(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The JSON pointer (RFC 6901) of a node where it is written; of a key, that of its entry.
fn pointer(node: Node<'_>) -> String {
    let mut steps = Vec::new();
    let mut node = node;
    while let Some(parent) = node.parent() {
        let step = match node.entry() {
            Some(entry) => entry.name().into_owned(),
            None => parent.items().position(|item| item == node).unwrap_or_default().to_string(),
        };
        steps.push(step);
        node = parent;
    }
    steps.iter().rev().fold(String::new(), |path, step| joined(&path, step))
}

//! What edits promise to do to the values of a document.

use crate::syntax::{Kind, MAX_DEPTH, Node, NodeId, Syntax};

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
}

/// At most this many pointers are told of one change: aliases of aliases multiply the uses of a node.
const MAX_USES: usize = 100;

/// JSON pointers (RFC 6901) to the values that changes are about, at each of their uses: where they are in the document,
/// and where they are afterwards if that is elsewhere. Sorted.
#[must_use]
pub fn pointers(syntax: &Syntax, changes: &[Change]) -> Vec<String> {
    let aliases: Vec<Node<'_>> = syntax.nodes().filter(|node| node.kind() == Kind::Alias).collect();
    let mut all = Vec::new();
    for change in changes {
        let Some(node) = change.node() else {
            all.push(String::new());
            continue;
        };
        for pointer in uses(syntax.node(node), &aliases, 0) {
            match change {
                Change::Entry(_, name) => all.push(joined(&pointer, name)),
                Change::Key(_, name) => {
                    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                    all.push(joined(parent, name));
                    all.push(pointer);
                }
                _ => all.push(pointer),
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn joined(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The JSON pointers to a node: where it is written, where aliases stand for it, and where merge keys bring it. For a key,
/// those of its entry.
fn uses(node: Node<'_>, aliases: &[Node<'_>], depth: usize) -> Vec<String> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let mut pointers = match node.parent() {
        None => vec![String::new()],
        Some(parent) => {
            let step = match node.entry() {
                Some(entry) => entry.name().into_owned(),
                None => parent.items().position(|item| item == node).unwrap_or_default().to_string(),
            };
            uses(parent, aliases, depth + 1).iter().map(|pointer| joined(pointer, &step)).collect()
        }
    };
    for alias in aliases.iter().filter(|_| node.anchor().is_some()).filter(|alias| alias.target() == node) {
        if pointers.len() >= MAX_USES {
            break;
        }
        // `<<: *a` and `<<: [*a, *b]` bring the entries into the mapping around them.
        let list = alias.parent().filter(|parent| parent.is_sequence()).unwrap_or(*alias);
        let merge = list.entry().filter(|entry| entry.is_merge()).and_then(|entry| entry.key().parent());
        pointers.extend(uses(merge.unwrap_or(*alias), aliases, depth + 1));
    }
    pointers.truncate(MAX_USES);
    pointers
}

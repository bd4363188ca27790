//! The value changes that edits declare.

use crate::syntax::{Kind, MAX_DEPTH, Node, NodeId, Syntax};

/// A change of one value. A node that is shared through aliases or merge keys changes at each of its uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The node gets another value. Its descendants are not compared.
    Value(NodeId),
    /// The scalar gets this text.
    Text(NodeId, String),
    /// The key gets this name; its value stays the same.
    Key(NodeId, String),
    /// The entry with this key, or this list item, is removed.
    Removed(NodeId),
    /// The mapping gets an entry with this name.
    Entry(NodeId, String),
    /// The list gets more items.
    Items(NodeId),
    /// The empty document gets a value.
    Document,
}

impl Change {
    /// The node that changes. `None` for [`Change::Document`].
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Value(node) | Self::Text(node, _) | Self::Key(node, _) | Self::Removed(node) => Some(*node),
            Self::Entry(node, _) | Self::Items(node) => Some(*node),
            Self::Document => None,
        }
    }

    /// Whether the platform reads something after the change that it ignored before, so that new findings may appear.
    #[must_use]
    pub fn reveals(&self) -> bool {
        matches!(self, Self::Key(..) | Self::Removed(_))
    }
}

/// At most this many pointers are returned per change: nested aliases multiply the uses of a node.
const MAX_USES: usize = 100;

/// JSON pointers (RFC 6901) to the changed values, at each of their uses: the location before the changes, and the
/// location after them if it differs. Sorted.
#[must_use]
pub(crate) fn pointers(syntax: &Syntax, changes: &[Change]) -> Vec<String> {
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

/// JSON pointers to a node: its own location, those of its aliases, and those of mappings that merge it in. For a key,
/// the pointers to its entry.
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
        // `<<: *a` and `<<: [*a, *b]` merge the entries into the mapping that contains the `<<`.
        let list = alias.parent().filter(|parent| parent.is_sequence()).unwrap_or(*alias);
        let merge = list.entry().filter(|entry| entry.is_merge()).and_then(|entry| entry.key().parent());
        pointers.extend(uses(merge.unwrap_or(*alias), aliases, depth + 1));
    }
    pointers.truncate(MAX_USES);
    pointers
}

//! The `app` block of application bundles.

use crate::syntax::{Node, NodeId};

/// The contents of the `app` block.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// The mapping under `app`.
    pub node: Option<NodeId>,
    /// Environment variables: a name and a jq program each.
    pub envs: Vec<Named>,
    /// Policies: one jq program (usually a path) each.
    pub policies: Vec<NodeId>,
    /// Secrets: a name and a definition each.
    pub secrets: Vec<Named>,
}

/// A named entry of a mapping.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name, decoded.
    pub name: String,
    /// The name's node.
    pub key: NodeId,
    /// The value, aliases followed.
    pub value: NodeId,
}

/// Reads the value of `app`.
pub(super) fn read(app: Node<'_>) -> App {
    let app = app.target();
    let block = |key: &str| app.field(key).map(|entry| entry.value().target());
    let policies = block("policies").map(|list| list.items().map(|item| item.target().id()).collect());
    App {
        node: Some(app.id()),
        envs: block("envs").map(named).unwrap_or_default(),
        policies: policies.unwrap_or_default(),
        secrets: block("secrets").map(named).unwrap_or_default(),
    }
}

fn named(block: Node<'_>) -> Vec<Named> {
    let read = |entry: crate::syntax::Entry<'_>| Named {
        name: entry.name().into_owned(),
        key: entry.key().id(),
        value: entry.value().target().id(),
    };
    block.fields().map(read).collect()
}

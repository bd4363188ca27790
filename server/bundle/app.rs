//! The `app` block of application bundles (`spec §7`).

use crate::syntax::{Node, NodeId};

/// What `app` declares.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// The block itself.
    pub node: Option<NodeId>,
    /// Environment variables: name and jq.
    pub envs: Vec<Named>,
    /// Policies: jq paths.
    pub policies: Vec<NodeId>,
    /// Secrets: name and definition.
    pub secrets: Vec<Named>,
}

/// A name with what it stands for.
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

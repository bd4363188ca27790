//! The `ui` tree, and the schemas whose form it customises.

use super::Document;
use super::schema::{Role, SchemaId};
use crate::syntax::{Node, NodeId};

/// One mapping of the `ui` tree.
#[derive(Clone, Debug)]
pub struct UiEntry {
    /// The key of the mapping; `None` for the root and for items of a list.
    pub key: Option<NodeId>,
    /// The mapping.
    pub node: NodeId,
    /// The index of the parent entry.
    pub parent: Option<usize>,
    /// The kind of thing it customises.
    pub place: UiPlace,
    /// The schemas it can customise; empty if unknown.
    pub schemas: Vec<SchemaId>,
}

/// The kind of thing that an entry of the `ui` tree customises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UiPlace {
    /// The whole form.
    Root,
    /// A property.
    Field,
    /// The elements of an array (`items`, `additionalItems`).
    Items,
    /// The values of a map (`additionalProperties`).
    Values,
    /// One branch of `oneOf` or `anyOf`.
    Branch,
}

/// Whether a key is an option of its entry rather than the name of a field.
#[must_use]
pub(crate) fn is_option(name: &str) -> bool {
    name.starts_with("ui:") || name == "classNames"
}

/// Reads the tree below `ui`.
pub(super) fn read(document: &Document, ui: Node<'_>, params: Option<SchemaId>) -> Vec<UiEntry> {
    let ui = ui.target();
    let root = UiEntry {
        key: None,
        node: ui.id(),
        parent: None,
        place: UiPlace::Root,
        schemas: params.into_iter().collect(),
    };
    let mut entries = vec![root];
    let mut seen = std::collections::HashSet::from([ui.id()]);
    let mut next = 0;
    while next < entries.len() {
        let (schemas, node) = (entries[next].schemas.clone(), document.node(entries[next].node));
        for entry in node.fields() {
            let name = entry.name();
            if is_option(&name) {
                continue;
            }
            for (value, place, schemas) in targets(document, &schemas, &name, entry.value().target()) {
                if value.is_mapping() && seen.insert(value.id()) {
                    let key = Some(entry.key().id());
                    entries.push(UiEntry { key, node: value.id(), parent: Some(next), place, schemas });
                }
            }
        }
        next += 1;
    }
    entries
}

/// The entries under a key of the tree, with the schemas they customise.
fn targets<'a>(
    document: &Document,
    schemas: &[SchemaId],
    name: &str,
    value: Node<'a>,
) -> Vec<(Node<'a>, UiPlace, Vec<SchemaId>)> {
    let (place, inner) = inner_schemas(document, schemas, name);
    let takes_list = place == UiPlace::Branch || place == UiPlace::Items && name == "items";
    match place {
        _ if takes_list && value.is_sequence() => {
            let pick = |index: usize| inner.get(index).copied().into_iter().collect();
            value.items().enumerate().map(|(index, item)| (item.target(), place, pick(index))).collect()
        }
        UiPlace::Branch => vec![(value, UiPlace::Field, Vec::new())],
        _ => vec![(value, place, inner)],
    }
}

/// The kind and the schemas that a key customises in an entry for `schemas`; no schemas if unknown.
#[must_use]
pub(crate) fn inner_schemas(
    document: &Document,
    schemas: &[SchemaId],
    name: &str,
) -> (UiPlace, Vec<SchemaId>) {
    let members = members(document, schemas, name);
    if !members.is_empty() {
        return (UiPlace::Field, members);
    }
    let (place, role) = match name {
        "items" => (UiPlace::Items, Role::Items),
        "additionalItems" => (UiPlace::Items, Role::AdditionalItems),
        "additionalProperties" => (UiPlace::Values, Role::AdditionalProperties),
        "oneOf" => (UiPlace::Branch, Role::OneOf),
        "anyOf" => (UiPlace::Branch, Role::AnyOf),
        _ => return (UiPlace::Field, Vec::new()),
    };
    (place, children(document, schemas, role))
}

/// The schemas of the member `name` of objects of these schemas.
#[must_use]
pub(crate) fn members(document: &Document, schemas: &[SchemaId], name: &str) -> Vec<SchemaId> {
    let mut found = Vec::new();
    for &schema in schemas {
        for &property in document.names(schema).known.get(name).into_iter().flatten() {
            let schema = document.schemas.property(property).schema;
            if !found.contains(&schema) {
                found.push(schema);
            }
        }
    }
    found
}

/// The child schemas with a certain role.
#[must_use]
pub(crate) fn children(document: &Document, schemas: &[SchemaId], role: Role) -> Vec<SchemaId> {
    let all = schemas.iter().flat_map(|&schema| &document.schemas.get(schema).children);
    all.filter(|(child, _)| *child == role).map(|(_, id)| *id).collect()
}

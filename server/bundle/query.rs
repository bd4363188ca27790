//! Queries on a schema of a document, answered from its keywords and the targets of its local `$ref`s.

use super::{BundleFormat, Document, Port, Role, SchemaId};
use crate::reference;
use crate::syntax::{Dialect, Kind, Node, Scalar, json};
use serde_json::Value;

/// Maximum depth to which references and nested types are followed.
const MAX_DEPTH: usize = 12;
/// Values with more nodes than this are not converted to JSON.
const MAX_NODES: usize = 500;

/// A keyword's value, aliases followed; also looked up in the target of a local `$ref`.
#[must_use]
pub(crate) fn keyword<'a>(document: &'a Document, id: SchemaId, name: &str) -> Option<Node<'a>> {
    let mut id = id;
    for _ in 0..MAX_DEPTH {
        if let Some((_, value)) = document.keyword(id, name) {
            return Some(value.target()).filter(|value| value.kind() != Kind::Null);
        }
        id = document.schemas.get(id).reference?;
    }
    None
}

/// A keyword's value as a string.
#[must_use]
pub(crate) fn text(document: &Document, id: SchemaId, name: &str) -> Option<String> {
    keyword(document, id, name).filter(|node| node.is_scalar()).map(|node| node.value().into_owned())
}

/// Whether a keyword is present and `true`.
#[must_use]
pub(crate) fn is_true(document: &Document, id: SchemaId, name: &str) -> bool {
    keyword(document, id, name).is_some_and(|node| node.resolve(document.dialect()) == Scalar::Bool(true))
}

/// The child schemas with a role that matches, including those of the target of a local `$ref`.
#[must_use]
pub(crate) fn parts(document: &Document, id: SchemaId, role: fn(Role) -> bool) -> Vec<SchemaId> {
    let mut id = id;
    for _ in 0..MAX_DEPTH {
        let schema = document.schemas.get(id);
        let found: Vec<SchemaId> =
            schema.children.iter().filter(|(part, _)| role(*part)).map(|(_, id)| *id).collect();
        match schema.reference {
            Some(next) if found.is_empty() => id = next,
            _ => return found,
        }
    }
    Vec::new()
}

/// The JSON Schema types that a value may have; inferred from the allowed values if `type` is missing.
#[must_use]
pub(crate) fn types(document: &Document, id: SchemaId) -> Vec<&'static str> {
    let known = |node: Node<'_>| {
        let name = node.target().value();
        reference::get().schema_type(&name).map(|word| word.name.as_str())
    };
    if let Some(declared) = keyword(document, id, "type") {
        let single = known(declared).into_iter();
        return single.chain(declared.items().filter_map(known)).collect();
    }
    let mut found: Vec<&'static str> = Vec::new();
    for value in allowed(document, id) {
        let name = type_of(value.node, document.dialect());
        if !found.contains(&name) {
            found.push(name);
        }
    }
    let has = |name| keyword(document, id, name).is_some();
    match () {
        () if !found.is_empty() => found,
        () if has("properties") || has("additionalProperties") => vec!["object"],
        () if has("items") => vec!["array"],
        () => Vec::new(),
    }
}

/// The JSON Schema type of a node.
#[must_use]
pub(crate) fn type_of(node: Node<'_>, dialect: Dialect) -> &'static str {
    let node = node.target();
    match node.kind() {
        Kind::Mapping { .. } => "object",
        Kind::Sequence { .. } => "array",
        _ => match node.resolve(dialect) {
            Scalar::Null => "null",
            Scalar::Bool(_) => "boolean",
            Scalar::Int(_) => "integer",
            Scalar::Float(_) => "number",
            Scalar::Str(_) => "string",
        },
    }
}

/// A value that a schema allows, with its label.
pub(crate) struct Allowed<'a> {
    /// The value.
    pub node: Node<'a>,
    /// Its label.
    pub label: Option<String>,
}

/// The values of a schema that enumerates them; empty for all others.
#[must_use]
pub(crate) fn allowed(document: &Document, id: SchemaId) -> Vec<Allowed<'_>> {
    if let Some(value) = keyword(document, id, "const") {
        return vec![Allowed { node: value, label: text(document, id, "title") }];
    }
    if let Some(values) = keyword(document, id, "enum") {
        let names: Vec<Node<'_>> =
            keyword(document, id, "enumNames").map(|names| names.items().collect()).unwrap_or_default();
        let allowed = |(index, node)| {
            let label = names.get(index).map(|name: &Node<'_>| name.target().value().into_owned());
            Allowed { node: Node::target(node), label }
        };
        return values.items().enumerate().map(allowed).collect();
    }
    let branches = parts(document, id, |role| matches!(role, Role::OneOf | Role::AnyOf));
    let value = |&branch: &SchemaId| {
        let (_, node) = document.keyword(branch, "const")?;
        Some(Allowed { node: node.target(), label: text(document, branch, "title") })
    };
    let values: Vec<Allowed<'_>> = branches.iter().filter_map(value).collect();
    if values.len() == branches.len() { values } else { Vec::new() }
}

/// A value as JSON; `None` if it is large.
#[must_use]
pub(crate) fn small_json(document: &Document, node: Node<'_>) -> Option<Value> {
    let mut budget = MAX_NODES;
    let mut pending = vec![node.target()];
    while let Some(node) = pending.pop() {
        budget = budget.checked_sub(1 + node.items().len() + node.entries().len())?;
        pending.extend(node.items().chain(node.entries().map(|entry| entry.value())).map(Node::target));
    }
    json::to_json(node, document.dialect()).ok()
}

/// Whether an object lists a name under `required`.
#[must_use]
pub(crate) fn is_required(document: &Document, id: SchemaId, name: &str) -> bool {
    let required = keyword(document, id, "required");
    required.is_some_and(|required| required.items().any(|item| item.target().value() == name))
}

/// Whether a connection, dependency, artifact or resource is required.
#[must_use]
pub(crate) fn is_required_port(document: &Document, port: &Port) -> bool {
    if port.block.bundle_format() == BundleFormat::Dependencies {
        let required = document.node(port.value).field("required").map(|entry| entry.value());
        return required.is_some_and(|value| value.resolve(Dialect::GoYaml2) == Scalar::Bool(true));
    }
    let block = document.block(port.block).and_then(|block| document.schemas.at(document.node(block.value)));
    block.is_some_and(|block| is_required(document, block, &port.name))
}

//! Params: constraints, values in presets, references, and the generated variable.

use super::markdown::{MAX_LISTED, Page, code, listed};
use super::{payload, schema, uses, variable};
use crate::bundle::symbols::Occurrence;
use crate::bundle::{Area, Document, OccurrenceRole, Property, Role, SchemaId, Symbol, names};
use crate::syntax::{Node, NodeId};

/// Deepest nesting of objects that is followed.
const MAX_DEPTH: usize = 32;

/// The param, or the field of a payload, that a schema describes: `node_groups[].name`.
pub(super) fn subject(document: &Document, id: SchemaId) -> Option<String> {
    let schema = document.schemas.get(id);
    let Role::Property(property) = schema.role else { return None };
    matches!(schema.area, Area::Params | Area::Payload)
        .then(|| shown(&path(document, document.schemas.property(property))))
}

fn shown(path: &[String]) -> String {
    path.join(".").replace(".[]", "[]")
}

/// The page of a param; `at` is the token that names it.
pub(super) fn page(document: &Document, symbol: &Symbol, at: Option<NodeId>) -> Option<Page> {
    let (property, id) = definition(document, symbol, at)?;
    let path = path(document, property);
    let mut page = Page::titled(
        &shown(&path),
        &["param", &schema::type_words(document, id), requirement(document, property, &symbol.name)],
    );
    schema::describe(&mut page, document, id);
    schema::constraints(&mut page, document, id);
    if let Some(presets) = presets(document, symbol) {
        page.fact("Presets", &presets);
    }
    let names: Vec<&str> = path.iter().map(String::as_str).filter(|part| *part != "[]").collect();
    let uses = uses::of(document, symbol, &["params"], &names);
    if !uses.is_empty() {
        page.fact("Used in", &uses.join(", "));
    }
    if symbol.schemas.len() > 1 {
        page.fact("Defined", &definitions(document, symbol));
    }
    payload::tree(&mut page, &schema::fields(document, id), schema::is_list(document, id));
    variable::of_param(&mut page, document, property, id, &names);
    Some(page)
}

/// The definition at a token, else the first one, with its schema.
fn definition(document: &Document, symbol: &Symbol, at: Option<NodeId>) -> Option<(Property, SchemaId)> {
    let of = |&id: &SchemaId| match document.schemas.get(id).role {
        Role::Property(property) => Some((document.schemas.property(property), id)),
        _ => None,
    };
    let mut all = symbol.schemas.iter().filter_map(of);
    let first = all.clone().next();
    all.find(|(property, _)| Some(property.key) == at).or(first)
}

/// Placeholder in a path for the unknown names around an unused definition.
pub(super) const SOMEWHERE: &str = "…";

/// The names from the outermost param down; `[]` stands for the elements of an array.
fn path(document: &Document, property: Property) -> Vec<String> {
    let name = |property: Property| document.node(property.key).value().into_owned();
    let mut path = vec![name(property)];
    let mut id = property.owner;
    for _ in 0..MAX_DEPTH {
        let schema = document.schemas.get(id);
        let mut parents = schema.parents.iter();
        let parent = match schema.role {
            Role::Root => break,
            Role::Property(outer) => {
                let outer = document.schemas.property(outer);
                path.push(name(outer));
                id = outer.owner;
                continue;
            }
            Role::Items | Role::AdditionalItems | Role::Contains => {
                path.push("[]".to_owned());
                parents.next()
            }
            // Its path is that of its first use.
            Role::Definition => parents.find(|(role, _)| *role == Role::Reference),
            _ => parents.next(),
        };
        let Some(&(_, parent)) = parent else {
            path.push(SOMEWHERE.to_owned());
            break;
        };
        id = parent;
    }
    path.reverse();
    path
}

fn requirement(document: &Document, property: Property, name: &str) -> &'static str {
    let owners = names::owners(&document.schemas, property.owner);
    if owners.iter().any(|&owner| schema::is_required(document, owner, name)) {
        return "required";
    }
    let branch = !owners.contains(&property.owner) && schema::is_required(document, property.owner, name);
    if branch { "required under a condition" } else { "optional" }
}

/// The values in presets: "Small `10`".
fn presets(document: &Document, symbol: &Symbol) -> Option<String> {
    let uses = symbol.occurrences.iter().filter(|one| one.role == OccurrenceRole::Preset);
    let shown = |one: &Occurrence| {
        let key = document.node(one.node);
        let entry = key.parent()?.entries().find(|entry| entry.key() == key)?;
        let label = preset(document, key).unwrap_or_default();
        Some(format!("{label} {}", schema::value(document, entry.value())))
    };
    let more = uses.clone().count().saturating_sub(MAX_LISTED);
    let shown: Vec<String> = uses.take(MAX_LISTED).filter_map(shown).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}

/// The label of the preset around a node.
fn preset(document: &Document, node: Node<'_>) -> Option<String> {
    let mut around = node;
    while let Some(parent) = around.parent() {
        around = parent;
        if let Some(index) = document.presets.iter().position(|preset| preset.node == around.id()) {
            let name = document.presets.get(index)?.name.map(|name| document.node(name).target().value());
            let name = name.map(|name| super::markdown::prose(&name));
            return Some(name.unwrap_or_else(|| format!("preset {}", index + 1)));
        }
    }
    None
}

/// The lines on which a param is defined.
fn definitions(document: &Document, symbol: &Symbol) -> String {
    let lines = document.syntax.lines();
    let definitions = symbol.occurrences.iter().filter(|one| one.role == OccurrenceRole::Definition);
    let line = |node: NodeId| lines.line_of(document.node(node).span().start()) + 1;
    let mut numbers: Vec<usize> = definitions.map(|one| line(one.node)).collect();
    numbers.sort_unstable();
    format!("{} times, on lines {}", numbers.len(), listed(numbers.iter().map(usize::to_string)))
}

/// The param that a path of names leads to from `params`.
pub(super) fn at_path<'a>(document: &'a Document, path: &[&str]) -> Option<(&'a Symbol, SchemaId)> {
    let mut scopes = vec![document.params?];
    let mut found = None;
    for name in path {
        let mut next = Vec::new();
        for scope in &scopes {
            next.extend(document.names(*scope).known.get(*name).into_iter().flatten().copied());
        }
        let first = *next.first()?;
        let symbol = document.symbols().of_property(first)?;
        found = Some((symbol, document.schemas.property(first).schema));
        scopes = Vec::new();
        for property in next {
            let id = document.schemas.property(property).schema;
            scopes.push(id);
            scopes.extend(schema::parts(document, id, |role| role == Role::Items));
        }
    }
    found
}

/// The page of an allowed value of a schema.
pub(super) fn allowed_value(document: &Document, id: SchemaId, node: Node<'_>) -> Option<Page> {
    let values = schema::allowed(document, id);
    let allowed = values.iter().find(|allowed| allowed.node == node.target())?;
    let what = match document.schemas.get(id).role {
        Role::Property(property) => {
            format!("value of {}", code(&document.node(document.schemas.property(property).key).value()))
        }
        _ => "allowed value".to_owned(),
    };
    let mut page = Page::titled(&node.target().value(), &[&what]);
    page.paragraph(&allowed.label.as_deref().map(super::markdown::prose).unwrap_or_default());
    let others: Vec<String> = values
        .iter()
        .filter(|other| other.node != node.target())
        .map(|other| code(&other.node.value()))
        .collect();
    if !others.is_empty() {
        page.fact("Other values", &listed(others));
    }
    let default = schema::keyword(document, id, "default");
    if default.is_some_and(|default| default.is_scalar() && default.value() == node.target().value()) {
        page.item("The default");
    }
    Some(page)
}

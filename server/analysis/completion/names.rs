//! Names from the document: params, connections, members of objects.

use super::context::{CursorContext, Relation};
use super::{Below, Candidate, CompletionKind, Write, refs, schema, usage};
use crate::bundle::typed::TypedNode;
use crate::bundle::{Port, PropertyId, SchemaId};
use crate::reference::JsonType;
use crate::syntax::Node;
use foldhash::HashSet;

/// Adds keys that are names from elsewhere in the document.
pub(super) fn keys(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    if let Relation::InstanceOf(schemas) = context.relation() {
        let mut items = Vec::new();
        members(context, schemas, &mut items);
        // After the label of a preset.
        found.extend(items.into_iter().map(|mut item| {
            item.rank.tier += 2;
            item
        }));
        return;
    }
    let schema = context.parent().filter(|parent| parent.is_schema());
    let Some(id) = schema.and_then(|schema| schema.schema) else { return };
    match context.last().name().as_deref() {
        Some("properties") => {
            refs::payload_members(context, found);
            property_names(context, id, found);
        }
        Some("dependencies") => members(context, &context.whole_object(id), found),
        Some("message") => constraints(context, id, found),
        _ => {}
    }
}

/// Adds names for `properties`: undeclared ones that the document uses, and in a branch also those of the whole object.
fn property_names(context: &CursorContext<'_>, id: SchemaId, found: &mut Vec<Candidate>) {
    let mut offer = |names: Vec<String>, tier| {
        let make = |name| Candidate::new(name, CompletionKind::Property, Write::Key(Below::Mapping));
        let used = |name| make(name).tier(tier).detail("Used, but not declared");
        found.extend(names.into_iter().map(used));
    };
    offer(usage::undeclared(context, id), 1);
    // Presets and forms often name a member of an object as if it were a param.
    if let Some(params) = context.document.params.filter(|params| *params != id) {
        let mut stray = usage::undeclared(context, params);
        stray.retain(|name| !is_declared(context, name));
        offer(stray, 3);
    }
    if !context.document.schemas.get(id).role.same_value() {
        return;
    }
    let mut items = Vec::new();
    members(context, &context.whole_object(id), &mut items);
    // The param that controls the branch comes first: its `const` selects the branch.
    let conditional = context.innermost_first().any(|typed| typed.is_named("dependencies"));
    let names = context.innermost_first().filter(|_| conditional).filter_map(TypedNode::name);
    let controlling = names.into_iter().find(|name| items.iter().any(|item| item.label == *name));
    let controlling = controlling.as_deref();
    if let Some(name) = controlling.and_then(switched) {
        let candidate = Candidate::new(name, CompletionKind::Property, Write::Key(Below::Mapping));
        let known = items.iter().any(|item| item.label == name);
        found.extend((!known).then(|| candidate.tier(1).detail("What the switch controls")));
    }
    for mut item in items {
        item.rank.tier = if Some(item.label.as_str()) == controlling { 0 } else { 2 };
        item.write = Write::Key(Below::Mapping);
        found.push(item);
    }
}

/// Whether any object of the document has a property of this name.
fn is_declared(context: &CursorContext<'_>, name: &str) -> bool {
    let schemas = &context.document.schemas;
    let mut properties = schemas.iter().flat_map(|(_, schema)| &schema.properties);
    properties.any(|id| context.document.node(schemas.property(*id).key).value() == name)
}

/// The name of what a switch controls: `backups` for `backups_enabled`.
fn switched(name: &str) -> Option<&str> {
    let after = ["enable_", "use_", "create_"].into_iter().find_map(|start| name.strip_prefix(start));
    let before = ["_enabled", "_enable"].into_iter().find_map(|end| name.strip_suffix(end));
    after.or(before).filter(|name| !name.is_empty())
}

/// Adds the constraints of the schema that `message` is in.
fn constraints(context: &CursorContext<'_>, id: SchemaId, found: &mut Vec<Candidate>) {
    const NO_CONSTRAINT: [&str; 12] = [
        "title",
        "description",
        "default",
        "examples",
        "message",
        "$comment",
        "$id",
        "$schema",
        "readOnly",
        "writeOnly",
        "properties",
        "definitions",
    ];
    for &(key, _) in &context.document.schemas.get(id).keywords {
        let name = context.document.node(key).value();
        let known = context.reference.keyword(&name);
        let constrains = !NO_CONSTRAINT.contains(&&*name) && !name.starts_with("$md");
        if let Some(known) = known.filter(|_| constrains) {
            // Messages are mostly about patterns, and hardly ever about a type.
            let tier = if name == "type" { 2 } else { u8::from(name != "pattern") };
            let candidate = Candidate::new(name, CompletionKind::Key, Write::Key(Below::Line(Vec::new())));
            found.push(candidate.tier(tier).detail(&*known.summary));
        }
    }
}

/// Adds the members that objects of these schemas can have, in the order of their declarations.
pub(super) fn members(context: &CursorContext<'_>, schemas: &[SchemaId], found: &mut Vec<Candidate>) {
    let mut properties: Vec<(bool, PropertyId)> = Vec::new();
    let mut seen = HashSet::default();
    for &id in schemas {
        let names = context.document.names(id);
        let unconditional: HashSet<&str> = names.unconditional.iter().map(String::as_str).collect();
        for (name, ids) in &names.known {
            let first = ids.iter().copied().find(|id| !context.is_at_property(*id));
            if let Some(first) = first.filter(|_| seen.insert(name.as_str())) {
                properties.push((!unconditional.contains(name.as_str()), first));
            }
        }
    }
    properties.sort_by_key(|&(conditional, id)| {
        (conditional, context.document.node(context.document.schemas.property(id).key).span().start())
    });
    found.extend(
        properties.into_iter().map(|(conditional, id)| member(context, id).tier(u8::from(conditional))),
    );
}

fn member(context: &CursorContext<'_>, id: PropertyId) -> Candidate {
    let property = context.document.schemas.property(id);
    let types = schema::types(context, property.schema);
    let below = match (context.relation(), types.as_slice()) {
        (Relation::UiOf(_), _) | (_, [JsonType::Object]) => Below::Mapping,
        (_, [JsonType::Array]) => Below::List,
        (_, [JsonType::Boolean]) => Below::Line(vec!["true".to_owned(), "false".to_owned()]),
        _ => Below::Line(Vec::new()),
    };
    let text = |name: &str| {
        let value = context.document.keyword(property.schema, name).map(|(_, value)| value.target());
        value.filter(|value| value.is_scalar()).map(|value| value.value().into_owned()).unwrap_or_default()
    };
    let name = context.document.node(property.key).value();
    Candidate::new(name, CompletionKind::Property, Write::Key(below))
        .detail(text("title"))
        .description(text("type"))
}

/// Adds items of `required` and of the lists in a schema's `dependencies`.
pub(super) fn listed_members(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let Some(id) = context.schema() else { return };
    let listed = context.listed();
    let mut items = Vec::new();
    members(context, &context.whole_object(id), &mut items);
    let controlling = context.parent().and_then(TypedNode::name);
    items.retain(|item| {
        !listed.iter().any(|name| *name == item.label) && controlling.as_deref() != Some(item.label.as_str())
    });
    found.extend(items.into_iter().map(|item| Candidate { write: Write::Text, ..item }));
}

/// Adds connections and dependencies, for `$md.enum`.
pub(super) fn inputs(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    found.extend(context.document.inputs().map(|port| {
        Candidate::new(&*port.name, CompletionKind::Reference, Write::Text).detail(type_name(context, port))
    }));
}

/// The type of a connection as written; empty if there is none.
pub(super) fn type_name(context: &CursorContext<'_>, port: &Port) -> String {
    let written = port.type_ref.map(|(_, value)| context.document.node(value).target());
    written.map(Node::value).unwrap_or_default().into_owned()
}

//! Names that the document declares: params, connections, members of objects.

use super::context::{Place, Subject};
use super::{Below, Candidate, CompletionKind, Write, mentions, refs, schema};
use crate::bundle::{Port, PropertyId, SchemaId};
use crate::reference::JsonType;
use crate::syntax::Node;
use foldhash::HashSet;

/// Keys that are names from elsewhere in the document.
pub(super) fn keys(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let scope = place.last();
    if let Subject::Value(schemas) = &scope.subject {
        let mut items = Vec::new();
        members(place, schemas, &mut items);
        // Behind the label of a preset.
        found.extend(items.into_iter().map(|mut item| {
            item.rank.tier += 2;
            item
        }));
        return;
    }
    let Some(Subject::Schema(Some(id))) = place.above(1).map(|above| above.subject.clone()) else { return };
    match scope.name.as_deref() {
        Some("properties") => {
            refs::payload_members(place, found);
            property_names(place, id, found);
        }
        Some("dependencies") => members(place, &place.scope_of(id), found),
        Some("message") => constraints(place, id, found),
        _ => {}
    }
}

/// Names for a `properties`: those that the document uses and nobody declares; in a branch also the outer object's.
fn property_names(place: &Place<'_>, id: SchemaId, found: &mut Vec<Candidate>) {
    let mut offer = |names: Vec<String>, tier| {
        let make = |name| Candidate::new(name, CompletionKind::Property, Write::Key(Below::Mapping));
        let used = |name| make(name).tier(tier).detail("Used, but not declared");
        found.extend(names.into_iter().map(used));
    };
    offer(mentions::undeclared(place, id), 1);
    // Presets and forms often name a member of a group as if it stood beside the group.
    if let Some(params) = place.document.params.filter(|params| *params != id) {
        let mut stray = mentions::undeclared(place, params);
        stray.retain(|name| !is_declared(place, name));
        offer(stray, 3);
    }
    if !place.document.schemas.get(id).role.same_value() {
        return;
    }
    let mut items = Vec::new();
    members(place, &place.scope_of(id), &mut items);
    // The param that the branch hangs on comes first: its `const` selects the branch.
    let conditional = place.scopes.iter().any(|scope| scope.name.as_deref() == Some("dependencies"));
    let controlling =
        place.scopes.iter().rev().filter(|_| conditional).find_map(|scope| {
            scope.name.as_deref().filter(|name| items.iter().any(|item| item.label == *name))
        });
    if let Some(name) = controlling.and_then(switched) {
        let candidate = Candidate::new(name, CompletionKind::Property, Write::Key(Below::Mapping));
        let known = items.iter().any(|item| item.label == name);
        found.extend((!known).then(|| candidate.tier(1).detail("What the switch is for")));
    }
    for mut item in items {
        item.rank.tier = if Some(item.label.as_str()) == controlling { 0 } else { 2 };
        item.write = Write::Key(Below::Mapping);
        found.push(item);
    }
}

/// Whether any object of the document has a property of this name.
fn is_declared(place: &Place<'_>, name: &str) -> bool {
    let schemas = &place.document.schemas;
    let mut properties = schemas.iter().flat_map(|(_, schema)| &schema.properties);
    properties.any(|id| place.document.node(schemas.property(*id).key).value() == name)
}

/// What a switch is named for: `backups` of `backups_enabled`.
fn switched(name: &str) -> Option<&str> {
    let after = ["enable_", "use_", "create_"].into_iter().find_map(|start| name.strip_prefix(start));
    let before = ["_enabled", "_enable"].into_iter().find_map(|end| name.strip_suffix(end));
    after.or(before).filter(|name| !name.is_empty())
}

/// Constraints of the schema that `message` stands in.
fn constraints(place: &Place<'_>, id: SchemaId, found: &mut Vec<Candidate>) {
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
    for &(key, _) in &place.document.schemas.get(id).keywords {
        let name = place.document.node(key).value();
        let known = place.reference.keyword(&name);
        let constrains = !NO_CONSTRAINT.contains(&&*name) && !name.starts_with("$md");
        if let Some(known) = known.filter(|_| constrains) {
            // People explain patterns more than anything else, and a type hardly ever.
            let tier = if name == "type" { 2 } else { u8::from(name != "pattern") };
            let candidate = Candidate::new(name, CompletionKind::Key, Write::Key(Below::Line(Vec::new())));
            found.push(candidate.tier(tier).detail(&*known.summary));
        }
    }
}

/// The members that objects of these schemas may have, in the order in which the document declares them.
pub(super) fn members(place: &Place<'_>, schemas: &[SchemaId], found: &mut Vec<Candidate>) {
    let mut properties: Vec<(bool, PropertyId)> = Vec::new();
    let mut seen = HashSet::default();
    for &id in schemas {
        let names = place.document.names(id);
        let unconditional: HashSet<&str> = names.unconditional.iter().map(String::as_str).collect();
        for (name, ids) in &names.known {
            let first = ids.iter().copied().find(|id| !typed_now(place, *id));
            if let Some(first) = first.filter(|_| seen.insert(name.as_str())) {
                properties.push((!unconditional.contains(name.as_str()), first));
            }
        }
    }
    properties.sort_by_key(|&(conditional, id)| {
        (conditional, place.document.node(place.document.schemas.property(id).key).span().start())
    });
    found.extend(
        properties.into_iter().map(|(conditional, id)| member(place, id).tier(u8::from(conditional))),
    );
}

/// Whether a property is the one whose name is being typed.
pub(super) fn typed_now(place: &Place<'_>, id: PropertyId) -> bool {
    place.document.node(place.document.schemas.property(id).key).span().touches(place.spot.token.start)
}

fn member(place: &Place<'_>, id: PropertyId) -> Candidate {
    let property = place.document.schemas.property(id);
    let types = schema::types(place, property.schema);
    let below = match (&place.last().subject, types.as_slice()) {
        (Subject::Dress(_), _) | (_, [JsonType::Object]) => Below::Mapping,
        (_, [JsonType::Array]) => Below::List,
        (_, [JsonType::Boolean]) => Below::Line(vec!["true".to_owned(), "false".to_owned()]),
        _ => Below::Line(Vec::new()),
    };
    let text = |name: &str| {
        let value = place.document.keyword(property.schema, name).map(|(_, value)| value.target());
        value.filter(|value| value.is_scalar()).map(|value| value.value().into_owned()).unwrap_or_default()
    };
    let name = place.document.node(property.key).value();
    Candidate::new(name, CompletionKind::Property, Write::Key(below))
        .detail(text("title"))
        .description(text("type"))
}

/// Items of `required` and of the lists in a schema's `dependencies`.
pub(super) fn listed_members(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let Some((_, Some(id))) = place.schema() else { return };
    let listed = place.listed();
    let mut items = Vec::new();
    members(place, &place.scope_of(id), &mut items);
    let controlling = place.above(1).and_then(|list| list.name.clone());
    items.retain(|item| {
        !listed.iter().any(|name| *name == item.label) && controlling.as_deref() != Some(item.label.as_str())
    });
    found.extend(items.into_iter().map(|item| Candidate { write: Write::Text, ..item }));
}

/// Connections and dependencies, for `$md.enum`.
pub(super) fn inputs(place: &Place<'_>, found: &mut Vec<Candidate>) {
    found.extend(place.document.inputs().map(|port| {
        Candidate::new(&*port.name, CompletionKind::Reference, Write::Text).detail(type_name(place, port))
    }));
}

/// The type of a connection as written; empty where there is none.
pub(super) fn type_name(place: &Place<'_>, port: &Port) -> String {
    let written = port.type_ref.map(|(_, value)| place.document.node(value).target());
    written.map(Node::value).unwrap_or_default().into_owned()
}

//! What the document mentions elsewhere: names that are used and not (yet) declared, values that others chose.

use super::context::CursorContext;
use crate::bundle::{SchemaId, is_option};
use crate::syntax::Node;
use foldhash::HashMap;

/// So many values of presets are looked at.
const MAX_VISITS: usize = 10_000;

/// Names of members that something demands, orders, dresses or sets, though nothing declares them.
pub(super) fn undeclared(context: &CursorContext<'_>, id: SchemaId) -> Vec<String> {
    let document = context.document;
    let schemas = context.whole_object(id);
    let mut names: Vec<String> = Vec::new();
    let mut mention = |node: Node<'_>| {
        let name = node.target().value();
        let declared = || {
            let known = |schema: &SchemaId| document.names(*schema).known.get(&*name);
            schemas.iter().filter_map(known).flatten().any(|id| !super::names::typed_now(context, *id))
        };
        if name != "*"
            && node.target().is_scalar()
            && !names.iter().any(|known| *known == name)
            && !declared()
        {
            names.push(name.into_owned());
        }
    };
    for &schema in &schemas {
        let required = document.keyword(schema, "required").map(|(_, list)| list.target());
        required.into_iter().flat_map(Node::items).for_each(&mut mention);
    }
    for entry in document.ui.iter().filter(|entry| entry.schemas.iter().any(|id| schemas.contains(id))) {
        let node = document.node(entry.node);
        let order = node.field("ui:order").map(|order| order.value().target());
        order.into_iter().flat_map(Node::items).for_each(&mut mention);
        let described = context.reference.object("ui-entry");
        let own = |name: &str| is_option(name) || described.is_some_and(|object| object.key(name).is_some());
        node.entries().filter(|entry| !own(&entry.name())).for_each(|entry| mention(entry.key()));
    }
    if document.params.is_some_and(|params| schemas.contains(&params)) {
        for preset in &document.presets {
            let members = document.node(preset.node).entries();
            members.filter(|entry| entry.name() != "__name").for_each(|entry| mention(entry.key()));
        }
    }
    names
}

/// How often presets give a member of this name a value, by value.
pub(super) fn chosen(context: &CursorContext<'_>, name: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::default();
    let token = context.cursor.word.start;
    let mut work: Vec<Node<'_>> =
        context.document.presets.iter().map(|preset| context.document.node(preset.node)).collect();
    let mut visits = 0;
    while let Some(node) = work.pop().filter(|_| visits < MAX_VISITS) {
        visits += 1;
        for entry in node.entries() {
            let value = entry.value();
            if value.is_scalar() && entry.name() == name && !value.span().touches(token) {
                *counts.entry(value.value().into_owned()).or_default() += 1;
            }
            work.extend(Some(value).filter(|value| !value.is_scalar()));
        }
        work.extend(node.items());
    }
    counts
}

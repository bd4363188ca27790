//! Usage in the rest of the document: undeclared names, and the values that presets choose.

use super::context::CursorContext;
use crate::bundle::{SchemaId, is_option};
use crate::syntax::Node;
use foldhash::HashMap;

/// Most values of presets that are examined.
const MAX_VISITS: usize = 10_000;

/// Undeclared members that `required`, the form or presets name.
pub(super) fn undeclared(context: &CursorContext<'_>, id: SchemaId) -> Vec<String> {
    let document = context.document;
    let schemas = context.whole_object(id);
    let mut names: Vec<String> = Vec::new();
    let mut add = |node: Node<'_>| {
        let name = node.target().value();
        let declared = || {
            let known = |schema: &SchemaId| document.names(*schema).known.get(&*name);
            schemas.iter().filter_map(known).flatten().any(|id| !context.is_at_property(*id))
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
        required.into_iter().flat_map(Node::items).for_each(&mut add);
    }
    for entry in document.ui.iter().filter(|entry| entry.schemas.iter().any(|id| schemas.contains(id))) {
        let node = document.node(entry.node);
        let order = node.field("ui:order").map(|order| order.value().target());
        order.into_iter().flat_map(Node::items).for_each(&mut add);
        let described = context.reference.object("ui-entry");
        let is_own =
            |name: &str| is_option(name) || described.is_some_and(|object| object.key(name).is_some());
        node.entries().filter(|entry| !is_own(&entry.name())).for_each(|entry| add(entry.key()));
    }
    if document.params.is_some_and(|params| schemas.contains(&params)) {
        for preset in &document.presets {
            let members = document.node(preset.node).entries();
            members.filter(|entry| entry.name() != "__name").for_each(|entry| add(entry.key()));
        }
    }
    names
}

/// How many presets set a member of this name, by value.
pub(super) fn chosen(context: &CursorContext<'_>, name: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::default();
    let start = context.cursor.word.start;
    let mut work: Vec<Node<'_>> =
        context.document.presets.iter().map(|preset| context.document.node(preset.node)).collect();
    let mut visits = 0;
    while let Some(node) = work.pop().filter(|_| visits < MAX_VISITS) {
        visits += 1;
        for entry in node.entries() {
            let value = entry.value();
            if value.is_scalar() && entry.name() == name && !value.span().touches(start) {
                *counts.entry(value.value().into_owned()).or_default() += 1;
            }
            work.extend(Some(value).filter(|value| !value.is_scalar()));
        }
        work.extend(node.items());
    }
    counts
}

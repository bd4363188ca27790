//! Expanded property names (`spec §4.8`): which names an object may have, conditional branches included.

use super::Document;
use super::schema::{self, PropertyId, Role, Schema, SchemaId, Schemas};
use crate::syntax::Scalar;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// How many schemas one expansion may visit; far above any form, and a bound for hostile aliases.
const MAX_VISITS: usize = 1_000;

/// The names an object may have.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Every definition of each name: the unconditional ones first.
    pub known: BTreeMap<String, Vec<PropertyId>>,
    /// Names declared in `properties` outside of any condition, in source order.
    pub unconditional: Vec<String>,
    /// Other names may exist that cannot be known here: a reference that was not resolved, a map, a name pattern.
    pub open: bool,
}

impl Names {
    /// Whether a name is certainly not a property of the object.
    #[must_use]
    pub fn lack(&self, name: &str) -> bool {
        !self.open && !self.known.contains_key(name)
    }

    /// Adds what another object offers.
    pub fn absorb(&mut self, other: &Self) {
        for (name, ids) in &other.known {
            let known = self.known.entry(name.clone()).or_default();
            known.extend(ids.iter().filter(|id| !known.contains(id)).copied().collect::<Vec<_>>());
        }
        self.open |= other.open;
    }
}

/// Names of the object that a schema describes. `visits` is what this and later expansions may still visit: when it
/// is used up nothing is known any more.
#[must_use]
pub fn expand(document: &Document, id: SchemaId, visits: &AtomicUsize) -> Names {
    let schemas = &document.schemas;
    let mut names = Names::default();
    let mut seen = HashSet::new();
    // Two queues, so that a definition without a condition comes before every other of the same name.
    let mut certain = VecDeque::from([id]);
    let mut conditional = VecDeque::new();
    while let Some((id, is_certain)) =
        certain.pop_front().map(|id| (id, true)).or_else(|| conditional.pop_front().map(|id| (id, false)))
    {
        if !seen.insert(id) {
            continue;
        }
        let schema = schemas.get(id);
        let cost = 1 + schema.properties.len() + schema.children.len();
        let afford = |left: usize| left.checked_sub(cost);
        if seen.len() > MAX_VISITS || visits.fetch_update(Relaxed, Relaxed, afford).is_err() {
            names.open = true;
            break;
        }
        names.open |= is_open(document, schema);
        for &property in &schema.properties {
            let name = document.node(schemas.property(property).key).value();
            if is_certain && !names.known.contains_key(&*name) {
                names.unconditional.push(name.clone().into_owned());
            }
            names.known.entry(name.into_owned()).or_default().push(property);
        }
        for &(role, child) in schema.children.iter().filter(|(role, _)| role.expands()) {
            let queue = if is_certain && role == Role::AllOf { &mut certain } else { &mut conditional };
            queue.push_back(child);
        }
        if let Some(target) = schema.reference {
            let queue = if is_certain { &mut certain } else { &mut conditional };
            queue.push_back(target);
        }
    }
    names
}

/// Whether an object of this schema may have names that are written nowhere here.
fn is_open(document: &Document, schema: &Schema) -> bool {
    let keyword = |name| schema::keyword(&document.syntax, schema, name).map(|(_, value)| value.target());
    if !document.node(schema.node).is_mapping() || keyword("patternProperties").is_some() {
        // An alias to nothing, an unfinished value: whatever it will be.
        return true;
    }
    if schema.reference.is_none() && keyword("$ref").is_some() {
        return true;
    }
    let others = keyword("additionalProperties");
    let forbidden = others.is_none_or(|value| value.resolve(document.dialect()) == Scalar::Bool(false));
    !forbidden && schema.properties.is_empty()
}

/// The schemas of the whole objects that a schema speaks of: itself, unless it is only ever a branch of others.
///
/// A branch that an alias or a reference puts in several places has several.
#[must_use]
pub fn owners(schemas: &Schemas, id: SchemaId) -> Vec<SchemaId> {
    let mut seen = HashSet::from([id]);
    let mut work = vec![id];
    let mut owners = Vec::new();
    while let Some(id) = work.pop() {
        let schema = schemas.get(id);
        let mut is_whole = schema.role == Role::Root;
        for &(role, parent) in &schema.parents {
            match role {
                // Where it is kept, not where it is used.
                Role::Definition | Role::NewerDefinition => {}
                role if role.same_value() => {
                    if seen.len() <= MAX_VISITS && seen.insert(parent) {
                        work.push(parent);
                    }
                }
                _ => is_whole = true,
            }
        }
        if is_whole {
            owners.push(id);
        }
    }
    if owners.is_empty() {
        // A definition that nothing uses.
        owners.push(id);
    }
    owners
}

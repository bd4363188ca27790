//! Expanded property names (`spec §4.8`): which names an object may have, conditional branches included.

use super::schema::{PropertyId, Role, Schema, SchemaId, Schemas, keyword};
use crate::syntax::{Kind, Syntax};
use std::collections::{BTreeMap, HashSet};

/// How many schemas one expansion may visit; far above any form, and a bound for hostile aliases.
const MAX_VISITS: usize = 4_000;

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

/// Names of the object that a schema describes.
#[must_use]
pub fn expand(syntax: &Syntax, schemas: &Schemas, id: SchemaId) -> Names {
    let mut names = Names::default();
    let mut seen = HashSet::from([id]);
    let mut work = vec![(id, false)];
    while let Some((id, conditional)) = work.pop() {
        let schema = schemas.get(id);
        names.open |= is_open(syntax, schema) || seen.len() > MAX_VISITS;
        for &property in &schema.properties {
            let name = syntax.node(schemas.property(property).key).value().into_owned();
            if !conditional && !names.known.contains_key(&name) {
                names.unconditional.push(name.clone());
            }
            names.known.entry(name).or_default().push(property);
        }
        let branches = schema.children.iter().filter(|(role, _)| role.expands());
        let branches = branches.map(|&(role, child)| (child, conditional || role != Role::AllOf));
        let target = schema.reference.map(|target| (target, conditional));
        for (next, conditional) in branches.chain(target) {
            if seen.len() <= MAX_VISITS && seen.insert(next) {
                work.push((next, conditional));
            }
        }
    }
    names
}

/// Whether an object of this schema may have names that are written nowhere here.
fn is_open(syntax: &Syntax, schema: &Schema) -> bool {
    let node = syntax.node(schema.node);
    if !node.is_mapping() || keyword(syntax, schema, "patternProperties").is_some() {
        // An alias to nothing, an unfinished value: whatever it will be.
        return true;
    }
    if schema.reference.is_none() && keyword(syntax, schema, "$ref").is_some() {
        return true;
    }
    match keyword(syntax, schema, "additionalProperties").map(|(_, value)| value.target()) {
        None => false,
        Some(value) if value.kind() == Kind::Null || value.value() == "false" => false,
        Some(_) => schema.properties.is_empty(),
    }
}

/// The schema of the whole object that a branch speaks of: the branch itself when it is not one.
///
/// A branch that an alias puts in several places has several.
#[must_use]
pub fn owners(schemas: &Schemas, id: SchemaId) -> Vec<SchemaId> {
    let mut seen = HashSet::from([id]);
    let mut work = vec![id];
    let mut owners = Vec::new();
    while let Some(id) = work.pop() {
        let schema = schemas.get(id);
        if !schema.role.same_value() {
            owners.push(id);
            continue;
        }
        let parents =
            schema.parents.iter().filter(|parent| seen.len() <= MAX_VISITS && seen.insert(**parent));
        work.extend(parents.copied().collect::<Vec<_>>());
    }
    owners
}

//! Expanded property names: the names an object may have, conditional branches included.

use super::Document;
use super::schema::{self, PropertyId, Role, Schema, SchemaId, Schemas};
use crate::syntax::Scalar;
use foldhash::HashSet;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// Maximum number of schemas visited by one expansion; far above any real form, a bound against hostile aliases.
const MAX_VISITS: usize = 1_000;

/// Maximum number of schemas visited in the search for the owners of a schema.
const MAX_OWNER_VISITS: usize = 200;

/// The property names an object may have.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The definitions of each name, unconditional ones first.
    pub known: BTreeMap<String, Vec<PropertyId>>,
    /// Names declared in `properties` outside of any condition, in source order.
    pub unconditional: Vec<String>,
    /// Whether unknown names may exist: an unresolved reference, a map, or a name pattern.
    pub open: bool,
}

impl Names {
    /// Whether a name is certainly not a property of the object.
    #[must_use]
    pub fn lack(&self, name: &str) -> bool {
        !self.open && !self.known.contains_key(name)
    }

    /// Merges the names of another object into this one.
    pub fn absorb(&mut self, other: &Self) {
        for (name, ids) in &other.known {
            let known = self.known.entry(name.clone()).or_default();
            known.extend(ids.iter().filter(|id| !known.contains(id)).copied().collect::<Vec<_>>());
        }
        self.open |= other.open;
    }
}

/// The names of the object that a schema describes. `visits` is the budget left for this and later expansions; once
/// it is used up, the names are open.
#[must_use]
pub(crate) fn expand(document: &Document, id: SchemaId, visits: &AtomicUsize) -> Names {
    let schemas = &document.schemas;
    let mut names = Names::default();
    let mut seen = HashSet::default();
    // Two queues, so that unconditional definitions of a name precede conditional ones.
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

/// Whether an object of this schema may have names that the document does not declare.
fn is_open(document: &Document, schema: &Schema) -> bool {
    let keyword = |name| schema::keyword(&document.syntax, schema, name).map(|(_, value)| value.target());
    if !document.node(schema.node).is_mapping() || keyword("patternProperties").is_some() {
        // A dangling alias or an unfinished value: the names are unknown.
        return true;
    }
    if schema.reference.is_none() && keyword("$ref").is_some() {
        return true;
    }
    let others = keyword("additionalProperties");
    let forbidden = others.is_none_or(|value| value.resolve(document.dialect()) == Scalar::Bool(false));
    let is_map = !forbidden || keyword("propertyNames").is_some();
    is_map && schema.properties.is_empty()
}

/// The schemas of the whole objects that a schema contributes to: itself, unless it only occurs as a branch of
/// others.
///
/// A branch shared through aliases or references has several owners.
#[must_use]
pub(crate) fn owners(schemas: &Schemas, id: SchemaId) -> Vec<SchemaId> {
    let mut seen = HashSet::from_iter([id]);
    let mut work = vec![id];
    let mut owners = Vec::new();
    while let Some(id) = work.pop() {
        let schema = schemas.get(id);
        // A schema under `definitions` is only stored there; its uses count, if it has any.
        let is_kept = |role: Role| matches!(role, Role::Definition | Role::NewerDefinition);
        let mut uses = schema.parents.iter().filter(|(role, _)| !is_kept(*role)).peekable();
        let mut is_whole = schema.role == Role::Root || uses.peek().is_none();
        for &(role, parent) in uses {
            if !role.same_value() {
                is_whole = true;
            } else if seen.len() <= MAX_OWNER_VISITS && seen.insert(parent) {
                work.push(parent);
            }
        }
        if is_whole {
            owners.push(id);
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;
    use std::collections::BTreeSet;

    fn document(text: &str) -> Document {
        Document::new(parse(text), None)
    }

    /// The schema at the first occurrence of this key.
    fn under(document: &Document, key: &str) -> SchemaId {
        let is_it = |id: &SchemaId| {
            let node = document.node(document.schemas.get(*id).node);
            let before = &document.syntax.text()[..node.span().start()];
            before.ends_with(&format!("{key} "))
        };
        document.schemas.iter().map(|(id, _)| id).find(is_it).unwrap()
    }

    fn known(text: &str) -> String {
        let document = document(text);
        let names = document.names(document.params.unwrap());
        let known: Vec<&str> = names.known.keys().map(String::as_str).collect();
        format!(
            "{} | {}{}",
            names.unconditional.join(" "),
            known.join(" "),
            if names.open { " | open" } else { "" }
        )
    }

    #[test]
    fn branches_add_names_but_not_certain_ones() {
        let text = "\
params:
  oneOf: [{properties: {a: {}, z: {}}}]
  properties: {b: {}, a: {}}
  allOf: [{properties: {c: {}, a: {}}}]
  if: {properties: {d: {}}}
  then: {anyOf: [{properties: {e: {}}}]}
  dependencies: {b: {properties: {f: {}}}, a: [b]}
  not: {properties: {g: {}}}
  items: {properties: {h: {}}}
  definitions: {i: {properties: {j: {}}}}
";
        assert_eq!(known(text), "b a c | a b c d e f z");
        let document = document(text);
        let names = document.names(document.params.unwrap());
        let lines = names.known["a"].iter().map(|&id| {
            let key = document.node(document.schemas.property(id).key);
            document.syntax.lines().line_of(key.span().start())
        });
        assert_eq!(lines.collect::<Vec<_>>(), [2, 3, 1], "certain definitions come first");
    }

    #[test]
    fn references_and_merges_bring_their_names() {
        assert_eq!(
            known("params: {$ref: '#/definitions/x', definitions: {x: {properties: {a: {}}}}}"),
            "a | a"
        );
        assert_eq!(
            known("params: {oneOf: [{$ref: '#/$defs/x'}], $defs: {x: {properties: {a: {}}}}}"),
            " | a"
        );
        assert_eq!(known("x: &x {properties: {a: {}}}\nparams: {<<: *x, required: []}"), "a | a");
        assert_eq!(known("params: {$ref: '#', properties: {a: {}}}"), "a | a");
    }

    #[test]
    fn unknowable_names_leave_the_object_open() {
        for open in [
            "{$ref: massdriver/vpc, properties: {a: {}}}",
            "{$ref: '#/definitions/nowhere'}",
            "{patternProperties: {'^a': {}}}",
            "{additionalProperties: {type: string}}",
            "{additionalProperties: true}",
            "{propertyNames: {pattern: '^a'}}",
            "{properties: {}, oneOf: [{$ref: elsewhere}]}",
            "{properties: {}, oneOf: [*nowhere, {}], allOf: [{patternProperties: {}}]}",
        ] {
            assert!(known(&format!("params: {open}")).ends_with("open"), "{open}");
        }
        for closed in [
            "{}",
            "{additionalProperties: false}",
            "{additionalProperties: no}",
            "{properties: {a: {}}, additionalProperties: true}",
        ] {
            assert!(!known(&format!("params: {closed}")).ends_with("open"), "{closed}");
        }
    }

    #[test]
    fn a_half_typed_name_is_not_one() {
        assert_eq!(known("params:\n  properties:\n    a: {}\n    inst\n"), "a | a");
    }

    #[test]
    fn owners_are_the_whole_objects_that_a_branch_contributes_to() {
        let document = document(
            "\
params:
  properties:
    one: {dependencies: {a: {oneOf: [{then: &shared {required: [a]}}]}}}
    two: {allOf: [*shared]}
    three: *shared
    four: {$ref: '#/definitions/used'}
  definitions:
    used: {if: {}}
    unused: {else: {}}
",
        );
        let owners = |key: &str| owners(&document.schemas, under(&document, key));
        let ids = |keys: &[&str]| keys.iter().map(|key| under(&document, key)).collect::<BTreeSet<_>>();
        let shared = owners("then: &shared").into_iter().collect::<BTreeSet<_>>();
        assert_eq!(shared, ids(&["one:", "two:", "then: &shared"]));
        assert_eq!(owners("if:"), [under(&document, "four:")]);
        assert_eq!(owners("else:"), [under(&document, "unused:")]);
    }

    #[test]
    fn aliases_cannot_multiply_the_work() {
        let mut text = "params:\n  properties:\n    p0: &a0 {properties: {n0: {}}}\n".to_owned();
        for index in 1..4_000 {
            let last = index - 1;
            text += &format!(
                "    p{index}: &a{index} {{allOf: [*a{last}, *a{last}], properties: {{n{index}: {{}}}}}}\n"
            );
        }
        let document = document(&text);
        let names = document.schemas.iter().map(|(id, _)| document.names(id)).collect::<Vec<_>>();
        let known: usize = names.iter().map(|names| names.known.len()).sum();
        assert!(known < 1_000_000, "{known}");
    }
}

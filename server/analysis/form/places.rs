//! The definitions of the params in a form.

use crate::bundle::{Document, Role, SchemaId};
use crate::syntax::Span;

/// Most definitions that are returned.
const MAX_PLACES: usize = 20_000;

/// Most schemas that are visited: references and aliases can multiply them.
const MAX_VISITS: usize = 100_000;

/// Most levels of nested values that are visited.
const MAX_DEPTH: usize = 32;

/// A definition of a param.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// JSON pointer into the values, with `*` for any array element.
    pub pointer: String,
    /// Its name (bytes).
    pub key: Span,
    /// The whole definition (bytes).
    pub range: Span,
}

/// All definitions, unconditional ones first.
pub(super) fn places(document: &Document) -> Vec<Place> {
    let mut walk = Walk { document, found: Vec::new(), visits: MAX_VISITS, active: Vec::new() };
    if let Some(params) = document.params {
        walk.schema(params, "");
    }
    walk.found
}

struct Walk<'a> {
    document: &'a Document,
    found: Vec<Place>,
    visits: usize,
    /// The enclosing schemas, so that a recursive one is not entered again.
    active: Vec<SchemaId>,
}

impl Walk<'_> {
    fn schema(&mut self, id: SchemaId, pointer: &str) {
        let Some(left) = self.visits.checked_sub(1) else { return };
        self.visits = left;
        if self.active.len() >= MAX_DEPTH || self.active.contains(&id) {
            return;
        }
        self.active.push(id);
        let schema = self.document.schemas.get(id);
        for &property in &schema.properties {
            self.property(property, pointer);
        }
        if let Some(target) = schema.reference {
            self.schema(target, pointer);
        }
        for &(role, child) in &schema.children {
            match role {
                Role::Items | Role::AdditionalItems | Role::AdditionalProperties | Role::PatternProperty => {
                    self.schema(child, &format!("{pointer}/*"));
                }
                role if role.expands() => self.schema(child, pointer),
                _ => {}
            }
        }
        self.active.pop();
    }

    fn property(&mut self, property: crate::bundle::PropertyId, pointer: &str) {
        let property = self.document.schemas.property(property);
        let key = self.document.node(property.key);
        let pointer = format!("{pointer}/{}", key.value().replace('~', "~0").replace('/', "~1"));
        let range = key.entry().map_or(key.span(), |entry| entry.span());
        if self.found.len() < MAX_PLACES {
            self.found.push(Place { pointer: pointer.clone(), key: key.span(), range });
            self.schema(property.schema, &pointer);
        }
    }
}

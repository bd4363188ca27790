//! Estimates the cost of validating a value in advance, since the `jsonschema` crate cannot be interrupted.

use crate::bundle::{Document, Role, SchemaId};
use crate::syntax::Budget;
use serde_json::Value;

/// Cost of one keyword per validated value, including the error that it may report (bytes).
const KEYWORD: usize = 60;

/// Cost of a value that an error copies (bytes).
const COPY: usize = 100;

/// Maximum nesting of schemas, references followed. Deeper ones are not checked; a reference to itself ends here, too.
const MAX_DEPTH: usize = 200;

/// Deducts the cost of validating the value from the budget. `None` if it exceeds the budget.
///
/// Walks like the validator but without short-circuiting, because every branch reports its errors.
pub(super) fn spend(document: &Document, schema: SchemaId, value: &Value, budget: &Budget) -> Option<()> {
    Walk { document, budget, depth: 0 }.visit(schema, value, false)
}

struct Walk<'a> {
    document: &'a Document,
    budget: &'a Budget,
    depth: usize,
}

impl Walk<'_> {
    /// `in_branch`: errors of a branch copy the value, which adds to the cost.
    fn visit(&mut self, id: SchemaId, value: &Value, in_branch: bool) -> Option<()> {
        if self.depth > MAX_DEPTH {
            let _ = self.budget.spend(usize::MAX);
            return None;
        }
        let schema = self.document.schemas.get(id);
        self.budget.spend(KEYWORD * (1 + schema.keywords.len()))?;
        if in_branch {
            self.copy(value)?;
        }
        if let Some((_, allowed)) = self.document.keyword(id, "enum") {
            self.budget.spend(allowed.target().items().len())?;
        }
        self.depth += 1;
        if let Some(target) = schema.reference {
            self.visit(target, value, in_branch)?;
        }
        for &(role, child) in &schema.children {
            match role {
                Role::AnyOf | Role::OneOf => self.visit(child, value, true)?,
                Role::AllOf | Role::If | Role::Then | Role::Else | Role::Dependency(_) => {
                    self.visit(child, value, in_branch)?;
                }
                Role::Property(property) => {
                    let key = self.document.node(self.document.schemas.property(property).key);
                    if let Some(member) = value.as_object().and_then(|members| members.get(&*key.value())) {
                        self.visit(child, member, in_branch)?;
                    }
                }
                Role::AdditionalProperties => {
                    for member in value.as_object().into_iter().flatten() {
                        self.visit(child, member.1, in_branch)?;
                    }
                }
                Role::PropertyNames => {
                    let names = value.as_object().map_or(0, serde_json::Map::len);
                    let keywords = self.document.schemas.get(child).keywords.len();
                    self.budget.spend(names * KEYWORD * (2 + keywords))?;
                }
                Role::Items => {
                    for item in value.as_array().into_iter().flatten() {
                        self.visit(child, item, in_branch)?;
                    }
                }
                _ => {}
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn copy(&self, value: &Value) -> Option<()> {
        match value {
            Value::Object(members) => {
                self.budget.spend(COPY * (1 + members.len()))?;
                members.iter().try_for_each(|(name, member)| {
                    self.budget.spend(name.len())?;
                    self.copy(member)
                })
            }
            Value::Array(items) => {
                self.budget.spend(COPY * (1 + items.len()))?;
                items.iter().try_for_each(|item| self.copy(item))
            }
            Value::String(text) => self.budget.spend(COPY + text.len()),
            _ => self.budget.spend(COPY),
        }
    }
}

//! The JSON Schema that a partial value must satisfy.
//!
//! A preset may leave out any param, and a default any member (`spec §4.5`). So the schema written here never asks
//! for a name to be present, and where a condition cannot be decided from the value alone it asks for nothing.

use crate::bundle::{Document, Role, SchemaId};
use crate::syntax::{Node, Scalar, json};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Stands for `pattern` in what is written here; holds the pattern and the author's message for it.
pub(super) const PATTERN: &str = "x-pattern";

/// Schemas nest no deeper here; an alias chain could otherwise be deeper than any stack.
const MAX_DEPTH: usize = 48;

/// Keywords that mean for a partial value what they mean for a whole one.
const PLAIN: [&str; 14] = [
    "type",
    "const",
    "enum",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "maxProperties",
];

/// No more schemas than this are written as definitions: references can chain, and chains are followed on the stack.
const MAX_DEFINITIONS: usize = 200;

/// Writes lenient schemas for one document. Schemas with several parents become definitions.
pub(super) struct Writer<'a> {
    document: &'a Document,
    referenced: BTreeSet<SchemaId>,
    pending: Vec<SchemaId>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, referenced: BTreeSet::new(), pending: Vec::new() }
    }

    /// A reference to the lenient form of a schema, for use beside the [`Self::definitions`].
    pub(super) fn reference(&mut self, id: SchemaId) -> Value {
        if !self.referenced.contains(&id) {
            if self.referenced.len() >= MAX_DEFINITIONS {
                return Value::Bool(true);
            }
            self.referenced.insert(id);
            self.pending.push(id);
        }
        object([("$ref", format!("#/definitions/{}", name(id)).into())])
    }

    /// Everything that references point at.
    pub(super) fn definitions(mut self) -> Value {
        let mut definitions = Map::new();
        while let Some(id) = self.pending.pop() {
            let body = self.body(id, 0);
            definitions.insert(name(id), body);
        }
        Value::Object(definitions)
    }

    /// The lenient form of a schema: in place, or by reference where several places share it.
    pub(super) fn schema(&mut self, id: SchemaId, depth: usize) -> Value {
        let schema = self.document.schemas.get(id);
        if schema.is_shared() || schema.role == Role::Definition {
            return self.reference(id);
        }
        self.body(id, depth)
    }

    fn body(&mut self, id: SchemaId, depth: usize) -> Value {
        let document = self.document;
        let schema = document.schemas.get(id);
        if let Some(target) = schema.reference {
            return self.schema(target, depth + 1);
        }
        let mut out = Map::new();
        if depth > MAX_DEPTH {
            return Value::Object(out);
        }
        for &(key, value) in &schema.keywords {
            let (key, value) = (document.node(key).value(), document.node(value).target());
            if PLAIN.contains(&&*key)
                && fits(&key, value)
                && let Ok(value) = json::to_json(value, document.dialect())
            {
                out.insert(key.into_owned(), value);
            }
        }
        self.pattern(id, &mut out);
        self.members(id, depth, &mut out);
        self.branches(id, depth, &mut out);
        Value::Object(out)
    }

    /// `pattern` with the author's message, under the keyword [`PATTERN`].
    fn pattern(&self, id: SchemaId, out: &mut Map<String, Value>) {
        let Some((_, pattern)) = self.document.keyword(id, "pattern") else { return };
        let message = self.document.keyword(id, "message");
        let message = message.and_then(|(_, message)| message.field("pattern"));
        let message = message.map(|entry| entry.value().target().value().into_owned());
        out.insert(PATTERN.to_owned(), vec![Value::from(pattern.target().value()), message.into()].into());
    }

    fn members(&mut self, id: SchemaId, depth: usize, out: &mut Map<String, Value>) {
        let document = self.document;
        let schema = document.schemas.get(id);
        let mut properties = Map::new();
        for &property in &schema.properties {
            let property = document.schemas.property(property);
            let name = document.node(property.key).value().into_owned();
            properties.insert(name, self.schema(property.schema, depth + 1));
        }
        let mut dependencies = Map::new();
        let mut tuple = Vec::new();
        for &(role, child) in &schema.children {
            match role {
                Role::Items => tuple.push(self.schema(child, depth + 1)),
                // With named properties beside it, a name from a conditional branch would be judged by this.
                Role::AdditionalProperties if properties.is_empty() => {
                    out.insert("additionalProperties".to_owned(), self.schema(child, depth + 1));
                }
                Role::PropertyNames => {
                    out.insert("propertyNames".to_owned(), self.schema(child, depth + 1));
                }
                Role::Dependency(key) => {
                    let name = document.node(key).value().into_owned();
                    dependencies.insert(name, self.schema(child, depth + 1));
                }
                _ => {}
            }
        }
        if !dependencies.is_empty() {
            out.insert("dependencies".to_owned(), Value::Object(dependencies));
        }
        if !properties.is_empty() {
            out.insert("properties".to_owned(), Value::Object(properties));
        }
        let is_tuple = document.keyword(id, "items").is_some_and(|(_, items)| items.target().is_sequence());
        if is_tuple {
            out.insert("items".to_owned(), Value::Array(tuple));
        } else if let Some(items) = tuple.pop() {
            out.insert("items".to_owned(), items);
        }
    }

    /// `oneOf` loosens to `anyOf`: without `required`, several branches may fit. `not` is dropped, since it would turn
    /// the leniency inside it into strictness.
    fn branches(&mut self, id: SchemaId, depth: usize, out: &mut Map<String, Value>) {
        let children = &self.document.schemas.get(id).children;
        let mut all = Vec::new();
        for role in [Role::OneOf, Role::AnyOf] {
            let branches: Vec<SchemaId> =
                children.iter().filter(|child| child.0 == role).map(|child| child.1).collect();
            if branches.is_empty() {
                continue;
            }
            match self.labelled_values(&branches) {
                Some(values) => all.push(object([("enum", values.into())])),
                None => {
                    let any: Vec<Value> =
                        branches.into_iter().map(|branch| self.schema(branch, depth + 1)).collect();
                    all.push(object([("anyOf", any.into())]));
                }
            }
        }
        for &(role, child) in children {
            if role == Role::AllOf {
                all.push(self.schema(child, depth + 1));
            }
        }
        all.extend(self.condition(id, depth));
        if !all.is_empty() {
            out.insert("allOf".to_owned(), Value::Array(all));
        }
    }

    /// The values of `oneOf: [{const, title}, …]`, an `enum` with labels.
    fn labelled_values(&self, branches: &[SchemaId]) -> Option<Vec<Value>> {
        let is_label = |key: &str| matches!(key, "const" | "title" | "description");
        let value = |id: &SchemaId| {
            let schema = self.document.schemas.get(*id);
            let only_labels =
                schema.keywords.iter().all(|&(key, _)| is_label(&self.document.node(key).value()));
            let (_, value) = self.document.keyword(*id, "const").filter(|_| only_labels)?;
            json::to_json(value, self.document.dialect()).ok()
        };
        branches.iter().map(value).collect()
    }

    /// `if` decides only when every property it looks at is there.
    fn condition(&mut self, id: SchemaId, depth: usize) -> Option<Value> {
        let children = self.document.schemas.get(id).children.clone();
        let find = |wanted: Role| children.iter().find(|child| child.0 == wanted).map(|child| child.1);
        let test = find(Role::If)?;
        let tested = self.document.schemas.get(test);
        let simple = tested.keywords.iter().all(|&(key, _)| {
            matches!(&*self.document.node(key).value(), "properties" | "required" | "type" | "title")
        });
        if !simple || tested.properties.is_empty() {
            return None;
        }
        let names: Vec<String> = tested
            .properties
            .iter()
            .map(|&property| {
                self.document.node(self.document.schemas.property(property).key).value().into_owned()
            })
            .collect();
        let mut branch = |role| match find(role) {
            Some(child) => self.schema(child, depth + 1),
            None => Value::Bool(true),
        };
        let (then, otherwise) = (branch(Role::Then), branch(Role::Else));
        let test = self.schema(test, depth + 1);
        let present = object([("required", names.into())]);
        let otherwise = object([("if", present.clone()), ("then", otherwise)]);
        let test = object([("allOf", vec![present, test].into())]);
        Some(object([("if", test), ("then", then), ("else", otherwise)]))
    }
}

/// A JSON object. Unlike `json!` it does not copy the values.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn name(id: SchemaId) -> String {
    format!("s{}", id.index())
}

/// Whether a keyword's value is one that `jsonschema` will compile; others are reported by their own rules.
fn fits(key: &str, value: Node<'_>) -> bool {
    let scalar = || value.resolve(crate::syntax::Dialect::GoYaml2);
    match key {
        "const" => true,
        "enum" => value.items().len() > 0,
        "type" => type_names(value).is_some_and(|names| !names.is_empty()),
        "uniqueItems" => matches!(scalar(), Scalar::Bool(_)),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            matches!(scalar(), Scalar::Int(_) | Scalar::Float(_))
        }
        "multipleOf" => match scalar() {
            Scalar::Int(number) => number > 0,
            Scalar::Float(number) => number > 0.0,
            _ => false,
        },
        _ => matches!(scalar(), Scalar::Int(number) if (0..=i128::from(u32::MAX)).contains(&number)),
    }
}

/// The type names of a `type`, if they all are such.
fn type_names<'a>(value: Node<'a>) -> Option<Vec<std::borrow::Cow<'a, str>>> {
    const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];
    let names: Vec<_> = if value.is_sequence() {
        value.items().map(|item| item.target().value()).collect()
    } else {
        vec![value.value()]
    };
    let unique = names.iter().enumerate().all(|(index, name)| !names[..index].contains(name));
    (unique && names.iter().all(|name| TYPES.contains(&&**name))).then_some(names)
}

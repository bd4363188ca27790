//! Builds the JSON Schema that a partial value must satisfy.
//!
//! A preset may omit any param, and a default any member. So the schema built here requires no properties, and omits
//! conditions that cannot be decided from the value alone.
//!
//! The schema is built as text, because after most keystrokes only its equality with the previous one matters.

use super::json_text::JsonText;
use crate::bundle::{Document, Role, SchemaId};
use crate::syntax::json::{self, JsonErrorKind};
use crate::syntax::{Budget, Kind, Node, Scalar};
use std::collections::BTreeSet;

/// Replaces `pattern` in the output. Its value is an array of the pattern and the author's message for it, if any.
pub(super) const PATTERN: &str = "x-pattern";

/// Maximum nesting depth of schemas: an alias chain could overflow the stack. Each schema adds at most four levels of
/// JSON, which is parsed to a depth of 128.
const MAX_DEPTH: usize = 30;

/// Keywords that mean the same for partial and whole values.
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

/// Maximum cost of converting a labelled value.
const MAX_LABELLED: usize = 64 << 10;

/// Maximum conversion cost of a value per byte of text left.
const CONVERSION: usize = 20;

/// At most this many schemas become definitions: references can chain, and the chain is followed recursively.
const MAX_DEFINITIONS: usize = 200;

/// Schema of an object whose members must satisfy the given schemas. Each member is named by its index in the list.
/// Schemas with several parents become definitions. `None` if the text exceeds `limit` bytes.
pub(super) fn schema_text(
    document: &Document,
    wanted: impl Iterator<Item = SchemaId>,
    limit: usize,
) -> Option<String> {
    let mut writer = Writer {
        document,
        out: JsonText::default(),
        referenced: BTreeSet::new(),
        pending: Vec::new(),
        limit,
    };
    writer.out.open('{');
    writer.out.key("properties").open('{');
    for (index, id) in wanted.enumerate() {
        writer.out.key(&index.to_string());
        writer.reference(id);
    }
    writer.out.close('}');
    writer.definitions();
    writer.out.close('}');
    Some(writer.out.finish()).filter(|text| text.len() <= limit)
}

struct Writer<'a> {
    document: &'a Document,
    out: JsonText,
    referenced: BTreeSet<SchemaId>,
    pending: Vec<SchemaId>,
    /// Nothing more is written once the text is longer than this (bytes).
    limit: usize,
}

impl<'a> Writer<'a> {
    /// Writes a reference to the lenient form of a schema.
    fn reference(&mut self, id: SchemaId) {
        if !self.referenced.contains(&id) {
            if self.referenced.len() >= MAX_DEFINITIONS {
                return self.out.literal("true");
            }
            self.referenced.insert(id);
            self.pending.push(id);
        }
        self.out.open('{');
        self.out.key("$ref").text(&format!("#/definitions/{}", name(id)));
        self.out.close('}');
    }

    /// Writes all referenced schemas.
    fn definitions(&mut self) {
        self.out.key("definitions").open('{');
        while let Some(id) = self.pending.pop() {
            self.out.key(&name(id));
            self.body(id, 0);
        }
        self.out.close('}');
    }

    /// Writes the lenient form of a schema: inline, or as a reference if it is shared.
    fn schema(&mut self, id: SchemaId, depth: usize) {
        let schema = self.document.schemas.get(id);
        if schema.is_shared() || schema.role == Role::Definition {
            return self.reference(id);
        }
        self.body(id, depth);
    }

    fn body(&mut self, id: SchemaId, depth: usize) {
        let document = self.document;
        let schema = document.schemas.get(id);
        if let Some(target) = schema.reference {
            return self.schema(target, depth + 1);
        }
        self.out.open('{');
        if depth <= MAX_DEPTH && self.out.len() <= self.limit {
            self.keywords(id);
            self.members(id, depth);
            self.branches(id, depth);
        }
        self.out.close('}');
    }

    /// Writes the [`PLAIN`] keywords, and `pattern` with the author's message as [`PATTERN`].
    fn keywords(&mut self, id: SchemaId) {
        let document = self.document;
        for &(key, value) in &document.schemas.get(id).keywords {
            let (key, value) = (document.node(key).value(), document.node(value).target());
            if PLAIN.contains(&&*key) && fits(&key, value) {
                self.value(Some(&key), value);
            }
        }
        let Some((_, pattern)) = document.keyword(id, "pattern") else { return };
        let message = document.keyword(id, "message");
        let message = message.and_then(|(_, message)| message.field("pattern"));
        self.out.key(PATTERN).open('[');
        self.out.text(&pattern.target().value());
        if let Some(message) = message {
            self.out.text(&message.value().target().value());
        }
        self.out.close(']');
    }

    /// Writes a value of the document; nothing if the platform cannot convert it.
    fn value(&mut self, key: Option<&str>, node: Node<'_>) {
        if self.out.len() > self.limit {
            return;
        }
        let dialect = self.document.dialect();
        if let (Kind::Scalar(_), Scalar::Str(text)) = (node.kind(), node.resolve(dialect)) {
            if let Some(key) = key {
                self.out.key(key);
            }
            return self.out.text(&text);
        }
        let budget = Budget::new(self.limit.saturating_sub(self.out.len()).saturating_mul(CONVERSION));
        let value = json::to_json_within(node, dialect, &budget);
        if value.as_ref().is_err_and(|error| error.kind == JsonErrorKind::TooLarge) {
            self.limit = 0;
        }
        if let Ok(value) = value {
            if let Some(key) = key {
                self.out.key(key);
            }
            self.out.value(&value);
        }
    }

    fn members(&mut self, id: SchemaId, depth: usize) {
        let document = self.document;
        let schema = document.schemas.get(id);
        let of_role = |role: fn(&Role) -> bool| schema.children.iter().filter(move |(child, _)| role(child));
        for &(role, child) in &schema.children {
            match role {
                // With named properties beside it, `additionalProperties` would also apply to names from a conditional
                // branch.
                Role::AdditionalProperties if schema.properties.is_empty() => {
                    self.out.key("additionalProperties");
                    self.schema(child, depth + 1);
                }
                Role::PropertyNames => {
                    self.out.key("propertyNames");
                    self.schema(child, depth + 1);
                }
                _ => {}
            }
        }
        let mut dependencies = of_role(|role| matches!(role, Role::Dependency(_))).peekable();
        if dependencies.peek().is_some() {
            self.out.key("dependencies").open('{');
            for &(role, child) in dependencies {
                let Role::Dependency(key) = role else { continue };
                self.out.key(&document.node(key).value());
                self.schema(child, depth + 1);
            }
            self.out.close('}');
        }
        if !schema.properties.is_empty() {
            self.out.key("properties").open('{');
            for &property in &schema.properties {
                let property = document.schemas.property(property);
                self.out.key(&document.node(property.key).value());
                self.schema(property.schema, depth + 1);
            }
            self.out.close('}');
        }
        self.items(id, depth);
    }

    fn items(&mut self, id: SchemaId, depth: usize) {
        let document = self.document;
        let items = || document.schemas.get(id).children.iter().filter(|(role, _)| *role == Role::Items);
        let is_tuple = document.keyword(id, "items").is_some_and(|(_, items)| items.target().is_sequence());
        if is_tuple {
            self.out.key("items").open('[');
            items().for_each(|&(_, item)| self.schema(item, depth + 1));
            self.out.close(']');
        } else if let Some(&(_, items)) = items().next_back() {
            self.out.key("items");
            self.schema(items, depth + 1);
        }
    }

    /// Relaxes `oneOf` to `anyOf`: without `required`, several branches may match. Drops `not`, since it would turn the
    /// leniency inside it into strictness.
    fn branches(&mut self, id: SchemaId, depth: usize) {
        let children = &self.document.schemas.get(id).children;
        let is_branch = |role| matches!(role, Role::OneOf | Role::AnyOf | Role::AllOf | Role::If);
        if !children.iter().any(|child| is_branch(child.0)) {
            return;
        }
        self.out.key("allOf").open('[');
        for role in [Role::OneOf, Role::AnyOf] {
            let branches: Vec<SchemaId> =
                children.iter().filter(|child| child.0 == role).map(|child| child.1).collect();
            if !branches.is_empty() {
                self.alternatives(&branches, depth);
            }
        }
        for &(role, child) in children {
            if role == Role::AllOf {
                self.schema(child, depth + 1);
            }
        }
        self.condition(id, depth);
        self.out.close(']');
    }

    /// Writes a choice of schemas. `oneOf: [{const, title}, …]` becomes an `enum`.
    fn alternatives(&mut self, branches: &[SchemaId], depth: usize) {
        self.out.open('{');
        if let Some(values) = self.labelled_values(branches) {
            self.out.key("enum").open('[');
            values.into_iter().for_each(|value| self.value(None, value));
        } else {
            self.out.key("anyOf").open('[');
            branches.iter().for_each(|&branch| self.schema(branch, depth + 1));
        }
        self.out.close(']');
        self.out.close('}');
    }

    fn labelled_values(&self, branches: &[SchemaId]) -> Option<Vec<Node<'a>>> {
        let document = self.document;
        let is_label = |key: &str| matches!(key, "const" | "title" | "description");
        let value = |id: &SchemaId| {
            let keywords = &document.schemas.get(*id).keywords;
            let only_labels = keywords.iter().all(|&(key, _)| is_label(&document.node(key).value()));
            let (_, value) = document.keyword(*id, "const").filter(|_| only_labels)?;
            json::to_json_within(value, document.dialect(), &Budget::new(MAX_LABELLED)).ok()?;
            Some(value.target())
        };
        branches.iter().map(value).collect()
    }

    /// Writes a condition that applies only if every property that `if` tests is present.
    fn condition(&mut self, id: SchemaId, depth: usize) {
        let document = self.document;
        let children = &document.schemas.get(id).children;
        let find = |wanted: Role| children.iter().find(|child| child.0 == wanted).map(|child| child.1);
        let Some(test) = find(Role::If) else { return };
        let tested = document.schemas.get(test);
        let simple = tested.keywords.iter().all(|&(key, _)| {
            matches!(&*document.node(key).value(), "properties" | "required" | "type" | "title")
        });
        if !simple || tested.properties.is_empty() {
            return;
        }
        self.out.open('{');
        self.out.key("if").open('{');
        self.out.key("allOf").open('[');
        self.presence(test);
        self.schema(test, depth + 1);
        self.out.close(']');
        self.out.close('}');
        if let Some(then) = find(Role::Then) {
            self.out.key("then");
            self.schema(then, depth + 1);
        }
        if let Some(otherwise) = find(Role::Else) {
            self.out.key("else").open('{');
            self.out.key("if");
            self.presence(test);
            self.out.key("then");
            self.schema(otherwise, depth + 1);
            self.out.close('}');
        }
        self.out.close('}');
    }

    /// Writes a schema that requires every property of a schema.
    fn presence(&mut self, id: SchemaId) {
        let document = self.document;
        self.out.open('{');
        self.out.key("required").open('[');
        for &property in &document.schemas.get(id).properties {
            self.out.text(&document.node(document.schemas.property(property).key).value());
        }
        self.out.close(']');
        self.out.close('}');
    }
}

fn name(id: SchemaId) -> String {
    format!("s{}", id.index())
}

/// Whether `jsonschema` can compile a keyword's value. Invalid values are reported by their own rules.
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

/// The type names of a `type` keyword, if all of them are valid.
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

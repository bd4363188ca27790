//! The JSON Schema that a partial value must satisfy.
//!
//! A preset may leave out any param, and a default any member (`spec §4.5`). So the schema written here never asks
//! for a name to be present, and where a condition cannot be decided from the value alone it asks for nothing.
//!
//! It is written as text: what most keystrokes need of it is only whether it is still the same.

use super::json_text::JsonText;
use crate::bundle::{Document, Role, SchemaId};
use crate::syntax::json::{self, JsonErrorKind};
use crate::syntax::{Budget, Kind, Node, Scalar};
use std::collections::BTreeSet;

/// Stands for `pattern` in what is written here; holds the pattern and the author's message for it.
pub(super) const PATTERN: &str = "x-pattern";

/// Schemas nest no deeper here; an alias chain could otherwise be deeper than any stack. Each is at most four deep in
/// JSON, which is read to a depth of 128.
const MAX_DEPTH: usize = 30;

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

/// What a labelled value may cost to convert.
const MAX_LABELLED: usize = 64 << 10;

/// What the conversion of a value may cost per byte of text that is left.
const CONVERSION: usize = 20;

/// No more schemas than this are written as definitions: references can chain, and chains are followed on the stack.
const MAX_DEFINITIONS: usize = 200;

/// The schema of an object whose members are to fit these schemas of a document, each under its place in the list.
/// Schemas with several parents become definitions. `None` if it would take more bytes than `limit`.
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
    /// Once the text is longer (bytes), nothing needs to be added.
    limit: usize,
}

impl<'a> Writer<'a> {
    /// A reference to the lenient form of a schema.
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

    /// Everything that references point at.
    fn definitions(&mut self) {
        self.out.key("definitions").open('{');
        while let Some(id) = self.pending.pop() {
            self.out.key(&name(id));
            self.body(id, 0);
        }
        self.out.close('}');
    }

    /// The lenient form of a schema: in place, or by reference where several places share it.
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

    /// The [`PLAIN`] keywords, and `pattern` with the author's message, under the keyword [`PATTERN`].
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

    /// A value of the document; nothing if the platform could not read it.
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
                // With named properties beside it, a name from a conditional branch would be judged by this.
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

    /// `oneOf` loosens to `anyOf`: without `required`, several branches may fit. `not` is dropped, since it would turn
    /// the leniency inside it into strictness.
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

    /// One of several schemas; `oneOf: [{const, title}, …]` is an `enum` with labels.
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

    /// `if` decides only when every property it looks at is there.
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

    /// That every property of a schema is there.
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

//! Converts JSON Schemas to shapes.
//!
//! If a schema leaves the type open, the shape is unknown. A value that may be absent may be `null`.

use super::of_json_type;
use super::origin::Origin;
use crate::bundle::Document;
use crate::bundle::schema::{PropertyId, Role, SchemaId};
use crate::jq::Shape;
use crate::jq::types;
use crate::reference::JsonType;
use crate::syntax::{Kind, Node, Scalar};
use foldhash::{HashMap, HashSet};
use std::collections::BTreeMap;

/// Maximum depth to which nested schemas are converted; equals the maximum depth of shapes.
const MAX_DEPTH: usize = 32;

/// Converts schemas, each once.
pub(super) struct Reader<'a> {
    document: &'a Document,
    /// Shapes of the schemas read so far; unknown for those in progress.
    known: HashMap<SchemaId, Shape>,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, known: HashMap::default(), depth: 0 }
    }

    /// The shape of a value of this schema.
    pub(super) fn value(&mut self, id: SchemaId) -> Shape {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        if self.depth >= MAX_DEPTH {
            return Shape::UNKNOWN;
        }
        self.depth += 1;
        self.known.insert(id, Shape::UNKNOWN);
        let shape = match self.declared(id) {
            Some(declared) => Shape::union(declared.into_iter().map(|one| match one {
                JsonType::Object => self.object(id).into(),
                JsonType::Array => self.array(id),
                scalar => of_json_type(scalar),
            })),
            None => self.implied(id),
        };
        self.known.insert(id, shape.clone());
        self.depth -= 1;
        shape
    }

    /// The types that `type` lists; `None` if the keyword is absent or invalid.
    fn declared(&self, id: SchemaId) -> Option<Vec<JsonType>> {
        let (_, value) = self.document.keyword(id, "type")?;
        let value = value.target();
        let names = if value.is_sequence() { value.items().map(Node::target).collect() } else { vec![value] };
        let types: Option<Vec<JsonType>> =
            names.into_iter().map(|name| JsonType::named(&name.value())).collect();
        types.filter(|types| !types.is_empty())
    }

    /// The shape implied by the other keywords if there is no `type`.
    fn implied(&mut self, id: SchemaId) -> Shape {
        let document = self.document;
        let schema = document.schemas.get(id);
        if let Some((_, list)) = document.keyword(id, "enum") {
            return Shape::union(list.target().items().map(|item| self.constant(item)));
        }
        if let Some((_, value)) = document.keyword(id, "const") {
            return self.constant(value);
        }
        if !schema.properties.is_empty() {
            return self.object(id).into();
        }
        if let Some(target) = schema.reference {
            return self.value(target);
        }
        let branches = |role: Role| schema.children.iter().filter(move |(one, _)| *one == role);
        for role in [Role::OneOf, Role::AnyOf] {
            if branches(role).next().is_some() {
                return Shape::union(
                    branches(role).map(|&(_, branch)| self.value(branch)).collect::<Vec<_>>(),
                );
            }
        }
        let all = branches(Role::AllOf).map(|&(_, branch)| self.value(branch));
        all.into_iter().find(|shape| *shape != Shape::UNKNOWN).unwrap_or(Shape::UNKNOWN)
    }

    fn constant(&self, value: Node<'_>) -> Shape {
        match value.target().kind() {
            Kind::Mapping { .. } => of_json_type(JsonType::Object),
            Kind::Sequence { .. } => of_json_type(JsonType::Array),
            Kind::Alias => Shape::UNKNOWN,
            Kind::Null | Kind::Scalar(_) => match value.resolve(self.document.dialect()) {
                Scalar::Null => Shape::NULL,
                Scalar::Bool(_) => Shape::BOOLEAN,
                Scalar::Int(_) | Scalar::Float(_) => Shape::NUMBER,
                Scalar::Str(_) => Shape::STRING,
            },
        }
    }

    fn array(&mut self, id: SchemaId) -> Shape {
        let schema = self.document.schemas.get(id);
        let items = schema.children.iter().filter(|(role, _)| *role == Role::Items);
        let items: Vec<Shape> = items.map(|&(_, item)| self.element(item)).collect();
        Shape::array(match (items.as_slice(), schema.reference) {
            ([], Some(target)) => self.value(target).only(types::Types::ARRAY).items(),
            ([], None) => Shape::UNKNOWN,
            ([item], _) => item.clone(),
            _ => Shape::union(items),
        })
    }

    fn element(&mut self, id: SchemaId) -> Shape {
        self.value(id).with_origin(Origin::Element(id).number())
    }

    /// The object that a schema describes, including names from conditional branches.
    pub(super) fn object(&mut self, id: SchemaId) -> types::Object {
        let document = self.document;
        let names = document.names(id);
        let certain: HashSet<&str> = names.unconditional.iter().map(String::as_str).collect();
        let required = document.keyword(id, "required").map(|(_, list)| list.target());
        let required: HashSet<_> =
            required.into_iter().flat_map(Node::items).map(|name| name.target().value()).collect();
        let mut fields = BTreeMap::new();
        for (name, same) in &names.known {
            let Some(&first) = same.first() else { continue };
            let is_certain = certain.contains(name.as_str());
            let shape = self.property(same, is_certain);
            let always = is_certain && (required.contains(name.as_str()) || self.is_filled(first, id));
            let shape = if always { shape } else { shape.or_null() };
            fields.insert(name.as_str().into(), shape.with_origin(Origin::Param(first).number()));
        }
        let open = names.open || fields.is_empty();
        types::Object { fields, rest: self.others(id).or(open.then_some(Shape::UNKNOWN)) }
    }

    /// The union of several definitions of one property.
    fn property(&mut self, same: &[PropertyId], is_certain: bool) -> Shape {
        let mut shapes = same.iter().map(|&id| self.document.schemas.property(id).schema);
        let first = shapes.next().map_or(Shape::UNKNOWN, |schema| self.value(schema));
        if is_certain && first == Shape::UNKNOWN {
            return first;
        }
        let others: Vec<Shape> = shapes.map(|schema| self.value(schema)).collect();
        // A branch without a type does not widen what the unconditional definition states.
        let others = others.into_iter().filter(|shape| !is_certain || *shape != Shape::UNKNOWN);
        Shape::union(std::iter::once(first).chain(others))
    }

    /// Whether a property always has a value. The platform sets booleans without a default to `false`.
    fn is_filled(&self, id: PropertyId, object: SchemaId) -> bool {
        let property = self.document.schemas.property(id);
        if let Some((_, default)) = self.document.keyword(property.schema, "default") {
            return default.resolve(self.document.dialect()) != Scalar::Null || !default.target().is_scalar();
        }
        property.owner == object && self.declared(property.schema).as_deref() == Some(&[JsonType::Boolean])
    }

    /// The shape of additional properties; `None` if `additionalProperties` is absent or forbids them.
    fn others(&mut self, id: SchemaId) -> Option<Shape> {
        let document = self.document;
        let (_, value) = document.keyword(id, "additionalProperties")?;
        let children = &document.schemas.get(id).children;
        match children.iter().find(|(role, _)| *role == Role::AdditionalProperties) {
            Some(&(_, schema)) => Some(self.element(schema)),
            None => (value.resolve(document.dialect()) != Scalar::Bool(false)).then_some(Shape::UNKNOWN),
        }
    }
}

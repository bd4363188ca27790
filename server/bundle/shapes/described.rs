//! Shapes of what the reference describes: `md_metadata`, and the payloads of the bundled resource types.
//!
//! Payloads are open throughout: an organization may have a type of the same name with other fields.

use super::origin::{Origin, described_number};
use crate::jq::Shape;
use crate::jq::types;
use crate::reference::{self, ANY_NAME, Field, JsonType, Object, ResourceType, resource_types};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Described mappings nest no deeper than this; a bound for the recursion.
const MAX_DEPTH: usize = 16;

#[derive(Default)]
struct Described {
    origins: Vec<Origin>,
    metadata: Option<Shape>,
    payloads: HashMap<&'static str, Shape>,
}

/// Made once from the reference, in about half a millisecond.
static DESCRIBED: LazyLock<Described> = LazyLock::new(|| {
    let mut described = Described::default();
    described.metadata = reference::get()
        .object("md-metadata")
        .map(|object| described.object(object, 0).with_origin(Origin::Metadata.number()));
    for found in resource_types().iter() {
        let forms: Vec<&'static [Field]> = found.payloads.iter().map(Vec::as_slice).collect();
        let payload = described.payload(found, &forms, 0);
        described.payloads.insert(&found.name, payload);
    }
    described
});

/// The n-th described origin.
pub(super) fn origin(index: usize) -> Option<Origin> {
    DESCRIBED.origins.get(index).copied()
}

/// `.params.md_metadata` (`spec §8.2`).
pub(super) fn metadata() -> Shape {
    DESCRIBED.metadata.clone().unwrap_or(Shape::UNKNOWN)
}

/// The payload of a resource type, by the text that refers to it; unknown where the catalogue has no such type.
pub(super) fn payload(reference: &str) -> Shape {
    let found = resource_types().get(reference);
    found.and_then(|found| DESCRIBED.payloads.get(&*found.name)).cloned().unwrap_or(Shape::UNKNOWN)
}

impl Described {
    fn stands_for(&mut self, shape: Shape, origin: Origin) -> Shape {
        self.origins.push(origin);
        shape.with_origin(described_number(self.origins.len() - 1))
    }

    fn object(&mut self, object: &'static Object, depth: usize) -> Shape {
        let mut fields = BTreeMap::new();
        for key in object.keys() {
            let inner = key.shape.object().and_then(|name| reference::get().object(name));
            let shape = match inner {
                Some(inner) if depth < MAX_DEPTH => self.object(inner, depth + 1),
                _ => described(&key.shape),
            };
            fields.insert(key.name.as_str().into(), self.stands_for(shape, Origin::MetadataKey(key)));
        }
        types::Object { fields, rest: object.others.as_ref().map(described) }.into()
    }

    /// A payload that may have one of several forms: what any of them has.
    fn payload(&mut self, of: &'static ResourceType, forms: &[&'static [Field]], depth: usize) -> Shape {
        // In the order of the description, which the origins keep.
        let mut by_name: Vec<(&'static str, Vec<&'static Field>)> = Vec::new();
        for field in forms.iter().flat_map(|form| form.iter()) {
            match by_name.iter_mut().find(|(name, _)| *name == field.name) {
                Some((_, same)) => same.push(field),
                None => by_name.push((&field.name, vec![field])),
            }
        }
        let mut object = types::Object { fields: BTreeMap::new(), rest: Some(Shape::UNKNOWN) };
        for (name, same) in by_name {
            let Some(&first) = same.first() else { continue };
            let shape = self.field(of, &same, depth);
            let always = same.len() == forms.len() && same.iter().all(|field| field.required);
            let shape = if always { shape } else { shape.or_null() };
            let shape = self.stands_for(shape, Origin::Payload(of, first));
            if name == ANY_NAME {
                object.rest = Some(shape);
            } else {
                object.fields.insert(name.into(), shape);
            }
        }
        object.into()
    }

    fn field(&mut self, of: &'static ResourceType, same: &[&'static Field], depth: usize) -> Shape {
        let is_object = |field: &&&'static Field| field.type_name == "object";
        let mut shapes = Vec::new();
        for field in same.iter().filter(|field| !is_object(field)) {
            let shape = JsonType::named(&field.type_name).map_or(Shape::UNKNOWN, super::of_type);
            shapes.push(if field.list { Shape::array(shape) } else { shape });
        }
        for list in [false, true] {
            let objects = same.iter().filter(|field| is_object(field) && field.list == list);
            let forms: Vec<&'static [Field]> = objects.map(|field| field.fields.as_slice()).collect();
            if depth < MAX_DEPTH && !forms.is_empty() {
                let payload = self.payload(of, &forms, depth + 1);
                shapes.push(if list { Shape::array(payload) } else { payload });
            }
        }
        if shapes.is_empty() { Shape::UNKNOWN } else { Shape::union(shapes) }
    }
}

fn described(shape: &reference::Shape) -> Shape {
    let types = [
        JsonType::String,
        JsonType::Number,
        JsonType::Boolean,
        JsonType::Object,
        JsonType::Array,
        JsonType::Null,
    ];
    Shape::union(types.into_iter().filter(|one| shape.allows(*one)).map(super::of_type))
}

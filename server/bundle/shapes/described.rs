//! The shape of `md_metadata`, built from the reference.

use super::origin::{Origin, described_number};
use crate::jq::Shape;
use crate::jq::types;
use crate::reference::{self, JsonType, Object};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Maximum nesting depth of described mappings; bounds the recursion.
const MAX_DEPTH: usize = 16;

#[derive(Default)]
struct Described {
    origins: Vec<Origin>,
    metadata: Option<Shape>,
}

/// Built once from the reference.
static DESCRIBED: LazyLock<Described> = LazyLock::new(|| {
    let mut described = Described::default();
    described.metadata = reference::get()
        .object("md-metadata")
        .map(|object| described.object(object, 0).with_origin(Origin::Metadata.number()));
    described
});

/// The n-th origin in the reference.
pub(super) fn origin(index: usize) -> Option<Origin> {
    DESCRIBED.origins.get(index).copied()
}

/// The shape of `.params.md_metadata`.
pub(super) fn metadata() -> Shape {
    DESCRIBED.metadata.clone().unwrap_or(Shape::UNKNOWN)
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
    Shape::union(types.into_iter().filter(|one| shape.allows(*one)).map(super::of_json_type))
}

//! References of a bundle: every `$ref` and `resource_type`.

use super::type_ref::split_version;
use super::{Area, BundleFormat, Document, Kind, RefForm};
use crate::syntax::Node;
use foldhash::HashSet;

/// One `$ref` or `resource_type`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ref<'a> {
    /// The key.
    pub key: Node<'a>,
    /// The value, aliases followed.
    pub value: Node<'a>,
    /// The area that contains a `$ref`; `None` for a `resource_type`.
    pub area: Option<Area>,
}

impl Ref<'_> {
    /// Whether it refers to a resource type.
    #[must_use]
    pub(crate) fn names_type(&self) -> bool {
        let text = self.value.value();
        let name = if self.area.is_none() { split_version(&text).0 } else { &text };
        self.value.is_scalar() && matches!(RefForm::of(name), RefForm::Type(_))
    }
}

/// Every reference that the platform resolves in a bundle; one shared through aliases appears once.
#[must_use]
pub(crate) fn refs(document: &Document) -> Vec<Ref<'_>> {
    if document.kind != Kind::Bundle {
        return Vec::new();
    }
    let in_schemas = document.schemas.iter().filter_map(|(id, schema)| {
        let (key, value) = document.keyword(id, "$ref")?;
        Some(Ref { key, value: value.target(), area: Some(schema.area) })
    });
    let in_entries =
        document.ports.iter().filter(|port| port.block.bundle_format() == BundleFormat::Dependencies);
    let in_entries = in_entries.filter_map(|port| {
        let (key, value) = port.type_ref?;
        Some(Ref { key: document.node(key), value: document.node(value).target(), area: None })
    });
    let mut seen = HashSet::default();
    in_schemas.chain(in_entries).filter(|reference| seen.insert(reference.value.id())).collect()
}

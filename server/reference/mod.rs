//! The format as data: one description of everything that a bundle or resource type can contain.
//!
//! The files in `data/` describe the shape, meaning and usage of each key. Validation, completion, hover and the
//! exported JSON Schema all read the same description through [`get`], so they cannot disagree.
//!
//! # How the data is laid out
//!
//! - **Objects** are mappings with described keys: `bundle`, `step`, `schema` (the JSON Schema keywords), `ui-entry`
//!   (the `ui:` keys), `helm-config`… A key's **shape** describes its value: `string`, `list of step`,
//!   `map of (schema or bool)`. A word that is not a built-in shape is the name of an object. See [`Shape`] and
//!   [`Text`].
//! - **Words** are values with their own documentation: `types`, `formats`, `widgets`, `fields`.
//! - **Provisioners**, **foreign** keywords, **jq contexts**, **identifiers** and legacy **nouns** are separate
//!   sections.
//! - `links.yaml` lists the pages that descriptions link to; `weights.yaml` counts how often real bundles use each key.
//!
//! # How to add a key
//!
//! 1. Find the object that contains it (`rg 'objects:' -A2 server/reference/data`) and add an entry under its `keys`:
//!    `shape`, `summary` (one line), `doc` (Markdown) and `example` (the key among its neighbors) are required; see
//!    [`Key`] for the rest. If its value is a mapping of its own, describe that as another object.
//! 2. Run `cargo test reference`: it lists what is missing, and checks every example against the description.
//!
//! A new data file must be listed in `load.rs`; a new page to link to, in `links.yaml`.
//!
//! No third step is needed: validation, completion, hover and the exported schema now know the key.

mod closest;
mod load;
mod model;
mod payload;
mod resource_types;
mod schema_export;
mod shape;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use closest::{closest, did_you_mean};
pub(crate) use model::{
    Block, BundleFormat, Choice, Deprecation, Foreign, ForeignKind, Identifier, JqContext, JsonType, Key,
    Noun, Object, Origin, Presence, Provisioner, Word,
};
pub(crate) use payload::members;
pub(crate) use resource_types::{
    ANY_NAME, Definition, Field, Known, Organization, ResourceType, ResourceTypes, Source, bare,
    resource_types,
};
pub(crate) use schema_export::json_schema;
pub(crate) use shape::{Shape, Text};
pub(crate) use table::Table;

use serde::Deserialize;
use std::sync::LazyLock;

/// The whole description. Its fields are the sections that a data file may have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reference {
    /// Mappings with described keys.
    pub objects: Table<Object>,
    /// Values of `type`.
    pub types: Table<Word>,
    /// Values of `format`.
    pub formats: Table<Word>,
    /// Values of `ui:widget`.
    pub widgets: Table<Word>,
    /// Values of `ui:field`.
    pub fields: Table<Word>,
    /// Built-in values of `provisioner`.
    pub provisioners: Table<Provisioner>,
    /// Keywords that have no effect in a schema.
    pub foreign: Table<Foreign>,
    /// Inputs of jq programs.
    pub jq_contexts: Table<JqContext>,
    /// Constraints of identifiers.
    pub identifiers: Table<Identifier>,
    /// Former names of concepts.
    pub nouns: Table<Noun>,
}

/// The reference. Loaded from the built-in data on the first call (3 to 4 ms, so call it before a user waits), free
/// afterwards.
#[must_use]
pub(crate) fn get() -> &'static Reference {
    // The data is built in and covered by a test, so a failure cannot be released. If one occurs, the reference is
    // empty.
    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        let read = load::load();
        // In debug builds, reports errors in the data.
        debug_assert_eq!(read.as_ref().err(), None, "in server/reference/data");
        read.unwrap_or_default()
    });
    &REFERENCE
}

impl Reference {
    /// The described mapping with this name.
    #[must_use]
    pub(crate) fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(name)
    }

    /// A key of a described mapping: `key("step", "path")`.
    #[must_use]
    pub(crate) fn key(&self, object: &str, name: &str) -> Option<&Key> {
        self.object(object)?.key(name)
    }

    /// A keyword of JSON Schema, or one that Massdriver or the form adds.
    #[must_use]
    pub(crate) fn keyword(&self, name: &str) -> Option<&Key> {
        self.key("schema", name)
    }

    /// A `ui:` key, including those of the root.
    #[must_use]
    pub(crate) fn ui_key(&self, name: &str) -> Option<&Key> {
        self.key("ui", name)
    }

    /// A `ui:` key as written inside `ui:options`, without its prefix.
    #[must_use]
    pub(crate) fn ui_option(&self, name: &str) -> Option<&Key> {
        self.ui_key(&format!("ui:{name}")).filter(|key| !key.bare)
    }

    /// A JSON Schema type.
    #[must_use]
    pub(crate) fn schema_type(&self, name: &str) -> Option<&Word> {
        self.types.get(name)
    }

    /// A format of strings or numbers.
    #[must_use]
    pub(crate) fn format(&self, name: &str) -> Option<&Word> {
        self.formats.get(name)
    }

    /// A form widget.
    #[must_use]
    pub(crate) fn widget(&self, name: &str) -> Option<&Word> {
        self.widgets.get(name)
    }

    /// A form field component.
    #[must_use]
    pub(crate) fn field(&self, name: &str) -> Option<&Word> {
        self.fields.get(name)
    }

    /// A built-in provisioner, by the value of `provisioner` with or without its `:version`.
    #[must_use]
    pub(crate) fn provisioner(&self, value: &str) -> Option<&Provisioner> {
        let name = value.split_once(':').map_or(value, |(name, _)| name);
        self.provisioners.get(name)
    }

    /// A keyword that has no effect in a schema.
    #[must_use]
    pub(crate) fn foreign_keyword(&self, name: &str) -> Option<&Foreign> {
        self.foreign.get(name)
    }
}

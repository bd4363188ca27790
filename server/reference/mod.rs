//! The format as data: one description of everything that can be written in a bundle or resource type.
//!
//! The files in `data/` say what each key holds, what it means and how it looks. Validation, completion, hover and the
//! exported JSON Schema all read the same description through [`get`], so they cannot disagree.
//!
//! # How the data is laid out
//!
//! - **Objects** are mappings with described keys: `bundle`, `step`, `schema` (the JSON Schema keywords), `ui-entry`
//!   (the `ui:` keys), `helm-config`… A key's **shape** says what its value is, in words: `string`, `list of step`,
//!   `map of (schema or bool)`. A word that is no built-in shape is the name of an object. See [`Shape`] and [`Text`].
//! - **Words** are values with documentation of their own: `types`, `formats`, `widgets`, `fields`.
//! - **Provisioners**, **foreign** keywords, **jq contexts**, **identifiers** and legacy **nouns** stand beside them.
//! - `links.yaml` names the pages that descriptions link to, `weights.yaml` counts how often real bundles use what.
//!
//! # How to add a key
//!
//! 1. Find the object it stands in (`rg 'objects:' -A2 server/reference/data`) and add an entry under its `keys`:
//!    `shape`, `summary` (one line), `doc` (Markdown) and `example` (the key among its neighbours) are required; see
//!    [`Key`] for the rest. If its value is a mapping of its own, describe that as another object.
//! 2. `cargo test reference` tells what is missing: every example is parsed and checked against the description.
//!
//! A new data file is listed in `load.rs`; a new page to link to, in `links.yaml`.
//!
//! There is no third step: the key is now known, completed, explained and exported.

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

pub use closest::{closest, did_you_mean};
pub use model::{
    Block, Choice, Deprecation, Edition, Foreign, ForeignKind, Identifier, JqContext, JsonType, Key, Noun,
    Object, Origin, Presence, Provisioner, Root, Word,
};
pub use payload::{Members, members};
pub use resource_types::{
    ANY_NAME, Definition, Field, Known, Organization, ResourceType, ResourceTypes, Source, bare,
    resource_types,
};
pub use schema_export::json_schema;
pub use shape::{Shape, Text};
pub use table::{Named, Table};

use serde::Deserialize;
use std::sync::LazyLock;

/// Everything that is described. Its fields are the sections that a data file may have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reference {
    /// Mappings with described keys.
    pub objects: Table<Object>,
    /// Values of `type` (spec §4.2).
    pub types: Table<Word>,
    /// Values of `format` (spec §4.2).
    pub formats: Table<Word>,
    /// Values of `ui:widget` (spec §6.3).
    pub widgets: Table<Word>,
    /// Values of `ui:field` (spec §6.4).
    pub fields: Table<Word>,
    /// Values of `provisioner` that the platform brings (spec §3.2).
    pub provisioners: Table<Provisioner>,
    /// Keywords that have no effect in a schema (spec §4.2).
    pub foreign: Table<Foreign>,
    /// What jq programs run against (spec §8.1).
    pub jq_contexts: Table<JqContext>,
    /// Constraints of identifiers (spec §9).
    pub identifiers: Table<Identifier>,
    /// Former names of concepts.
    pub nouns: Table<Noun>,
}

/// The reference. Read from the built-in data at the first call (3 to 4 ms, so make it before it is waited for), free
/// afterwards.
#[must_use]
pub fn get() -> &'static Reference {
    // The data is part of the program and a test reads it, so a failure cannot ship; should it, we know nothing.
    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        let read = load::load();
        // Whoever edits the data is told here why nothing works.
        debug_assert_eq!(read.as_ref().err(), None, "in server/reference/data");
        read.unwrap_or_default()
    });
    &REFERENCE
}

impl Reference {
    /// The described mapping of this name.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(name)
    }

    /// A key of a described mapping: `key("step", "path")`.
    #[must_use]
    pub fn key(&self, object: &str, name: &str) -> Option<&Key> {
        self.object(object)?.key(name)
    }

    /// The key at the end of a path of keys, from mapping to mapping: `key_at("md-metadata", ["target",
    /// "contact_email"])`. `None` where the path leaves what is described.
    #[must_use]
    pub fn key_at<'a>(&self, object: &str, path: impl IntoIterator<Item = &'a str>) -> Option<&Key> {
        let mut path = path.into_iter();
        let mut key = self.key(object, path.next()?)?;
        for name in path {
            key = self.key(key.shape.object()?, name)?;
        }
        Some(key)
    }

    /// A JSON Schema keyword, or one that Massdriver or the form adds to schemas.
    #[must_use]
    pub fn keyword(&self, name: &str) -> Option<&Key> {
        self.key("schema", name)
    }

    /// A `ui:` key, root ones included.
    #[must_use]
    pub fn ui_key(&self, name: &str) -> Option<&Key> {
        self.key("ui", name)
    }

    /// A `ui:` key as written inside `ui:options`, without its prefix.
    #[must_use]
    pub fn ui_option(&self, name: &str) -> Option<&Key> {
        self.ui_key(&format!("ui:{name}")).filter(|key| !key.bare)
    }

    /// A type of JSON Schema.
    #[must_use]
    pub fn schema_type(&self, name: &str) -> Option<&Word> {
        self.types.get(name)
    }

    /// A format of strings or numbers.
    #[must_use]
    pub fn format(&self, name: &str) -> Option<&Word> {
        self.formats.get(name)
    }

    /// A widget of the form.
    #[must_use]
    pub fn widget(&self, name: &str) -> Option<&Word> {
        self.widgets.get(name)
    }

    /// A field component of the form.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Word> {
        self.fields.get(name)
    }

    /// A built-in provisioner, by the value of `provisioner` with or without its `:version`.
    #[must_use]
    pub fn provisioner(&self, value: &str) -> Option<&Provisioner> {
        let name = value.split_once(':').map_or(value, |(name, _)| name);
        self.provisioners.get(name)
    }

    /// A keyword that has no effect in a schema.
    #[must_use]
    pub fn foreign_keyword(&self, name: &str) -> Option<&Foreign> {
        self.foreign.get(name)
    }
}

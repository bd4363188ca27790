//! The data model: keys, the mappings that contain them, and words that are used as values.

use super::shape::Shape;
use super::table::{Named, Table};
use serde::Deserialize;
use serde::de::Deserializer;

/// The JSON types, by their JSON Schema names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JsonType {
    String,
    Number,
    Integer,
    Boolean,
    Object,
    Array,
    Null,
}

impl JsonType {
    /// The type with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The JSON Schema name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
            Self::Null => "null",
        }
    }

    const ALL: [Self; 7] =
        [Self::String, Self::Number, Self::Integer, Self::Boolean, Self::Object, Self::Array, Self::Null];
}

/// Whether a key must be present.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// An error if absent.
    Required,
    /// A warning if absent.
    Recommended,
    /// May be absent.
    #[default]
    Optional,
}

/// The two bundle formats.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BundleFormat {
    /// The `connections`/`artifacts` format.
    Connections,
    /// The `dependencies`/`resources` format.
    Dependencies,
}

/// The origin of a key or word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Massdriver itself.
    #[default]
    Massdriver,
    /// JSON Schema draft-07.
    Draft07,
    /// A JSON Schema draft later than 07; tolerated.
    NewerDraft,
    /// React JSON Schema Form.
    Rjsf,
    /// React JSON Schema Form version 6 or later; tolerated.
    NewerRjsf,
    /// The ajv validator.
    Ajv,
}

/// The blocks that contain schemas. Some keywords only have an effect in some of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// `params` of a bundle.
    Params,
    /// `connections` of a bundle.
    Connections,
    /// `artifacts` of a bundle.
    Artifacts,
    /// `schema` of a resource type.
    ResourceType,
}

/// Marks a name as deprecated.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deprecation {
    /// The reason, and what to do instead.
    pub note: String,
    /// The replacement, if a rename is enough.
    pub replacement: Option<String>,
}

/// A key of a mapping, with everything that the features need.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The key as written.
    #[serde(skip)]
    pub name: String,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether it must be present.
    #[serde(default)]
    pub presence: Presence,
    /// Sibling keys that can replace it: one of them must be present if this key is absent.
    #[serde(default)]
    pub or: Vec<String>,
    /// Sibling keys that must be present with it.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Sibling keys that must not be present with it.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Pattern for a string value.
    pub pattern: Option<String>,
    /// Pattern for the author's keys, in a value that is a `map of …`.
    pub names: Option<String>,
    /// Minimum length of a string, in characters (Unicode scalar values).
    pub min_length: Option<usize>,
    /// Maximum length of a string, in characters (Unicode scalar values).
    pub max_length: Option<usize>,
    /// Inclusive minimum of a number.
    pub minimum: Option<i64>,
    /// Exclusive minimum of a number.
    pub above: Option<i64>,
    /// Minimum number of list items.
    pub min_items: Option<usize>,
    /// Whether the items of a list must be unique.
    #[serde(default)]
    pub unique: bool,
    /// The effective value if the key is absent.
    pub default: Option<serde_json::Value>,
    /// The allowed strings; empty if any string is allowed.
    #[serde(default)]
    pub values: Table<Choice>,
    /// Whether other strings than `values` are allowed.
    #[serde(default)]
    pub open: bool,
    /// Common misspellings and wrong names for this key.
    #[serde(default)]
    pub mistaken: Vec<String>,
    /// Set for a deprecated key.
    pub deprecated: Option<Deprecation>,
    /// The bundle format that has it; `None` for both formats.
    pub bundle_format: Option<BundleFormat>,
    /// The origin of the key.
    #[serde(default)]
    pub origin: Origin,
    /// The schema types that it affects; empty for all types.
    #[serde(default)]
    pub applies: Vec<JsonType>,
    /// The schema blocks in which it has an effect; empty for all blocks.
    #[serde(default)]
    pub blocks: Vec<Block>,
    /// For `ui:` keys: whether it cannot be written inside `ui:options`.
    #[serde(default)]
    pub bare: bool,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// A YAML example that shows it among its neighbors: a mapping with the key at the top level.
    pub example: String,
    /// Link to the documentation; that of the object if not given.
    #[serde(default)]
    pub link: String,
    /// Number of uses in real bundles. Completion sorts by it.
    #[serde(skip)]
    pub weight: u32,
}

impl Key {
    /// Whether the keyword affects values of this type.
    #[must_use]
    pub fn applies_to(&self, schema_type: JsonType) -> bool {
        self.applies.is_empty()
            || self.applies.contains(&schema_type)
            || (schema_type == JsonType::Integer && self.applies.contains(&JsonType::Number))
    }

    /// Whether the keyword has an effect in this block.
    #[must_use]
    pub fn works_in(&self, block: Block) -> bool {
        self.blocks.is_empty() || self.blocks.contains(&block)
    }
}

/// A mapping whose keys are described.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The name that shapes refer to.
    #[serde(skip)]
    pub name: String,
    /// Display name with an article: `a step`.
    pub title: String,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// Link to the documentation.
    pub link: String,
    /// The object whose keys it inherits, except those that it describes itself.
    pub extends: Option<String>,
    /// Shape of the values of unknown keys; `None` if unknown keys are not allowed.
    pub others: Option<Shape>,
    /// Whether every string is a jq program and the shapes describe the results.
    #[serde(default)]
    pub jq: bool,
    /// The keys, inherited ones last.
    #[serde(default)]
    pub keys: Table<Key>,
}

impl Object {
    /// The key with this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.get(name)
    }

    /// The keys, in the order of the data files.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> + Clone {
        self.keys.iter()
    }

    /// The key that an unknown key most likely stands for.
    #[must_use]
    pub fn meant(&self, unknown: &str) -> Option<&Key> {
        self.keys.meant(unknown)
    }
}

/// An allowed value of a key, written as `value: meaning`.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// One-line description.
    pub summary: String,
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Choice { value: String::new(), summary: String::deserialize(deserializer)? })
    }
}

/// A value with its own documentation: a type, format, widget or field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    /// The word.
    #[serde(skip)]
    pub name: String,
    /// Schema types that it applies to; empty for all types.
    #[serde(default)]
    pub types: Vec<JsonType>,
    /// For fields: the keys beside `ui:field` that it reads.
    #[serde(default)]
    pub arguments: Table<Key>,
    /// The origin of the word.
    #[serde(default)]
    pub origin: Origin,
    /// Common misspellings and wrong names for this word.
    #[serde(default)]
    pub mistaken: Vec<String>,
    /// Set if another word should be used.
    pub deprecated: Option<Deprecation>,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown; empty if the summary is enough.
    #[serde(default)]
    pub doc: String,
    /// A YAML example: a schema, or a field's entry under `ui`.
    pub example: String,
    /// Link to the documentation.
    pub link: String,
    /// Number of uses in real bundles.
    #[serde(skip)]
    pub weight: u32,
}

impl Word {
    /// Whether it applies to values of this type.
    #[must_use]
    pub(crate) fn fits(&self, schema_type: JsonType) -> bool {
        self.types.is_empty() || self.types.contains(&schema_type)
    }
}

/// A provisioner that the platform provides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provisioner {
    /// The name without a `:version`.
    #[serde(skip)]
    pub name: String,
    /// The object that describes its `config`.
    pub config: String,
    /// Globs for files in the step directory, at least one of which matches.
    pub files: Vec<String>,
    /// The version suffix that completion inserts.
    pub version: String,
    /// Common misspellings and wrong names for it.
    #[serde(default)]
    pub mistaken: Vec<String>,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// An example step.
    pub example: String,
    /// Link to the documentation.
    pub link: String,
    /// Number of uses in real bundles.
    #[serde(skip)]
    pub weight: u32,
}

/// Why a foreign keyword does not belong in a schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ForeignKind {
    /// From a JSON Schema draft later than 07.
    NewerDraft,
    /// From the OpenAPI dialect.
    OpenApi,
    /// A typo, or a word from another language.
    Slip,
}

/// A keyword that authors write in schemas but that has no effect there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Foreign {
    /// The keyword.
    #[serde(skip)]
    pub name: String,
    /// The origin of the keyword.
    pub kind: ForeignKind,
    /// The keyword to write instead, if the value can stay the same.
    pub replacement: Option<String>,
    /// What to do, as a sentence.
    pub note: String,
}

/// The input of the jq programs in one place of the format.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JqContext {
    /// `config`, `envs`, `policies`, `enum-options`, `enum-option`, `artifact-template` or `values-template`.
    #[serde(skip)]
    pub name: String,
    /// Description of the program's input `.`.
    pub input: String,
    /// The keys of the input; empty if they depend on a resource type or file.
    #[serde(default)]
    pub roots: Table<Root>,
    /// A few sentences of Markdown.
    pub doc: String,
    /// Link to the documentation.
    pub link: String,
}

/// A top-level key of the input of a jq program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// The key, without the dot.
    #[serde(skip)]
    pub name: String,
    /// The bundle format that has it; `None` for both formats.
    pub bundle_format: Option<BundleFormat>,
    /// One line, without a full stop.
    pub summary: String,
}

/// The constraints of an identifier.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identifier {
    /// What it identifies: `organization`, `bundle`, `resource-type`…
    #[serde(skip)]
    pub name: String,
    /// The pattern that it must match.
    pub pattern: Option<String>,
    /// Minimum length in characters.
    pub min_length: Option<usize>,
    /// Maximum length in characters.
    pub max_length: Option<usize>,
    /// How it is composed, if it is composed of other identifiers.
    pub format: Option<String>,
    /// The scope in which it is unique.
    pub scope: String,
    /// A valid example.
    pub example: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// Link to the documentation.
    pub link: String,
}

/// A former name of a Massdriver concept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Noun {
    /// The former name, in lower case.
    #[serde(skip)]
    pub name: String,
    /// The current name.
    pub now: String,
    /// One sentence on where the former name is still in use.
    pub doc: String,
}

macro_rules! named {
    ($($type:ty: $field:ident $(, $mistaken:ident)?;)*) => {$(
        impl Named for $type {
            fn set_name(&mut self, name: String) {
                self.$field = name;
            }
            fn name(&self) -> &str {
                &self.$field
            }
            $(fn $mistaken(&self) -> &[String] {
                &self.$mistaken
            })?
        }
    )*};
}

named! {
    Key: name, mistaken;
    Word: name, mistaken;
    Provisioner: name, mistaken;
    Object: name;
    Choice: value;
    Foreign: name;
    JqContext: name;
    Root: name;
    Identifier: name;
    Noun: name;
}

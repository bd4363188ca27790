//! What the data files hold: keys, the mappings they stand in, and the words that stand as values.

use super::shape::Shape;
use super::table::{Named, Table};
use serde::Deserialize;
use serde::de::Deserializer;

/// The types that JSON knows, by their JSON Schema names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the types'")]
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
    /// The type of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Its name in a schema.
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

/// How much a key is wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Its absence is an error.
    Required,
    /// Its absence is worth a warning.
    Recommended,
    /// It may be absent.
    #[default]
    Optional,
}

/// Which edition of the bundle format knows a key (spec §0).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// Both.
    #[default]
    Both,
    /// `connections` and `artifacts`.
    Seed,
    /// `dependencies` and `resources`.
    Current,
}

/// Who defines a key or a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Massdriver.
    #[default]
    Massdriver,
    /// JSON Schema draft-07.
    Draft07,
    /// A JSON Schema draft after 07; tolerated.
    NewerDraft,
    /// React JSON Schema Form.
    Rjsf,
    /// React JSON Schema Form since version 6; tolerated.
    NewerRjsf,
    /// The ajv validator.
    Ajv,
}

/// The blocks that hold schemas, for keywords which do nothing outside of some.
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

/// A name that should no longer be written.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deprecation {
    /// Why, and what to do.
    pub note: String,
    /// The name to write instead, where a rename does it.
    pub replacement: Option<String>,
}

/// A key of a mapping: all that is known of it, for every feature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The key as written.
    #[serde(skip)]
    pub name: String,
    /// What its value may be.
    pub shape: Shape,
    /// How much it is wanted.
    #[serde(default)]
    pub presence: Presence,
    /// Keys beside it that make up for its absence.
    #[serde(default)]
    pub or: Vec<String>,
    /// Keys that must stand beside it.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Keys that must not stand beside it.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// What a string value must match.
    pub pattern: Option<String>,
    /// What the author's keys must match, in a value that is a `map of …`.
    pub names: Option<String>,
    /// Fewest characters (Unicode scalars) of a string.
    pub min_length: Option<usize>,
    /// Most characters (Unicode scalars) of a string.
    pub max_length: Option<usize>,
    /// Smallest number.
    pub minimum: Option<i64>,
    /// Set where a number must be greater than this.
    pub above: Option<i64>,
    /// Fewest items of a list.
    pub min_items: Option<usize>,
    /// Whether the items of a list must differ.
    #[serde(default)]
    pub unique: bool,
    /// What an absent key counts as.
    pub default: Option<serde_json::Value>,
    /// The strings that may stand as value; empty where any may.
    #[serde(default)]
    pub values: Table<Choice>,
    /// Set where `values` are only the usual ones.
    #[serde(default)]
    pub open: bool,
    /// What people write by mistake when they mean this key.
    #[serde(default)]
    pub mistaken: Vec<String>,
    /// Set on a legacy key.
    pub deprecated: Option<Deprecation>,
    /// Which edition of the bundle format knows it.
    #[serde(default)]
    pub edition: Edition,
    /// Who defines it.
    #[serde(default)]
    pub origin: Origin,
    /// The schema types it has an effect on; empty where it has on any.
    #[serde(default)]
    pub applies: Vec<JsonType>,
    /// The schema blocks it has an effect in; empty where it has in any.
    #[serde(default)]
    pub blocks: Vec<Block>,
    /// For `ui:` keys: not to be written inside `ui:options`.
    #[serde(default)]
    pub bare: bool,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// A piece of YAML that shows it among its neighbours: a mapping in which the key stands at the top.
    pub example: String,
    /// Page that says more; the object's where it is not given.
    #[serde(default)]
    pub link: String,
    /// How often the key was counted in real bundles: the more, the earlier to offer.
    #[serde(skip)]
    pub weight: u32,
}

impl Key {
    /// Whether the keyword has an effect on values of this type.
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

/// A mapping of the format whose keys are described.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The name by which shapes point here.
    #[serde(skip)]
    pub name: String,
    /// What a person calls it: `a step`.
    pub title: String,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// Page that says more.
    pub link: String,
    /// The object whose keys it has too, unless it describes them itself.
    pub extends: Option<String>,
    /// Shape of the values under keys that are not described; `None` where there must be no others.
    pub others: Option<Shape>,
    /// Set where every string is a jq program and the shapes are those of the results (spec §3.3).
    #[serde(default)]
    pub jq: bool,
    /// The keys, those of `extends` last.
    #[serde(default)]
    pub keys: Table<Key>,
}

impl Object {
    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.get(name)
    }

    /// Every key, in the order of the data files.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> + Clone {
        self.keys.iter()
    }

    /// The key that an unknown one most likely stands for.
    #[must_use]
    pub fn meant(&self, unknown: &str) -> Option<&Key> {
        self.keys.meant(unknown)
    }
}

/// An allowed value of a key: written as `value: what it means`.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What it means, in one line.
    pub summary: String,
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Choice { value: String::new(), summary: String::deserialize(deserializer)? })
    }
}

/// A word that stands as a value and deserves its own documentation: a type, format, widget or field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The word.
    #[serde(skip)]
    pub name: String,
    /// Schema types it fits; empty where it fits any.
    #[serde(default)]
    pub types: Vec<JsonType>,
    /// For fields: the keys beside `ui:field` that it reads.
    #[serde(default)]
    pub arguments: Table<Key>,
    /// Who defines it.
    #[serde(default)]
    pub origin: Origin,
    /// What people write by mistake when they mean this word.
    #[serde(default)]
    pub mistaken: Vec<String>,
    /// Set where another word should be written.
    pub deprecated: Option<Deprecation>,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown; empty where the summary says it all.
    #[serde(default)]
    pub doc: String,
    /// A piece of YAML that shows it: a schema, or a field's entry under `ui`.
    pub example: String,
    /// Page that says more.
    pub link: String,
    /// How often it was counted in real bundles.
    #[serde(skip)]
    pub weight: u32,
}

impl Word {
    /// Whether it fits values of this type.
    #[must_use]
    pub fn fits(&self, schema_type: JsonType) -> bool {
        self.types.is_empty() || self.types.contains(&schema_type)
    }
}

/// A provisioner that the platform brings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provisioner {
    /// The name, as written before an optional `:version`.
    #[serde(skip)]
    pub name: String,
    /// The object that describes its `config`.
    pub config: String,
    /// What the step directory holds, as globs; one of them is enough.
    pub files: Vec<String>,
    /// A version suffix to offer.
    pub version: String,
    /// What people write by mistake when they mean it.
    #[serde(default)]
    pub mistaken: Vec<String>,
    /// One line, without a full stop.
    pub summary: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// A step that uses it.
    pub example: String,
    /// Page that says more.
    pub link: String,
    /// How often it was counted in real bundles.
    #[serde(skip)]
    pub weight: u32,
}

/// Why a foreign keyword has no place in a schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignKind {
    /// Of a JSON Schema draft after 07.
    NewerDraft,
    /// Of OpenAPI's dialect.
    OpenApi,
    /// A slip, or a word from elsewhere.
    Slip,
}

/// A keyword that people write into schemas and that does nothing there (spec §4.2).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// The keyword.
    #[serde(skip)]
    pub name: String,
    /// Where it comes from.
    pub kind: ForeignKind,
    /// The keyword to write instead, where the value may stay as it is.
    pub replacement: Option<String>,
    /// What to do, as a sentence.
    pub note: String,
}

/// Where jq programs stand and what they run against (spec §8.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JqContext {
    /// `config`, `envs`, `policies`, `enum-options`, `enum-option`, `artifact-template` or `values-template`.
    #[serde(skip)]
    pub name: String,
    /// What the program's input `.` is, in words.
    pub input: String,
    /// The keys of the input; empty where they depend on a resource type or file.
    #[serde(default)]
    pub roots: Table<Root>,
    /// A few sentences of Markdown.
    pub doc: String,
    /// Page that says more.
    pub link: String,
}

/// A key of the document that a jq program runs against.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// The key, without the dot.
    #[serde(skip)]
    pub name: String,
    /// Which edition has it.
    #[serde(default)]
    pub edition: Edition,
    /// One line, without a full stop.
    pub summary: String,
}

/// The constraints of an identifier (spec §9).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// What it identifies: `organization`, `bundle`, `resource-type`…
    #[serde(skip)]
    pub name: String,
    /// What it must match.
    pub pattern: Option<String>,
    /// Fewest characters.
    pub min_length: Option<usize>,
    /// Most characters.
    pub max_length: Option<usize>,
    /// How it is built, where it is built from others.
    pub format: Option<String>,
    /// Within what it is unique.
    pub scope: String,
    /// One that is well formed.
    pub example: String,
    /// A few sentences of Markdown.
    pub doc: String,
    /// Page that says more.
    pub link: String,
}

/// A former name of a Massdriver concept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noun {
    /// The former name, in lower case.
    #[serde(skip)]
    pub name: String,
    /// Today's name.
    pub now: String,
    /// A sentence on where the former name is still met.
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

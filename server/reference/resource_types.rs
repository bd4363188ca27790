//! Resource types, which connections and artifacts refer to, and the fields of their payloads.
//!
//! They come in layers: bundled with the program, published by the organization, defined in the workspace. Later layers
//! override earlier ones.

use super::payload::{self, Members};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

/// Name of a field that stands for arbitrary names.
pub(crate) const ANY_NAME: &str = "<*>";

/// The organization whose types are public.
const PUBLIC: &str = "massdriver";

/// Maximum nesting depth of payloads; bounds the recursion below.
const MAX_DEPTH: usize = 32;

/// A resource type.
#[derive(Clone, PartialEq, Debug)]
pub struct ResourceType {
    /// The name, without an organization.
    pub name: String,
    /// One line, without a full stop.
    pub summary: String,
    /// Whether it is also published as `massdriver/<name>`.
    pub published: bool,
    /// Whether newer catalogs no longer contain it.
    pub former: bool,
    /// Number of uses in real bundles.
    pub weight: u32,
    /// The known forms of its payload, newest first.
    pub payloads: Vec<Vec<Field>>,
    /// Whether its payload allows no other fields: `additionalProperties: false`.
    pub closed: bool,
    /// `link` or `environmentDefault`, if known.
    pub orientation: Option<String>,
    /// URL or path of its icon.
    pub icon: Option<String>,
    /// Where it is defined.
    pub source: Source,
}

/// Where a resource type is defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// In the program. Many organizations have the type, possibly with other fields.
    Bundled,
    /// By the organization.
    Organization,
    /// In this file of the workspace.
    Workspace(Arc<Path>),
}

/// A field of a payload.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The name; [`ANY_NAME`] for arbitrary names.
    pub name: String,
    /// JSON Schema name of the type, or `any`. The type of the items if `list` is set.
    pub type_name: String,
    /// Whether it is a list.
    pub list: bool,
    /// Whether the object that contains it always has it.
    pub required: bool,
    /// Whether it is a secret.
    pub sensitive: bool,
    /// The allowed values; empty if any.
    pub values: Vec<String>,
    /// Its own fields, or those of its items if `list` is set.
    pub fields: Vec<Field>,
    /// Whether it allows no other fields: `additionalProperties: false`.
    pub closed: bool,
}

/// The definition of a resource type, as written or published.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// Its name, with or without an organization.
    pub name: String,
    /// Display name.
    pub label: Option<String>,
    /// URL or path of its icon.
    pub icon: Option<String>,
    /// `link` or `environmentDefault`.
    pub orientation: Option<String>,
    /// JSON Schema of its payload.
    pub schema: Value,
}

impl ResourceType {
    /// Creates a resource type from its definition. What the schema leaves open is allowed.
    #[must_use]
    pub fn defined(definition: Definition, source: Source) -> Self {
        let Definition { name, label, icon, orientation, schema } = definition;
        let text = |key: &str| schema.get(key).and_then(Value::as_str).map(str::to_owned);
        let summary = label.or_else(|| text("title")).or_else(|| text("description")).unwrap_or_default();
        let summary = summary.lines().next().unwrap_or_default().trim().trim_end_matches('.').to_owned();
        let Members { fields, closed } = payload::members(&schema);
        Self {
            name: bare(&name).to_owned(),
            summary,
            published: false,
            former: false,
            weight: 0,
            payloads: vec![fields],
            closed,
            orientation,
            icon,
            source,
        }
    }

    /// Its fields at every depth in preorder, one payload form after the other. [`ResourceTypes::field`] numbers fields
    /// in this order.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field> {
        let mut open: Vec<&Field> = self.payloads.iter().rev().flat_map(|form| form.iter().rev()).collect();
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.fields.iter().rev());
            Some(next)
        })
    }

    /// Whether it is defined by the organization or the workspace and not just bundled.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.source != Source::Bundled
    }
}

/// The resource types that an organization has published.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Organization {
    /// Its id, if known.
    pub id: Option<String>,
    /// Its types.
    pub types: Vec<Arc<ResourceType>>,
    /// Whether the list is complete.
    pub complete: bool,
    /// When the list was fetched.
    pub as_of: Option<SystemTime>,
}

/// Whether a resource type exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// It exists.
    Yes,
    /// It is not known, but the list of known types is incomplete.
    NotHere,
    /// It does not exist.
    No,
}

/// The catalog: all known resource types, in layers.
#[derive(Debug, Default)]
pub struct ResourceTypes {
    layers: [Vec<Arc<ResourceType>>; 3],
    by_name: BTreeMap<String, [Option<u32>; 3]>,
    /// Number of the first field of each type, over all layers.
    starts: Vec<u32>,
    organization: Option<String>,
    complete: bool,
    as_of: Option<SystemTime>,
}

const BUNDLED: usize = 0;
const ORGANIZATION: usize = 1;
const WORKSPACE: usize = 2;

impl ResourceTypes {
    /// Builds the catalog from the bundled types, those of an organization and those of the workspace. If two types in
    /// one layer have the same name, the first wins.
    #[must_use]
    pub fn layered(organization: Organization, workspace: Vec<Arc<ResourceType>>) -> Self {
        let Organization { id, types, complete, as_of } = organization;
        let bundled = resource_types().layers[BUNDLED].clone();
        let all = Self { organization: id, complete, as_of, ..Self::default() };
        all.with([bundled, types, workspace])
    }

    fn with(mut self, layers: [Vec<Arc<ResourceType>>; 3]) -> Self {
        let mut fields = 0_usize;
        for (layer, types) in layers.iter().enumerate() {
            for (index, found) in types.iter().enumerate() {
                self.starts.push(u32::try_from(fields).unwrap_or(u32::MAX));
                fields += found.all_fields().count();
                let places = self.by_name.entry(found.name.clone()).or_default();
                places[layer] = places[layer].or(u32::try_from(index).ok());
            }
        }
        self.layers = layers;
        self
    }

    /// Every type that can be referenced by its bare name, sorted by name. Bundled types are left out if all types of
    /// the organization are known.
    pub fn iter(&self) -> impl Iterator<Item = &ResourceType> {
        self.by_name.values().filter_map(|places| {
            let own = places[WORKSPACE].is_some() || places[ORGANIZATION].is_some();
            (own || !self.complete).then(|| self.at(places, false)).flatten()
        })
    }

    /// Every public type, sorted by name.
    pub fn public(&self) -> impl Iterator<Item = &ResourceType> {
        self.layers[BUNDLED].iter().map(|found| &**found).filter(|found| found.published)
    }

    /// The type that a reference names: `aws-vpc`, `massdriver/aws-vpc`, `aws-vpc@~1`. `massdriver/…` names the public
    /// type.
    #[must_use]
    pub fn get(&self, reference: &str) -> Option<&ResourceType> {
        let (organization, name) = parts(reference);
        self.at(self.by_name.get(name)?, organization == Some(PUBLIC))
    }

    fn at(&self, places: &[Option<u32>; 3], public: bool) -> Option<&ResourceType> {
        let in_layer = |layer: usize| self.layers[layer].get(places[layer]? as usize).map(|found| &**found);
        let bundled = in_layer(BUNDLED);
        match bundled {
            Some(bundled) if public && bundled.published => Some(bundled),
            _ => in_layer(WORKSPACE).or_else(|| in_layer(ORGANIZATION)).or(bundled),
        }
    }

    /// A key that is equal for references to the same type: whether it is public, and the bare name.
    #[must_use]
    pub fn identity<'r>(&self, reference: &'r str) -> (bool, &'r str) {
        let (organization, name) = parts(reference);
        let public = || self.layers[BUNDLED].get(self.by_name.get(name)?[BUNDLED]? as usize);
        (organization == Some(PUBLIC) && public().is_some_and(|found| found.published), name)
    }

    /// Whether the referenced type exists. The types of other organizations are not known.
    #[must_use]
    pub fn knows(&self, reference: &str) -> Known {
        let (organization, name) = parts(reference);
        let places = self.by_name.get(name).copied().unwrap_or_default();
        if places[WORKSPACE].is_some() || places[ORGANIZATION].is_some() {
            return Known::Yes;
        }
        let ours = organization.is_none_or(|named| self.organization.as_deref() == Some(named));
        match (places[BUNDLED], self.complete && ours) {
            (_, true) => Known::No,
            (Some(_), false) => Known::Yes,
            (None, false) => Known::NotHere,
        }
    }

    /// The bare names of the types in [`Self::iter`], sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|found| found.name.as_str())
    }

    /// When the organization's types were fetched, if they were.
    #[must_use]
    pub fn as_of(&self) -> Option<SystemTime> {
        self.as_of
    }

    /// Number of types, including those that other layers override.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number of a type in this catalog, below [`Self::count`].
    #[must_use]
    pub fn number(&self, of: &ResourceType) -> Option<usize> {
        let layer = match of.source {
            Source::Bundled => BUNDLED,
            Source::Organization => ORGANIZATION,
            Source::Workspace(_) => WORKSPACE,
        };
        let before: usize = self.layers[..layer].iter().map(Vec::len).sum();
        Some(before + self.by_name.get(&of.name)?[layer]? as usize)
    }

    /// The number of the first field of the type with this number. The others follow in the order of
    /// [`ResourceType::all_fields`].
    #[must_use]
    pub fn first_field(&self, number: usize) -> usize {
        self.starts.get(number).map_or(usize::MAX, |start| *start as usize)
    }

    /// The field with this number, and its type.
    #[must_use]
    pub fn field(&self, number: usize) -> Option<(&ResourceType, &Field)> {
        let index = self.starts.partition_point(|start| *start as usize <= number).checked_sub(1)?;
        let found = self.layers.iter().flatten().nth(index)?;
        let field = found.all_fields().nth(number - *self.starts.get(index)? as usize)?;
        Some((found, field))
    }
}

/// The organization, if given, and the name of the type, without a version.
fn parts(reference: &str) -> (Option<&str>, &str) {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    name.rsplit_once('/').map_or((None, name), |(organization, name)| (Some(organization), name))
}

/// The name of a type without organization and version.
#[must_use]
pub(crate) fn bare(reference: &str) -> &str {
    parts(reference).1
}

/// The bundled types. Loaded from the built-in data on the first call (half a millisecond), free afterwards.
#[must_use]
pub(crate) fn resource_types() -> &'static ResourceTypes {
    // A test loads the data, so a failure cannot be released.
    static TYPES: LazyLock<ResourceTypes> = LazyLock::new(|| load().unwrap_or_default());
    &TYPES
}

/// One line of the data file. Suffixes mark the properties of a field: `!` required, `*` secret, `[]` list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    summary: String,
    #[serde(default)]
    published: bool,
    #[serde(default)]
    former: bool,
    #[serde(default)]
    uses: u32,
    payloads: Vec<serde_json::Map<String, Value>>,
}

fn load() -> Result<ResourceTypes, serde_json::Error> {
    let written: Vec<Written> = serde_json::from_str(include_str!("data/resource_types.json"))?;
    let all = written.into_iter().map(|written| Arc::new(read(written))).collect();
    Ok(ResourceTypes::default().with([all, Vec::new(), Vec::new()]))
}

fn read(written: Written) -> ResourceType {
    ResourceType {
        name: written.name,
        summary: written.summary,
        published: written.published,
        former: written.former,
        weight: written.uses,
        payloads: written.payloads.iter().map(|payload| fields(payload, 0)).collect(),
        closed: false,
        orientation: None,
        icon: None,
        source: Source::Bundled,
    }
}

fn fields(members: &serde_json::Map<String, Value>, depth: usize) -> Vec<Field> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    members.iter().map(|(name, value)| field(name, value, depth)).collect()
}

fn field(written: &str, value: &Value, depth: usize) -> Field {
    let (name, list) = written.strip_suffix("[]").map_or((written, false), |name| (name, true));
    // `<*>` ends in `>`, so no name ends in a marker.
    let (name, sensitive) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
    let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    let type_name = match value {
        Value::Object(_) => "object",
        Value::String(name) => name,
        _ => "string",
    };
    let values = value.as_array().into_iter().flatten();
    Field {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        list,
        required,
        sensitive,
        values: values.filter_map(|value| value.as_str().map(str::to_owned)).collect(),
        fields: value.as_object().map(|members| fields(members, depth + 1)).unwrap_or_default(),
        closed: false,
    }
}

#[cfg(test)]
mod tests;

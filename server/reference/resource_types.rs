//! Resource types: what connections and artifacts refer to, and the fields of each payload.
//!
//! They come in layers, of which the later ones win: those that come with the program, those that the organization has
//! published, those that the workspace defines.

use super::payload::{self, Members};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

/// Name of a field that stands for names which the resource chooses itself.
pub const ANY_NAME: &str = "<*>";

/// The organization whose types everybody could use.
const PUBLIC: &str = "massdriver";

/// Payloads nest no deeper than this; a bound for the recursion below.
const MAX_DEPTH: usize = 32;

/// A resource type.
#[derive(Clone, PartialEq, Debug)]
pub struct ResourceType {
    /// The name, without an organization.
    pub name: String,
    /// One line, without a full stop.
    pub summary: String,
    /// Whether it was published as `massdriver/<name>`, too.
    pub published: bool,
    /// Set where newer catalogues no longer have it.
    pub former: bool,
    /// How often it was counted in real bundles.
    pub weight: u32,
    /// The forms that its payload may have, newest first.
    pub payloads: Vec<Vec<Field>>,
    /// Whether its payload has no other fields than these: `additionalProperties: false`.
    pub closed: bool,
    /// `link` or `environmentDefault`, where that is known.
    pub orientation: Option<String>,
    /// Address or path of its picture.
    pub icon: Option<String>,
    /// Who says so.
    pub source: Source,
}

/// Where a resource type is described.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// With this program: many organizations have it, maybe with other fields.
    Bundled,
    /// By the organization.
    Organization,
    /// In this file of the workspace.
    Workspace(Arc<Path>),
}

/// A field of a payload.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The name; [`ANY_NAME`] for names of the resource's choice.
    pub name: String,
    /// Type by its JSON Schema name, or `any`; that of the items where `list` is set.
    pub type_name: String,
    /// Whether it is a list.
    pub list: bool,
    /// Whether the object around it always has it.
    pub required: bool,
    /// Whether it is a secret.
    pub sensitive: bool,
    /// The values that it may have; empty where any.
    pub values: Vec<String>,
    /// Its own fields; those of its items where `list` is set.
    pub fields: Vec<Field>,
    /// Whether it has no other fields than these: `additionalProperties: false`.
    pub closed: bool,
}

/// A resource type as somebody defines or publishes it (`spec §11, §16.2`).
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// Its name, with or without an organization.
    pub name: String,
    /// What people call it.
    pub label: Option<String>,
    /// Address or path of its picture.
    pub icon: Option<String>,
    /// `link` or `environmentDefault`.
    pub orientation: Option<String>,
    /// JSON Schema of its payload.
    pub schema: Value,
}

impl ResourceType {
    /// Reads a definition. What its schema leaves open may be anything.
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

    /// Its fields at every depth, each before its own, all forms one after the other; the place in this order is how
    /// [`ResourceTypes::field`] knows them.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field> {
        let mut open: Vec<&Field> = self.payloads.iter().rev().flat_map(|form| form.iter().rev()).collect();
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.fields.iter().rev());
            Some(next)
        })
    }

    /// Whether more is known of it than that many organizations have a type like it.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.source != Source::Bundled
    }
}

/// What an organization has published.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Organization {
    /// Its id, if that is known.
    pub id: Option<String>,
    /// Its types.
    pub types: Vec<Arc<ResourceType>>,
    /// Whether these are all that it has.
    pub complete: bool,
    /// When it was asked.
    pub as_of: Option<SystemTime>,
}

/// Whether there is a resource type of some name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// There is.
    Yes,
    /// None is known; the list of those that are known is not complete.
    NotHere,
    /// There is none.
    No,
}

/// All types at hand, by layers.
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
    /// The types that come with the program, below those of an organization and those that the workspace defines. Of
    /// two with one name in one layer, the first counts.
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

    /// Every type that may be meant by its bare name, by name. One that only comes with the program is not among them
    /// when all types of the organization are known.
    pub fn iter(&self) -> impl Iterator<Item = &ResourceType> {
        self.by_name.values().filter_map(|places| {
            let own = places[WORKSPACE].is_some() || places[ORGANIZATION].is_some();
            (own || !self.complete).then(|| self.at(places, false)).flatten()
        })
    }

    /// Every type that was published for all organizations, by name.
    pub fn public(&self) -> impl Iterator<Item = &ResourceType> {
        self.layers[BUNDLED].iter().map(|found| &**found).filter(|found| found.published)
    }

    /// The type that a reference names: `aws-vpc`, `massdriver/aws-vpc`, `aws-vpc@~1` (`spec §5.2`). Whoever writes
    /// `massdriver/…` means the public type.
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

    /// What two references have in common that mean the same type.
    #[must_use]
    pub fn identity<'r>(&self, reference: &'r str) -> (bool, &'r str) {
        let (organization, name) = parts(reference);
        let public = || self.layers[BUNDLED].get(self.by_name.get(name)?[BUNDLED]? as usize);
        (organization == Some(PUBLIC) && public().is_some_and(|found| found.published), name)
    }

    /// Whether there is a type that a reference names. Of other organizations nobody knows what they have.
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

    /// The names of the types that may be meant by them, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|found| found.name.as_str())
    }

    /// When the organization was asked for its types, if it was.
    #[must_use]
    pub fn as_of(&self) -> Option<SystemTime> {
        self.as_of
    }

    /// How many there are, those included that others hide.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number of a type that is in here, below [`Self::count`].
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

    /// The field with this number, and the type that it belongs to.
    #[must_use]
    pub fn field(&self, number: usize) -> Option<(&ResourceType, &Field)> {
        let index = self.starts.partition_point(|start| *start as usize <= number).checked_sub(1)?;
        let found = self.layers.iter().flatten().nth(index)?;
        let field = found.all_fields().nth(number - *self.starts.get(index)? as usize)?;
        Some((found, field))
    }
}

/// The organization that a reference names, if it does, and the name of the type, both without a version.
fn parts(reference: &str) -> (Option<&str>, &str) {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    name.rsplit_once('/').map_or((None, name), |(organization, name)| (Some(organization), name))
}

/// The name of a type without an organization and a version.
#[must_use]
pub fn bare(reference: &str) -> &str {
    parts(reference).1
}

/// The types that come with the program. Read from the built-in data at the first call (half a millisecond), free
/// afterwards.
#[must_use]
pub fn resource_types() -> &'static ResourceTypes {
    // As with the reference: a test reads the data, so that a failure cannot ship.
    static TYPES: LazyLock<ResourceTypes> = LazyLock::new(|| load().unwrap_or_default());
    &TYPES
}

/// One line of the data file. Names of fields end in what is special about them: `!` required, `*` secret, `[]` list.
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
    // `<*>` ends in `>`, so that no name ends in a mark.
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

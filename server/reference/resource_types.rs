//! The bundled catalogue of resource types: what connections and artifacts refer to, and the fields of each payload.

use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Name of a field that stands for names which the resource chooses itself.
pub const ANY_NAME: &str = "<*>";

/// Payloads nest no deeper than this; a bound for the recursion below.
const MAX_DEPTH: usize = 32;

/// A resource type that many organizations have.
#[derive(Clone, Debug)]
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
}

/// A field of a payload.
#[derive(Clone, Debug)]
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
}

/// All types of the catalogue.
#[derive(Debug, Default)]
pub struct ResourceTypes {
    all: Vec<ResourceType>,
    by_name: HashMap<String, usize>,
}

impl ResourceTypes {
    /// Every type, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ResourceType> {
        self.all.iter()
    }

    /// The type that a reference names: `aws-vpc`, `massdriver/aws-vpc`, `aws-vpc@~1` (`spec §5.2`).
    #[must_use]
    pub fn get(&self, reference: &str) -> Option<&ResourceType> {
        let name = reference.split_once('@').map_or(reference, |(name, _)| name);
        let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
        self.by_name.get(name).and_then(|&index| self.all.get(index))
    }
}

/// The catalogue. Read from the built-in data at the first call (half a millisecond), free afterwards.
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
    let all: Vec<ResourceType> = written.into_iter().map(read).collect();
    let by_name = all.iter().enumerate().map(|(index, found)| (found.name.clone(), index)).collect();
    Ok(ResourceTypes { all, by_name })
}

fn read(written: Written) -> ResourceType {
    ResourceType {
        name: written.name,
        summary: written.summary,
        published: written.published,
        former: written.former,
        weight: written.uses,
        payloads: written.payloads.iter().map(|payload| fields(payload, 0)).collect(),
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_whole() {
        let types = load().unwrap();
        assert!(types.all.len() > 80);
        let names: Vec<&str> = types.iter().map(|found| found.name.as_str()).collect();
        assert!(names.is_sorted());
        for found in types.iter() {
            assert!(!found.summary.is_empty() && !found.summary.ends_with('.'), "{}", found.name);
            assert!(found.payloads.iter().all(|fields| !fields.is_empty()), "{}", found.name);
            assert!(types.get(&found.name).is_some());
        }
    }

    #[test]
    fn every_form_of_a_reference_finds_its_type() {
        for reference in ["aws-vpc", "massdriver/aws-vpc", "aws-vpc@~1", "acme/aws-vpc@1.2.3"] {
            assert_eq!(resource_types().get(reference).unwrap().name, "aws-vpc", "{reference}");
        }
        assert!(resource_types().get("nothing").is_none());
        assert!(resource_types().get("").is_none());
    }

    #[test]
    fn marks_say_what_is_special() {
        let redis = resource_types().get("redis-authentication").unwrap();
        let data = &redis.payloads[0][0];
        assert!(data.required && data.name == "data" && data.type_name == "object");
        let authentication = data.fields.iter().find(|field| field.name == "authentication").unwrap();
        let password = authentication.fields.iter().find(|field| field.name == "password").unwrap();
        assert!(password.required && password.sensitive && password.type_name == "string");
        let vpc = resource_types().get("aws-vpc").unwrap();
        let subnets = vpc.payloads[0].iter().find(|field| field.name == "public_subnets").unwrap();
        assert!(subnets.list && subnets.type_name == "object" && subnets.fields[0].name == "id");
    }
}

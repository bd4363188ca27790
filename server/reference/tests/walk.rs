//! Compares values with their description, for the tests: collects mismatches and counts uses.

use super::super::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// Usage counts: by object and key, or by kind of word and word.
pub(super) type Uses = BTreeMap<String, BTreeMap<String, u32>>;

/// Walks a value together with its description.
pub(super) struct Walk<'a> {
    reference: &'a Reference,
    /// Mismatches, each with its path.
    pub(super) faults: Vec<String>,
    /// Counted uses.
    pub(super) uses: Uses,
}

impl<'a> Walk<'a> {
    pub(super) fn new(reference: &'a Reference) -> Self {
        Walk { reference, faults: Vec::new(), uses: Uses::new() }
    }

    /// Walks a mapping that an object describes.
    pub(super) fn object(&mut self, name: &str, value: &Value, path: &str) {
        let Some(object) = self.reference.object(name) else {
            return self.fault(path, &format!("there is no object `{name}`"));
        };
        let Some(members) = value.as_object() else {
            return self.fault(path, &format!("{} must be a mapping", object.title));
        };
        for (member, value) in members {
            let path = format!("{path}.{member}");
            match (object.key(member), &object.others) {
                (Some(key), _) => self.key(object, key, value, &path),
                (None, Some(shape)) => self.shape(shape, value, object.jq, &path),
                (None, None) => self.fault(&path, &format!("{} has no such key", object.title)),
            }
        }
        let provisioner = value
            .get("provisioner")
            .and_then(Value::as_str)
            .and_then(|name| self.reference.provisioner(name));
        if let (Some(provisioner), Some(config)) = (provisioner, value.get("config")) {
            self.object(&provisioner.config, config, &format!("{path}.config"));
        }
        for key in object.keys().filter(|key| members.contains_key(&key.name)) {
            for needed in key.needs.iter().filter(|needed| !members.contains_key(*needed)) {
                self.fault(path, &format!("`{}` needs `{needed}`", key.name));
            }
            for excluded in key.excludes.iter().filter(|excluded| members.contains_key(*excluded)) {
                self.fault(path, &format!("`{}` excludes `{excluded}`", key.name));
            }
        }
    }

    /// Walks the value of a key.
    pub(super) fn key(&mut self, object: &Object, key: &Key, value: &Value, path: &str) {
        self.count(self.owner(object, key), &key.name);
        let before = self.faults.len();
        self.shape(&key.shape, value, object.jq, path);
        if self.faults.len() > before {
            return;
        }
        if let Some(names) = &key.names {
            let names = regex::Regex::new(names).unwrap();
            for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
                if !names.is_match(name) {
                    self.fault(path, &format!("`{name}` is not a valid name"));
                }
            }
        }
        if key.minimum.zip(value.as_i64()).is_some_and(|(least, number)| number < least) {
            self.fault(path, "is too small");
        }
        match value.as_array() {
            Some(items) if key.min_items.is_some_and(|least| items.len() < least) => {
                self.fault(path, "has too few items");
            }
            Some(items) if key.unique && (1..items.len()).any(|at| items[..at].contains(&items[at])) => {
                self.fault(path, "has an item twice");
            }
            _ => (),
        }
        let Some(text) = value.as_str().filter(|_| !object.jq) else { return };
        if !key.open && !key.values.is_empty() && !key.values.contains(text) {
            self.fault(path, &format!("`{text}` is not an allowed value"));
        }
        if key.pattern.as_ref().is_some_and(|pattern| !regex::Regex::new(pattern).unwrap().is_match(text)) {
            self.fault(path, "does not match its pattern");
        }
        let length = text.chars().count();
        if key.min_length.is_some_and(|least| length < least)
            || key.max_length.is_some_and(|most| length > most)
        {
            self.fault(path, "has a wrong length");
        }
    }

    fn shape(&mut self, shape: &Shape, value: &Value, jq: bool, path: &str) {
        let found = type_of(value);
        if jq && found == JsonType::String {
            return;
        }
        let Some(shape) = shape.alternatives().iter().find(|shape| shape.allows(found)) else {
            return self.fault(path, &format!("must be {shape}"));
        };
        match (shape, value) {
            (Shape::Object(name), _) => self.object(name, value, path),
            (Shape::Map(values), Value::Object(members)) => {
                for (name, value) in members {
                    self.shape(values, value, jq, &format!("{path}.{name}"));
                }
            }
            (Shape::List(items), Value::Array(found)) => {
                for (at, value) in found.iter().enumerate() {
                    self.shape(items, value, jq, &format!("{path}[{at}]"));
                }
            }
            (Shape::Text(text), Value::String(word)) => self.word(*text, word),
            _ => (),
        }
    }

    fn word(&mut self, text: Text, word: &str) {
        let known = match text {
            Text::TypeName => self.reference.schema_type(word).map(|_| "types"),
            Text::FormatName => self.reference.format(word).map(|_| "formats"),
            Text::WidgetName => self.reference.widget(word).map(|_| "widgets"),
            Text::FieldName => self.reference.field(word).map(|_| "fields"),
            Text::Provisioner => self.reference.provisioner(word).map(|_| "provisioners"),
            _ => return,
        };
        if let Some(sort) = known {
            self.count(sort, word.split(':').next().unwrap_or(word));
        }
    }

    /// The object that describes the key, which may be the extended one.
    fn owner<'o>(&self, object: &'o Object, key: &Key) -> &'o str {
        let base = object.extends.as_deref().filter(|base| {
            self.reference.key(base, &key.name).is_some_and(|inherited| std::ptr::eq(inherited, key))
        });
        base.unwrap_or(&object.name)
    }

    fn count(&mut self, sort: &str, name: &str) {
        *self.uses.entry(sort.to_owned()).or_default().entry(name.to_owned()).or_default() += 1;
    }

    fn fault(&mut self, path: &str, what: &str) {
        self.faults.push(format!("{path}: {what}"));
    }
}

fn type_of(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(number) if number.is_f64() => JsonType::Number,
        Value::Number(_) => JsonType::Integer,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// Parses YAML and applies merge keys.
pub(in crate::reference) fn yaml(text: &str) -> Result<Value, String> {
    let mut value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    value.apply_merge().map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

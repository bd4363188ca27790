//! Sample data for what only a deployment provides: payloads, secrets, metadata. It is deterministic and recognizably
//! made up.

use crate::analysis::hover::{payload_fields, schema_fields};
use crate::bundle::{Document, Named, Port};
use crate::reference::{self, ANY_NAME, Field, Object};
use crate::syntax::{Dialect, Scalar, json, parse};
use crate::workspace::Files;
use serde_json::{Map, Value, json};

/// Most levels of nesting in payloads and metadata.
const MAX_DEPTH: usize = 24;

/// Most fields of all payloads together.
const MAX_FIELDS: usize = 20_000;

/// The elements of lists and maps: two, so that choices among them are visible.
const ELEMENTS: [&str; 2] = ["1", "2"];

/// The payload of each connection, by name; `null` if the fields of its type are unknown.
pub(super) fn inputs(document: &Document, files: &dyn Files) -> Map<String, Value> {
    let mut room = MAX_FIELDS;
    let port = |port: &Port| {
        let entry = document.node(port.value);
        let fields = match port.type_ref {
            Some((_, name)) => payload_fields(document, files, &document.node(name).target().value()),
            None => document.schemas.at(entry).map(|id| schema_fields(document, id)).unwrap_or_default(),
        };
        let payload = match fields.as_slice() {
            [] => Value::Null,
            fields => Value::Object(members(fields, "", 0, &mut room)),
        };
        (port.name.clone(), payload)
    };
    document.inputs().map(port).collect()
}

fn members(fields: &[Field], mark: &str, depth: usize, room: &mut usize) -> Map<String, Value> {
    let mut written = Map::new();
    for field in fields {
        let Some(left) = room.checked_sub(1).filter(|_| depth < MAX_DEPTH) else { break };
        *room = left;
        if field.name == ANY_NAME {
            for number in ELEMENTS {
                written.entry(format!("example-{number}")).or_insert(value(field, number, depth, room));
            }
        } else {
            written.insert(field.name.clone(), value(field, mark, depth, room));
        }
    }
    written
}

fn value(field: &Field, mark: &str, depth: usize, room: &mut usize) -> Value {
    match field.list {
        true => ELEMENTS.iter().map(|number| one(field, number, depth, room)).collect(),
        false => one(field, mark, depth, room),
    }
}

fn one(field: &Field, mark: &str, depth: usize, room: &mut usize) -> Value {
    match field.type_name.as_str() {
        "object" => Value::Object(members(&field.fields, mark, depth + 1, room)),
        _ if !field.fields.is_empty() => Value::Object(members(&field.fields, mark, depth + 1, room)),
        "integer" | "number" => json!(if field.name == "port" { 8080 } else { 1 }),
        "boolean" => json!(true),
        "array" => json!([]),
        "null" => Value::Null,
        _ => Value::String(field.values.first().cloned().unwrap_or_else(|| text(&field.name, mark))),
    }
}

/// A sample string in the format of the real value, so that programs can parse it.
fn text(name: &str, mark: &str) -> String {
    let word = if mark.is_empty() { name.to_owned() } else { format!("{name}-{mark}") };
    match name {
        "arn" => {
            format!("arn:aws:service:us-east-1:123456789012:{}", if mark.is_empty() { "1" } else { mark })
        }
        "region" => "us-east-1".to_owned(),
        "cidr" => "10.0.0.0/16".to_owned(),
        "hostname" | "host" => "host.example.com".to_owned(),
        "url" | "endpoint" => "https://host.example.com".to_owned(),
        _ => format!("<{word}>"),
    }
}

/// `.secrets`: the value of each is its name in angle brackets.
pub(super) fn secrets(document: &Document) -> Map<String, Value> {
    let is_json = |secret: &Named| {
        let json = document.node(secret.value).field("json").map(|entry| entry.value());
        json.is_some_and(|value| value.resolve(document.dialect()) == Scalar::Bool(true))
    };
    let value = |secret| if is_json(secret) { json!({}) } else { json!(format!("<{}>", secret.name)) };
    document.app.secrets.iter().map(|secret| (secret.name.clone(), value(secret))).collect()
}

/// `.params.md_metadata`, from the examples in the reference.
pub(super) fn metadata() -> Value {
    let object = reference::get().object("md-metadata");
    object.map_or(Value::Null, |object| Value::Object(described(object, 0)))
}

fn described(object: &Object, depth: usize) -> Map<String, Value> {
    let value = |key: &reference::Key| {
        let inner = key.shape.object().and_then(|name| reference::get().object(name));
        if let Some(inner) = inner.filter(|_| depth < MAX_DEPTH) {
            return Some(Value::Object(described(inner, depth + 1)));
        }
        let example = parse(key.example.as_str());
        json::to_json(example.root()?.field(&key.name)?.value(), Dialect::GoYaml2).ok()
    };
    object.keys().filter_map(|key| Some((key.name.clone(), value(key)?))).collect()
}

//! Exports the description as a JSON Schema (draft-07) of `massdriver.yaml`, for other editors and tools.
//!
//! A JSON Schema only sees values. Checks that depend on how a file is written (such as a key that only holds an
//! anchor) or on other parts of the file are left out.

use super::{JsonType, Key, Object, Origin, Presence, Reference, Shape, Table, Text, Word, get};
use serde_json::{Map, Value, json};

/// Pattern of the usual top-level keys of a bundle that hold anchors. YAML users also mark their own keys with `x-` or
/// a dot.
const ANCHOR_KEYS: &str = "^([A-Z.]|x-)";

/// A draft-07 schema that distinguishes bundles and resource types and describes both. It adds `markdownDescription`
/// and `deprecationMessage`, which editors show and validators ignore.
#[must_use]
pub(crate) fn json_schema() -> Value {
    let reference = get();
    let definitions: Map<String, Value> = reached(reference)
        .into_iter()
        .map(|object| (object.name.clone(), definition(object, reference)))
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "massdriver.yaml",
        "description": "A bundle or a resource type of Massdriver",
        "type": "object",
        // An older resource type is a schema that contains its metadata.
        "if": { "required": ["$md"] },
        "then": { "$ref": definition_pointer("payload") },
        "else": {
            "if": { "required": ["schema"], "properties": { "schema": { "type": "object" } } },
            "then": { "$ref": definition_pointer("resource-type") },
            "else": { "$ref": definition_pointer("bundle") },
        },
        "definitions": definitions,
    })
}

/// The objects reachable from a file.
fn reached(reference: &Reference) -> Vec<&Object> {
    let mut names = vec!["bundle", "resource-type"];
    names.extend(reference.provisioners.iter().map(|provisioner| provisioner.config.as_str()));
    let mut objects: Vec<&Object> = Vec::new();
    while let Some(name) = names.pop() {
        let Some(object) = reference.object(name) else { continue };
        if objects.iter().any(|known| std::ptr::eq(*known, object)) {
            continue;
        }
        objects.push(object);
        names.extend(object.keys().map(|key| &key.shape).chain(&object.others).flat_map(Shape::objects));
    }
    objects
}

fn definition(object: &Object, reference: &Reference) -> Value {
    let mut schema = Map::new();
    schema.insert("title".to_owned(), json!(capitalised(&object.title)));
    schema.insert("description".to_owned(), json!(object.summary));
    schema.insert("markdownDescription".to_owned(), json!(with_link(&object.doc, &object.link)));
    schema.insert("type".to_owned(), json!("object"));
    let base = object.extends.as_deref().and_then(|base| reference.object(base));
    let properties: Map<String, Value> = object
        .keys()
        .map(|key| {
            let inherited =
                base.filter(|base| base.key(&key.name).is_some_and(|other| std::ptr::eq(other, key)));
            let schema = match inherited {
                Some(base) => json!({ "$ref": pointer(&base.name, &key.name) }),
                None => property(key, object, reference),
            };
            (key.name.clone(), schema)
        })
        .collect();
    schema.insert("properties".to_owned(), Value::Object(properties));
    if object.name == "bundle" {
        schema.insert("patternProperties".to_owned(), json!({ ANCHOR_KEYS: true }));
    }
    let others = match &object.others {
        None => json!(false),
        Some(shape) => shape_schema(shape, object.jq, false, reference),
    };
    schema.insert("additionalProperties".to_owned(), others);
    let required: Vec<&str> = object
        .keys()
        .filter(|key| key.presence == Presence::Required && key.or.is_empty())
        .map(|key| key.name.as_str())
        .collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let needs: Map<String, Value> = object
        .keys()
        .filter(|key| !key.needs.is_empty())
        .map(|key| (key.name.clone(), json!(key.needs)))
        .collect();
    if !needs.is_empty() {
        schema.insert("dependencies".to_owned(), Value::Object(needs));
    }
    let rules = rules(object, reference);
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(rules));
    }
    Value::Object(schema)
}

/// Constraints that involve several keys of an object.
fn rules(object: &Object, reference: &Reference) -> Vec<Value> {
    let mut rules = Vec::new();
    for key in object.keys() {
        if key.presence == Presence::Required && !key.or.is_empty() {
            let names = std::iter::once(&key.name).chain(&key.or);
            rules.push(
                json!({ "anyOf": names.map(|name| json!({ "required": [name] })).collect::<Vec<_>>() }),
            );
        }
        // An empty value counts as absent.
        for other in key.excludes.iter().filter(|other| **other > key.name) {
            let present = |name: &str| json!({ "required": [name], "properties": { name: { "not": { "type": "null" } } } });
            rules.push(json!({ "not": { "allOf": [present(&key.name), present(other)] } }));
        }
    }
    if object.keys().any(|key| key.shape.text() == Some(Text::Provisioner)) {
        rules.extend(reference.provisioners.iter().map(|provisioner| {
            let value = json!({ "type": "string", "pattern": format!("^{}(:|$)", provisioner.name) });
            let config = shape_schema(&Shape::Object(provisioner.config.clone()), false, true, reference);
            json!({
                "if": { "required": ["provisioner"], "properties": { "provisioner": value } },
                "then": { "properties": { "config": config } },
            })
        }));
    }
    rules
}

fn property(key: &Key, object: &Object, reference: &Reference) -> Value {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(key.summary));
    schema.insert("markdownDescription".to_owned(), json!(markdown(key)));
    // An empty value counts as absent, but not in JSON Schema.
    let nullable =
        key.presence != Presence::Required && !matches!(key.origin, Origin::Draft07 | Origin::NewerDraft);
    match shape_schema(&key.shape, object.jq, nullable, reference) {
        // Draft-07 ignores siblings of `$ref`.
        Value::Object(inner) if inner.contains_key("$ref") => {
            schema.insert("allOf".to_owned(), json!([inner]));
        }
        Value::Object(inner) => schema.extend(inner),
        _ => (),
    }
    if let Some(default) = &key.default {
        schema.insert("default".to_owned(), default.clone());
    }
    if let Some(deprecated) = &key.deprecated {
        schema.insert("deprecated".to_owned(), json!(true));
        schema.insert("deprecationMessage".to_owned(), json!(deprecated.note));
    }
    if let Some(names) = &key.names {
        schema.insert("propertyNames".to_owned(), json!({ "pattern": names }));
    }
    let numbers = [
        ("minimum", key.minimum),
        ("exclusiveMinimum", key.above),
        ("minLength", key.min_length.and_then(|length| i64::try_from(length).ok())),
        ("maxLength", key.max_length.and_then(|length| i64::try_from(length).ok())),
        ("minItems", key.min_items.and_then(|length| i64::try_from(length).ok())),
    ];
    for (keyword, number) in numbers {
        if let Some(number) = number {
            schema.insert(keyword.to_owned(), json!(number));
        }
    }
    if key.unique {
        schema.insert("uniqueItems".to_owned(), json!(true));
    }
    // A string in a jq object is a program; its result is unknown.
    if !object.jq {
        if let Some(pattern) = &key.pattern {
            schema.insert("pattern".to_owned(), json!(pattern));
        }
        if !key.values.is_empty() {
            let keyword = if key.open { "examples" } else { "enum" };
            schema.insert(keyword.to_owned(), json!(key.values.names().collect::<Vec<_>>()));
        }
    }
    Value::Object(schema)
}

/// The schema of a shape. In a jq object any value may be a program, and an optional key may be null.
fn shape_schema(shape: &Shape, jq: bool, nullable: bool, reference: &Reference) -> Value {
    let mut shapes = shape.alternatives().to_vec();
    if shapes.contains(&Shape::Any) {
        return match shape.object() {
            Some(object) => {
                json!({ "if": { "type": "object" }, "then": { "$ref": definition_pointer(object) } })
            }
            None => json!(true),
        };
    }
    if jq && !shape.allows(JsonType::String) {
        shapes.push(Shape::Text(Text::Plain));
    }
    if nullable && !shape.allows(JsonType::Null) {
        shapes.push(Shape::Null);
    }
    let (objects, rest): (Vec<Shape>, Vec<Shape>) =
        shapes.into_iter().partition(|shape| matches!(shape, Shape::Object(_)));
    let objects: Vec<Value> = objects.iter().map(|shape| single(shape, jq, reference)).collect();
    let rest: Vec<Value> = rest.iter().map(|shape| single(shape, jq, reference)).collect();
    match (objects.as_slice(), rest.is_empty()) {
        ([], _) => merged(rest),
        ([object], true) => object.clone(),
        // Branches on the type, so that a validator reports the error inside and not "none of these".
        ([object], false) => json!({ "if": { "type": "object" }, "then": object, "else": merged(rest) }),
        _ => {
            let all = [objects, rest].concat();
            json!({ "anyOf": all })
        }
    }
}

fn single(shape: &Shape, jq: bool, reference: &Reference) -> Value {
    match shape {
        Shape::Any | Shape::Either(_) => json!(true),
        Shape::Null => json!({ "type": "null" }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Int => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Text(text) => text_schema(*text, reference),
        Shape::List(items) => json!({ "type": "array", "items": shape_schema(items, jq, false, reference) }),
        Shape::Map(values) => {
            json!({ "type": "object", "additionalProperties": shape_schema(values, jq, false, reference) })
        }
        Shape::Object(name) => json!({ "$ref": definition_pointer(name) }),
    }
}

/// Merges alternatives of different types into one schema: a keyword only applies to values of its own type.
fn merged(schemas: Vec<Value>) -> Value {
    let mut types = Vec::new();
    let mut all = Map::new();
    for schema in schemas.iter().filter_map(Value::as_object) {
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("type", Value::Array(names)) => types.extend(names.iter().cloned()),
                ("type", name) => types.push(name.clone()),
                ("enum", _) if schemas.len() > 1 => return json!({ "anyOf": schemas }),
                _ if all.insert(keyword.clone(), value.clone()).is_some() => {
                    return json!({ "anyOf": schemas });
                }
                _ => (),
            }
        }
    }
    let types = if types.len() == 1 { types.swap_remove(0) } else { Value::Array(types) };
    all.insert("type".to_owned(), types);
    Value::Object(all)
}

fn text_schema(text: Text, reference: &Reference) -> Value {
    match text {
        Text::TypeName => json!({ "type": "string", "enum": names(&reference.types) }),
        Text::FormatName => json!({ "type": "string", "examples": names(&reference.formats) }),
        Text::WidgetName => json!({ "type": "string", "examples": names(&reference.widgets) }),
        Text::FieldName => json!({ "type": "string", "examples": names(&reference.fields) }),
        Text::Provisioner => {
            let names: Vec<&str> = reference.provisioners.names().collect();
            json!({ "type": "string", "minLength": 1, "examples": names })
        }
        // The platform reads a bare `true` or `8080` as a program with that text.
        Text::Jq => json!({ "type": ["string", "number", "boolean"] }),
        _ => json!({ "type": "string" }),
    }
}

fn names(words: &Table<Word>) -> Vec<&str> {
    words.names().collect()
}

fn markdown(key: &Key) -> String {
    let mut text = key.doc.trim_end().to_owned();
    for choice in key.values.iter() {
        text.push_str(&format!("\n- `{}`: {}", choice.value, choice.summary));
    }
    text.push_str(&format!("\n\n```yaml\n{}\n```", key.example.trim_end()));
    if key.origin == Origin::NewerRjsf || key.origin == Origin::NewerDraft {
        text.push_str("\n\nNot every version reads it.");
    }
    with_link(&text, &key.link)
}

fn with_link(text: &str, link: &str) -> String {
    format!("{}\n\n[Documentation]({link})", text.trim_end())
}

fn definition_pointer(object: &str) -> String {
    format!("#/definitions/{object}")
}

fn pointer(object: &str, key: &str) -> String {
    let key = key.replace('~', "~0").replace('/', "~1").replace('$', "%24");
    format!("{}/properties/{key}", definition_pointer(object))
}

fn capitalised(title: &str) -> String {
    let bare = title.split_once(' ').filter(|(article, _)| matches!(*article, "a" | "an" | "the"));
    let mut letters = bare.map_or(title, |(_, rest)| rest).chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::walk::yaml;
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        let validator = jsonschema::validator_for(&json_schema()).unwrap();
        let value = yaml(text).unwrap();
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    const GOOD: &str = "
name: web-app
description: A web application with a database.
version: 1.0.0
steps:
  - path: src
    provisioner: helm:3
    config: { namespace: .params.namespace, wait: true, timeout: 300 }
params:
  properties:
    namespace: { type: string, $md.immutable: true }
connections: { properties: { cluster: { $ref: kubernetes-cluster } } }
artifacts: { properties: {} }
ui: { ui:order: ['*'], namespace: { ui:help: The namespace } }
";

    #[test]
    fn is_a_schema() {
        let schema = json_schema();
        assert!(jsonschema::draft7::meta::is_valid(&schema));
        assert!(schema["definitions"]["schema"]["properties"]["minLength"]["minimum"] == json!(0));
    }

    #[test]
    fn accepts_good_and_rejects_bad() {
        assert_eq!(errors(GOOD), Vec::<String>::new());
        let bad = [
            ("name: web-app", "name: Web_App"),
            ("version: 1.0.0", "version: v1"),
            ("params:", "parms:"),
            ("path: src", "path: ./src"),
            ("wait: true", "wait: [true]"),
            ("wait: true", "weit: true"),
            ("type: string", "type: str"),
            ("$md.immutable: true", "$md.immutable: 'yes'"),
            ("$md.immutable: true", "required: true"),
            ("artifacts: ", "dependencies: { a: { resource_type: b } }\nartifacts: "),
            ("artifacts: ", "resources: {}\nartifacts: "),
            ("$ref: kubernetes-cluster", "title: x"),
            ("ui:help: The namespace", "ui:help: [The namespace]"),
        ];
        for (from, to) in bad {
            assert!(GOOD.contains(from));
            assert!(!errors(&GOOD.replace(from, to)).is_empty(), "{to} is accepted");
        }
    }

    #[test]
    fn tells_resource_types_apart() {
        assert!(
            errors("name: aws-vpc\nlabel: VPC\nschema: { properties: { id: { type: string } } }").is_empty()
        );
        assert!(errors("$md: { name: aws-vpc }\ntype: object\nproperties: {}").is_empty());
        assert!(!errors("$md: { nam: aws-vpc }\ntype: object\nproperties: {}").is_empty());
        assert!(!errors("name: acme/aws-vpc\nschema: { properties: {} }").is_empty());
        assert!(!errors("name: aws-vpc\nschema: {}").is_empty());
        assert!(
            !errors("name: aws-vpc\nui: { connectionOrientation: linkable }\nschema: { properties: {} }")
                .is_empty()
        );
    }
}

//! Extracts the fields of a payload from its JSON Schema. Anything that the schema does not constrain is allowed;
//! unrecognized constraints are ignored.

use super::resource_types::{ANY_NAME, Field};
use foldhash::HashSet;
use serde_json::{Map, Value};

/// Maximum nesting depth of schemas.
const MAX_DEPTH: usize = 24;

/// At most this many schemas and properties are visited, since references can multiply.
const MAX_VISITS: usize = 4_000;

/// The fields of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    /// The fields, in schema order. One named [`ANY_NAME`] stands for all others.
    pub fields: Vec<Field>,
    /// Whether no other fields are allowed.
    pub closed: bool,
}

/// The fields of an object with this schema. Includes those of alternative branches, as optional fields.
#[must_use]
pub(crate) fn members(schema: &Value) -> Members {
    Reader { root: schema, visits: MAX_VISITS }.object(schema, 0)
}

struct Reader<'a> {
    root: &'a Value,
    visits: usize,
}

/// The fields collected so far.
#[derive(Default)]
struct Gathered<'v> {
    members: Members,
    required: HashSet<&'v str>,
    /// Whether other fields, not named in the schema, are allowed.
    open: bool,
}

impl<'a> Reader<'a> {
    fn object(&mut self, schema: &'a Value, depth: usize) -> Members {
        let mut gathered = Gathered::default();
        self.gather(schema, depth, true, &mut gathered);
        let Gathered { mut members, required, open } = gathered;
        for field in &mut members.fields {
            field.required = required.contains(field.name.as_str());
        }
        if open && !members.fields.iter().any(|field| field.name == ANY_NAME) {
            members.fields.push(any(ANY_NAME));
        }
        members.closed &= !open;
        members
    }

    /// Adds the fields of a schema. `certain`: whether the schema applies to every value, not just in a branch.
    fn gather(&mut self, schema: &'a Value, depth: usize, certain: bool, into: &mut Gathered<'a>) {
        let Some(keywords) = schema.as_object() else {
            // `true`, or not a schema.
            into.open |= !schema.is_boolean() || schema == true;
            return;
        };
        if depth > MAX_DEPTH || self.visits == 0 {
            into.open = true;
            return;
        }
        self.visits -= 1;
        if keywords.contains_key("$ref") {
            match self.target(keywords) {
                Some(target) => self.gather(target, depth + 1, certain, into),
                None => into.open = true,
            }
        }
        for (name, property) in keywords.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.visits == 0 {
                into.open = true;
                break;
            }
            if let Some(field) = self.field(name, property, depth + 1) {
                add(&mut into.members.fields, field);
            }
        }
        if certain {
            let names = keywords.get("required").and_then(Value::as_array).into_iter().flatten();
            into.required.extend(names.filter_map(Value::as_str));
        }
        self.others(keywords, depth, certain, into);
        let all = keywords.get("allOf").and_then(Value::as_array).into_iter().flatten();
        all.for_each(|part| self.gather(part, depth + 1, certain, into));
        for branch in branches(keywords) {
            self.gather(branch, depth + 1, false, into);
        }
    }

    /// Adds a field for `additionalProperties` and those of `patternProperties`.
    fn others(
        &mut self,
        keywords: &'a Map<String, Value>,
        depth: usize,
        certain: bool,
        into: &mut Gathered<'a>,
    ) {
        match keywords.get("additionalProperties") {
            Some(Value::Bool(false)) => into.members.closed |= certain,
            Some(others) => into.members.fields.extend(self.field(ANY_NAME, others, depth + 1)),
            None => {}
        }
        let patterns = keywords.get("patternProperties").and_then(Value::as_object);
        for others in patterns.into_iter().flat_map(Map::values) {
            if let Some(field) = self.field(ANY_NAME, others, depth + 1) {
                add(&mut into.members.fields, field);
            }
        }
    }

    /// The field for a property; `None` for the schema `false`.
    fn field(&mut self, name: &str, schema: &'a Value, depth: usize) -> Option<Field> {
        if *schema == Value::Bool(false) {
            return None;
        }
        self.visits = self.visits.saturating_sub(1);
        let schema = self.followed(schema);
        let list = is_list(schema);
        let items = schema.get("items").unwrap_or(&Value::Bool(true));
        // A tuple has no schema that applies to all items.
        let one = if !list {
            schema
        } else if items.is_object() {
            self.followed(items)
        } else {
            &Value::Null
        };
        let type_name = type_name(one);
        let members = match type_name {
            "object" => self.object(one, depth),
            _ => Members::default(),
        };
        Some(Field {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            list,
            required: false,
            sensitive: schema.get("$md.sensitive") == Some(&Value::Bool(true)),
            values: values(one),
            fields: members.fields,
            closed: members.closed,
        })
    }

    /// Follows `$ref` while the schema has no keywords that describe a value.
    fn followed(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..MAX_DEPTH {
            let Some(keywords) = schema.as_object().filter(|keywords| keywords.contains_key("$ref")) else {
                return schema;
            };
            let says = ["type", "properties", "items", "enum", "const"];
            match self.target(keywords) {
                Some(target) if !says.iter().any(|key| keywords.contains_key(*key)) => schema = target,
                _ => return schema,
            }
        }
        &Value::Null
    }

    /// The target of a `$ref` into the same document.
    fn target(&self, keywords: &Map<String, Value>) -> Option<&'a Value> {
        self.root.pointer(keywords.get("$ref")?.as_str()?.strip_prefix('#')?)
    }
}

/// Adds a field. For a duplicate name, the first description wins and the second only adds missing fields.
fn add(fields: &mut Vec<Field>, field: Field) {
    match fields.iter_mut().find(|known| known.name == field.name) {
        None => fields.push(field),
        Some(known) if known.type_name == "any" && !known.list => *known = field,
        Some(known) => {
            known.closed &= field.closed;
            field.fields.into_iter().for_each(|inner| add(&mut known.fields, inner));
        }
    }
}

/// A field with a name and no other information.
fn any(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        type_name: "any".to_owned(),
        list: false,
        required: false,
        sensitive: false,
        values: Vec::new(),
        fields: Vec::new(),
        closed: false,
    }
}

/// The subschemas that not every value must satisfy.
fn branches(keywords: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let lists = ["oneOf", "anyOf"].into_iter().filter_map(|key| keywords.get(key)?.as_array()).flatten();
    let conditions = ["then", "else"].into_iter().filter_map(|key| keywords.get(key));
    let dependent = ["dependencies", "dependentSchemas"].into_iter();
    let dependent = dependent.filter_map(|key| keywords.get(key)?.as_object()).flat_map(Map::values);
    lists.chain(conditions).chain(dependent.filter(|one| one.is_object()))
}

fn is_list(schema: &Value) -> bool {
    let names = |name: &str| match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    };
    names("array") || schema.get("type").is_none() && schema.get("items").is_some()
}

/// The type that a schema declares, or that its other keywords imply.
fn type_name(schema: &Value) -> &'static str {
    const NAMES: [&str; 6] = ["string", "integer", "number", "boolean", "object", "array"];
    let known = |name: &str| NAMES.into_iter().find(|known| *known == name);
    match schema.get("type") {
        Some(Value::String(name)) => return known(name).unwrap_or("any"),
        Some(Value::Array(names)) => {
            // `null` is ignored.
            let mut names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            return match (names.next(), names.next()) {
                (Some(name), None) => known(name).unwrap_or("any"),
                _ => "any",
            };
        }
        _ => {}
    }
    if schema.get("properties").is_some() || schema.get("patternProperties").is_some() {
        return "object";
    }
    let example = schema.get("const").or_else(|| schema.get("enum")?.get(0));
    match example {
        Some(Value::String(_)) => "string",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        _ => {
            let mut parts = ["allOf", "oneOf", "anyOf"].into_iter();
            let is_object =
                |part: &Value| part.get("properties").is_some() || part.get("type") == Some(&"object".into());
            let list = parts.find_map(|key| schema.get(key)?.as_array());
            let objects = list.is_some_and(|list| list.iter().any(is_object));
            if objects { "object" } else { "any" }
        }
    }
}

/// The allowed values as text; empty if they are not enumerated.
fn values(schema: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    if let Some(value) = schema.get("const") {
        return text(value).into_iter().collect();
    }
    if let Some(list) = schema.get("enum").and_then(Value::as_array) {
        return list.iter().filter_map(text).collect();
    }
    let choices = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let constants: Option<Vec<String>> = choices.map(|choice| text(choice.get("const")?)).collect();
    constants.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;
    use std::fmt::Write;

    fn tree(schema: &Value, expected: Expect) {
        fn write(out: &mut String, fields: &[Field], closed: bool, depth: usize) {
            for field in fields {
                let mark = |is: bool, mark: &'static str| if is { mark } else { "" };
                let (required, secret) = (mark(field.required, "!"), mark(field.sensitive, "*"));
                let list = mark(field.list, "[]");
                let _ = write!(out, "{}{}{required}{secret}{list}: ", "  ".repeat(depth), field.name);
                let _ = writeln!(out, "{} {}", field.type_name, field.values.join("|"));
                write(out, &field.fields, field.closed, depth + 1);
            }
            if closed {
                let _ = writeln!(out, "{}(closed)", "  ".repeat(depth));
            }
        }
        let mut out = String::new();
        let members = members(schema);
        write(&mut out, &members.fields, members.closed, 0);
        expected.assert_eq(&out);
    }

    #[test]
    fn what_real_types_have() {
        let schema = json!({
            "required": ["data"],
            "additionalProperties": false,
            "properties": {
                "data": {
                    "type": "object",
                    "required": ["password"],
                    "properties": {
                        "password": {"type": "string", "$md.sensitive": true},
                        "ports": {"type": "array", "items": {"type": "integer"}},
                        "rules": {"items": {"properties": {"to": {"type": ["string", "null"]}}}},
                        "protocol": {"enum": ["tcp", "udp"]},
                        "size": {"oneOf": [{"const": 1, "title": "S"}, {"const": 2}]}
                    }
                },
                "tags": {"type": "object", "additionalProperties": {"type": "string"}}
            }
        });
        tree(
            &schema,
            expect![[r#"
            data!: object 
              password!*: string 
              ports[]: integer 
              rules[]: object 
                to: string 
              protocol: string tcp|udp
              size: any 1|2
            tags: object 
              <*>: string 
            (closed)
        "#]],
        );
    }

    #[test]
    fn references_parts_and_branches() {
        let schema = json!({
            "$defs": {"net": {"type": "object", "properties": {"cidr": {"type": "string"}}}},
            "allOf": [{"required": ["a"], "properties": {"a": {"$ref": "#/$defs/net"}}}],
            "oneOf": [{"required": ["b"], "properties": {"b": {"type": "string"}}}, {"$ref": "https://x.y/z"}],
            "properties": {"list": {"type": "array", "items": [{"type": "string"}]}, "no": false, "yes": true}
        });
        tree(
            &schema,
            expect![[r#"
            list[]: any 
            yes: any 
            a!: object 
              cidr: string 
            b: string 
            <*>: any 
        "#]],
        );
    }

    #[test]
    fn recursive_and_multiplying_schemas_terminate() {
        let circle = json!({"properties": {"next": {"type": "object", "$ref": "#"}, "me": {"$ref": "#/properties/me"}}});
        assert_eq!(members(&circle).fields.len(), 2);
        let wide = json!({"properties": {"a": {"properties": {"b": {"$ref": "#"}, "c": {"$ref": "#"}}}}});
        let mut count = 0;
        let mut open = members(&wide).fields;
        while let Some(field) = open.pop() {
            count += 1;
            open.extend(field.fields);
        }
        assert!(count < 3 * MAX_VISITS, "{count}");
        let names: serde_json::Map<_, _> = (0..100_000).map(|name| (name.to_string(), json!({}))).collect();
        assert!(
            members(&json!({"required": names.keys().collect::<Vec<_>>(), "properties": names})).fields.len()
                <= MAX_VISITS
        );
        for odd in [json!(null), json!(1), json!([]), json!({"properties": []}), json!({"type": {}})] {
            assert!(members(&odd).fields.iter().all(|field| field.name == ANY_NAME), "{odd}");
        }
    }
}

//! Built-in functions without arguments.

use super::{Halt, Run, fail, formats, operators, text_of, truth};
use serde_json::{Map, Value, json};

impl Run<'_> {
    pub(super) fn plain_call(&mut self, name: &str, input: &Value) -> Result<Value, Halt> {
        let text = || text_of(input, name);
        let number = || match input.as_f64() {
            Some(number) => Ok(number),
            None => fail(format!("{} number required", operators::named(input))),
        };
        Ok(match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "not" => Value::Bool(!truth(input)),
            "type" => json!(operators::kind(input)),
            "tostring" => Value::String(formats::plain(input)?),
            "tojson" => Value::String(formats::json(input)?),
            "fromjson" => from_json(text()?)?,
            "tonumber" => operators::to_number(input)?,
            "toboolean" => to_boolean(input)?,
            "length" => length(input)?,
            "utf8bytelength" => json!(text()?.len()),
            "ascii_downcase" => Value::String(text()?.to_ascii_lowercase()),
            "ascii_upcase" => Value::String(text()?.to_ascii_uppercase()),
            "trim" => json!(ascii(text()?)?.trim()),
            "ltrim" => json!(ascii(text()?)?.trim_start()),
            "rtrim" => json!(ascii(text()?)?.trim_end()),
            "explode" => text()?.chars().map(u32::from).collect(),
            "implode" => implode(input)?,
            "floor" => operators::from_f64(number()?.floor())?,
            "ceil" => operators::from_f64(number()?.ceil())?,
            "round" => operators::from_f64(number()?.round())?,
            "sqrt" => operators::from_f64(number()?.sqrt())?,
            "fabs" => operators::from_f64(number()?.abs())?,
            "abs" if input.is_number() => operators::from_f64(number()?.abs())?,
            "toarray" if input.is_array() => input.clone(),
            "toarray" => json!([input]),
            "keys" | "keys_unsorted" => keys(input, name == "keys")?,
            "add" => self.sum(items(input)?.into_iter())?,
            "any" => Value::Bool(items(input)?.into_iter().any(truth)),
            "all" => Value::Bool(items(input)?.into_iter().all(truth)),
            "reverse" => reversed(input)?,
            "sort" | "unique" | "min" | "max" => return self.sorted(name, input),
            "flatten" => Value::Array(flattened(&items(input)?, usize::MAX)),
            "to_entries" => to_entries(input)?,
            "from_entries" => Value::Object(from_entries(input)?),
            "transpose" => self.transposed(input)?,
            _ => return Err(Halt::Unsupported),
        })
    }

    pub(super) fn sum<'v>(&mut self, values: impl Iterator<Item = &'v Value>) -> Result<Value, Halt> {
        let mut sum = Value::Null;
        for value in values {
            self.pay(value)?;
            sum = operators::add(sum, value)?;
        }
        Ok(sum)
    }

    fn sorted(&mut self, name: &str, input: &Value) -> Result<Value, Halt> {
        let mut sorted = array(input)?.to_vec();
        self.spend(sorted.len().saturating_mul(8))?;
        sorted.sort_by(operators::compare);
        Ok(match name {
            "min" => sorted.into_iter().next().unwrap_or(Value::Null),
            "max" => sorted.pop().unwrap_or(Value::Null),
            "sort" => Value::Array(sorted),
            _ => {
                sorted.dedup_by(|a, b| operators::compare(a, b).is_eq());
                Value::Array(sorted)
            }
        })
    }

    fn transposed(&mut self, input: &Value) -> Result<Value, Halt> {
        let rows: Vec<&[Value]> = array(input)?.iter().map(array).collect::<Result<_, _>>()?;
        let width = rows.iter().map(|row| row.len()).max().unwrap_or_default();
        self.spend(width.saturating_mul(rows.len()))?;
        let column = |at: usize| rows.iter().map(|row| row.get(at).cloned().unwrap_or(Value::Null)).collect();
        Ok(Value::Array((0..width).map(column).collect()))
    }
}

/// Text whose white space every engine agrees on.
fn ascii(text: &str) -> Result<&str, Halt> {
    if text.is_ascii() && !text.contains('\u{b}') { Ok(text) } else { Err(Halt::Unsupported) }
}

fn from_json(text: &str) -> Result<Value, Halt> {
    match serde_json::from_str(text) {
        Ok(value) => {
            operators::check_exact(&value)?;
            Ok(value)
        }
        // Some engines read more than JSON: `nan`, nothing, several values.
        Err(_) => Err(Halt::Unsupported),
    }
}

fn to_boolean(input: &Value) -> Result<Value, Halt> {
    match input {
        Value::Bool(_) => Ok(input.clone()),
        Value::String(text) if text == "true" || text == "false" => Ok(Value::Bool(text == "true")),
        other => fail(format!("{} cannot be parsed as a boolean", operators::named(other))),
    }
}

fn length(input: &Value) -> Result<Value, Halt> {
    match input {
        Value::Null => Ok(json!(0)),
        Value::Bool(_) => fail(format!("{} has no length", operators::named(input))),
        Value::Number(number) => operators::from_f64(number.as_f64().unwrap_or_default().abs()),
        Value::String(text) => Ok(json!(text.chars().count())),
        Value::Array(items) => Ok(json!(items.len())),
        Value::Object(fields) => Ok(json!(fields.len())),
    }
}

fn implode(input: &Value) -> Result<Value, Halt> {
    let letter = |value: &Value| {
        let code = operators::whole(value).and_then(|code| u32::try_from(code).ok());
        code.and_then(char::from_u32).ok_or(Halt::Unsupported)
    };
    let letters: Result<String, Halt> = array(input)?.iter().map(letter).collect();
    Ok(Value::String(letters?))
}

fn reversed(input: &Value) -> Result<Value, Halt> {
    match input {
        // Older versions fail for text, or return an array for an empty one.
        Value::String(_) | Value::Null => Err(Halt::Unsupported),
        input => Ok(Value::Array(array(input)?.iter().rev().cloned().collect())),
    }
}

pub(super) fn keys(input: &Value, sorted: bool) -> Result<Value, Halt> {
    match input {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            if sorted {
                keys.sort();
            }
            Ok(json!(keys))
        }
        Value::Array(items) => Ok(json!((0..items.len()).collect::<Vec<_>>())),
        other => fail(format!("{} has no keys", operators::named(other))),
    }
}

pub(super) fn items(value: &Value) -> Result<Vec<&Value>, Halt> {
    match value {
        Value::Array(items) => Ok(items.iter().collect()),
        Value::Object(fields) => Ok(fields.values().collect()),
        other => fail(format!("Cannot iterate over {}", operators::named(other))),
    }
}

pub(super) fn array(value: &Value) -> Result<&[Value], Halt> {
    match value {
        Value::Array(items) => Ok(items),
        // Some functions of some engines take an object or null as well.
        Value::Object(_) | Value::Null => Err(Halt::Unsupported),
        other => fail(format!("This takes an array, not {}", operators::named(other))),
    }
}

pub(super) fn flattened(items: &[&Value], depth: usize) -> Vec<Value> {
    let mut out = Vec::new();
    // A worklist instead of recursion: values may nest deeper than the stack.
    let mut pending: Vec<(&Value, usize)> = items.iter().rev().map(|item| (*item, depth)).collect();
    while let Some((item, depth)) = pending.pop() {
        match item {
            Value::Array(inner) if depth > 0 => {
                pending.extend(inner.iter().rev().map(|item| (item, depth - 1)));
            }
            item => out.push(item.clone()),
        }
    }
    out
}

pub(super) fn to_entries(input: &Value) -> Result<Value, Halt> {
    match input {
        Value::Object(fields) => {
            Ok(fields.iter().map(|(key, value)| json!({"key": key, "value": value})).collect())
        }
        // Some engines return the positions of an array.
        Value::Array(_) => Err(Halt::Unsupported),
        other => fail(format!("{} has no keys", operators::named(other))),
    }
}

pub(super) fn from_entries(input: &Value) -> Result<Map<String, Value>, Halt> {
    let mut out = Map::new();
    for entry in array(input)? {
        // Engines agree on entries with a text as `key`, `k`, `name` or `Name`, and a `value` or `v`.
        let key = match ["key", "k", "name", "Name"].iter().find_map(|name| entry.get(name)) {
            Some(Value::String(key)) => key,
            _ => return Err(Halt::Unsupported),
        };
        let value = match (entry.get("value"), entry.get("v")) {
            (Some(value), None) => value,
            _ => return Err(Halt::Unsupported),
        };
        out.insert(key.clone(), value.clone());
    }
    Ok(out)
}

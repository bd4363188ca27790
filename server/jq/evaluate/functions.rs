//! Built-in functions commonly used in bundles: those without arguments, and those that run their argument.

use super::arguments::VALUE_CALLS;
use super::{Flow, Run, Scope, Stop, Take, fail, formats, operators, text_of, truth};
use crate::jq::ast::ExprId;
use serde_json::{Map, Value, json};

impl Run<'_> {
    pub(super) fn call(
        &mut self,
        name: &str,
        args: &[ExprId],
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        match (name, args) {
            ("empty", []) => Ok(()),
            ("error", []) => Err(Stop::Error(input.clone())),
            ("recurse", []) => self.recurse(input, take),
            (name, []) => match self.plain_call(name, input) {
                // The filter has no output.
                Err(Stop::Enough) => Ok(()),
                value => {
                    let value = value?;
                    self.pay(&value)?;
                    take(self, value)
                }
            },
            ("error", [message]) => {
                self.each(*message, input, scope, &mut |_, message| Err(Stop::Error(message)))
            }
            ("select", [condition]) => self.each(*condition, input, scope, &mut |run, holds| {
                if !truth(&holds) {
                    return Ok(());
                }
                let value = run.copy(input)?;
                take(run, value)
            }),
            ("first", [f]) => {
                let mut flow = Ok(());
                let end = self.each(*f, input, scope, &mut |run, value| {
                    flow = take(run, value);
                    Err(Stop::Enough)
                });
                flow?;
                if end == Err(Stop::Enough) { Ok(()) } else { end }
            }
            ("range", args @ ([_] | [_, _])) => self.range(args, input, scope, take),
            (name, [f]) if FOR_EACH.contains(&name) => {
                let value = self.for_each(name, *f, input, scope)?;
                self.pay(&value)?;
                take(self, value)
            }
            ("any" | "all", [source, condition]) => {
                let mut found = false;
                let wanted = name == "any";
                self.each(*source, input, scope, &mut |run, value| {
                    run.each(*condition, &value, scope, &mut |_, holds| {
                        found |= truth(&holds) == wanted;
                        Ok(())
                    })
                })?;
                take(self, Value::Bool(found == wanted))
            }
            (name, args) if VALUE_CALLS.contains(&(name, args.len())) => {
                self.with_values(name, args, Vec::new(), input, scope, take)
            }
            _ => Err(Stop::Unsupported),
        }
    }

    fn range(&mut self, args: &[ExprId], input: &Value, scope: Option<&Scope<'_>>, take: Take<'_>) -> Flow {
        let (from, to) = match args {
            [to] => (vec![json!(0)], self.all(*to, input, scope)?),
            [from, to] => (self.all(*from, input, scope)?, self.all(*to, input, scope)?),
            _ => return Err(Stop::Unsupported),
        };
        for from in &from {
            for to in &to {
                let (Some(mut at), Some(to)) = (from.as_f64(), to.as_f64()) else {
                    return fail("Range bounds must be numeric");
                };
                while at < to {
                    self.spend(1)?;
                    take(self, operators::from_f64(at))?;
                    at += 1.0;
                }
            }
        }
        Ok(())
    }

    /// Functions that run their argument on each item.
    fn for_each(
        &mut self,
        name: &str,
        f: ExprId,
        input: &Value,
        scope: Option<&Scope<'_>>,
    ) -> Result<Value, Stop> {
        if name == "add" {
            let values = self.all(f, input, scope)?;
            return self.sum(values.iter());
        }
        if name == "with_entries" {
            let entries = self.plain_call("to_entries", input)?;
            let mapped = self.for_each("map", f, &entries, scope)?;
            return self.plain_call("from_entries", &mapped);
        }
        if let (Value::Object(fields), "map_values") = (input, name) {
            let mut out = Map::new();
            for (key, value) in fields {
                if let Some(value) = self.all(f, value, scope)?.into_iter().next() {
                    out.insert(key.clone(), value);
                }
            }
            return Ok(Value::Object(out));
        }
        let items = items(input)?;
        let mut results = Vec::new();
        for item in &items {
            results.push(self.all(f, item, scope)?);
        }
        let key = |index: usize| results.get(index).cloned().map_or(Value::Null, Value::Array);
        Ok(match name {
            "map" => Value::Array(results.into_iter().flatten().collect()),
            "map_values" => {
                Value::Array(results.into_iter().filter_map(|values| values.into_iter().next()).collect())
            }
            "any" => Value::Bool(results.iter().flatten().any(truth)),
            "all" => Value::Bool(results.iter().flatten().all(truth)),
            _ => {
                if !input.is_array() {
                    return fail(format!(
                        "{} cannot be sorted, as it is not an array",
                        operators::named(input)
                    ));
                }
                self.spend(items.len().saturating_mul(8))?;
                let mut order: Vec<usize> = (0..items.len()).collect();
                order.sort_by(|&a, &b| operators::compare(&key(a), &key(b)));
                let item = |index: usize| items.get(index).copied().cloned().unwrap_or(Value::Null);
                let same = |a: &usize, b: &usize| operators::compare(&key(*a), &key(*b)).is_eq();
                match name {
                    "sort_by" => Value::Array(order.into_iter().map(item).collect()),
                    "group_by" => {
                        let groups = order.chunk_by(same);
                        let group =
                            |group: &[usize]| Value::Array(group.iter().map(|&index| item(index)).collect());
                        Value::Array(groups.map(group).collect())
                    }
                    "unique_by" => {
                        let first = |group: &[usize]| group.first().map_or(Value::Null, |&index| item(index));
                        Value::Array(order.chunk_by(same).map(first).collect())
                    }
                    "min_by" => order.first().map_or(Value::Null, |&index| item(index)),
                    "max_by" => order.last().map_or(Value::Null, |&index| item(index)),
                    _ => return Err(Stop::Unsupported),
                }
            }
        })
    }

    fn sum<'v>(&mut self, values: impl Iterator<Item = &'v Value>) -> Result<Value, Stop> {
        let mut sum = Value::Null;
        for value in values {
            self.pay(value)?;
            sum = operators::add(sum, value)?;
        }
        Ok(sum)
    }

    /// Functions without arguments.
    fn plain_call(&mut self, name: &str, input: &Value) -> Result<Value, Stop> {
        let text = || text_of(input, name);
        let number = || match input.as_f64() {
            Some(number) => Ok(number),
            None => fail(format!("{} number required", operators::named(input))),
        };
        if let Some(kept) = is_kept(name, input) {
            return if kept { Ok(input.clone()) } else { Err(Stop::Enough) };
        }
        Ok(match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "not" => Value::Bool(!truth(input)),
            "type" => json!(operators::kind(input)),
            "tostring" => Value::String(formats::plain(input)),
            "tojson" => Value::String(input.to_string()),
            "fromjson" => match serde_json::from_str(text()?) {
                Ok(value) => value,
                Err(_) => return fail(format!("{} cannot be parsed as JSON", operators::named(input))),
            },
            "tonumber" => return to_number(input),
            "length" => return length(input),
            "utf8bytelength" => json!(text()?.len()),
            "ascii_downcase" => Value::String(text()?.to_ascii_lowercase()),
            "ascii_upcase" => Value::String(text()?.to_ascii_uppercase()),
            "trim" => json!(text()?.trim()),
            "ltrim" => json!(text()?.trim_start()),
            "rtrim" => json!(text()?.trim_end()),
            "floor" => operators::from_f64(number()?.floor()),
            "ceil" => operators::from_f64(number()?.ceil()),
            "round" => operators::from_f64(number()?.round()),
            "sqrt" => operators::from_f64(number()?.sqrt()),
            "abs" => operators::from_f64(number()?.abs()),
            "keys" | "keys_unsorted" => return keys(input, name == "keys"),
            "add" => return self.sum(items(input)?.into_iter()),
            "any" => Value::Bool(items(input)?.into_iter().any(truth)),
            "all" => Value::Bool(items(input)?.into_iter().all(truth)),
            "first" => operators::item(input, &json!(0))?.clone(),
            "last" => operators::item(input, &json!(-1))?.clone(),
            "reverse" => match input {
                Value::Null => json!([]),
                Value::String(text) => Value::String(text.chars().rev().collect()),
                input => Value::Array(array(input)?.iter().rev().cloned().collect()),
            },
            "sort" | "unique" | "min" | "max" => {
                let mut sorted = array(input)?.to_vec();
                self.spend(sorted.len().saturating_mul(8))?;
                sorted.sort_by(operators::compare);
                match name {
                    "min" => sorted.into_iter().next().unwrap_or(Value::Null),
                    "max" => sorted.pop().unwrap_or(Value::Null),
                    "sort" => Value::Array(sorted),
                    _ => {
                        sorted.dedup_by(|a, b| operators::compare(a, b).is_eq());
                        Value::Array(sorted)
                    }
                }
            }
            "flatten" => Value::Array(flattened(array(input)?, usize::MAX)),
            "to_entries" => match input {
                Value::Object(fields) => {
                    fields.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
                }
                other => return fail(format!("{} has no keys", operators::named(other))),
            },
            "from_entries" => Value::Object(from_entries(array(input)?)?),
            "explode" => text()?.chars().map(u32::from).collect(),
            _ => return Err(Stop::Unsupported),
        })
    }
}

/// Whether a function that keeps inputs of certain types keeps this one; `None` for other functions.
fn is_kept(name: &str, input: &Value) -> Option<bool> {
    Some(match name {
        "values" => !input.is_null(),
        "nulls" => input.is_null(),
        "strings" => input.is_string(),
        "numbers" => input.is_number(),
        "booleans" => input.is_boolean(),
        "arrays" => input.is_array(),
        "objects" => input.is_object(),
        "scalars" => !input.is_array() && !input.is_object(),
        "iterables" => input.is_array() || input.is_object(),
        _ => return None,
    })
}

fn to_number(input: &Value) -> Result<Value, Stop> {
    let number = match input {
        Value::Number(_) => Some(input.clone()),
        Value::String(text) => operators::number(text),
        _ => None,
    };
    match number {
        Some(number) => Ok(number),
        None => fail(format!("{} cannot be parsed as a number", operators::named(input))),
    }
}

fn length(input: &Value) -> Result<Value, Stop> {
    match input {
        Value::Null => Ok(json!(0)),
        Value::Bool(_) => fail(format!("{} has no length", operators::named(input))),
        Value::Number(number) => Ok(operators::from_f64(number.as_f64().unwrap_or_default().abs())),
        Value::String(text) => Ok(json!(text.chars().count())),
        Value::Array(items) => Ok(json!(items.len())),
        Value::Object(fields) => Ok(json!(fields.len())),
    }
}

fn keys(input: &Value, sorted: bool) -> Result<Value, Stop> {
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

/// Functions that run their argument on each item.
const FOR_EACH: [&str; 11] = [
    "map",
    "map_values",
    "any",
    "all",
    "add",
    "sort_by",
    "group_by",
    "unique_by",
    "min_by",
    "max_by",
    "with_entries",
];

fn items(value: &Value) -> Result<Vec<&Value>, Stop> {
    match value {
        Value::Array(items) => Ok(items.iter().collect()),
        Value::Object(fields) => Ok(fields.values().collect()),
        other => fail(format!("Cannot iterate over {}", operators::named(other))),
    }
}

pub(super) fn array(value: &Value) -> Result<&[Value], Stop> {
    match value {
        Value::Array(items) => Ok(items),
        other => fail(format!("This takes an array, not {}", operators::named(other))),
    }
}

pub(super) fn flattened(items: &[Value], depth: usize) -> Vec<Value> {
    let mut out = Vec::new();
    // A worklist instead of recursion: values may nest deeper than the stack.
    let mut pending: Vec<(&Value, usize)> = items.iter().rev().map(|item| (item, depth)).collect();
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

fn from_entries(entries: &[Value]) -> Result<Map<String, Value>, Stop> {
    let mut out = Map::new();
    for entry in entries {
        let named =
            |names: &[&str]| names.iter().find_map(|name| entry.get(name).filter(|value| truth(value)));
        let key = match named(&["key", "k", "name", "Name", "Key", "K"]) {
            Some(Value::String(key)) => key.clone(),
            Some(other) => other.to_string(),
            None => "null".to_owned(),
        };
        let value = ["value", "v", "Value", "V"].iter().find_map(|name| entry.get(name));
        out.insert(key, value.cloned().unwrap_or(Value::Null));
    }
    Ok(out)
}

//! Values with the paths that lead to them, and access to a value by such a path.

use super::{Flow, Halt, Run, Take, fail, operators};
use serde_json::{Map, Value};

/// Longest path. Bounds the nesting of values that assignments create, and with it the call stack of what walks them.
const MAX_PATH: usize = 200;

/// Largest position that an assignment may extend an array to.
const MAX_INDEX: usize = 10_000;

/// Where a value is in the value that a path expression began with.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Trail {
    /// No path is being computed.
    Off,
    /// A path is being computed, but the value is not part of that value.
    Lost,
    /// The keys that lead to the value, as [`serde_json::Value`]s; a slice is an object with `start` and `end`.
    Keys(Vec<Value>),
}

/// An input, and where it is.
#[derive(Clone, Copy)]
pub(super) struct At<'v> {
    pub(super) value: &'v Value,
    pub(super) trail: &'v Trail,
}

/// A result, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) trail: Trail,
}

impl<'v> At<'v> {
    /// An input of an expression that is not a path.
    pub(super) fn plain(value: &'v Value) -> Self {
        Self { value, trail: &Trail::Off }
    }
}

impl Item {
    pub(super) fn at(&self) -> At<'_> {
        At { value: &self.value, trail: &self.trail }
    }
}

impl Trail {
    /// The trail of a value that is computed, not reached.
    pub(super) fn lost(&self) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::Lost | Self::Keys(_) => Self::Lost,
        }
    }
}

impl Run<'_> {
    /// A copy of an input as a result.
    pub(super) fn item(&mut self, at: At<'_>) -> Result<Item, Halt> {
        if let Trail::Keys(keys) = at.trail {
            self.spend(keys.len())?;
        }
        Ok(Item { value: self.copy(at.value)?, trail: at.trail.clone() })
    }

    /// The trail of a part of a value.
    pub(super) fn longer(&mut self, trail: &Trail, key: &Value) -> Result<Trail, Halt> {
        match trail {
            Trail::Off => Ok(Trail::Off),
            // jq compares the value with the one at the last path; what that finds depends on the version.
            Trail::Lost => Err(Halt::Unsupported),
            Trail::Keys(keys) if keys.len() >= MAX_PATH => Err(Halt::Budget),
            Trail::Keys(keys) => {
                self.spend(keys.len() + 1)?;
                let mut keys = keys.clone();
                keys.push(key.clone());
                Ok(Trail::Keys(keys))
            }
        }
    }

    /// The value, everything in it, and so on: `..`
    pub(super) fn recurse(&mut self, at: At<'_>, take: Take<'_>) -> Flow {
        let mut pending = vec![(at.value, at.trail.clone())];
        while let Some((value, trail)) = pending.pop() {
            let start = pending.len();
            match value {
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        pending.push((item, self.longer(&trail, &Value::from(index))?));
                    }
                }
                Value::Object(fields) => {
                    for (key, value) in fields {
                        pending.push((value, self.longer(&trail, &Value::from(key.as_str()))?));
                    }
                }
                _ => {}
            }
            if let Some(children) = pending.get_mut(start..) {
                children.reverse();
            }
            let item = self.item(At { value, trail: &trail })?;
            take(self, item)?;
        }
        Ok(())
    }
}

/// The value at a path; null where nothing is.
pub(super) fn get(value: &Value, path: &[Value]) -> Result<Value, Halt> {
    let mut at = value;
    for (index, key) in path.iter().enumerate() {
        match (at, key) {
            (Value::Null, _) => return Ok(Value::Null),
            (value, Value::Object(ends)) => {
                let part = operators::slice(value, end(ends, "start"), end(ends, "end"))?;
                return get(&part, path.get(index + 1..).unwrap_or_default());
            }
            (value, key) => at = operators::item(value, key)?,
        }
    }
    Ok(at.clone())
}

fn end<'e>(ends: &'e Map<String, Value>, name: &str) -> &'e Value {
    ends.get(name).unwrap_or(&Value::Null)
}

/// Puts a value at a path. Creates the arrays and objects on the way.
pub(super) fn set(target: &mut Value, path: &[Value], new: Value) -> Flow {
    if path.len() > MAX_PATH {
        return Err(Halt::Budget);
    }
    let mut at = target;
    for (index, key) in path.iter().enumerate() {
        if let Value::Object(ends) = key {
            return set_slice(at, ends, path.get(index + 1..).unwrap_or_default(), new);
        }
        at = child(at, key)?;
    }
    *at = new;
    Ok(())
}

fn set_slice(at: &mut Value, ends: &Map<String, Value>, rest: &[Value], new: Value) -> Flow {
    let (start, end) = (end(ends, "start"), end(ends, "end"));
    if at.is_null() {
        *at = Value::Array(Vec::new());
    }
    let Value::Array(items) = at else {
        return fail(format!("Cannot update field at object index of {}", operators::kind(at)));
    };
    let range = operators::bounds(items.len(), start, end)?;
    let mut part = Value::Array(items.get(range.clone()).unwrap_or_default().to_vec());
    set(&mut part, rest, new)?;
    let Value::Array(part) = part else {
        return fail("A slice of an array can only be assigned another array");
    };
    items.splice(range, part);
    Ok(())
}

/// A part of a value that is assigned to; it is created if the value is null.
fn child<'v>(at: &'v mut Value, key: &Value) -> Result<&'v mut Value, Halt> {
    if at.is_null() {
        match key {
            Value::String(_) => *at = Value::Object(Map::new()),
            Value::Number(_) => *at = Value::Array(Vec::new()),
            _ => {}
        }
    }
    let kind = operators::kind(at);
    match (at, key) {
        (Value::Object(fields), Value::String(name)) => {
            Ok(fields.entry(name.as_str()).or_insert(Value::Null))
        }
        (Value::Array(items), Value::Number(_)) => {
            let Some(index) = operators::position(key, items.len()) else {
                return fail("Out of bounds negative array index");
            };
            if index > MAX_INDEX {
                return Err(Halt::Budget);
            }
            if items.len() <= index {
                items.resize(index + 1, Value::Null);
            }
            items.get_mut(index).ok_or(Halt::Unsupported)
        }
        (_, key) => fail(format!("Cannot index {kind} with {}", operators::kind(key))),
    }
}

/// Removes what is at the paths.
pub(super) fn delete(target: &mut Value, mut paths: Vec<Vec<Value>>) -> Flow {
    let several = paths.len() > 1;
    let relative = |key: &Value| key.is_object() || key.as_f64().is_some_and(|at| at < 0.0);
    // These stand for other items once one is removed; engines resolve them at different times.
    if several && paths.iter().flatten().any(relative) {
        return Err(Halt::Unsupported);
    }
    paths.sort_by(|a, b| {
        let order = a.iter().zip(b).map(|(a, b)| operators::compare(a, b)).find(|order| order.is_ne());
        order.unwrap_or_else(|| a.len().cmp(&b.len()))
    });
    paths.dedup();
    paths.iter().rev().try_for_each(|path| remove(target, path))
}

fn remove(target: &mut Value, path: &[Value]) -> Flow {
    let Some((last, before)) = path.split_last() else {
        *target = Value::Null;
        return Ok(());
    };
    let mut at = target;
    for (index, key) in before.iter().enumerate() {
        if let Value::Object(ends) = key {
            // Parts of slices: the rest of the path is removed from a copy, which replaces the slice.
            let mut part = operators::slice(at, end(ends, "start"), end(ends, "end"))?;
            remove(&mut part, path.get(index + 1..).unwrap_or_default())?;
            return set_slice(at, ends, &[], part);
        }
        // Also reports keys of the wrong type.
        operators::item(at, key)?;
        let missing = match (&*at, key) {
            (Value::Object(fields), Value::String(name)) => !fields.contains_key(name),
            (Value::Array(items), key) => {
                operators::position(key, items.len()).is_none_or(|index| index >= items.len())
            }
            _ => false,
        };
        if missing {
            return Ok(());
        }
        // gojq replaces null with an object or array.
        if at.is_null() {
            return Err(Halt::Unsupported);
        }
        at = child(at, key)?;
    }
    let kind = operators::kind(at);
    match (at, last) {
        (Value::Null, _) => Err(Halt::Unsupported),
        (Value::Object(fields), Value::String(name)) => {
            fields.shift_remove(name);
            Ok(())
        }
        (Value::Array(items), Value::Number(_)) => {
            if let Some(index) = operators::position(last, items.len()).filter(|&index| index < items.len()) {
                items.remove(index);
            }
            Ok(())
        }
        (Value::Array(items), Value::Object(ends)) => {
            let range = operators::bounds(items.len(), end(ends, "start"), end(ends, "end"))?;
            items.drain(range);
            Ok(())
        }
        (_, key) => fail(format!("Cannot delete field at {} index of {kind}", operators::kind(key))),
    }
}

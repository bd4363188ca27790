//! Arithmetic, comparison, and access to parts of values.

use super::{Run, Stop, fail};
use crate::jq::lexer::Operator;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;

/// Maximum length (characters) of text in error messages.
const SHOWN: usize = 24;

/// Parses a number literal.
pub(super) fn number(text: &str) -> Option<Value> {
    text.parse::<i64>().map(Value::from).ok().or_else(|| text.parse::<f64>().ok().map(from_f64))
}

/// A number value; integers have no fraction, as in jq's output.
pub(super) fn from_f64(number: f64) -> Value {
    // Both bounds are exact, and the conversion is exact between them.
    if number.fract() == 0.0 && number.abs() < 1e17 {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// jq's name for the type of a value.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A value in an error message, such as `number (5)`.
pub(super) fn named(value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().take(SHOWN).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{} ({short}{more})", kind(value))
}

pub(super) fn negated(value: &Value) -> Result<Value, Stop> {
    match value.as_f64() {
        Some(number) => Ok(from_f64(-number)),
        None => fail(format!("{} cannot be negated", named(value))),
    }
}

/// A field of an object; null if absent.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Result<&'v Value, Stop> {
    match value {
        Value::Object(fields) => Ok(fields.get(name).unwrap_or(&Value::Null)),
        Value::Null => Ok(&Value::Null),
        other => fail(format!("Cannot index {} with \"{name}\"", kind(other))),
    }
}

/// An item of an array, counted from the end if the position is negative; null if absent.
pub(super) fn item<'v>(value: &'v Value, at: &Value) -> Result<&'v Value, Stop> {
    match (value, at) {
        (Value::Null, Value::Number(_) | Value::Null) => Ok(&Value::Null),
        (Value::Array(items), Value::Number(_)) => {
            let index = position(at, items.len(), f64::floor);
            Ok(index.and_then(|index| items.get(index)).unwrap_or(&Value::Null))
        }
        (value, Value::String(name)) => field(value, name),
        (value, _) => fail(format!("Cannot index {} with {}", kind(value), kind(at))),
    }
}

/// A position converted to an index from the start; `None` if it lies before the start.
fn position(at: &Value, len: usize, round: fn(f64) -> f64) -> Option<usize> {
    let at = round(at.as_f64()?);
    let at = if at < 0.0 { at + len as f64 } else { at };
    (at >= 0.0).then_some(at as usize)
}

pub(super) fn slice(value: &Value, from: &Value, to: &Value) -> Result<Value, Stop> {
    let bounds = |len: usize| {
        let side = |side: &Value, default: usize, round: fn(f64) -> f64| match side {
            Value::Null => Ok(default),
            Value::Number(_) => Ok(position(side, len, round).unwrap_or(0).min(len)),
            other => fail(format!("A slice needs numbers; this is {}", named(other))),
        };
        let (from, to) = (side(from, 0, f64::floor)?, side(to, len, f64::ceil)?);
        Ok::<_, Stop>(from..to.max(from))
    };
    match value {
        Value::Null => Ok(Value::Null),
        Value::Array(items) => {
            let part = items.get(bounds(items.len())?).unwrap_or_default();
            Ok(Value::Array(part.to_vec()))
        }
        Value::String(text) => {
            let range = bounds(text.chars().count())?;
            Ok(Value::String(text.chars().skip(range.start).take(range.len()).collect()))
        }
        other => fail(format!("Cannot slice {}", named(other))),
    }
}

/// jq's total order of values.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(false) => 1,
        Value::Bool(true) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            a.partial_cmp(&b).unwrap_or(Ordering::Equal)
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Array(a), Value::Array(b)) => {
            let different = a.iter().zip(b).map(|(a, b)| compare(a, b)).find(|order| order.is_ne());
            different.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Object(a), Value::Object(b)) => {
            let sorted = |object: &Map<String, Value>| {
                let mut keys: Vec<String> = object.keys().cloned().collect();
                keys.sort();
                keys
            };
            let keys = sorted(a);
            keys.cmp(&sorted(b)).then_with(|| {
                let values = keys.iter().filter_map(|key| Some(compare(a.get(key)?, b.get(key)?)));
                values.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            })
        }
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Computes `left operator right`. The operands are already deducted from the budget, the result is not.
pub(super) fn apply(
    run: &mut Run<'_>,
    operator: Operator,
    left: Value,
    right: &Value,
) -> Result<Value, Stop> {
    let order = |wanted: fn(Ordering) -> bool| Ok(Value::Bool(wanted(compare(&left, right))));
    match operator {
        Operator::Equal => order(Ordering::is_eq),
        Operator::NotEqual => order(Ordering::is_ne),
        Operator::Less => order(Ordering::is_lt),
        Operator::LessEqual => order(Ordering::is_le),
        Operator::Greater => order(Ordering::is_gt),
        Operator::GreaterEqual => order(Ordering::is_ge),
        Operator::Add => add(left, right),
        Operator::Subtract => subtract(run, left, right),
        Operator::Multiply => multiply(run, left, right),
        Operator::Divide => divide(left, right),
        Operator::Remainder => remainder(&left, right),
        _ => Err(Stop::Unsupported),
    }
}

pub(super) fn add(left: Value, right: &Value) -> Result<Value, Stop> {
    match (left, right) {
        (Value::Null, right) => Ok(right.clone()),
        (left, Value::Null) => Ok(left),
        (Value::Number(left), Value::Number(right)) => {
            Ok(arithmetic(&left, right, i64::checked_add, |a, b| a + b))
        }
        (Value::String(left), Value::String(right)) => Ok(Value::String(left + right)),
        (Value::Array(mut left), Value::Array(right)) => {
            left.extend(right.iter().cloned());
            Ok(Value::Array(left))
        }
        (Value::Object(mut left), Value::Object(right)) => {
            left.extend(right.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(Value::Object(left))
        }
        (left, right) => fail(format!("{} and {} cannot be added", named(&left), named(right))),
    }
}

fn arithmetic(
    left: &Number,
    right: &Number,
    whole: fn(i64, i64) -> Option<i64>,
    broken: fn(f64, f64) -> f64,
) -> Value {
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64())
        && let Some(result) = whole(left, right)
    {
        return Value::from(result);
    }
    from_f64(broken(left.as_f64().unwrap_or_default(), right.as_f64().unwrap_or_default()))
}

fn subtract(run: &mut Run<'_>, left: Value, right: &Value) -> Result<Value, Stop> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            Ok(arithmetic(&left, right, i64::checked_sub, |a, b| a - b))
        }
        (Value::Array(mut left), Value::Array(right)) => {
            run.spend(left.len().saturating_mul(right.len()))?;
            left.retain(|item| !right.iter().any(|gone| compare(item, gone).is_eq()));
            Ok(Value::Array(left))
        }
        (left, right) => fail(format!("{} and {} cannot be subtracted", named(&left), named(right))),
    }
}

fn multiply(run: &mut Run<'_>, left: Value, right: &Value) -> Result<Value, Stop> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            Ok(arithmetic(&left, right, i64::checked_mul, |a, b| a * b))
        }
        (Value::String(text), Value::Number(times)) => repeat(run, &text, times),
        (Value::Number(times), Value::String(text)) => repeat(run, text, &times),
        (Value::Object(left), Value::Object(right)) => merge(run, left, right).map(Value::Object),
        (left, right) => fail(format!("{} and {} cannot be multiplied", named(&left), named(right))),
    }
}

fn repeat(run: &mut Run<'_>, text: &str, times: &Number) -> Result<Value, Stop> {
    let times = times.as_f64().unwrap_or_default();
    if times <= 0.0 {
        return Ok(Value::Null);
    }
    // For counts below one, jq returns the text once.
    let times = times.max(1.0) as usize;
    run.spend(text.len().saturating_mul(times) / 8)?;
    Ok(Value::String(text.repeat(if text.is_empty() { 0 } else { times })))
}

fn merge(
    run: &mut Run<'_>,
    mut left: Map<String, Value>,
    right: &Map<String, Value>,
) -> Result<Map<String, Value>, Stop> {
    for (key, value) in right {
        run.spend(1)?;
        let merged = match (left.remove(key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => Value::Object(merge(run, inner, value)?),
            (_, value) => value.clone(),
        };
        left.insert(key.clone(), merged);
    }
    Ok(left)
}

fn divide(left: Value, right: &Value) -> Result<Value, Stop> {
    match (&left, right) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            if b == 0.0 {
                return fail(format!(
                    "{} and {} cannot be divided because the divisor is zero",
                    named(&left),
                    named(right)
                ));
            }
            Ok(from_f64(a / b))
        }
        (Value::String(text), Value::String(separator)) => Ok(split(text, separator)),
        _ => fail(format!("{} and {} cannot be divided", named(&left), named(right))),
    }
}

/// Splits a text at a separator.
pub(super) fn split(text: &str, separator: &str) -> Value {
    let own = |piece: &str| Value::String(piece.to_owned());
    Value::Array(match (text, separator) {
        ("", _) => Vec::new(),
        (text, "") => text.chars().map(|letter| Value::String(letter.to_string())).collect(),
        (text, separator) => text.split(separator).map(own).collect(),
    })
}

fn remainder(left: &Value, right: &Value) -> Result<Value, Stop> {
    let (Some(a), Some(b)) = (left.as_f64(), right.as_f64()) else {
        return fail(format!("{} and {} cannot be divided", named(left), named(right)));
    };
    let (a, b) = (a.trunc() as i64, b.trunc() as i64);
    match a.checked_rem(b) {
        Some(rest) => Ok(Value::from(rest)),
        None => fail(format!(
            "{} and {} cannot be divided because the divisor is zero",
            named(left),
            named(right)
        )),
    }
}

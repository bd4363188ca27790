//! Arithmetic, comparison, and access to parts of values.

use super::{Halt, Run, fail};
use crate::jq::ast::{ExprId, Program};
use crate::jq::lexer::{Operator, TokenKind};
use crate::syntax::Span;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;
use std::ops::Range;

/// Maximum length (characters) of text in error messages.
const SHOWN: usize = 24;

/// The largest number up to which all whole numbers are exact. Above, engines round or do not.
const MAX_EXACT: i64 = 1 << 53;

/// The value of a number literal.
pub(super) fn literal(text: &str) -> Result<Value, Halt> {
    if let Ok(number) = text.parse::<i64>() {
        let value = Value::from(number);
        return check_exact(&value).map(|()| value);
    }
    let number: f64 = text.parse().map_err(|_| Halt::Unsupported)?;
    // Newer versions keep the digits of a literal, which may differ from those of the number.
    let is_whole = number.fract() == 0.0 && number.abs() < MAX_EXACT as f64;
    match Number::from_f64(number) {
        Some(value) if is_whole || value.to_string() == text => Ok(Value::Number(value)),
        _ => Err(Halt::Unsupported),
    }
}

/// `tonumber`
pub(super) fn to_number(input: &Value) -> Result<Value, Halt> {
    let not_a_number = || fail(format!("{} cannot be parsed as a number", named(input)));
    let text = match input {
        Value::Number(_) => return Ok(input.clone()),
        Value::String(text) => text,
        _ => return not_a_number(),
    };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.split('.').count() <= 2
        && digits.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        && (!digits.starts_with('0') || digits == "0" || digits.starts_with("0."));
    match digits.chars().next() {
        Some('0'..='9') if is_plain && text != "-0" => literal(text),
        // Engines accept `nan`, `infinity` and other spellings.
        Some('a'..='h' | 'j'..='m' | 'o'..='z' | '/' | ':' | '_') => not_a_number(),
        _ => Err(Halt::Unsupported),
    }
}

/// Fails for values with numbers on whose digits engines disagree.
pub(super) fn check_exact(value: &Value) -> Result<(), Halt> {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Number(number) => {
                let exact = match number.as_i64() {
                    Some(number) => (-MAX_EXACT..=MAX_EXACT).contains(&number),
                    None => number.is_f64(),
                };
                if !exact {
                    return Err(Halt::Unsupported);
                }
            }
            Value::Array(items) => pending.extend(items),
            Value::Object(fields) => pending.extend(fields.values()),
            _ => {}
        }
    }
    Ok(())
}

/// A number value; integers have no fraction, as in jq's output.
pub(super) fn from_f64(number: f64) -> Result<Value, Halt> {
    if number.fract() == 0.0 {
        // Engines print negative zero differently, and round large numbers differently.
        let differs = number.abs() > MAX_EXACT as f64 || number == 0.0 && number.is_sign_negative();
        return if differs { Err(Halt::Unsupported) } else { Ok(Value::from(number as i64)) };
    }
    Number::from_f64(number).map(Value::Number).ok_or(Halt::Unsupported)
}

/// The value of a whole number.
pub(super) fn whole(value: &Value) -> Option<i64> {
    let number = value.as_f64()?;
    (number.fract() == 0.0 && number.abs() <= MAX_EXACT as f64).then_some(number as i64)
}

/// The number of minus signs before an operand. `sign` is the first.
pub(super) fn signs(program: &Program, sign: Span, operand: ExprId) -> Result<usize, Halt> {
    let between = Span::new(sign.start(), program.expr(operand).span.start());
    let tokens = program.tokens();
    let first = tokens.partition_point(|token| token.span.start() < between.start());
    let mut signs = 0;
    for token in tokens.iter().skip(first).take_while(|token| token.span.start() < between.end()) {
        match token.kind {
            TokenKind::Operator(Operator::Subtract) => signs += 1,
            TokenKind::Comment => {}
            // Only gojq has `+`.
            _ => return Err(Halt::Unsupported),
        }
    }
    Ok(signs)
}

/// Whether an operator assigns.
pub(super) fn is_assignment(operator: Operator) -> bool {
    matches!(operator, Operator::Assign | Operator::Update | Operator::AlternativeUpdate)
        || of_update(operator).is_some()
}

/// The operator of an arithmetic update.
pub(super) fn of_update(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::AddUpdate => Operator::Add,
        Operator::SubtractUpdate => Operator::Subtract,
        Operator::MultiplyUpdate => Operator::Multiply,
        Operator::DivideUpdate => Operator::Divide,
        Operator::RemainderUpdate => Operator::Remainder,
        _ => return None,
    })
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

pub(super) fn negated(value: &Value) -> Result<Value, Halt> {
    match value.as_f64() {
        Some(number) => from_f64(-number),
        None => fail(format!("{} cannot be negated", named(value))),
    }
}

/// A field of an object; null if absent.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Result<&'v Value, Halt> {
    match value {
        Value::Object(fields) => Ok(fields.get(name).unwrap_or(&Value::Null)),
        Value::Null => Ok(&Value::Null),
        other => fail(format!("Cannot index {} with \"{name}\"", kind(other))),
    }
}

/// An item of an array, counted from the end if the position is negative; null if absent.
pub(super) fn item<'v>(value: &'v Value, at: &Value) -> Result<&'v Value, Halt> {
    match (value, at) {
        (Value::Null, Value::Number(_)) => Ok(&Value::Null),
        // gojq returns a character.
        (Value::Null, Value::Null) | (Value::String(_), Value::Number(_)) => Err(Halt::Unsupported),
        (Value::Array(items), Value::Number(_)) => {
            Ok(position(at, items.len()).and_then(|index| items.get(index)).unwrap_or(&Value::Null))
        }
        (value, Value::String(name)) => field(value, name),
        (value, _) => fail(format!("Cannot index {} with {}", kind(value), kind(at))),
    }
}

/// A position converted to an index from the start; `None` if it lies before the start.
pub(super) fn position(at: &Value, len: usize) -> Option<usize> {
    from_start(at.as_f64()?.floor(), len)
}

fn from_start(at: f64, len: usize) -> Option<usize> {
    let at = if at < 0.0 { at + len as f64 } else { at };
    (at >= 0.0).then_some(at as usize)
}

/// The indices of a slice.
pub(super) fn bounds(len: usize, from: &Value, to: &Value) -> Result<Range<usize>, Halt> {
    let side = |side: &Value, default: usize, round: fn(f64) -> f64| match side {
        Value::Null => Ok(default),
        Value::Number(_) => {
            let at = round(side.as_f64().unwrap_or_default());
            Ok(from_start(at, len).unwrap_or(0).min(len))
        }
        other => fail(format!("A slice needs numbers; this is {}", named(other))),
    };
    let (from, to) = (side(from, 0, f64::floor)?, side(to, len, f64::ceil)?);
    Ok(from..to.max(from))
}

pub(super) fn slice(value: &Value, from: &Value, to: &Value) -> Result<Value, Halt> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Array(items) => {
            let part = items.get(bounds(items.len(), from, to)?).unwrap_or_default();
            Ok(Value::Array(part.to_vec()))
        }
        Value::String(text) => {
            let range = bounds(text.chars().count(), from, to)?;
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
) -> Result<Value, Halt> {
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
        _ => Err(Halt::Unsupported),
    }
}

pub(super) fn add(left: Value, right: &Value) -> Result<Value, Halt> {
    match (left, right) {
        (Value::Null, right) => Ok(right.clone()),
        (left, Value::Null) => Ok(left),
        (Value::Number(left), Value::Number(right)) => {
            arithmetic(&left, right, i64::checked_add, |a, b| a + b)
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
) -> Result<Value, Halt> {
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64())
        && let Some(result) = whole(left, right)
    {
        let result = Value::from(result);
        return check_exact(&result).map(|()| result);
    }
    from_f64(broken(left.as_f64().unwrap_or_default(), right.as_f64().unwrap_or_default()))
}

fn subtract(run: &mut Run<'_>, left: Value, right: &Value) -> Result<Value, Halt> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            arithmetic(&left, right, i64::checked_sub, |a, b| a - b)
        }
        (Value::Array(mut left), Value::Array(right)) => {
            run.spend(left.len().saturating_mul(right.len()))?;
            left.retain(|item| !right.iter().any(|gone| compare(item, gone).is_eq()));
            Ok(Value::Array(left))
        }
        (left, right) => fail(format!("{} and {} cannot be subtracted", named(&left), named(right))),
    }
}

fn multiply(run: &mut Run<'_>, left: Value, right: &Value) -> Result<Value, Halt> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            arithmetic(&left, right, i64::checked_mul, |a, b| a * b)
        }
        (Value::String(text), Value::Number(times)) => repeat(run, &text, times),
        (Value::Number(times), Value::String(text)) => repeat(run, text, &times),
        (Value::Object(left), Value::Object(right)) => merge(run, left, right).map(Value::Object),
        (left, right) => fail(format!("{} and {} cannot be multiplied", named(&left), named(right))),
    }
}

fn repeat(run: &mut Run<'_>, text: &str, times: &Number) -> Result<Value, Halt> {
    // For zero, less, and broken numbers, the result depends on the version.
    let times = whole(&Value::Number(times.clone())).filter(|&times| times > 0 && !text.is_empty());
    let times = times.and_then(|times| usize::try_from(times).ok()).ok_or(Halt::Unsupported)?;
    run.spend(text.len().saturating_mul(times) / 8)?;
    Ok(Value::String(text.repeat(times)))
}

fn merge(
    run: &mut Run<'_>,
    mut left: Map<String, Value>,
    right: &Map<String, Value>,
) -> Result<Map<String, Value>, Halt> {
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

fn divide(left: Value, right: &Value) -> Result<Value, Halt> {
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
            from_f64(a / b)
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

fn remainder(left: &Value, right: &Value) -> Result<Value, Halt> {
    let (Some(a), Some(b)) = (left.as_f64(), right.as_f64()) else {
        return fail(format!("{} and {} cannot be divided", named(left), named(right)));
    };
    let exact = MAX_EXACT as f64;
    if a.abs() > exact || b.abs() > exact {
        return Err(Halt::Unsupported);
    }
    match (a.trunc() as i64).checked_rem(b.trunc() as i64) {
        Some(rest) => Ok(Value::from(rest)),
        None => fail(format!(
            "{} and {} cannot be divided because the divisor is zero",
            named(left),
            named(right)
        )),
    }
}

//! Built-in functions with values as arguments.

use super::functions::{array, flattened};
use super::{Flow, Run, Scope, Stop, Take, fail, operators, text_of};
use crate::jq::ast::ExprId;
use regex::RegexBuilder;
use serde_json::{Value, json};

/// Maximum size (bytes) of a compiled regular expression.
const MAX_PATTERN: usize = 1 << 18;

/// Functions with values as arguments, and their arity.
pub(super) const VALUE_CALLS: [(&str, usize); 17] = [
    ("has", 1),
    ("in", 1),
    ("contains", 1),
    ("inside", 1),
    ("startswith", 1),
    ("endswith", 1),
    ("ltrimstr", 1),
    ("rtrimstr", 1),
    ("split", 1),
    ("join", 1),
    ("flatten", 1),
    ("nth", 1),
    ("index", 1),
    ("rindex", 1),
    ("test", 1),
    ("sub", 2),
    ("gsub", 2),
];

impl Run<'_> {
    /// Calls a function with values as arguments once per combination of argument values.
    pub(super) fn with_values(
        &mut self,
        name: &str,
        args: &[ExprId],
        values: Vec<Value>,
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        let Some((arg, rest)) = args.split_first() else {
            let value = self.value_call(name, input, &values)?;
            self.pay(&value)?;
            return take(self, value);
        };
        self.each(*arg, input, scope, &mut |run, value| {
            let mut values = values.clone();
            values.push(value);
            run.with_values(name, rest, values, input, scope, take)
        })
    }

    /// Calls a function with argument values.
    fn value_call(&mut self, name: &str, input: &Value, values: &[Value]) -> Result<Value, Stop> {
        let word = |value: &Value| text_of(value, name).map(str::to_owned);
        Ok(match (name, values) {
            ("has", [key]) => Value::Bool(has(input, key)?),
            ("in", [container]) => Value::Bool(has(container, input)?),
            ("contains", [part]) => Value::Bool(self.contains(input, part)?),
            ("inside", [whole]) => Value::Bool(self.contains(whole, input)?),
            ("startswith", [part]) => Value::Bool(text_of(input, name)?.starts_with(&word(part)?)),
            ("endswith", [part]) => Value::Bool(text_of(input, name)?.ends_with(&word(part)?)),
            ("ltrimstr", [Value::String(part)]) => match input.as_str() {
                Some(text) => json!(text.strip_prefix(part.as_str()).unwrap_or(text)),
                None => input.clone(),
            },
            ("rtrimstr", [Value::String(part)]) => match input.as_str() {
                Some(text) => json!(text.strip_suffix(part.as_str()).unwrap_or(text)),
                None => input.clone(),
            },
            ("ltrimstr" | "rtrimstr", [_]) => input.clone(),
            ("split", [separator]) => operators::split(text_of(input, name)?, &word(separator)?),
            ("join", [separator]) => Value::String(self.join(array(input)?, separator)?),
            ("flatten", [depth]) => {
                let depth = depth.as_u64().ok_or(Stop::Unsupported)?;
                Value::Array(flattened(array(input)?, usize::try_from(depth).unwrap_or(usize::MAX)))
            }
            ("nth", [at]) => operators::item(input, at)?.clone(),
            ("index" | "rindex", [Value::String(part)]) if input.is_string() => {
                let text = text_of(input, name)?;
                let at = if name == "index" { text.find(part.as_str()) } else { text.rfind(part.as_str()) };
                // Positions count characters, as in slices.
                let at = at.filter(|_| !part.is_empty()).and_then(|at| text.get(..at));
                at.map_or(Value::Null, |before| json!(before.chars().count()))
            }
            ("test", [pattern]) => Value::Bool(self.pattern(pattern)?.is_match(text_of(input, name)?)),
            ("sub" | "gsub", [pattern, Value::String(with)]) => {
                let (pattern, text) = (self.pattern(pattern)?, text_of(input, name)?);
                let count = if name == "gsub" { pattern.find_iter(text).count() } else { 1 };
                self.spend((text.len() + count.saturating_mul(with.len())) / 8)?;
                let with = regex::NoExpand(with);
                json!(if name == "gsub" {
                    pattern.replace_all(text, with)
                } else {
                    pattern.replace(text, with)
                })
            }
            _ => return Err(Stop::Unsupported),
        })
    }

    fn pattern(&mut self, pattern: &Value) -> Result<regex::Regex, Stop> {
        // Compiling a pattern has a fixed cost.
        self.spend(2_000)?;
        let text = pattern.as_str().ok_or(Stop::Unsupported)?;
        // Syntax that only jq's regex engine supports is unsupported here.
        RegexBuilder::new(text).size_limit(MAX_PATTERN).build().map_err(|_| Stop::Unsupported)
    }

    fn join(&mut self, items: &[Value], separator: &Value) -> Result<String, Stop> {
        let separator = match separator {
            Value::Null => "",
            separator => text_of(separator, "join")?,
        };
        let mut out = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            match item {
                Value::Null => {}
                Value::String(text) => out.push_str(text),
                Value::Number(_) | Value::Bool(_) => out.push_str(&item.to_string()),
                other => return fail(format!("{} cannot be joined", operators::named(other))),
            }
            self.spend(1 + separator.len() / 8)?;
        }
        Ok(out)
    }

    fn contains(&mut self, whole: &Value, part: &Value) -> Result<bool, Stop> {
        self.spend(1)?;
        match (whole, part) {
            (Value::String(whole), Value::String(part)) => Ok(whole.contains(part.as_str())),
            (Value::Array(whole), Value::Array(parts)) => {
                for part in parts {
                    let mut found = false;
                    for one in whole {
                        found |= operators::kind(one) == operators::kind(part) && self.contains(one, part)?;
                    }
                    if !found {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Object(whole), Value::Object(parts)) => {
                for (key, part) in parts {
                    match whole.get(key) {
                        Some(one)
                            if operators::kind(one) == operators::kind(part)
                                && self.contains(one, part)? => {}
                        _ => return Ok(false),
                    }
                }
                Ok(true)
            }
            (whole, part) if operators::kind(whole) == operators::kind(part) => {
                Ok(operators::compare(whole, part).is_eq())
            }
            _ => fail(format!(
                "{} and {} cannot have their containment checked",
                operators::named(whole),
                operators::named(part)
            )),
        }
    }
}

fn has(container: &Value, key: &Value) -> Result<bool, Stop> {
    match (container, key) {
        (Value::Object(fields), Value::String(key)) => Ok(fields.contains_key(key)),
        (Value::Array(items), Value::Number(at)) => {
            Ok(at.as_f64().is_some_and(|at| at >= 0.0 && at < items.len() as f64))
        }
        _ => {
            fail(format!("Cannot check whether {} has {}", operators::kind(container), operators::named(key)))
        }
    }
}

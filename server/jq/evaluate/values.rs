//! Built-in functions whose results are values: those with values as arguments, and those that run an argument.

use super::plain::{array, flattened, items};
use super::{Env, Flow, Halt, Run, fail, formats, operators, text_of};
use crate::jq::ast::ExprId;
use serde_json::{Value, json};

type TakeValue<'t> = &'t mut dyn FnMut(&mut Run<'_>, Value) -> Flow;

/// Functions with one value as argument.
const OF_ONE_VALUE: [&str; 16] = [
    "has",
    "in",
    "contains",
    "inside",
    "startswith",
    "endswith",
    "ltrimstr",
    "rtrimstr",
    "trimstr",
    "split",
    "join",
    "flatten",
    "index",
    "rindex",
    "indices",
    "format",
];

impl Run<'_> {
    pub(super) fn value_call(
        &mut self,
        name: &str,
        args: &[ExprId],
        input: &Value,
        scope: Env<'_>,
        take: TakeValue<'_>,
    ) -> Flow {
        match (name, args) {
            ("combinations", []) => {
                // Engines read other items at different times.
                let arrays = input.as_array().filter(|arrays| arrays.iter().all(Value::is_array));
                self.combinations(arrays.ok_or(Halt::Unsupported)?, &mut Vec::new(), take)
            }
            (name, []) => {
                let value = self.plain_call(name, input)?;
                take(self, value)
            }
            (name, [arg]) if OF_ONE_VALUE.contains(&name) => {
                self.each_value(*arg, input, scope, &mut |run, arg| {
                    let value = run.with_value(name, input, &arg)?;
                    take(run, value)
                })
            }
            ("range", args) => self.range(args, input, scope, take),
            ("any" | "all", [source, condition]) => {
                let (wanted, mut found) = (name == "any", false);
                self.labelled(|run, label| {
                    run.each_value(*source, input, scope, &mut |run, value| {
                        found = run.holds(wanted, *condition, &value, scope)?;
                        if found { Err(Halt::Break(label)) } else { Ok(()) }
                    })
                })?;
                take(self, Value::Bool(found == wanted))
            }
            ("isempty", [f]) => {
                let mut empty = true;
                self.labelled(|run, label| {
                    run.each_value(*f, input, scope, &mut |_, _| {
                        empty = false;
                        Err(Halt::Break(label))
                    })
                })?;
                take(self, Value::Bool(empty))
            }
            (name, args) => {
                if let [f] = args
                    && let Some(value) = self.item_call(name, *f, input, scope)?
                {
                    return take(self, value);
                }
                self.pattern_call(name, args, input, scope, take)
            }
        }
    }

    /// Functions with one value as argument.
    fn with_value(&mut self, name: &str, input: &Value, arg: &Value) -> Result<Value, Halt> {
        let text = || text_of(input, name);
        let word = || text_of(arg, name);
        Ok(match name {
            "has" => Value::Bool(has(input, arg)?),
            "in" => Value::Bool(has(arg, input)?),
            "contains" => Value::Bool(self.contains(input, arg)?),
            "inside" => Value::Bool(self.contains(arg, input)?),
            "startswith" => Value::Bool(text()?.starts_with(word()?)),
            "endswith" => Value::Bool(text()?.ends_with(word()?)),
            "ltrimstr" | "rtrimstr" | "trimstr" => {
                // Newer versions fail for other types than text, older ones do not.
                let (Value::String(text), Value::String(part)) = (input, arg) else {
                    return Err(Halt::Unsupported);
                };
                let mut text = text.as_str();
                if name != "rtrimstr" {
                    text = text.strip_prefix(part.as_str()).unwrap_or(text);
                }
                if name != "ltrimstr" {
                    text = text.strip_suffix(part.as_str()).unwrap_or(text);
                }
                json!(text)
            }
            "split" => operators::split(text()?, word()?),
            "join" => Value::String(self.join(array(input)?, arg)?),
            "flatten" => {
                let depth = operators::whole(arg).and_then(|depth| usize::try_from(depth).ok());
                Value::Array(flattened(&items(input)?, depth.ok_or(Halt::Unsupported)?))
            }
            "index" | "rindex" | "indices" => self.positions(name, input, arg)?,
            "format" => Value::String(formats::apply(&format!("@{}", word()?), input)?),
            _ => return Err(Halt::Unsupported),
        })
    }

    /// `index`, `rindex`, `indices`
    fn positions(&mut self, name: &str, input: &Value, part: &Value) -> Result<Value, Halt> {
        let found: Vec<usize> = match (input, part) {
            (Value::String(text), Value::String(part)) => {
                // Some versions count bytes, others characters; of an empty text, all positions or none.
                if !text.is_ascii() || part.is_empty() {
                    return Err(Halt::Unsupported);
                }
                self.spend(text.len())?;
                let starts =
                    (0..text.len()).filter(|&at| text.get(at..).is_some_and(|rest| rest.starts_with(part)));
                starts.collect()
            }
            (Value::Array(items), Value::Array(part)) if !part.is_empty() => {
                self.spend(items.len().saturating_mul(part.len()))?;
                let same =
                    |window: &[Value]| window.iter().zip(part).all(|(a, b)| operators::compare(a, b).is_eq());
                let windows = items.windows(part.len()).enumerate();
                windows.filter(|(_, window)| same(window)).map(|(at, _)| at).collect()
            }
            (Value::Array(items), part) if !part.is_array() => {
                self.spend(items.len())?;
                let same = |item: &Value| operators::compare(item, part).is_eq();
                items.iter().enumerate().filter(|(_, item)| same(item)).map(|(at, _)| at).collect()
            }
            _ => return Err(Halt::Unsupported),
        };
        Ok(match name {
            "indices" => json!(found),
            "index" => json!(found.first()),
            _ => json!(found.last()),
        })
    }

    /// Every way to take one item of each array.
    fn combinations(&mut self, arrays: &[Value], taken: &mut Vec<Value>, take: TakeValue<'_>) -> Flow {
        let Some((first, rest)) = arrays.split_first() else {
            let value = self.copy(&Value::Array(taken.clone()))?;
            return take(self, value);
        };
        for item in array(first)? {
            taken.push(self.copy(item)?);
            self.deeper(|run| run.combinations(rest, taken, take))?;
            taken.pop();
        }
        Ok(())
    }

    fn join(&mut self, items: &[Value], separator: &Value) -> Result<String, Halt> {
        // Other separators are accepted for some items.
        let separator = separator.as_str().ok_or(Halt::Unsupported)?;
        let mut out = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            match item {
                Value::Null => {}
                Value::String(text) => out.push_str(text),
                Value::Number(_) | Value::Bool(_) => out.push_str(&formats::plain(item)?),
                other => return fail(format!("{} cannot be joined", operators::named(other))),
            }
            self.spend(1 + separator.len() / 8)?;
        }
        Ok(out)
    }

    fn contains(&mut self, whole: &Value, part: &Value) -> Result<bool, Halt> {
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

fn has(container: &Value, key: &Value) -> Result<bool, Halt> {
    match (container, key) {
        (Value::Null, _) => Err(Halt::Unsupported),
        (Value::Object(fields), Value::String(key)) => Ok(fields.contains_key(key)),
        (Value::Array(items), Value::Number(at)) => {
            Ok(at.as_f64().is_some_and(|at| at >= 0.0 && at < items.len() as f64))
        }
        _ => {
            fail(format!("Cannot check whether {} has {}", operators::kind(container), operators::named(key)))
        }
    }
}

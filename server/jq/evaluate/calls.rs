//! Calls: functions of the program, then built-in ones. This file has those that pass on their input or run an argument
//! on it, so that their results are paths.

use super::{At, Env, Flow, Halt, Item, Run, Take, operators, truth};
use crate::jq::ast::ExprId;
use serde_json::Value;

impl Run<'_> {
    pub(super) fn call(
        &mut self,
        name: &str,
        args: &[ExprId],
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        if let Some(flow) = self.own_call(name, args, at, scope, take) {
            return flow;
        }
        if let Some(flow) = self.flow_call(name, args, at, scope, take) {
            return flow;
        }
        if let Some(flow) = self.path_call(name, args, at, scope, take) {
            return flow;
        }
        let trail = at.trail.lost();
        self.value_call(name, args, at.value, scope, &mut |run, value| {
            run.pay(&value)?;
            take(run, Item { value, trail: trail.clone() })
        })
    }

    /// Functions whose results are paths if their arguments are.
    fn flow_call(
        &mut self,
        name: &str,
        args: &[ExprId],
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Option<Flow> {
        let input = at.value;
        Some(match (name, args) {
            ("empty", []) => Ok(()),
            ("error", []) => raise(input.clone()),
            ("error", [message]) => self.each_value(*message, input, scope, &mut |_, value| raise(value)),
            ("recurse", []) => self.recurse(at, take),
            ("recurse", [f]) => self.item(at).and_then(|item| self.recurse_with(*f, None, item, scope, take)),
            ("recurse", [f, condition]) => {
                self.item(at).and_then(|item| self.recurse_with(*f, Some(*condition), item, scope, take))
            }
            ("select", [condition]) => self.each_value(*condition, input, scope, &mut |run, holds| {
                if !truth(&holds) {
                    return Ok(());
                }
                let item = run.item(at)?;
                take(run, item)
            }),
            ("first" | "last", []) => {
                let key = Value::from(if name == "first" { 0 } else { -1 });
                self.at_key(at, &key, take)
            }
            ("nth", [key]) => self.each_value(*key, input, scope, &mut |run, key| match key.as_f64() {
                Some(position) if position >= 0.0 => run.at_key(at, &key, take),
                _ => Err(Halt::Unsupported),
            }),
            ("first", [f]) => self.limited(1, *f, at, scope, take),
            ("last", [f]) => self.last_of(None, *f, at, scope).and_then(|item| take(self, item)),
            ("limit" | "nth", [count, f]) => match self.count(*count, input, scope) {
                Ok(Some(count)) if name == "limit" => match count {
                    // All results in jq 1.6.
                    0 => Err(Halt::Unsupported),
                    _ => self.limited(count, *f, at, scope, take),
                },
                Ok(Some(count)) => {
                    self.last_of(Some(count + 1), *f, at, scope).and_then(|item| take(self, item))
                }
                Ok(None) => Ok(()),
                Err(halt) => Err(halt),
            },
            ("until" | "while", [condition, update]) => {
                self.repeat(name == "until", *condition, *update, at, scope, take)
            }
            (name, []) => match is_kept(name, input)? {
                true => self.item(at).and_then(|item| take(self, item)),
                false => Ok(()),
            },
            _ => return None,
        })
    }

    fn at_key(&mut self, at: At<'_>, key: &Value, take: Take<'_>) -> Flow {
        match self.step(at, key, false)? {
            Some(item) => take(self, item),
            None => Ok(()),
        }
    }

    /// An argument that counts results.
    fn count(&mut self, count: ExprId, input: &Value, scope: Env<'_>) -> Result<Option<usize>, Halt> {
        let Some(count) = self.one(count, input, scope)? else { return Ok(None) };
        // Engines disagree on zero, negative and broken counts.
        let count = operators::whole(&count).filter(|&count| (0..1_000_000).contains(&count));
        count.and_then(|count| usize::try_from(count).ok()).map(Some).ok_or(Halt::Unsupported)
    }
}

fn raise(value: Value) -> Flow {
    // `error(null)` is caught as null, or not at all, depending on the version.
    Err(if value.is_null() { Halt::Unsupported } else { Halt::Error(value) })
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

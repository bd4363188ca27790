//! Assignments, and the functions that change a value at paths.

use super::{At, Env, Flow, Halt, Item, Run, Take, Trail, fail, operators, paths, truth};
use crate::jq::ast::ExprId;
use crate::jq::lexer::Operator;
use serde_json::Value;

/// Computes the new value at a path from the old one; `None` removes it.
type Change<'c> = &'c mut dyn FnMut(&mut Run<'_>, Value) -> Result<Option<Value>, Halt>;

impl Run<'_> {
    /// The paths that an expression leads to.
    pub(super) fn paths_of(
        &mut self,
        f: ExprId,
        input: &Value,
        scope: Env<'_>,
    ) -> Result<Vec<Vec<Value>>, Halt> {
        let mut paths = Vec::new();
        let start = Trail::Keys(Vec::new());
        self.each(f, At { value: input, trail: &start }, scope, &mut |run, item| {
            let Trail::Keys(keys) = item.trail else { return Err(Halt::Unsupported) };
            run.spend(keys.len() + 1)?;
            paths.push(keys);
            Ok(())
        })?;
        Ok(paths)
    }

    /// Changes what is at the paths.
    fn update(&mut self, paths: &[Vec<Value>], input: &Value, change: Change<'_>) -> Result<Value, Halt> {
        let mut result = self.copy(input)?;
        let mut removed = Vec::new();
        for path in paths {
            self.spend(path.len() + 1)?;
            let old = paths::get(&result, path)?;
            self.pay(&old)?;
            match change(self, old)? {
                Some(new) => {
                    self.pay(&new)?;
                    self.spend(position_cost(path))?;
                    paths::set(&mut result, path, new)?;
                }
                None => removed.push(path.clone()),
            }
        }
        // Older versions remove items at once, so that later paths lead to other items.
        let in_array = |path: &Vec<Value>| path.iter().any(|key| !key.is_string());
        if paths.len() > 1 && removed.iter().any(in_array) {
            return Err(Halt::Unsupported);
        }
        paths::delete(&mut result, removed)?;
        Ok(result)
    }

    /// `left |= f`
    pub(super) fn update_with(
        &mut self,
        paths: &[Vec<Value>],
        f: ExprId,
        input: &Value,
        scope: Env<'_>,
    ) -> Result<Value, Halt> {
        self.update(paths, input, &mut |run, old| {
            let mut new = None;
            run.labelled(|run, label| {
                run.each_value(f, &old, scope, &mut |_, value| {
                    new = Some(value);
                    Err(Halt::Break(label))
                })
            })?;
            Ok(new)
        })
    }

    pub(super) fn assign(
        &mut self,
        operator: Operator,
        left: ExprId,
        right: ExprId,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let trail = at.trail.lost();
        if operator == Operator::Update {
            let paths = self.paths_of(left, at.value, scope)?;
            let value = self.update_with(&paths, right, at.value, scope)?;
            return take(self, Item { value, trail });
        }
        // jq evaluates the right side first.
        self.each_value(right, at.value, scope, &mut |run, right| {
            let paths = run.paths_of(left, at.value, scope)?;
            let value = run.update(&paths, at.value, &mut |run, old| {
                let new = match operators::of_update(operator) {
                    None if operator == Operator::AlternativeUpdate && truth(&old) => old,
                    None => right.clone(),
                    Some(operator) => operators::apply(run, operator, old, &right)?,
                };
                Ok(Some(new))
            })?;
            take(run, Item { value, trail: trail.clone() })
        })
    }

    /// Functions on paths, whose results are values.
    pub(super) fn path_call(
        &mut self,
        name: &str,
        args: &[ExprId],
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Option<Flow> {
        let input = at.value;
        let give = |run: &mut Run<'_>, value: Result<Value, Halt>, take: Take<'_>| {
            let value = value?;
            run.pay(&value)?;
            run.give(value, at.trail, take)
        };
        Some(match (name, args) {
            ("path", [f]) => {
                let start = Trail::Keys(Vec::new());
                self.each(*f, At { value: input, trail: &start }, scope, &mut |run, item| {
                    let Trail::Keys(keys) = item.trail else { return Err(Halt::Unsupported) };
                    give(run, Ok(Value::Array(keys)), take)
                })
            }
            ("paths" | "leaf_paths", []) | ("paths", [_]) => {
                let start = Trail::Keys(Vec::new());
                self.recurse(At { value: input, trail: &start }, &mut |run, item| {
                    let Trail::Keys(keys) = item.trail else { return Err(Halt::Unsupported) };
                    let leaf = !item.value.is_array() && !item.value.is_object();
                    // jq 1.6 leaves out null and false.
                    if name == "leaf_paths" && !truth(&item.value) {
                        return Err(Halt::Unsupported);
                    }
                    let Some(&filter) = args.first() else {
                        let skipped = keys.is_empty() || name == "leaf_paths" && !leaf;
                        return if skipped { Ok(()) } else { give(run, Ok(Value::Array(keys)), take) };
                    };
                    if keys.is_empty() {
                        // Only some versions apply the filter to the whole value.
                        return run.all(filter, &item.value, scope).map(drop).map_err(|_| Halt::Unsupported);
                    }
                    run.each_value(filter, &item.value, scope, &mut |run, holds| match truth(&holds) {
                        true => give(run, Ok(Value::Array(keys.clone())), take),
                        false => Ok(()),
                    })
                })
            }
            ("del", [f]) => {
                let value = self.paths_of(*f, input, scope).and_then(|paths| self.without(paths, input));
                give(self, value, take)
            }
            ("delpaths", [paths]) => self.each_value(*paths, input, scope, &mut |run, paths| {
                let value = path_list(paths).and_then(|paths| run.without(paths, input));
                give(run, value, take)
            }),
            ("setpath", [path, value]) => {
                let value = self.set_path(*path, *value, input, scope);
                match value.transpose() {
                    Some(value) => give(self, value, take),
                    None => Ok(()),
                }
            }
            ("getpath", [path]) => self.each_value(*path, input, scope, &mut |run, path| {
                let Value::Array(keys) = path else { return fail("Path must be specified as an array") };
                let value = paths::get(input, &keys)?;
                run.pay(&value)?;
                let mut trail = at.trail.clone();
                for key in &keys {
                    trail = run.longer(&trail, key)?;
                }
                take(run, Item { value, trail })
            }),
            ("pick", [f]) => {
                let value = self.paths_of(*f, input, scope).and_then(|paths| self.picked(&paths, input));
                give(self, value, take)
            }
            ("map_values", [f]) => {
                let value = self.map_values(*f, input, scope);
                give(self, value, take)
            }
            _ => return None,
        })
    }

    fn without(&mut self, paths: Vec<Vec<Value>>, input: &Value) -> Result<Value, Halt> {
        let mut result = self.copy(input)?;
        paths.iter().try_for_each(|path| self.spend(path.len() + 1))?;
        paths::delete(&mut result, paths)?;
        Ok(result)
    }

    fn set_path(
        &mut self,
        path: ExprId,
        value: ExprId,
        input: &Value,
        scope: Env<'_>,
    ) -> Result<Option<Value>, Halt> {
        let (Some(path), Some(value)) = (self.one(path, input, scope)?, self.one(value, input, scope)?)
        else {
            return Ok(None);
        };
        let Value::Array(keys) = path else { return fail("Path must be specified as an array") };
        self.spend(keys.len() + position_cost(&keys))?;
        let mut result = self.copy(input)?;
        // As in jq, also fails where the old value cannot be read.
        paths::get(&result, &keys)?;
        paths::set(&mut result, &keys, value)?;
        Ok(Some(result))
    }

    fn picked(&mut self, paths: &[Vec<Value>], input: &Value) -> Result<Value, Halt> {
        let mut result = Value::Null;
        for path in paths {
            let value = paths::get(input, path)?;
            self.pay(&value)?;
            self.spend(path.len() + position_cost(path))?;
            paths::set(&mut result, path, value)?;
        }
        Ok(result)
    }

    fn map_values(&mut self, f: ExprId, input: &Value, scope: Env<'_>) -> Result<Value, Halt> {
        let keys: Vec<Value> = match input {
            Value::Array(items) => (0..items.len()).map(Value::from).collect(),
            Value::Object(fields) => fields.keys().map(|key| Value::from(key.as_str())).collect(),
            other => return fail(format!("Cannot iterate over {}", operators::named(other))),
        };
        self.spend(keys.len())?;
        let paths: Vec<Vec<Value>> = keys.into_iter().map(|key| vec![key]).collect();
        self.update_with(&paths, f, input, scope)
    }
}

/// What an assignment costs that extends arrays.
fn position_cost(path: &[Value]) -> usize {
    path.iter()
        .filter_map(Value::as_u64)
        .fold(0, |cost, at| cost.saturating_add(usize::try_from(at).unwrap_or(usize::MAX)))
}

fn path_list(value: Value) -> Result<Vec<Vec<Value>>, Halt> {
    let Value::Array(paths) = value else { return fail("Paths must be specified as an array") };
    let path = |path| match path {
        Value::Array(keys) => Ok(keys),
        _ => fail("Path must be specified as an array"),
    };
    paths.into_iter().map(path).collect()
}

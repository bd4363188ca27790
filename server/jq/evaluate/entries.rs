//! Built-in functions that run an argument on each item.

use super::plain::{array, from_entries, items, to_entries};
use super::{Env, Halt, Run, operators, truth};
use crate::jq::ast::ExprId;
use serde_json::{Map, Value};

impl Run<'_> {
    /// Functions that run an argument on each item; `None` for other functions.
    pub(super) fn item_call(
        &mut self,
        name: &str,
        f: ExprId,
        input: &Value,
        scope: Env<'_>,
    ) -> Result<Option<Value>, Halt> {
        Ok(Some(match name {
            "add" => {
                let values = self.all(f, input, scope)?;
                self.sum(values.iter())?
            }
            "map" => Value::Array(self.mapped(f, input, scope)?),
            "with_entries" => {
                let entries = to_entries(input)?;
                self.pay(&entries)?;
                let mapped = self.mapped(f, &entries, scope)?;
                Value::Object(from_entries(&Value::Array(mapped))?)
            }
            "any" | "all" => {
                let mut found = false;
                for item in items(input)? {
                    found = found || self.holds(name == "any", f, item, scope)?;
                }
                Value::Bool(found == (name == "any"))
            }
            "walk" => self.walked(f, input, scope)?,
            "sort_by" | "group_by" | "unique_by" | "min_by" | "max_by" => {
                self.ordered(name, f, input, scope)?
            }
            _ => return Ok(None),
        }))
    }

    fn mapped(&mut self, f: ExprId, input: &Value, scope: Env<'_>) -> Result<Vec<Value>, Halt> {
        let mut results = Vec::new();
        for item in items(input)? {
            results.append(&mut self.all(f, item, scope)?);
        }
        Ok(results)
    }

    /// Whether a condition has a result that is, or is not, true.
    pub(super) fn holds(
        &mut self,
        wanted: bool,
        condition: ExprId,
        input: &Value,
        scope: Env<'_>,
    ) -> Result<bool, Halt> {
        let mut found = false;
        self.labelled(|run, label| {
            run.each_value(condition, input, scope, &mut |_, value| {
                found = truth(&value) == wanted;
                if found { Err(Halt::Break(label)) } else { Ok(()) }
            })
        })?;
        Ok(found)
    }

    fn walked(&mut self, f: ExprId, input: &Value, scope: Env<'_>) -> Result<Value, Halt> {
        let inner = self.deeper(|run| match input {
            Value::Array(items) => {
                let items: Result<_, _> = items.iter().map(|item| run.walked(f, item, scope)).collect();
                Ok(Value::Array(items?))
            }
            Value::Object(fields) => {
                let mut out = Map::new();
                for (name, value) in fields {
                    out.insert(name.clone(), run.walked(f, value, scope)?);
                }
                Ok(Value::Object(out))
            }
            other => run.copy(other),
        })?;
        // Anything but one result is handled differently by every version.
        self.one(f, &inner, scope)?.ok_or(Halt::Unsupported)
    }

    fn ordered(&mut self, name: &str, f: ExprId, input: &Value, scope: Env<'_>) -> Result<Value, Halt> {
        let items = array(input)?;
        let mut keys = Vec::new();
        for item in items {
            keys.push(Value::Array(self.all(f, item, scope)?));
        }
        self.spend(items.len().saturating_mul(8))?;
        let key = |index: usize| keys.get(index).unwrap_or(&Value::Null);
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by(|&a, &b| operators::compare(key(a), key(b)));
        let item = |index: usize| items.get(index).cloned().unwrap_or(Value::Null);
        let same = |a: &usize, b: &usize| operators::compare(key(*a), key(*b)).is_eq();
        Ok(match name {
            "sort_by" => Value::Array(order.into_iter().map(item).collect()),
            "group_by" => {
                let group = |group: &[usize]| Value::Array(group.iter().map(|&index| item(index)).collect());
                Value::Array(order.chunk_by(same).map(group).collect())
            }
            "unique_by" => {
                let first = |group: &[usize]| group.first().map_or(Value::Null, |&index| item(index));
                Value::Array(order.chunk_by(same).map(first).collect())
            }
            "min_by" => order.first().map_or(Value::Null, |&index| item(index)),
            _ => order.last().map_or(Value::Null, |&index| item(index)),
        })
    }
}

//! Object construction.

use super::{Env, Flow, Halt, Run, fail, operators};
use crate::jq::ast::{ExprKind, ObjectEntry, ObjectKey};
use serde_json::{Map, Value};

type TakeValue<'t> = &'t mut dyn FnMut(&mut Run<'_>, Value) -> Flow;

impl Run<'_> {
    pub(super) fn object(
        &mut self,
        entries: &[ObjectEntry],
        input: &Value,
        scope: Env<'_>,
        take: TakeValue<'_>,
    ) -> Flow {
        self.entries(entries, Map::new(), input, scope, take)
    }

    /// The objects for each combination of keys and values; those of the first entry vary slowest.
    fn entries(
        &mut self,
        entries: &[ObjectEntry],
        so_far: Map<String, Value>,
        input: &Value,
        scope: Env<'_>,
        take: TakeValue<'_>,
    ) -> Flow {
        let Some((entry, rest)) = entries.split_first() else { return take(self, Value::Object(so_far)) };
        let program = self.program;
        let keys = match entry.key {
            ObjectKey::Name(name) => vec![Value::String(program.slice(name).to_owned())],
            ObjectKey::Variable(name) => {
                vec![Value::String(program.slice(name).trim_start_matches('$').to_owned())]
            }
            ObjectKey::Text(key) | ObjectKey::Expr(key) => self.all(key, input, scope)?,
            ObjectKey::Error(_) => return Err(Halt::Unsupported),
        };
        // `{@base64 "x"}` has the text of its key as value in some versions.
        let is_formatted = matches!(entry.key, ObjectKey::Text(key)
            if matches!(&program.expr(key).kind, ExprKind::Text(text) if text.format.is_some()));
        // In newer versions, `{$name: 1}` has the value of the variable as key.
        let is_named = matches!(entry.key, ObjectKey::Variable(_)) && entry.value.is_some();
        if is_named || is_formatted && entry.value.is_none() {
            return Err(Halt::Unsupported);
        }
        for key in keys {
            let Value::String(key) = key else { return fail("Object keys must be strings") };
            let values = match (entry.value, entry.key) {
                (Some(value), _) => self.all(value, input, scope)?,
                (None, ObjectKey::Variable(name)) => vec![self.variable(program.slice(name), scope)?],
                (None, _) => vec![operators::field(input, &key)?.clone()],
            };
            for value in values {
                let mut object = so_far.clone();
                object.insert(key.clone(), value);
                self.spend(object.len())?;
                self.pay(object.get(&key).unwrap_or(&Value::Null))?;
                self.deeper(|run| run.entries(rest, object, input, scope, take))?;
            }
        }
        Ok(())
    }
}

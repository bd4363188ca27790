//! Path steps: fields, items, slices, iteration, `?`.

use super::{Flow, Run, Scope, Stop, Take, fail, operators};
use crate::jq::ast::{ExprId, PathStep, StepKind};
use serde_json::Value;

impl Run<'_> {
    /// Follows path steps from a value. `input` is the input of expressions in brackets.
    pub(super) fn steps(
        &mut self,
        at: &Value,
        steps: &[PathStep],
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        let Some((step, rest)) = steps.split_first() else {
            let value = self.copy(at)?;
            return take(self, value);
        };
        self.spend(1)?;
        // `?` suppresses the errors of everything before it.
        if let Some(silent) = steps.iter().position(|step| matches!(step.kind, StepKind::Try)) {
            let (before, behind) = (&steps[..silent], &steps[silent + 1..]);
            let results = match self.collected(at, before, input, scope) {
                (results, None | Some(Stop::Error(_))) => results,
                (_, Some(stop)) => return Err(stop),
            };
            return results.iter().try_for_each(|value| self.steps(value, behind, input, scope, take));
        }
        let program = self.program;
        match &step.kind {
            StepKind::Field(name) => self.field(at, program.slice(*name), rest, input, scope, take),
            StepKind::Quoted(key) | StepKind::Index(key) => {
                let keys = self.all(*key, input, scope)?;
                keys.iter().try_for_each(|key| match key {
                    Value::String(name) => self.field(at, name, rest, input, scope, take),
                    key => {
                        let item = operators::item(at, key)?;
                        self.steps(item, rest, input, scope, take)
                    }
                })
            }
            StepKind::Slice(from, to) => {
                let mut side = |side: &Option<ExprId>| match side {
                    Some(side) => self.all(*side, input, scope),
                    None => Ok(vec![Value::Null]),
                };
                let (from, to) = (side(from)?, side(to)?);
                for to in &to {
                    for from in &from {
                        let part = operators::slice(at, from, to)?;
                        self.pay(&part)?;
                        self.steps(&part, rest, input, scope, take)?;
                    }
                }
                Ok(())
            }
            StepKind::Iterate => match at {
                Value::Array(items) => {
                    items.iter().try_for_each(|item| self.steps(item, rest, input, scope, take))
                }
                Value::Object(fields) => {
                    fields.values().try_for_each(|value| self.steps(value, rest, input, scope, take))
                }
                other => fail(format!("Cannot iterate over {}", operators::named(other))),
            },
            StepKind::Try => Ok(()),
        }
    }

    /// The results of some steps, and why evaluation stopped early.
    fn collected(
        &mut self,
        at: &Value,
        steps: &[PathStep],
        input: &Value,
        scope: Option<&Scope<'_>>,
    ) -> (Vec<Value>, Option<Stop>) {
        let mut results = Vec::new();
        let flow = self.steps(at, steps, input, scope, &mut |_, value| {
            results.push(value);
            Ok(())
        });
        (results, flow.err())
    }

    fn field(
        &mut self,
        at: &Value,
        name: &str,
        rest: &[PathStep],
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        match at {
            Value::Object(fields) => {
                self.steps(fields.get(name).unwrap_or(&Value::Null), rest, input, scope, take)
            }
            Value::Null => self.steps(&Value::Null, rest, input, scope, take),
            other => fail(format!("Cannot index {} with \"{name}\"", operators::kind(other))),
        }
    }
}

//! Path steps: fields, items, slices, iteration, `?`.

use super::{At, Env, Flow, Halt, Item, Run, Take, Trail, fail, operators};
use crate::jq::ast::{ExprId, ExprKind, PathStep, StepKind};
use serde_json::{Value, json};

impl Run<'_> {
    /// A term and the path steps after it.
    pub(super) fn path(
        &mut self,
        head: ExprId,
        steps: &[PathStep],
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        // After a step, `?` only suppresses the errors of that step; after anything else, those of everything before.
        let is_try = |at: usize| steps.get(at).is_some_and(|step| matches!(step.kind, StepKind::Try));
        let whole = (0..steps.len()).rev().find(|&at| is_try(at) && (at == 0 || is_try(at - 1)));
        if let Some(end) = whole {
            // Repeating `?` has no effect.
            let start = (0..end).rev().find(|&at| !is_try(at)).map_or(0, |step| step + 2);
            let (before, behind) = (&steps[..start], &steps[end + 1..]);
            let mut body =
                |run: &mut Run<'_>, take: Take<'_>| run.deeper(|run| run.path(head, before, at, scope, take));
            self.shielded(&mut body, &mut |run, item| run.steps(item.at(), behind, at.value, scope, take))?;
            return Ok(());
        }
        match self.program.expr(head).kind {
            // Follows the path without copying the values along it.
            ExprKind::Identity => self.steps(at, steps, at.value, scope, take),
            _ => self
                .each(head, at, scope, &mut |run, item| run.steps(item.at(), steps, at.value, scope, take)),
        }
    }

    /// Follows path steps from a value. `input` is the input of expressions in brackets.
    pub(super) fn steps(
        &mut self,
        at: At<'_>,
        mut steps: &[PathStep],
        input: &Value,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let (mut value, mut trail) = (at.value, at.trail.clone());
        // Steps with one result do not use the call stack.
        while let Some((step, rest)) = steps.split_first() {
            self.spend(1)?;
            let silent = matches!(rest.first(), Some(PathStep { kind: StepKind::Try, .. }));
            steps = if silent { rest.get(1..).unwrap_or_default() } else { rest };
            let at = At { value, trail: &trail };
            if matches!(step.kind, StepKind::Iterate) {
                return match self.children(at)? {
                    Some(parts) => parts.iter().try_for_each(|(value, trail)| {
                        self.steps(At { value, trail }, steps, input, scope, take)
                    }),
                    None if silent => Ok(()),
                    None => fail(format!("Cannot iterate over {}", operators::named(value))),
                };
            }
            let keys = self.keys(step, silent, input, scope)?;
            let [key] = keys.as_slice() else {
                return keys.iter().try_for_each(|key| {
                    let Some(item) = self.step(at, key, silent)? else { return Ok(()) };
                    self.steps(item.at(), steps, input, scope, take)
                });
            };
            if key.is_object() {
                let Some(item) = self.step(at, key, silent)? else { return Ok(()) };
                return self.deeper(|run| run.steps(item.at(), steps, input, scope, take));
            }
            trail = self.longer(&trail, key)?;
            match operators::item(value, key) {
                Ok(item) => value = item,
                Err(Halt::Failure(_)) if silent => return Ok(()),
                Err(halt) => return Err(halt),
            }
        }
        let item = self.item(At { value, trail: &trail })?;
        take(self, item)
    }

    /// One step; `None` if it fails silently.
    pub(super) fn step(&mut self, at: At<'_>, key: &Value, silent: bool) -> Result<Option<Item>, Halt> {
        let value = match key {
            Value::Object(ends) => {
                let end = |name: &str| ends.get(name).unwrap_or(&Value::Null);
                operators::slice(at.value, end("start"), end("end"))
            }
            key => operators::item(at.value, key).cloned(),
        };
        match value {
            Ok(value) => {
                self.pay(&value)?;
                Ok(Some(Item { value, trail: self.longer(at.trail, key)? }))
            }
            Err(Halt::Failure(_)) if silent => Ok(None),
            Err(halt) => Err(halt),
        }
    }

    /// The keys that a step follows, in order; slices as objects.
    fn keys(
        &mut self,
        step: &PathStep,
        silent: bool,
        input: &Value,
        scope: Env<'_>,
    ) -> Result<Vec<Value>, Halt> {
        let mut all = |expr: ExprId| match self.all(expr, input, scope) {
            // Engines disagree on whether `?` suppresses these.
            Err(Halt::Failure(_) | Halt::Error(_)) if silent => Err(Halt::Unsupported),
            keys => keys,
        };
        match step.kind {
            StepKind::Field(name) => Ok(vec![Value::from(self.program.slice(name))]),
            StepKind::Quoted(key) | StepKind::Index(key) => {
                let keys = all(key)?;
                // `.[{"start": 1}]` and `.[[1]]` are rare.
                let rare = keys.iter().any(|key| key.is_object() || key.is_array());
                if rare { Err(Halt::Unsupported) } else { Ok(keys) }
            }
            StepKind::Slice(from, to) => {
                let mut side = |side: Option<ExprId>| side.map_or(Ok(vec![Value::Null]), &mut all);
                let (from, to) = (side(from)?, side(to)?);
                let slices =
                    to.iter().flat_map(|to| from.iter().map(move |from| json!({"start": from, "end": to})));
                Ok(slices.collect())
            }
            StepKind::Iterate | StepKind::Try => Ok(Vec::new()),
        }
    }

    /// The parts of an array or object; `None` for other values.
    pub(super) fn children<'v>(&mut self, at: At<'v>) -> Result<Option<Vec<(&'v Value, Trail)>>, Halt> {
        let mut parts = Vec::new();
        match at.value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.spend(1)?;
                    parts.push((item, self.longer(at.trail, &Value::from(index))?));
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.spend(1)?;
                    parts.push((value, self.longer(at.trail, &Value::from(name.as_str()))?));
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(parts))
    }
}

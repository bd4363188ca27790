//! An evaluator for small programs, used to show their results.
//!
//! Every step and every value is deducted from a budget, which limits time and memory for any program. A program that
//! exceeds the budget, or needs an unsupported feature (definitions, assignments, I/O), stops early. Supported
//! features behave as in jq; tests compare them with another engine.

mod arguments;
mod formats;
mod functions;
mod operators;
mod steps;
mod text;

#[cfg(test)]
mod tests;

use super::ast::{
    Binding, ExprId, ExprKind, ObjectEntry, ObjectKey, Operand, Pattern, Program, Stage, StepKind,
};
use super::lexer::Operator;
use serde_json::{Map, Value};

/// The budget of one run: one unit per evaluated expression, per value, and per eight bytes of text. Allows a few
/// milliseconds and a few MiB.
const BUDGET: usize = 100_000;

/// Maximum nesting depth of expressions during evaluation; bounds the call stack.
const MAX_DEPTH: usize = 160;

/// Maximum number of results per run; more are never shown.
const MAX_RESULTS: usize = 16;

/// Why evaluation stopped early.
#[derive(Clone, PartialEq, Debug)]
pub enum Stop {
    /// A runtime error with this value.
    Error(Value),
    /// The budget, and so the time or memory allowed, is used up.
    Budget,
    /// The program uses an unsupported feature.
    Unsupported,
    /// The consumer needs no further results. Internal: never the outcome of a run.
    Enough,
}

/// The result of running a program on an input.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The results, in order.
    pub results: Vec<Value>,
    /// Why evaluation stopped early; `None` if the program ran to its end.
    pub stop: Option<Stop>,
}

/// Runs a program.
#[must_use]
pub fn evaluate(program: &Program, input: &Value) -> Outcome {
    let mut results = Vec::new();
    if !program.errors().is_empty() {
        return Outcome { results, stop: Some(Stop::Unsupported) };
    }
    let mut run = Run { program, budget: BUDGET, depth: 0 };
    let outcome = run.each(program.root(), input, None, &mut |_, value| {
        results.push(value);
        if results.len() < MAX_RESULTS { Ok(()) } else { Err(Stop::Budget) }
    });
    Outcome { results, stop: outcome.err() }
}

type Flow = Result<(), Stop>;

/// A callback that receives each result.
type Take<'t> = &'t mut dyn FnMut(&mut Run<'_>, Value) -> Flow;

/// Variables, innermost first.
#[derive(Clone, Copy)]
struct Scope<'s> {
    name: &'s str,
    value: &'s Value,
    outer: Option<&'s Scope<'s>>,
}

/// The state of one evaluation.
struct Run<'p> {
    program: &'p Program,
    budget: usize,
    depth: usize,
}

fn fail<T>(message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Error(Value::String(message.into())))
}

/// Whether jq considers a value true.
fn truth(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

impl Run<'_> {
    /// Deducts from the budget.
    fn spend(&mut self, amount: usize) -> Flow {
        self.budget = self.budget.checked_sub(amount).ok_or(Stop::Budget)?;
        Ok(())
    }

    /// Deducts the size of a value that is stored or copied.
    fn pay(&mut self, value: &Value) -> Flow {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            self.spend(1)?;
            match value {
                Value::String(text) => self.spend(text.len() / 8)?,
                Value::Array(items) => pending.extend(items),
                Value::Object(fields) => pending.extend(fields.values()),
                _ => {}
            }
        }
        Ok(())
    }

    fn copy(&mut self, value: &Value) -> Result<Value, Stop> {
        self.pay(value)?;
        Ok(value.clone())
    }

    /// Evaluates an expression and passes each result to `take`.
    fn each(&mut self, id: ExprId, input: &Value, scope: Option<&Scope<'_>>, take: Take<'_>) -> Flow {
        self.spend(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Budget);
        }
        self.depth += 1;
        let flow = self.each_here(id, input, scope, take);
        self.depth -= 1;
        flow
    }

    /// Collects all results of an expression.
    fn all(&mut self, id: ExprId, input: &Value, scope: Option<&Scope<'_>>) -> Result<Vec<Value>, Stop> {
        let mut results = Vec::new();
        self.each(id, input, scope, &mut |run, value| {
            run.spend(1)?;
            results.push(value);
            Ok(())
        })?;
        Ok(results)
    }

    fn each_here(&mut self, id: ExprId, input: &Value, scope: Option<&Scope<'_>>, take: Take<'_>) -> Flow {
        let program = self.program;
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Identity => {
                let value = self.copy(input)?;
                take(self, value)
            }
            ExprKind::Recurse => self.recurse(input, take),
            ExprKind::Number => {
                let number = operators::number(program.slice(expr.span)).ok_or(Stop::Unsupported)?;
                take(self, number)
            }
            ExprKind::Text(text) => self.text(text, input, scope, take),
            ExprKind::Format => {
                let text = formats::apply(program.slice(expr.span), input)?;
                let value = self.copy(&Value::String(text))?;
                take(self, value)
            }
            ExprKind::Variable => {
                let value = self.variable(program.slice(expr.span), scope)?;
                take(self, value)
            }
            ExprKind::Call { name, args } => self.call(program.slice(*name), args, input, scope, take),
            ExprKind::Array(inner) => {
                let items = inner.map_or(Ok(Vec::new()), |inner| self.all(inner, input, scope))?;
                take(self, Value::Array(items))
            }
            ExprKind::Object(entries) => self.object(entries, Map::new(), input, scope, take),
            ExprKind::Group(inner) => self.each(*inner, input, scope, take),
            ExprKind::Signed { operand, sign } => {
                let negative = program.slice(*sign) == "-";
                self.each(*operand, input, scope, &mut |run, value| {
                    take(run, if negative { operators::negated(&value)? } else { value })
                })
            }
            ExprKind::Path { head, steps } => match &program.expr(*head).kind {
                // Follows the path without copying the values along it.
                ExprKind::Identity => self.steps(input, steps, input, scope, take),
                _ if steps.iter().any(|step| matches!(step.kind, StepKind::Try)) => {
                    let mut values = Vec::new();
                    let flow = self.each(*head, input, scope, &mut |_, value| {
                        values.push(value);
                        Ok(())
                    });
                    values.iter().try_for_each(|value| self.steps(value, steps, input, scope, take))?;
                    if matches!(flow, Err(Stop::Error(_))) { Ok(()) } else { flow }
                }
                _ => self.each(*head, input, scope, &mut |run, value| {
                    run.steps(&value, steps, input, scope, take)
                }),
            },
            ExprKind::Pipe(stages) => self.stages(stages, input, scope, take),
            ExprKind::Comma(items) => items.iter().try_for_each(|&item| self.each(item, input, scope, take)),
            ExprKind::Binary { first, rest } => self.binary(*first, rest, input, scope, take),
            ExprKind::If { branches, otherwise } => self.condition(branches, *otherwise, input, scope, take),
            ExprKind::Try { body, handler } => self.attempt(*body, *handler, input, scope, take),
            ExprKind::Reduce { binding, init, update } => {
                let mut state = self.all(*init, input, scope)?.pop().unwrap_or(Value::Null);
                self.bind(binding, input, scope, &mut |run, scope| {
                    let next = run.all(*update, &state, scope)?;
                    state = next.into_iter().last().unwrap_or(Value::Null);
                    Ok(())
                })?;
                take(self, state)
            }
            ExprKind::Error | ExprKind::Foreach { .. } | ExprKind::Break(_) => Err(Stop::Unsupported),
        }
    }

    fn variable(&mut self, name: &str, scope: Option<&Scope<'_>>) -> Result<Value, Stop> {
        let mut at = scope;
        while let Some(one) = at {
            if one.name == name {
                return self.copy(one.value);
            }
            at = one.outer;
        }
        Err(Stop::Unsupported)
    }

    fn recurse(&mut self, input: &Value, take: Take<'_>) -> Flow {
        let mut pending = vec![input];
        while let Some(value) = pending.pop() {
            let copy = self.copy(value)?;
            take(self, copy)?;
            match value {
                Value::Array(items) => pending.extend(items.iter().rev()),
                Value::Object(fields) => pending.extend(fields.values().rev()),
                _ => {}
            }
        }
        Ok(())
    }

    fn stages(&mut self, stages: &[Stage], input: &Value, scope: Option<&Scope<'_>>, take: Take<'_>) -> Flow {
        let Some((stage, rest)) = stages.split_first() else {
            let value = self.copy(input)?;
            return take(self, value);
        };
        match stage {
            Stage::Expr(expr) if rest.is_empty() => self.each(*expr, input, scope, take),
            Stage::Expr(expr) => {
                self.each(*expr, input, scope, &mut |run, value| run.stages(rest, &value, scope, take))
            }
            Stage::Bind(binding) => {
                self.bind(binding, input, scope, &mut |run, scope| run.stages(rest, input, scope, take))
            }
            Stage::Label(_) | Stage::Def(_) => Err(Stop::Unsupported),
        }
    }

    /// Runs `body` with a binding's variables, for each value of its source.
    fn bind(
        &mut self,
        binding: &Binding,
        input: &Value,
        scope: Option<&Scope<'_>>,
        body: &mut dyn FnMut(&mut Run<'_>, Option<&Scope<'_>>) -> Flow,
    ) -> Flow {
        let [pattern] = binding.patterns.as_slice() else { return Err(Stop::Unsupported) };
        self.each(binding.source, input, scope, &mut |run, value| {
            let mut named = Vec::new();
            run.destructure(pattern, &value, &mut named)?;
            run.nest(&named, scope, body)
        })
    }

    fn nest(
        &mut self,
        named: &[(String, Value)],
        scope: Option<&Scope<'_>>,
        body: &mut dyn FnMut(&mut Run<'_>, Option<&Scope<'_>>) -> Flow,
    ) -> Flow {
        let Some(((name, value), rest)) = named.split_first() else { return body(self, scope) };
        self.spend(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Budget);
        }
        self.depth += 1;
        let flow = self.nest(rest, Some(&Scope { name, value, outer: scope }), body);
        self.depth -= 1;
        flow
    }

    fn destructure(&mut self, pattern: &Pattern, value: &Value, named: &mut Vec<(String, Value)>) -> Flow {
        match pattern {
            Pattern::Variable(name) => {
                let value = self.copy(value)?;
                named.push((self.program.slice(*name).to_owned(), value));
                Ok(())
            }
            Pattern::Array(items) => items.iter().enumerate().try_for_each(|(index, pattern)| {
                let item = operators::item(value, &Value::from(index))?;
                self.destructure(pattern, item, named)
            }),
            Pattern::Object(entries) => entries.iter().try_for_each(|(key, pattern)| {
                let (name, variable) = match key {
                    ObjectKey::Name(name) => (self.program.slice(*name).to_owned(), None),
                    ObjectKey::Variable(name) => {
                        let variable = self.program.slice(*name);
                        (variable.trim_start_matches('$').to_owned(), Some(variable))
                    }
                    ObjectKey::Text(key) => {
                        (self.program.literal(*key).ok_or(Stop::Unsupported)?.into_owned(), None)
                    }
                    ObjectKey::Expr(_) | ObjectKey::Error(_) => return Err(Stop::Unsupported),
                };
                let field = operators::field(value, &name)?;
                if let Some(variable) = variable {
                    let field = self.copy(field)?;
                    named.push((variable.to_owned(), field));
                }
                pattern.iter().try_for_each(|pattern| self.destructure(pattern, field, named))
            }),
            Pattern::Error => Err(Stop::Unsupported),
        }
    }

    fn object(
        &mut self,
        entries: &[ObjectEntry],
        so_far: Map<String, Value>,
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        let Some((entry, rest)) = entries.split_first() else { return take(self, Value::Object(so_far)) };
        let program = self.program;
        let keys = match entry.key {
            ObjectKey::Name(name) => vec![Value::String(program.slice(name).to_owned())],
            ObjectKey::Variable(name) => {
                vec![Value::String(program.slice(name).trim_start_matches('$').to_owned())]
            }
            ObjectKey::Text(key) | ObjectKey::Expr(key) => self.all(key, input, scope)?,
            ObjectKey::Error(_) => return Err(Stop::Unsupported),
        };
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
                self.object(rest, object, input, scope, take)?;
            }
        }
        Ok(())
    }

    fn binary(
        &mut self,
        first: ExprId,
        rest: &[Operand],
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        let Some((last, before)) = rest.split_last() else { return self.each(first, input, scope, take) };
        let right = last.expr;
        match last.operator {
            Operator::Alternative => {
                // `a // b // c` associates to the right; associating to the left gives the same results.
                let mut left = Vec::new();
                let flow = self.binary(first, before, input, scope, &mut |_, value| {
                    left.push(value);
                    Ok(())
                });
                match flow {
                    Ok(()) | Err(Stop::Error(_)) => {}
                    Err(stop) => return Err(stop),
                }
                left.retain(truth);
                match left.is_empty() {
                    true => self.each(right, input, scope, take),
                    false => left.into_iter().try_for_each(|value| take(self, value)),
                }
            }
            operator @ (Operator::And | Operator::Or) => {
                self.binary(first, before, input, scope, &mut |run, left| {
                    if truth(&left) == (operator == Operator::Or) {
                        return take(run, Value::Bool(operator == Operator::Or));
                    }
                    run.each(right, input, scope, &mut |run, right| take(run, Value::Bool(truth(&right))))
                })
            }
            operator => {
                // jq evaluates the right operand first.
                let rights = self.all(right, input, scope)?;
                for right in rights {
                    self.binary(first, before, input, scope, &mut |run, left| {
                        let value = operators::apply(run, operator, left, &right)?;
                        run.pay(&value)?;
                        take(run, value)
                    })?;
                }
                Ok(())
            }
        }
    }

    fn condition(
        &mut self,
        branches: &[(ExprId, ExprId)],
        otherwise: Option<ExprId>,
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        let Some((&(condition, body), rest)) = branches.split_first() else {
            return match otherwise {
                Some(body) => self.each(body, input, scope, take),
                None => {
                    let value = self.copy(input)?;
                    take(self, value)
                }
            };
        };
        self.each(condition, input, scope, &mut |run, holds| match truth(&holds) {
            true => run.each(body, input, scope, take),
            false => run.condition(rest, otherwise, input, scope, take),
        })
    }

    fn attempt(
        &mut self,
        body: ExprId,
        handler: Option<ExprId>,
        input: &Value,
        scope: Option<&Scope<'_>>,
        take: Take<'_>,
    ) -> Flow {
        // `try` does not catch errors that occur after it, in the rest of the pipe.
        let mut results = Vec::new();
        let flow = self.each(body, input, scope, &mut |_, value| {
            results.push(value);
            Ok(())
        });
        results.into_iter().try_for_each(|value| take(self, value))?;
        match (flow, handler) {
            (Err(Stop::Error(error)), Some(handler)) => self.each(handler, &error, scope, take),
            (Err(Stop::Error(_)), None) => Ok(()),
            (flow, _) => flow,
        }
    }
}

/// The text of a string value; an error for other types.
fn text_of<'v>(value: &'v Value, what: &str) -> Result<&'v str, Stop> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => fail(format!("{what} needs a string; this is {}", operators::named(value))),
    }
}

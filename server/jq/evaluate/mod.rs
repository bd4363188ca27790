//! An evaluator for small programs, used to show their results.
//!
//! Every step and every value is deducted from a budget, which limits time and memory for any program. A program that
//! exceeds the budget stops early, and so does one that uses an unsupported feature (input and output, dates, modules)
//! or whose result depends on the engine: a value is only returned if jq 1.7 and later and gojq agree on it, except for
//! the order of keys, which is that of jq. jq 1.6 also agrees, unless an error passes a `try`. Tests compare the
//! results with jaq and, where it is installed, jq.

mod calls;
mod control;
mod entries;
mod folds;
mod formats;
mod objects;
mod operators;
mod paths;
mod patterns;
mod plain;
mod scope;
mod steps;
mod text;
mod update;
mod values;

#[cfg(test)]
mod tests;

use super::ast::{ExprId, ExprKind, Program};
use paths::{At, Item, Trail};
use scope::Scope;
use serde_json::Value;

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
    /// The program uses an unsupported feature, or its result depends on the engine.
    Unsupported,
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
    let mut run = Run { program, budget: BUDGET, depth: 0, labels: 0 };
    let flow = run.each(program.root(), At::plain(input), None, &mut |_, item| {
        operators::check_exact(&item.value)?;
        results.push(item.value);
        if results.len() < MAX_RESULTS { Ok(()) } else { Err(Halt::Budget) }
    });
    let stop = flow.err().map(|halt| match halt {
        Halt::Error(value) => Stop::Error(value),
        Halt::Failure(message) => Stop::Error(Value::String(message)),
        Halt::Budget => Stop::Budget,
        Halt::Unsupported | Halt::Break(_) | Halt::Outside => Stop::Unsupported,
    });
    Outcome { results, stop }
}

/// Why evaluation is left early.
#[derive(Clone, PartialEq, Debug)]
enum Halt {
    /// An error that the program raised with `error`.
    Error(Value),
    /// An error of an operation. Its wording depends on the engine.
    Failure(String),
    Budget,
    Unsupported,
    /// `break` to the label with this number.
    Break(usize),
    /// The rest of a pipe stopped; see [`Run::shielded`].
    Outside,
}

type Flow = Result<(), Halt>;

/// A callback that receives each result.
type Take<'t> = &'t mut dyn FnMut(&mut Run<'_>, Item) -> Flow;

/// Variables, labels and functions, innermost first.
type Env<'s> = Option<&'s Scope<'s>>;

/// The state of one evaluation.
struct Run<'p> {
    program: &'p Program,
    budget: usize,
    depth: usize,
    /// The number of labels so far.
    labels: usize,
}

fn fail<T>(message: impl Into<String>) -> Result<T, Halt> {
    Err(Halt::Failure(message.into()))
}

/// Whether jq considers a value true.
fn truth(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

impl<'p> Run<'p> {
    /// Deducts from the budget.
    fn spend(&mut self, amount: usize) -> Flow {
        self.budget = self.budget.checked_sub(amount).ok_or(Halt::Budget)?;
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

    fn copy(&mut self, value: &Value) -> Result<Value, Halt> {
        self.pay(value)?;
        Ok(value.clone())
    }

    /// Runs a part of the evaluation one level deeper in the call stack.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Run<'p>) -> Result<T, Halt>) -> Result<T, Halt> {
        self.spend(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(Halt::Budget);
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Evaluates an expression and passes each result to `take`.
    fn each(&mut self, id: ExprId, at: At<'_>, scope: Env<'_>, take: Take<'_>) -> Flow {
        self.deeper(|run| run.each_here(id, at, scope, take))
    }

    /// Evaluates an expression whose results are not paths.
    fn each_value(
        &mut self,
        id: ExprId,
        input: &Value,
        scope: Env<'_>,
        take: &mut dyn FnMut(&mut Run<'_>, Value) -> Flow,
    ) -> Flow {
        self.each(id, At::plain(input), scope, &mut |run, item| take(run, item.value))
    }

    /// Collects all results of an expression.
    fn all(&mut self, id: ExprId, input: &Value, scope: Env<'_>) -> Result<Vec<Value>, Halt> {
        let mut results = Vec::new();
        self.each_value(id, input, scope, &mut |run, value| {
            run.spend(1)?;
            results.push(value);
            Ok(())
        })?;
        Ok(results)
    }

    /// The only result of an expression; `None` if it has none. Several are not supported.
    fn one(&mut self, id: ExprId, input: &Value, scope: Env<'_>) -> Result<Option<Value>, Halt> {
        let mut results = self.all(id, input, scope)?;
        let last = results.pop();
        if results.is_empty() { Ok(last) } else { Err(Halt::Unsupported) }
    }

    fn each_here(&mut self, id: ExprId, at: At<'_>, scope: Env<'_>, take: Take<'_>) -> Flow {
        let program = self.program;
        let expr = program.expr(id);
        let input = at.value;
        match &expr.kind {
            ExprKind::Identity => {
                let item = self.item(at)?;
                take(self, item)
            }
            ExprKind::Recurse => self.recurse(at, take),
            ExprKind::Group(inner) => self.each(*inner, at, scope, take),
            ExprKind::Path { head, steps } => self.path(*head, steps, at, scope, take),
            ExprKind::Pipe(stages) => self.stages(stages, at, scope, take),
            ExprKind::Comma(items) => items.iter().try_for_each(|&item| self.each(item, at, scope, take)),
            ExprKind::Binary { first, rest } => self.binary(*first, rest, at, scope, take),
            ExprKind::If { branches, otherwise } => self.condition(branches, *otherwise, at, scope, take),
            ExprKind::Try { body, handler } => self.attempt(*body, *handler, at, scope, take),
            ExprKind::Reduce { binding, init, update } => {
                self.reduce(binding, *init, *update, at, scope, take)
            }
            ExprKind::Foreach { binding, init, update, extract } => {
                self.foreach(binding, (*init, *update, *extract), at, scope, take)
            }
            ExprKind::Break(label) => self.leave(program.slice(*label), scope),
            ExprKind::Call { name, args } => self.call(program.slice(*name), args, at, scope, take),
            ExprKind::Error => Err(Halt::Unsupported),
            ExprKind::Number => {
                let number = operators::literal(program.slice(expr.span))?;
                self.give(number, at.trail, take)
            }
            ExprKind::Text(text) => {
                self.text(text, input, scope, &mut |run, value| run.give(value, at.trail, take))
            }
            ExprKind::Format => {
                let text = formats::apply(program.slice(expr.span), input)?;
                let value = Value::String(text);
                self.pay(&value)?;
                self.give(value, at.trail, take)
            }
            ExprKind::Variable => {
                let value = self.variable(program.slice(expr.span), scope)?;
                self.give(value, at.trail, take)
            }
            ExprKind::Array(inner) => {
                let items = inner.map_or(Ok(Vec::new()), |inner| self.all(inner, input, scope))?;
                self.give(Value::Array(items), at.trail, take)
            }
            ExprKind::Object(entries) => {
                self.object(entries, input, scope, &mut |run, value| run.give(value, at.trail, take))
            }
            ExprKind::Signed { operand, sign } => {
                let signs = operators::signs(program, *sign, *operand)?;
                self.each_value(*operand, input, scope, &mut |run, value| {
                    let mut value = value;
                    for _ in 0..signs {
                        run.spend(1)?;
                        value = operators::negated(&value)?;
                    }
                    run.give(value, at.trail, take)
                })
            }
        }
    }

    /// Passes on a computed value, which is not at any path.
    fn give(&mut self, value: Value, trail: &Trail, take: Take<'_>) -> Flow {
        take(self, Item { value, trail: trail.lost() })
    }
}

/// The text of a string value; an error for other types.
fn text_of<'v>(value: &'v Value, what: &str) -> Result<&'v str, Halt> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => fail(format!("{what} needs a string; this is {}", operators::named(value))),
    }
}

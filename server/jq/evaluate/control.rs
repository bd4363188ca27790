//! Pipes, conditions, operators that choose, `try`.

use super::scope::{Entry, Scope};
use super::{At, Env, Flow, Halt, Item, Run, Take, operators, truth};
use crate::jq::ast::{Binding, ExprId, ExprKind, Operand, Stage};
use crate::jq::lexer::{Keyword, Operator, TokenKind};
use serde_json::Value;

impl Run<'_> {
    pub(super) fn stages(&mut self, stages: &[Stage], at: At<'_>, scope: Env<'_>, take: Take<'_>) -> Flow {
        let Some((stage, rest)) = stages.split_first() else {
            let item = self.item(at)?;
            return take(self, item);
        };
        match stage {
            Stage::Expr(expr) if rest.is_empty() => self.each(*expr, at, scope, take),
            Stage::Expr(expr) => {
                self.each(*expr, at, scope, &mut |run, item| run.stages(rest, item.at(), scope, take))
            }
            Stage::Bind(binding) => {
                self.bind(binding, at.value, scope, &mut |run, scope| run.stages(rest, at, scope, take))
            }
            Stage::Label(name) => self.labelled(|run, number| {
                let entry = Entry::Label { name: run.program.slice(*name), number };
                run.deeper(|run| run.stages(rest, at, Some(&Scope { entry, outer: scope }), take))
            }),
            Stage::Def(definition) => {
                let entry = Entry::Function(definition);
                self.deeper(|run| run.stages(rest, at, Some(&Scope { entry, outer: scope }), take))
            }
        }
    }

    /// Runs `body` with a binding's variables, for each value of its source.
    pub(super) fn bind(
        &mut self,
        binding: &Binding,
        input: &Value,
        scope: Env<'_>,
        body: &mut dyn FnMut(&mut Run<'_>, Env<'_>) -> Flow,
    ) -> Flow {
        let [pattern] = binding.patterns.as_slice() else { return Err(Halt::Unsupported) };
        // `-1 as $x | …` negates the rest of the pipe in older versions.
        if matches!(self.program.expr(binding.source).kind, ExprKind::Signed { .. }) {
            return Err(Halt::Unsupported);
        }
        self.each_value(binding.source, input, scope, &mut |run, value| {
            let mut named = Vec::new();
            run.destructure(pattern, &value, &mut named)?;
            run.nest(&named, scope, body)
        })
    }

    pub(super) fn condition(
        &mut self,
        branches: &[(ExprId, ExprId)],
        otherwise: Option<ExprId>,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let Some((&(condition, body), rest)) = branches.split_first() else {
            return match otherwise {
                Some(body) => self.each(body, at, scope, take),
                None => {
                    let item = self.item(at)?;
                    take(self, item)
                }
            };
        };
        self.each_value(condition, at.value, scope, &mut |run, holds| match truth(&holds) {
            true => run.each(body, at, scope, take),
            false => run.condition(rest, otherwise, at, scope, take),
        })
    }

    /// Runs `body` with `take`, whose errors are not errors of the body. Returns the error of the body.
    pub(super) fn shielded(
        &mut self,
        body: &mut dyn FnMut(&mut Run<'_>, Take<'_>) -> Flow,
        take: Take<'_>,
    ) -> Result<Option<Halt>, Halt> {
        let mut outside = None;
        let flow = body(self, &mut |run, item| {
            take(run, item).map_err(|halt| {
                outside = Some(halt);
                Halt::Outside
            })
        });
        match (outside, flow) {
            (Some(halt), _) => Err(halt),
            (None, Ok(())) => Ok(None),
            (None, Err(error @ (Halt::Error(_) | Halt::Failure(_)))) => Ok(Some(error)),
            (None, Err(halt)) => Err(halt),
        }
    }

    pub(super) fn attempt(
        &mut self,
        body: ExprId,
        handler: Option<ExprId>,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let error = self.shielded(&mut |run, take| run.each(body, at, scope, take), take)?;
        let (Some(error), Some(handler)) = (error, handler) else { return Ok(()) };
        let input = match error {
            Halt::Error(value) => value,
            // The message is worded differently by every engine.
            _ if self.reads_input(handler) => return Err(Halt::Unsupported),
            _ => Value::Null,
        };
        let trail = at.trail.lost();
        self.each(handler, At { value: &input, trail: &trail }, scope, take)
    }

    /// Whether an expression may depend on its input.
    fn reads_input(&self, id: ExprId) -> bool {
        let span = self.program.expr(id).span;
        let constants = ["null", "true", "false", "empty"];
        self.program.tokens().iter().filter(|token| span.covers(token.span)).any(|token| match token.kind {
            TokenKind::Identifier => !constants.contains(&self.program.slice(token.span)),
            TokenKind::Field | TokenKind::Dot | TokenKind::DotDot | TokenKind::Format => true,
            TokenKind::Keyword(keyword) => keyword != Keyword::If,
            _ => false,
        })
    }

    pub(super) fn binary(
        &mut self,
        first: ExprId,
        rest: &[Operand],
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let Some((last, before)) = rest.split_last() else { return self.each(first, at, scope, take) };
        let right = last.expr;
        self.deeper(|run| match last.operator {
            Operator::Alternative => run.alternative((first, before), right, at, scope, take),
            operator @ (Operator::And | Operator::Or) => {
                let trail = at.trail.lost();
                run.binary(first, before, At::plain(at.value), scope, &mut |run, left| {
                    if truth(&left.value) == (operator == Operator::Or) {
                        let value = Value::Bool(operator == Operator::Or);
                        return take(run, Item { value, trail: trail.clone() });
                    }
                    run.each_value(right, at.value, scope, &mut |run, right| {
                        take(run, Item { value: Value::Bool(truth(&right)), trail: trail.clone() })
                    })
                })
            }
            operator if operators::is_assignment(operator) => {
                let left = (first, before);
                if !left.1.is_empty() {
                    return Err(Halt::Unsupported);
                }
                run.assign(operator, first, right, at, scope, take)
            }
            operator => {
                let trail = at.trail.lost();
                // jq evaluates the right operand first.
                run.each_value(right, at.value, scope, &mut |run, right| {
                    run.binary(first, before, At::plain(at.value), scope, &mut |run, left| {
                        let value = operators::apply(run, operator, left.value, &right)?;
                        run.pay(&value)?;
                        take(run, Item { value, trail: trail.clone() })
                    })
                })
            }
        })
    }

    /// `left // right`. Chains associate to the right; associating them to the left gives the same results.
    fn alternative(
        &mut self,
        left: (ExprId, &[Operand]),
        right: ExprId,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let mut found = false;
        // Errors of the left side are not suppressed.
        self.binary(left.0, left.1, at, scope, &mut |run, item| {
            if !truth(&item.value) {
                return Ok(());
            }
            found = true;
            take(run, item)
        })?;
        if found { Ok(()) } else { self.each(right, at, scope, take) }
    }
}

//! Assignments (`=`, `|=`, `+=`, …) and `del`: the input with some values changed.

use super::{Context, Inference};
use crate::jq::ast::{ExprId, ExprKind, Operand, StepKind};
use crate::jq::lexer::Operator;
use crate::jq::types::{Kind, Object, Shape};

impl<'p> Inference<'p> {
    pub(super) fn assign(&mut self, target: ExprId, rest: &'p [Operand], context: Context<'_>) -> Shape {
        let before = self.expr(target, context.guarded());
        let Some((operand, more)) = rest.split_first() else { return Shape::UNKNOWN };
        let value = match operand.operator {
            Operator::Update => self.expr(operand.expr, context.on(&before)),
            _ => self.expr(operand.expr, context),
        };
        // A second assignment is a syntax error, but its paths are recorded.
        for operand in more {
            self.expr(operand.expr, context);
        }
        let value = match operand.operator {
            Operator::Assign | Operator::Update => value,
            Operator::AddUpdate => {
                self.operate(Operator::Add, operand.span, &before, &value, context.guarded())
            }
            Operator::AlternativeUpdate => Shape::union([before, value]),
            _ => Shape::UNKNOWN,
        };
        if value == Shape::NEVER && operand.operator == Operator::Assign {
            return Shape::NEVER;
        }
        match self.names(target) {
            Some(names) => self.with(context.input, &names, Some(&value)),
            None => Shape::UNKNOWN,
        }
    }

    /// The input without the values that the paths select.
    pub(super) fn deleted(&mut self, paths: ExprId, input: &Shape) -> Shape {
        let program = self.program;
        let single = [paths];
        let paths = match &program.expr(paths).kind {
            ExprKind::Comma(items) => items.as_slice(),
            _ => &single,
        };
        let mut shape = input.clone();
        for &path in paths {
            let Some(names) = self.names(path) else { return Shape::UNKNOWN };
            shape = self.with(&shape, &names, None);
        }
        shape
    }

    /// The names of a path from the input that consists of names alone; empty for `.`. `None` for any other path.
    fn names(&self, path: ExprId) -> Option<Vec<Box<str>>> {
        let ExprKind::Path { head, steps } = &self.program.expr(path).kind else {
            return matches!(self.program.expr(path).kind, ExprKind::Identity).then(Vec::new);
        };
        if !matches!(self.program.expr(*head).kind, ExprKind::Identity) {
            return None;
        }
        let name = |kind: &StepKind| match kind {
            StepKind::Field(name) => Some(self.program.slice(*name).into()),
            StepKind::Quoted(key) | StepKind::Index(key) => self.program.literal(*key).map(Into::into),
            _ => None,
        };
        let steps = steps.iter().filter(|step| !matches!(step.kind, StepKind::Try));
        // Each name is one level of the shape; longer paths would only reach depths where shapes are unknown anyway.
        let names: Option<Vec<Box<str>>> = steps.map(|step| name(&step.kind)).collect();
        names.filter(|names| names.len() <= 16)
    }

    /// The shape with a value set at the path of names, or with that path removed.
    fn with(&mut self, shape: &Shape, names: &[Box<str>], value: Option<&Shape>) -> Shape {
        let Some((name, inner)) = names.split_first() else {
            return value.cloned().unwrap_or(Shape::NULL);
        };
        let mut object = match shape.kind() {
            Kind::Object(object) if self.spend(object.fields.len() as u32) => Object::clone(object),
            Kind::Null => Object::default(),
            _ => return Shape::UNKNOWN,
        };
        if inner.is_empty() && value.is_none() {
            object.fields.remove(name);
        } else {
            let field = object.fields.get(name).or(object.rest.as_ref()).cloned().unwrap_or(Shape::NULL);
            let field = self.with(&field, inner, value);
            object.fields.insert(name.clone(), field);
        }
        object.into()
    }
}

//! Operators: their output shapes, and the type combinations that always fail.

use super::{ClashKind, Context, Hyphen, Inference, is_unknown};
use crate::jq::ast::{ExprId, ExprKind, Operand, StepKind};
use crate::jq::builtins;
use crate::jq::lexer::Operator;
use crate::jq::types::{Kind, Object, Shape, Types};
use crate::syntax::Span;

impl<'p> Inference<'p> {
    pub(super) fn binary(&mut self, first: ExprId, rest: &'p [Operand], context: Context<'_>) -> Shape {
        use Operator as O;
        match rest.first().map(|operand| operand.operator) {
            Some(O::Alternative) => self.alternative(first, rest, context),
            Some(O::Add | O::Subtract | O::Multiply | O::Divide | O::Remainder) => {
                self.arithmetic(first, rest, context)
            }
            Some(O::Assign | O::Update) => self.assign(first, rest, context),
            Some(
                O::AddUpdate
                | O::SubtractUpdate
                | O::MultiplyUpdate
                | O::DivideUpdate
                | O::RemainderUpdate
                | O::AlternativeUpdate,
            ) => self.assign(first, rest, context),
            _ => {
                self.expr(first, context);
                for operand in rest {
                    self.expr(operand.expr, context);
                }
                Shape::BOOLEAN
            }
        }
    }

    /// `a // b`: the alternative replaces null, false and errors.
    fn alternative(&mut self, first: ExprId, rest: &'p [Operand], context: Context<'_>) -> Shape {
        let mut shapes = Vec::with_capacity(rest.len() + 1);
        let mut next = first;
        for operand in rest {
            shapes.push(without_null(&self.expr(next, context.guarded())));
            next = operand.expr;
        }
        shapes.push(self.expr(next, context));
        Shape::union(shapes)
    }

    fn arithmetic(&mut self, first: ExprId, rest: &'p [Operand], context: Context<'_>) -> Shape {
        let mut shape = self.expr(first, context);
        let mut left = first;
        let mut rest = rest;
        while let Some((operand, more)) = rest.split_first() {
            let hyphens = self.hyphens(left, rest, &shape, context);
            if let Some(last) = hyphens.checked_sub(1).and_then(|last| rest.get(last)) {
                (shape, left, rest) = (Shape::UNKNOWN, last.expr, rest.get(hyphens..).unwrap_or_default());
                continue;
            }
            let right = self.expr(operand.expr, context);
            shape = self.operate(operand.operator, operand.span, &shape, &right, context);
            (left, rest) = (operand.expr, more);
        }
        shape
    }

    /// The result of an arithmetic operator on two values.
    pub(super) fn operate(
        &mut self,
        operator: Operator,
        span: Span,
        left: &Shape,
        right: &Shape,
        context: Context<'_>,
    ) -> Shape {
        if must_fail(operator, left.types(), right.types()) {
            self.clash(span, ClashKind::Operator(operator, right.types()), left.types(), context);
            return Shape::UNKNOWN;
        }
        match operator {
            Operator::Add => self.sum(left, right),
            Operator::Remainder => Shape::NUMBER,
            Operator::Divide if left.types() == Types::STRING => Shape::array(Shape::STRING),
            Operator::Subtract if left.types() == Types::ARRAY => left.clone(),
            _ if left.types() == Types::NUMBER && right.types() == Types::NUMBER => Shape::NUMBER,
            _ => Shape::UNKNOWN,
        }
    }

    fn sum(&mut self, left: &Shape, right: &Shape) -> Shape {
        // A sum has the type of each operand that is not null, so one certain type is enough.
        let scalars = [(Types::STRING, Shape::STRING), (Types::NUMBER, Shape::NUMBER)];
        for (types, shape) in scalars {
            if left.types() == types || right.types() == types {
                return shape;
            }
        }
        if is_unknown(left) || is_unknown(right) {
            return Shape::UNKNOWN;
        }
        let mut sums = Vec::new();
        for left in left.members() {
            for right in right.members() {
                match (left.kind(), right.kind()) {
                    (Kind::Null, _) => sums.push(right.clone()),
                    (_, Kind::Null) => sums.push(left.clone()),
                    (Kind::Array(a), Kind::Array(b)) => {
                        sums.push(Shape::array(Shape::union([(**a).clone(), (**b).clone()])));
                    }
                    (Kind::Object(a), Kind::Object(b)) => sums.push(self.merge(a, b)),
                    (a, b) if a == b => sums.push(left.clone()),
                    _ => {}
                }
            }
        }
        Shape::union(sums)
    }

    /// The fields of both objects; the right one takes precedence.
    fn merge(&mut self, left: &Object, right: &Object) -> Shape {
        let size = left.fields.len() + right.fields.len();
        if !self.spend(u32::try_from(size).unwrap_or(u32::MAX)) {
            return Shape::UNKNOWN;
        }
        let mut fields = left.fields.clone();
        if let Some(rest) = &right.rest {
            for field in fields.values_mut() {
                *field = Shape::union([field.clone(), rest.clone()]);
            }
        }
        fields.extend(right.fields.iter().map(|(name, field)| (name.clone(), field.clone())));
        let rest = match (&left.rest, &right.rest) {
            (None, None) => None,
            (a, b) => Some(Shape::union([a, b].into_iter().flatten().cloned())),
        };
        Object { fields, rest }.into()
    }

    /// Detects a hyphenated name that jq parses as a subtraction: `.a.b-c` for `.a["b-c"]`. Requires that no white
    /// space separates the parts, and that the whole name is known or the subtraction makes no sense. Records it, and
    /// returns the number of operands that belong to the name.
    fn hyphens(&mut self, left: ExprId, rest: &[Operand], value: &Shape, context: Context<'_>) -> usize {
        let mut end = self.program.expr(left).span.end();
        let mut calls = Vec::new();
        for operand in rest {
            let adjacent = operand.operator == Operator::Subtract && end == operand.span.start();
            let call =
                self.bare_call(operand.expr).filter(|call| adjacent && operand.span.end() == call.start());
            let Some(call) = call else { break };
            calls.push(call);
            end = call.end();
            if self.program.expr(operand.expr).span.end() != end {
                break;
            }
        }
        let (Some(last), Some(dot)) = (calls.last(), self.last_field(left)) else { return 0 };
        let span = Span::new(dot + 1, last.end());
        let name = self.program.slice(span);
        let noted = self.report.uses.iter().rposition(|one| one.span.start() == span.start());
        let Some((at, one)) = noted.and_then(|at| Some((at, self.report.uses.get(at)?))) else { return 0 };
        let opens_path = one.path_span.start() == dot;
        let known = one.before.fields().any(|(field, _)| field == name);
        if !known && one.after.is_some() && self.subtracts(value, &calls, context) {
            return 0;
        }
        if let Some(one) = self.report.uses.get_mut(at).filter(|_| self.recording) {
            // The part before the hyphen is not an error of its own.
            one.after = Some(Shape::UNKNOWN);
            let replacement = format!("{}[\"{name}\"]", if opens_path { "." } else { "" });
            self.report.hyphens.push(Hyphen { span, replace: Span::new(dot, span.end()), replacement });
        }
        calls.len()
    }

    /// Whether it makes sense to subtract the results of these functions from a value.
    fn subtracts(&mut self, value: &Shape, calls: &[Span], context: Context<'_>) -> bool {
        calls.iter().all(|&call| {
            let name = self.program.slice(call);
            let builtin = builtins::find(name, 0);
            let fails = builtin.is_some_and(|function| {
                must_fail(Operator::Subtract, value.types(), function.output.types())
            });
            !fails && (builtin.is_some() || self.defines(name, context))
        })
    }

    /// The name of a call without arguments, alone or at the head of a path.
    fn bare_call(&self, id: ExprId) -> Option<Span> {
        match &self.program.expr(id).kind {
            ExprKind::Call { name, args } => args.is_empty().then_some(*name),
            ExprKind::Path { head, .. } => match &self.program.expr(*head).kind {
                ExprKind::Call { name, args } => args.is_empty().then_some(*name),
                _ => None,
            },
            _ => None,
        }
    }

    /// The offset of the dot of the `.name` that ends a path.
    fn last_field(&self, id: ExprId) -> Option<usize> {
        let ExprKind::Path { steps, .. } = &self.program.expr(id).kind else { return None };
        let last = steps.last()?;
        match last.kind {
            StepKind::Field(name) if name.start() == last.span.start() + 1 => Some(last.span.start()),
            _ => None,
        }
    }
}

fn without_null(shape: &Shape) -> Shape {
    if is_unknown(shape) {
        return Shape::UNKNOWN;
    }
    Shape::union(shape.members().iter().filter(|one| !matches!(one.kind(), Kind::Null)).cloned())
}

/// Whether an arithmetic operator fails for all values of these types.
fn must_fail(operator: Operator, left: Types, right: Types) -> bool {
    if left.is_empty() || right.is_empty() {
        return false;
    }
    !left.iter().any(|left| right.iter().any(|right| works(operator, left, right)))
}

/// Whether an arithmetic operator works for two single types in any engine.
fn works(operator: Operator, left: Types, right: Types) -> bool {
    let both = |types| left == types && right == types;
    match operator {
        Operator::Add => {
            left == right && left != Types::BOOLEAN || left == Types::NULL || right == Types::NULL
        }
        Operator::Subtract => both(Types::NUMBER) || both(Types::ARRAY),
        Operator::Multiply => {
            both(Types::NUMBER) || both(Types::OBJECT) || left.or(right) == Types::NUMBER.or(Types::STRING)
        }
        Operator::Divide => both(Types::NUMBER) || both(Types::STRING),
        Operator::Remainder => both(Types::NUMBER),
        _ => true,
    }
}

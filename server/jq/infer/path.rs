//! Path inference: `.a["b"][0].c?`.

use super::{ClashKind, Context, Inference, PathUse, Root, Step, Style};
use crate::jq::ast::{ExprId, ExprKind, PathStep, StepKind};
use crate::jq::types::{Kind, Shape, Types};
use crate::syntax::Span;

/// A step to be recorded.
pub(super) struct Taken<'a> {
    pub span: Span,
    pub path_span: Span,
    pub style: Style,
    pub root: Root,
    pub before: &'a Shape,
    /// The index in the report's `steps` at which the path begins.
    pub start: usize,
}

impl<'p> Inference<'p> {
    pub(super) fn path(
        &mut self,
        head: ExprId,
        steps: &'p [PathStep],
        start: usize,
        context: Context<'_>,
    ) -> Shape {
        let tried = steps.iter().rposition(|step| matches!(step.kind, StepKind::Try));
        let guard = |index: usize| Context {
            guarded: context.guarded || tried.is_some_and(|tried| index <= tried),
            ..context
        };
        let mut shape = self.expr(head, guard(0));
        let root = self.root(head, context);
        let first = self.report.steps.len();
        for (index, step) in steps.iter().enumerate() {
            let path_span = Span::new(start, step.span.end());
            let taken =
                Taken { span: step.span, path_span, style: Style::Dot, root, before: &shape, start: first };
            shape = self.step(step, taken, guard(index));
        }
        shape
    }

    pub(super) fn root(&self, head: ExprId, context: Context<'_>) -> Root {
        let head = self.program.expr(head);
        match head.kind {
            ExprKind::Identity if context.at_root => Root::Input,
            ExprKind::Identity => Root::Stage,
            ExprKind::Variable => Root::Variable(head.span),
            _ => Root::Term,
        }
    }

    fn step(&mut self, step: &'p PathStep, taken: Taken<'_>, context: Context<'_>) -> Shape {
        match &step.kind {
            StepKind::Field(name) => {
                let text = self.program.slice(*name);
                self.field(text, Taken { span: *name, style: Style::Dot, ..taken }, context)
            }
            StepKind::Quoted(key) => self.keyed(*key, Style::Quoted, taken, context),
            StepKind::Index(key) => self.keyed(*key, Style::Bracket, taken, context),
            StepKind::Slice(from, to) => {
                for side in [from, to].into_iter().flatten() {
                    self.expr(*side, context);
                }
                self.sliced(taken, context)
            }
            StepKind::Iterate => self.iterated(taken, context),
            StepKind::Try => taken.before.clone(),
        }
    }

    /// `["name"]`, `."name"` or `[expr]`.
    fn keyed(&mut self, key: ExprId, style: Style, taken: Taken<'_>, context: Context<'_>) -> Shape {
        let expr = self.program.expr(key);
        if let Some(name) = self.program.literal(key) {
            return self.field(&name, Taken { span: expr.span, style, ..taken }, context);
        }
        if matches!(expr.kind, ExprKind::Error) {
            self.site(expr.span, context);
            return self.field("", Taken { span: expr.span, style, ..taken }, context);
        }
        let key = self.expr(key, context);
        let before = taken.before;
        let (by_name, by_position) = (key.types().meets(Types::STRING), key.types().meets(Types::NUMBER));
        let indexable = match (by_name, by_position) {
            (true, false) => Types::OBJECT.or(Types::NULL),
            (false, true) => Types::ARRAY.or(Types::NULL),
            _ => Types::ANY,
        };
        self.check(taken.span, before, indexable, |_| ClashKind::Index, context);
        let after = match (by_name, by_position) {
            (false, false) => Shape::UNKNOWN,
            _ if !before.types().meets(indexable) => Shape::UNKNOWN,
            _ => before.only(indexable).items().or_null(),
        };
        self.note(Step::Index, Taken { style: Style::Index, ..taken }, Some(after.clone()), context);
        after
    }

    /// The field with this name. An impossible field is recorded, and unknown from there on.
    pub(super) fn field(&mut self, name: &str, taken: Taken<'_>, context: Context<'_>) -> Shape {
        let before = taken.before;
        let types = before.types();
        let after = match before.kind() {
            Kind::Never => Some(Shape::NEVER),
            Kind::Null => Some(Shape::NULL),
            // The name is not typed yet.
            _ if name.is_empty() => Some(Shape::UNKNOWN),
            _ => Some(before.field(name)).filter(|after| *after != Shape::NEVER),
        };
        if after.is_none() && !types.meets(Types::OBJECT) {
            let span = taken.span;
            self.clash(span, ClashKind::Field, types, context);
        }
        let known_absent = after.is_none() && self.absent.iter().any(|absent| **absent == *name);
        let context = if known_absent { context.guarded() } else { context };
        self.note(Step::Field(name.into()), taken, after.clone(), context);
        after.unwrap_or(Shape::UNKNOWN)
    }

    fn iterated(&mut self, taken: Taken<'_>, context: Context<'_>) -> Shape {
        let before = taken.before;
        self.check(taken.span, before, Types::ARRAY.or(Types::OBJECT), |_| ClashKind::Iterate, context);
        let iterable = before.types().is_empty() || before.types().meets(Types::ARRAY.or(Types::OBJECT));
        let after = if iterable { before.items() } else { Shape::UNKNOWN };
        self.note(Step::Iterate, Taken { style: Style::Iterate, ..taken }, Some(after.clone()), context);
        after
    }

    fn sliced(&mut self, taken: Taken<'_>, context: Context<'_>) -> Shape {
        let sliceable = Types::ARRAY.or(Types::STRING).or(Types::NULL);
        let before = taken.before;
        self.check(taken.span, before, sliceable, |_| ClashKind::Slice, context);
        let after = match before.only(sliceable) {
            Shape::NEVER => Shape::UNKNOWN,
            after => after,
        };
        self.note(Step::Slice, Taken { style: Style::Slice, ..taken }, Some(after.clone()), context);
        after
    }

    /// Records a step.
    pub(super) fn note(&mut self, step: Step, taken: Taken<'_>, after: Option<Shape>, context: Context<'_>) {
        if !self.recording {
            return;
        }
        self.report.steps.push(step);
        let steps = (taken.start as u32, self.report.steps.len() as u32);
        let Taken { span, path_span, style, root, before, .. } = taken;
        let before = before.clone();
        let guarded = context.guarded;
        self.report.uses.push(PathUse { span, path_span, style, root, before, after, guarded, steps });
    }

    /// A field that a function or a short form looks up in its input.
    pub(super) fn lookup(&mut self, name: &str, span: Span, style: Style, context: Context<'_>) -> Shape {
        let root = if context.at_root { Root::Input } else { Root::Stage };
        let start = self.report.steps.len();
        let before = context.input;
        self.field(name, Taken { span, path_span: span, style, root, before, start }, context)
    }
}

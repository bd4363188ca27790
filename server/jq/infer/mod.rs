//! Type inference: computes the shape of a program's output from the shape of its input, and records where every path
//! leads.
//!
//! Uncertain results are unknown, and are never reported. Work is limited by [`FUEL`] and [`MAX_DEPTH`]; beyond them,
//! everything is unknown.

mod assign;
mod calls;
mod object;
mod operators;
mod path;
mod report;
mod scope;

pub(crate) use report::{
    BoundKind, CallUse, ClashKind, FormatUse, Hyphen, PathUse, Report, Root, Scope, Site, Step, Style,
    Target, TypeClash, VariableSource, VariableUse,
};

use super::ast::{Binding, ExprId, ExprKind, Program, Stage, Text, TextPart};
use super::builtins;
use super::types::{Kind, Shape, Types};
use crate::syntax::Span;

/// Maximum number of expressions visited, including those in expanded calls. A long program has a few hundred.
const FUEL: u32 = 200_000;

/// Maximum nesting depth of visited expressions; bounds the call stack.
const MAX_DEPTH: u32 = 200;

/// Maximum nesting depth of expanded calls of a program's own functions.
const MAX_EXPANSIONS: u32 = 6;

/// The input and variables of a program.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The input, `.`.
    pub input: Shape,
    /// Variables in addition to the built-in ones; names include the `$`.
    pub variables: Vec<(Box<str>, Shape)>,
}

impl From<Shape> for Environment {
    fn from(input: Shape) -> Self {
        Self { input, variables: Vec::new() }
    }
}

/// Infers the shapes in a program for an environment.
#[must_use]
pub(crate) fn infer(program: &Program, environment: &Environment) -> Report {
    infer_within(program, environment, &mut { FUEL })
}

/// Like [`infer`], for one of several programs that share a budget: `fuel` is the number of expressions left to
/// visit, of which one program can use a limited part. Without fuel, everything is unknown.
#[must_use]
pub(crate) fn infer_within(program: &Program, environment: &Environment, fuel: &mut u32) -> Report {
    let given = FUEL.min(*fuel);
    let report = Report {
        output: Shape::UNKNOWN,
        uses: Vec::new(),
        calls: Vec::new(),
        variables: Vec::new(),
        formats: Vec::new(),
        clashes: Vec::new(),
        hyphens: Vec::new(),
        unknown_labels: Vec::new(),
        sites: Vec::new(),
        steps: Vec::new(),
        bound: Vec::new(),
    };
    let mut inference = Inference {
        program,
        environment,
        report,
        recording: true,
        fuel: given,
        depth: 0,
        expansions: 0,
        absent: Vec::new(),
    };
    let context =
        Context { input: &environment.input, at_root: true, guarded: false, scope: Scope::default() };
    let output = inference.expr(program.root(), context);
    *fuel -= given - inference.fuel;
    let mut report = inference.report;
    report.output = output;
    report
}

/// The context that an expression is evaluated in.
#[derive(Clone, Copy)]
struct Context<'s> {
    input: &'s Shape,
    /// Whether the input is the program's input.
    at_root: bool,
    /// Whether errors and absent fields are handled.
    guarded: bool,
    scope: Scope,
}

impl<'s> Context<'s> {
    /// The same context with the input of a later stage.
    fn on(self, input: &'s Shape) -> Self {
        Self { input, at_root: false, ..self }
    }

    fn guarded(self) -> Self {
        Self { guarded: true, ..self }
    }
}

struct Inference<'p> {
    program: &'p Program,
    environment: &'p Environment,
    report: Report,
    /// Off while a function's body is inferred for a call: its steps were recorded at the definition.
    recording: bool,
    fuel: u32,
    depth: u32,
    expansions: u32,
    /// Names found absent in surrounding conditions: their further uses are not reported again.
    absent: Vec<Box<str>>,
}

impl<'p> Inference<'p> {
    /// The output shape of an expression for an input.
    fn expr(&mut self, id: ExprId, context: Context<'_>) -> Shape {
        if !self.spend(1) || self.depth >= MAX_DEPTH {
            return Shape::UNKNOWN;
        }
        self.depth += 1;
        let shape = self.expr_here(id, context);
        self.depth -= 1;
        shape
    }

    /// Uses fuel; returns `false` if none is left.
    fn spend(&mut self, amount: u32) -> bool {
        self.fuel = self.fuel.saturating_sub(amount);
        self.fuel > 0
    }

    fn expr_here(&mut self, id: ExprId, context: Context<'_>) -> Shape {
        let program = self.program;
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Error => {
                self.site(expr.span, context);
                Shape::UNKNOWN
            }
            ExprKind::Identity => {
                if !expr.span.is_empty() {
                    self.site(expr.span, context);
                }
                context.input.clone()
            }
            ExprKind::Recurse => Shape::UNKNOWN,
            ExprKind::Number => Shape::NUMBER,
            ExprKind::Text(text) => self.text(text, context),
            ExprKind::Format => self.format(expr.span, context.input, context),
            ExprKind::Variable => self.variable(expr.span, context),
            ExprKind::Call { name, args } => self.call(*name, args, context),
            ExprKind::Array(inner) => {
                Shape::array(inner.map_or(Shape::NEVER, |inner| self.expr(inner, context)))
            }
            ExprKind::Object(entries) => self.object(entries, expr.span.start(), context),
            ExprKind::Group(inner) => self.expr(*inner, context),
            ExprKind::Signed { sign, operand } => {
                let shape = self.expr(*operand, context);
                self.check(*sign, &shape, Types::NUMBER, |_| ClashKind::Sign, context);
                Shape::NUMBER
            }
            ExprKind::Path { head, steps } => self.path(*head, steps, expr.span.start(), context),
            ExprKind::Pipe(stages) => self.pipe(stages, context),
            ExprKind::Comma(items) => {
                let shapes: Vec<Shape> = items.iter().map(|&item| self.expr(item, context)).collect();
                Shape::union(shapes)
            }
            ExprKind::Binary { first, rest } => self.binary(*first, rest, context),
            ExprKind::If { branches, otherwise } => self.condition(branches, *otherwise, context),
            ExprKind::Try { body, handler } => {
                let body = self.expr(*body, context.guarded());
                let handled =
                    handler.map_or(Shape::NEVER, |handler| self.expr(handler, context.on(&Shape::UNKNOWN)));
                Shape::union([body, handled])
            }
            ExprKind::Reduce { binding, init, update } => {
                let (state, scope) = self.fold(binding, *init, *update, context);
                let next = self.expr(*update, Context { scope, ..context.on(&state) });
                Shape::union([state, next])
            }
            ExprKind::Foreach { binding, init, update, extract } => {
                let (state, scope) = self.fold(binding, *init, *update, context);
                let next = self.expr(*update, Context { scope, ..context.on(&state) });
                match extract {
                    Some(extract) => self.expr(*extract, Context { scope, ..context.on(&next) }),
                    None => next,
                }
            }
            ExprKind::Break(label) => {
                self.leave(*label, context.scope);
                Shape::NEVER
            }
        }
    }

    fn pipe(&mut self, stages: &'p [Stage], context: Context<'_>) -> Shape {
        let mut input = context.input.clone();
        let Context { mut at_root, mut scope, guarded, .. } = context;
        for stage in stages {
            let here = Context { input: &input, at_root, guarded, scope };
            match stage {
                Stage::Expr(expr) => {
                    let output = self.expr(*expr, here);
                    at_root &= matches!(self.program.expr(*expr).kind, ExprKind::Identity);
                    input = output;
                }
                Stage::Bind(binding) => scope = self.bind(binding, here),
                Stage::Label(name) => scope = self.enter(*name, BoundKind::Label, scope),
                Stage::Def(definition) => scope = self.define(definition, scope),
            }
        }
        input
    }

    fn condition(
        &mut self,
        branches: &[(ExprId, ExprId)],
        otherwise: Option<ExprId>,
        context: Context<'_>,
    ) -> Shape {
        let mut outputs = Vec::new();
        let absent = self.absent.len();
        for &(condition, body) in branches {
            let before = self.report.uses.len();
            self.expr(condition, context);
            let tested = self.report.uses.get(before..).unwrap_or_default();
            let missing = tested.iter().filter(|one| one.after.is_none());
            let missing: Vec<Box<str>> =
                missing.filter_map(|one| self.report.field(one)).map(Into::into).collect();
            self.absent.extend(missing);
            outputs.push(self.expr(body, context));
        }
        outputs.push(otherwise.map_or_else(|| context.input.clone(), |body| self.expr(body, context)));
        self.absent.truncate(absent);
        Shape::union(outputs)
    }

    /// The possible states of a `reduce` or `foreach`, and the scope of its body.
    fn fold(
        &mut self,
        binding: &'p Binding,
        init: ExprId,
        update: ExprId,
        context: Context<'_>,
    ) -> (Shape, Scope) {
        let scope = self.bind(binding, context);
        let init = self.expr(init, context);
        let scalars = Types::NULL.or(Types::BOOLEAN).or(Types::NUMBER).or(Types::STRING);
        if init.types().is_empty() || init.only(scalars).types() != init.types() {
            // The loop may add to an array or object, so its contents are unknown.
            return (Shape::UNKNOWN, scope);
        }
        let next = self.silently(|this| this.expr(update, Context { scope, ..context.on(&init) }));
        (Shape::union([init, next]), scope)
    }

    fn silently<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let recording = std::mem::replace(&mut self.recording, false);
        let result = run(self);
        self.recording = recording;
        result
    }

    fn text(&mut self, text: &Text, context: Context<'_>) -> Shape {
        let mut inserted = Vec::new();
        for part in &text.parts {
            if let TextPart::Interpolation(expr) = part {
                inserted.push(self.expr(*expr, context));
            }
        }
        if let Some(format) = text.format {
            self.format(format, &Shape::union(inserted), context);
        }
        Shape::STRING
    }

    /// A format applied to `input`.
    fn format(&mut self, span: Span, input: &Shape, context: Context<'_>) -> Shape {
        let format = builtins::format(self.program.slice(span));
        if self.recording {
            self.report.formats.push(FormatUse { span, format });
        }
        if let Some(format) = format {
            self.check(span, input, format.input, ClashKind::Input, context);
        }
        Shape::STRING
    }

    /// Records what is known at a position.
    fn site(&mut self, span: Span, context: Context<'_>) {
        if self.recording {
            let Context { input, at_root, scope, .. } = context;
            self.report.sites.push(Site { span, input: input.clone(), at_root, scope });
        }
    }

    /// Records a clash if a value has none of the accepted types, unless errors are handled.
    fn check(
        &mut self,
        span: Span,
        value: &Shape,
        takes: Types,
        kind: impl FnOnce(Types) -> ClashKind,
        context: Context<'_>,
    ) {
        let found = value.types();
        if !found.meets(takes) && !found.is_empty() {
            self.clash(span, kind(takes), found, context);
        }
    }

    fn clash(&mut self, span: Span, kind: ClashKind, found: Types, context: Context<'_>) {
        if self.recording && !context.guarded {
            self.report.clashes.push(TypeClash { span, kind, found });
        }
    }
}

/// Whether a shape is entirely unknown.
fn is_unknown(shape: &Shape) -> bool {
    matches!(shape.kind(), Kind::Unknown)
}

#[cfg(test)]
mod tests;

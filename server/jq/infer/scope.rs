//! Scopes: variables, patterns, and the functions that a program defines.

use super::path::Taken;
use super::{BoundKind, Context, Inference, MAX_EXPANSIONS, Root, Scope, Style, VariableSource, VariableUse};
use crate::jq::ast::{Binding, Definition, ExprId, ObjectKey, Pattern};
use crate::jq::builtins;
use crate::jq::types::Shape;
use crate::syntax::Span;

use super::report::Bound;

impl<'p> Inference<'p> {
    /// Adds a name to a scope; returns the inner scope.
    pub(super) fn enter(&mut self, span: Span, kind: BoundKind, outer: Scope) -> Scope {
        self.report.bound.push(Bound { span, kind, outer });
        Scope(self.report.bound.len() as u32)
    }

    /// The innermost binding that satisfies `found`. The search uses fuel.
    pub(super) fn find(&mut self, scope: Scope, found: impl Fn(&Self, &Bound) -> bool) -> Option<Bound> {
        let mut looked = 0;
        let bound =
            self.report.scope(scope).inspect(|_| looked += 1).find(|bound| found(self, bound)).cloned();
        self.spend(looked / 8);
        bound
    }

    pub(super) fn variable(&mut self, span: Span, context: Context<'_>) -> Shape {
        self.site(span, context);
        let name = self.program.slice(span);
        let bound = self.find(context.scope, |this, bound| {
            matches!(bound.kind, BoundKind::Variable(_) | BoundKind::Value(_))
                && this.program.slice(bound.span) == name
        });
        let given = |name: &str| self.environment.variables.iter().find(|(given, _)| **given == *name);
        let (source, shape) = match bound {
            Some(Bound { span, kind: BoundKind::Variable(shape) | BoundKind::Value(shape), .. }) => {
                (VariableSource::Bound(span), shape)
            }
            _ => match given(name) {
                Some((_, shape)) => (VariableSource::Global, shape.clone()),
                None => match builtins::variables().iter().find(|word| &*word.name == name) {
                    Some(word) => (VariableSource::Global, word.shape.clone()),
                    None => (VariableSource::Unknown, Shape::UNKNOWN),
                },
            },
        };
        if self.recording {
            self.report.variables.push(VariableUse { span, source, shape: shape.clone() });
        }
        shape
    }

    /// `break $label`
    pub(super) fn leave(&mut self, label: Span, scope: Scope) {
        let name = self.program.slice(label);
        let bound = self.find(scope, |this, bound| {
            matches!(bound.kind, BoundKind::Label) && this.program.slice(bound.span) == name
        });
        if self.recording && bound.is_none() {
            self.report.unknown_labels.push(label);
        }
    }

    /// `source as patterns`: returns the scope of the rest of the pipe.
    pub(super) fn bind(&mut self, binding: &'p Binding, context: Context<'_>) -> Scope {
        let source = self.expr(binding.source, context);
        let root = self.root(binding.source, context);
        let root = if matches!(root, Root::Variable(_)) { Root::Term } else { root };
        let [pattern] = binding.patterns.as_slice() else {
            // With alternatives, any variable may be null, and any pattern may fail to match.
            return binding.patterns.iter().fold(context.scope, |scope, pattern| {
                let context = Context { scope, ..context.on(&source) }.guarded();
                self.pattern(pattern, &Shape::UNKNOWN, root, context)
            });
        };
        self.pattern(pattern, &source, root, context)
    }

    fn pattern(&mut self, pattern: &'p Pattern, value: &Shape, root: Root, context: Context<'_>) -> Scope {
        match pattern {
            Pattern::Error => context.scope,
            Pattern::Variable(name) => self.enter(*name, BoundKind::Variable(value.clone()), context.scope),
            Pattern::Array(items) => {
                let item = value.items().or_null();
                items.iter().fold(context.scope, |scope, inner| {
                    self.pattern(inner, &item, Root::Term, Context { scope, ..context })
                })
            }
            Pattern::Object(entries) => entries.iter().fold(context.scope, |scope, (key, inner)| {
                let context = Context { scope, ..context };
                let field = self.pattern_field(*key, value, root, context);
                let scope = match key {
                    ObjectKey::Variable(name) => self.enter(*name, BoundKind::Variable(field.clone()), scope),
                    _ => scope,
                };
                match inner {
                    Some(inner) => self.pattern(inner, &field, Root::Term, Context { scope, ..context }),
                    None => scope,
                }
            }),
        }
    }

    fn pattern_field(&mut self, key: ObjectKey, before: &Shape, root: Root, context: Context<'_>) -> Shape {
        let (name, span) = match key {
            ObjectKey::Name(span) => (self.program.slice(span).into(), span),
            ObjectKey::Variable(span) => {
                let span = Span::new(span.start() + 1, span.end());
                (self.program.slice(span).into(), span)
            }
            ObjectKey::Text(id) => match self.program.literal(id) {
                Some(name) => (name, self.program.expr(id).span),
                None => {
                    self.expr(id, context);
                    return Shape::UNKNOWN;
                }
            },
            ObjectKey::Expr(id) => {
                self.expr(id, context);
                return Shape::UNKNOWN;
            }
            ObjectKey::Error(_) => return Shape::UNKNOWN,
        };
        let start = self.report.steps.len();
        self.field(
            &name,
            Taken { span, path_span: span, style: Style::Pattern, root, before, start },
            context,
        )
    }

    /// `def`: returns the scope of the rest of the pipe. The body is inferred once, with an unknown input.
    pub(super) fn define(&mut self, definition: &'p Definition, outer: Scope) -> Scope {
        let kind = BoundKind::Function { params: definition.params.clone(), body: definition.body };
        let scope = self.enter(definition.name, kind, outer);
        let inner = definition.params.iter().fold(scope, |scope, &param| {
            let kind = match self.is_value(param) {
                true => BoundKind::Value(Shape::UNKNOWN),
                false => BoundKind::Filter(None),
            };
            self.enter(param, kind, scope)
        });
        let context = Context { input: &Shape::UNKNOWN, at_root: false, guarded: false, scope: inner };
        self.expr(definition.body, context);
        scope
    }

    fn is_value(&self, param: Span) -> bool {
        self.program.slice(param).starts_with('$')
    }

    /// The output of the program's own function for an input. Filter arguments are inferred with the input they get
    /// there, but recorded with an unknown input, as they may be called with several.
    pub(super) fn expand(
        &mut self,
        function: (Scope, &[Span], ExprId),
        args: &'p [ExprId],
        context: Context<'_>,
    ) -> Shape {
        let (own, params, body) = function;
        let mut scope = own;
        for (&param, &arg) in params.iter().zip(args) {
            let kind = if self.is_value(param) {
                BoundKind::Value(self.expr(arg, context))
            } else {
                if self.recording {
                    self.expr(arg, context.on(&Shape::UNKNOWN));
                }
                BoundKind::Filter(Some((arg, context.scope)))
            };
            scope = self.enter(param, kind, scope);
        }
        if self.expansions >= MAX_EXPANSIONS {
            return Shape::UNKNOWN;
        }
        self.expansions += 1;
        let shape = self.silently(|this| this.expr(body, Context { scope, ..context }));
        self.expansions -= 1;
        shape
    }
}

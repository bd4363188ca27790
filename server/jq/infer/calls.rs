//! Calls of the program's own functions, and of built-in functions whose output depends on more than their signature.

use super::path::Taken;
use super::{BoundKind, CallUse, ClashKind, Context, Inference, Root, Scope, Style, Target, is_unknown};
use crate::jq::ast::{ExprId, ExprKind};
use crate::jq::builtins::{self, Function};
use crate::jq::types::{Kind, Shape, Types};
use crate::syntax::Span;

use super::report::Bound;

impl<'p> Inference<'p> {
    pub(super) fn call(&mut self, name: Span, args: &'p [ExprId], context: Context<'_>) -> Shape {
        self.site(name, context);
        let index = self.report.calls.len();
        let (target, output) = self.called(name, args, context);
        if self.recording {
            // Calls are recorded in source order, thus before the calls in their arguments.
            let input = context.input.clone();
            let call = CallUse { span: name, arity: args.len(), target, input, output: output.clone() };
            self.report.calls.insert(index.min(self.report.calls.len()), call);
        }
        output
    }

    fn called(&mut self, name: Span, args: &'p [ExprId], context: Context<'_>) -> (Target, Shape) {
        let text = self.program.slice(name);
        if let Some((scope, bound)) = self.defined(text, args.len(), context.scope) {
            let output = match &bound.kind {
                BoundKind::Function { params, body } => self.expand((scope, params, *body), args, context),
                BoundKind::Filter(Some((expr, scope))) => {
                    self.expr(*expr, Context { scope: *scope, ..context })
                }
                BoundKind::Value(shape) => shape.clone(),
                _ => Shape::UNKNOWN,
            };
            return (Target::Defined(bound.span), output);
        }
        match (builtins::find(text, args.len()), text) {
            (_, "null") if args.is_empty() => (Target::Constant, Shape::NULL),
            (_, "true" | "false") if args.is_empty() => (Target::Constant, Shape::BOOLEAN),
            (Some(function), _) => (Target::Builtin(function), self.builtin(function, name, args, context)),
            (None, _) => {
                for &arg in args {
                    self.expr(arg, context.on(&Shape::UNKNOWN));
                }
                (Target::Unknown, Shape::UNKNOWN)
            }
        }
    }

    /// The program's own function with this name and arity, and the scope that it was bound in, including itself.
    fn defined(&mut self, name: &str, arity: usize, scope: Scope) -> Option<(Scope, Bound)> {
        let program = self.program;
        let mut at = scope;
        let mut looked = 0;
        let found = self.report.scope(scope).find_map(|bound| {
            let own = std::mem::replace(&mut at, bound.outer);
            looked += 1;
            let written = program.slice(bound.span);
            let fits = match &bound.kind {
                BoundKind::Function { params, .. } => params.len() == arity && written == name,
                BoundKind::Filter(_) => arity == 0 && written == name,
                BoundKind::Value(_) => arity == 0 && written.strip_prefix('$') == Some(name),
                BoundKind::Variable(_) | BoundKind::Label => false,
            };
            fits.then(|| (own, bound.clone()))
        });
        self.spend(looked / 8);
        found
    }

    /// Whether the program defines a function with this name and no parameters in scope.
    pub(super) fn defines(&mut self, name: &str, context: Context<'_>) -> bool {
        self.defined(name, 0, context.scope).is_some()
    }

    fn builtin(
        &mut self,
        function: &'static Function,
        name: Span,
        args: &'p [ExprId],
        context: Context<'_>,
    ) -> Shape {
        let input = context.input;
        self.check(name, input, function.input, ClashKind::Input, context);
        if let Some(output) = self
            .of_items(&function.name, args, context)
            .or_else(|| self.filtered(&function.name, args, input))
        {
            return output;
        }
        let items = || input.items();
        match (&*function.name, args) {
            ("select" | "debug" | "stderr" | "ltrimstr" | "rtrimstr", args) => {
                self.args(function, args, context);
                input.clone()
            }
            ("to_entries", []) => Shape::array(entry(items())),
            ("from_entries", []) => Shape::map_of(entry_value(&items())),
            ("with_entries", &[f]) => {
                let changed = self.expr(f, context.on(&entry(items())));
                Shape::map_of(entry_value(&changed))
            }
            ("has", &[key]) => self.has(key, context),
            ("getpath", &[path]) => self.getpath(path, context),
            ("del", &[paths]) => {
                self.expr(paths, context.guarded());
                self.deleted(paths, input)
            }
            ("pick" | "path", &[paths]) => {
                self.expr(paths, context);
                function.output.clone()
            }
            ("sub" | "gsub", &[regex, replacement, ref flags @ ..]) => {
                self.expr(regex, context);
                let groups = Shape::map_of(Shape::STRING.or_null());
                self.expr(replacement, context.on(&groups));
                flags.iter().for_each(|&flag| drop(self.expr(flag, context)));
                Shape::STRING
            }
            ("recurse" | "recurse_down" | "walk" | "until" | "while" | "repeat" | "paths" | "JOIN", args) => {
                // The input of these arguments changes from call to call.
                for &arg in args {
                    self.expr(arg, context.on(&Shape::UNKNOWN));
                }
                function.output.clone()
            }
            ("toarray", []) if input.types() == Types::ARRAY => input.clone(),
            ("toarray", []) if !input.types().meets(Types::ARRAY) => Shape::array(input.clone()),
            (_, args) => {
                self.args(function, args, context);
                function.output.clone()
            }
        }
    }

    /// The output of a built-in function that works on the items of its input; `None` for other functions.
    fn of_items(&mut self, name: &str, args: &'p [ExprId], context: Context<'_>) -> Option<Shape> {
        let input = context.input;
        let items = || input.items();
        Some(match (name, args) {
            ("map", &[f]) => Shape::array(self.expr(f, context.on(&items()))),
            ("map_values", &[f]) => {
                let value = self.expr(f, context.on(&items()));
                self.with_values(input, value)
            }
            ("keys" | "keys_unsorted", []) => keys(input),
            ("add", []) => items().or_null(),
            ("add", &[f]) => self.expr(f, context).or_null(),
            ("first" | "last" | "min" | "max", []) => items().or_null(),
            ("nth", &[n]) => {
                self.expr(n, context);
                items().or_null()
            }
            ("first" | "last", &[f]) => self.expr(f, context),
            ("limit" | "skip" | "nth", &[n, f]) => {
                self.expr(n, context);
                self.expr(f, context)
            }
            ("sort" | "unique" | "reverse", []) => known(input.only(Types::ARRAY.or(Types::STRING))),
            ("sort_by" | "unique_by", &[f]) => {
                self.expr(f, context.on(&items()));
                known(input.only(Types::ARRAY))
            }
            ("group_by", &[f]) => {
                self.expr(f, context.on(&items()));
                Shape::array(known(input.only(Types::ARRAY)))
            }
            ("min_by" | "max_by", &[f]) => {
                self.expr(f, context.on(&items()));
                items().or_null()
            }
            ("any" | "all", &[condition]) => {
                self.expr(condition, context.on(&items()));
                Shape::BOOLEAN
            }
            ("any" | "all", &[f, condition]) => {
                let item = self.expr(f, context);
                self.expr(condition, context.on(&item));
                Shape::BOOLEAN
            }
            ("INDEX", &[key]) => {
                self.expr(key, context.on(&items()));
                Shape::map_of(items())
            }
            ("INDEX", &[f, key]) => {
                let item = self.expr(f, context);
                self.expr(key, context.on(&item));
                Shape::map_of(item)
            }
            _ => return None,
        })
    }

    /// The output of a built-in function that keeps inputs of certain types; `None` for other functions.
    fn filtered(&mut self, name: &str, args: &[ExprId], input: &Shape) -> Option<Shape> {
        Some(match (name, args) {
            ("values", []) => self.only(input, |types| types != Types::NULL),
            ("nulls", []) => input.only(Types::NULL),
            ("strings", []) => input.only(Types::STRING),
            ("numbers", []) => input.only(Types::NUMBER),
            ("booleans", []) => input.only(Types::BOOLEAN),
            ("arrays", []) => input.only(Types::ARRAY),
            ("objects", []) => input.only(Types::OBJECT),
            ("iterables", []) => input.only(Types::ARRAY.or(Types::OBJECT)),
            ("scalars", []) => self.only(input, |types| !types.meets(Types::ARRAY.or(Types::OBJECT))),
            _ => return None,
        })
    }

    fn only(&self, input: &Shape, keep: impl Fn(Types) -> bool) -> Shape {
        if is_unknown(input) {
            return Shape::UNKNOWN;
        }
        Shape::union(input.members().iter().filter(|one| keep(one.types())).cloned())
    }

    /// Infers arguments that are values, or filters on the same input.
    fn args(&mut self, function: &'static Function, args: &'p [ExprId], context: Context<'_>) {
        for (&arg, param) in args.iter().zip(&function.params) {
            let value = self.expr(arg, context);
            self.check(self.program.expr(arg).span, &value, param.types, ClashKind::Argument, context);
        }
    }

    /// `has("name")` handles the absence of the name.
    fn has(&mut self, key: ExprId, context: Context<'_>) -> Shape {
        match self.program.literal(key) {
            Some(name) if context.input.types().meets(Types::OBJECT) => {
                self.lookup(&name, self.program.expr(key).span, Style::Argument, context.guarded());
            }
            _ => drop(self.expr(key, context)),
        }
        Shape::BOOLEAN
    }

    /// `getpath(["a", "b"])` is `.a.b`, except that a path to nothing is not an error.
    fn getpath(&mut self, path: ExprId, context: Context<'_>) -> Shape {
        let ExprKind::Array(Some(inner)) = self.program.expr(path).kind else {
            self.expr(path, context);
            return Shape::UNKNOWN;
        };
        let single = [inner];
        let keys: &[ExprId] = match &self.program.expr(inner).kind {
            ExprKind::Comma(items) => items,
            _ => &single,
        };
        let root = if context.at_root { Root::Input } else { Root::Stage };
        let start = self.report.steps.len();
        let mut shape = context.input.clone();
        for &key in keys {
            let Some(name) = self.program.literal(key) else {
                self.expr(key, context);
                return Shape::UNKNOWN;
            };
            let span = self.program.expr(key).span;
            let path_span = self.program.expr(path).span;
            let taken = Taken { span, path_span, style: Style::Argument, root, before: &shape, start };
            shape = self.field(&name, taken, context.guarded());
        }
        shape.or_null()
    }

    /// The keys of `input`, with `value` under each.
    fn with_values(&mut self, input: &Shape, value: Shape) -> Shape {
        match input.kind() {
            Kind::Array(_) => Shape::array(value),
            Kind::Object(object) if self.spend(object.fields.len() as u32) => {
                let mut object = (**object).clone();
                object.fields.values_mut().chain(&mut object.rest).for_each(|field| *field = value.clone());
                object.into()
            }
            _ => Shape::UNKNOWN,
        }
    }
}

/// The shape, or unknown if it is empty ([`Shape::NEVER`]).
fn known(shape: Shape) -> Shape {
    if shape == Shape::NEVER { Shape::UNKNOWN } else { shape }
}

fn keys(input: &Shape) -> Shape {
    Shape::array(match input.types() {
        Types::OBJECT => Shape::STRING,
        Types::ARRAY => Shape::NUMBER,
        _ => Shape::UNKNOWN,
    })
}

fn entry(value: Shape) -> Shape {
    Shape::object([("key", Shape::STRING), ("value", value)])
}

/// The values of an object built from these entries.
fn entry_value(entry: &Shape) -> Shape {
    known(entry.field("value"))
}

//! The result of inference, shared by all features.

use crate::jq::ast::{ExprId, Program};
use crate::jq::builtins::{Function, Word};
use crate::jq::lexer::Operator;
use crate::jq::types::{Shape, Types};
use crate::syntax::Span;

/// The results of inference on a program for a given input.
#[derive(Clone, Debug)]
pub struct Report {
    /// The output of the program.
    pub output: Shape,
    /// All path steps, in order of evaluation.
    pub uses: Vec<PathUse>,
    /// All function calls.
    pub calls: Vec<CallUse>,
    /// All uses of variables.
    pub variables: Vec<VariableUse>,
    /// All formats.
    pub formats: Vec<FormatUse>,
    /// Type errors that are certain to occur at run time.
    pub clashes: Vec<TypeClash>,
    /// Hyphenated names that jq parses as subtractions.
    pub hyphens: Vec<Hyphen>,
    /// The labels of `break`s outside of their `label`.
    pub unknown_labels: Vec<Span>,
    /// Positions where something can be written, with the context there.
    pub sites: Vec<Site>,
    pub(super) steps: Vec<Step>,
    pub(super) bound: Vec<Bound>,
}

/// One step of a path.
#[derive(Clone, Debug)]
pub struct PathUse {
    /// The span of the name with its quotes if it has any, or of the brackets of steps such as `[0]` and `[]`. Empty
    /// if the name is missing.
    pub span: Span,
    /// The span from the head of the path to the end of this step.
    pub path_span: Span,
    /// How the step is written.
    pub style: Style,
    /// The head of the path.
    pub root: Root,
    /// The value that the step is applied to.
    pub before: Shape,
    /// The value that the step leads to; `None` if `before` cannot have it.
    pub after: Option<Shape>,
    /// Whether its absence is handled: under `?` or `try`, left of `//`, in `has`, left of an assignment.
    pub guarded: bool,
    pub(super) steps: (u32, u32),
}

/// How a step is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `.name`
    Dot,
    /// `."name"`
    Quoted,
    /// `["name"]`
    Bracket,
    /// `[expr]`, where the expression is not a string
    Index,
    /// `[]`
    Iterate,
    /// `[from:to]`
    Slice,
    /// `{name}`, which stands for `{name: .name}`
    Shorthand,
    /// `. as {name: $x}`
    Pattern,
    /// A string argument of a function: `has("name")`, `getpath(["name"])`
    Argument,
}

/// The head of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Root {
    /// The input of the program.
    Input,
    /// The input of a later stage of a pipe, or of a function's argument.
    Stage,
    /// A variable.
    Variable(Span),
    /// Any other term.
    Term,
}

/// The effect of a path step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Takes a field of an object.
    Field(Box<str>),
    /// Takes an item by position, or a field with a computed name.
    Index,
    /// Takes every item.
    Iterate,
    /// Takes a part of an array or a string.
    Slice,
}

/// A function call.
#[derive(Clone, Debug)]
pub struct CallUse {
    /// The function's name.
    pub span: Span,
    /// The number of arguments.
    pub arity: usize,
    /// The function that is called.
    pub target: Target,
    /// The input of the function.
    pub input: Shape,
    /// The output of the function.
    pub output: Shape,
}

/// The target of a call.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// `true`, `false` or `null`.
    Constant,
    /// A built-in function.
    Builtin(&'static Function),
    /// A function or parameter that the program defines, given by the span of its name.
    Defined(Span),
    /// No function with that name and arity.
    Unknown,
}

/// A use of a variable.
#[derive(Clone, Debug)]
pub struct VariableUse {
    /// The name, including the `$`.
    pub span: Span,
    /// The origin of the variable.
    pub source: VariableSource,
    /// The value of the variable.
    pub shape: Shape,
}

/// The origin of a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariableSource {
    /// Bound in the program, at this span.
    Bound(Span),
    /// Predefined or from the environment.
    Global,
    /// Not defined.
    Unknown,
}

/// A use of a format.
#[derive(Clone, Copy, Debug)]
pub struct FormatUse {
    /// The name, including the `@`.
    pub span: Span,
    /// The format; `None` if no format has that name.
    pub format: Option<&'static Word>,
}

/// A type error that occurs at run time for all values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeClash {
    /// The operator, the step or the function's name.
    pub span: Span,
    /// The failing operation.
    pub kind: ClashKind,
    /// The types of the left operand, of the value that a step is applied to, or of a function's input or argument.
    pub found: Types,
}

/// The operation that fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClashKind {
    /// An operator; with the types of the right operand.
    Operator(Operator, Types),
    /// A field of a value without fields.
    Field,
    /// A position in a value without positions.
    Index,
    /// `[]` on a value that is neither array nor object.
    Iterate,
    /// `[from:to]` on a value that is neither array nor string.
    Slice,
    /// The input of a function or format that accepts these types.
    Input(Types),
    /// The argument of a function that accepts these types.
    Argument(Types),
    /// A sign before a value that is not a number.
    Sign,
    /// A key of an object that is not a string.
    Key,
}

/// A hyphenated name: `.a.b-c` means the field `b-c`, but jq parses `.a.b` minus the function `c`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hyphen {
    /// The whole name.
    pub span: Span,
    /// The name with the dot before it: the span that a fix replaces.
    pub replace: Span,
    /// The replacement.
    pub replacement: String,
}

/// A position where something can be written, with the context there.
#[derive(Clone, Debug)]
pub struct Site {
    /// White space where an expression is missing, a lone `.`, the name of a function or variable, or the position
    /// after the opening brace of an object.
    pub span: Span,
    /// The input at this position.
    pub input: Shape,
    /// Whether that input is the input of the program.
    pub at_root: bool,
    /// The names in scope; see [`Report::scope`].
    pub scope: Scope,
}

/// Identifies a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scope(pub(super) u32);

/// A name that a program binds.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The span of the name at its binding, including `$` for variables.
    pub span: Span,
    /// The kind of binding.
    pub kind: BoundKind,
    pub(super) outer: Scope,
}

/// What a name bound by a program refers to.
#[derive(Clone, Debug)]
pub enum BoundKind {
    /// A variable.
    Variable(Shape),
    /// A `$parameter` of a function: a variable that can also be called.
    Value(Shape),
    /// A function.
    Function {
        /// The parameters.
        params: Vec<Span>,
        /// The body.
        body: ExprId,
    },
    /// A filter argument, with the scope at the call; `None` while the definition itself is inferred.
    Filter(Option<(ExprId, Scope)>),
    /// A label, for `break`.
    Label,
}

impl Report {
    /// The steps from the head of the path to this use, inclusive.
    #[must_use]
    pub fn path(&self, one: &PathUse) -> &[Step] {
        self.steps.get(one.steps.0 as usize..one.steps.1 as usize).unwrap_or_default()
    }

    /// The name of the field that a step takes; `None` for other steps.
    #[must_use]
    pub fn field(&self, one: &PathUse) -> Option<&str> {
        match self.path(one).last()? {
            Step::Field(name) => Some(name),
            _ => None,
        }
    }

    /// The step that a cursor at this offset (bytes) touches; the innermost if there are several.
    #[must_use]
    pub fn use_at(&self, offset: usize) -> Option<&PathUse> {
        let touched = self.uses.iter().filter(|one| one.span.touches(offset));
        touched.min_by_key(|one| (one.span.len(), one.span.start() != offset))
    }

    /// The site that a cursor at this offset (bytes) touches; the innermost if there are several.
    #[must_use]
    pub fn site_at(&self, offset: usize) -> Option<&Site> {
        self.sites.iter().filter(|site| site.span.touches(offset)).min_by_key(|site| site.span.len())
    }

    /// The names in scope, innermost first. A name may occur more than once; the first shadows the others.
    pub fn scope(&self, scope: Scope) -> impl Iterator<Item = &Bound> {
        let at = |scope: Scope| scope.0.checked_sub(1).and_then(|index| self.bound.get(index as usize));
        std::iter::successors(at(scope), move |bound| at(bound.outer))
    }
}

impl TypeClash {
    /// The message: what is wrong and what to write instead.
    #[must_use]
    pub fn message(&self, program: &Program) -> String {
        let found = self.found;
        let token = program.slice(self.span);
        match &self.kind {
            ClashKind::Operator(Operator::Add, right) if is_text_and_number(found, *right) => {
                "`+` cannot add a string and a number; convert the number with `(… | tostring)`.".to_owned()
            }
            ClashKind::Operator(_, right) => format!("`{token}` cannot be applied to {found} and {right}."),
            ClashKind::Field => format!("`{token}` is read from {found}, which has no fields."),
            ClashKind::Index => format!("`{token}` is not a valid index of {found}."),
            ClashKind::Iterate => format!("`[]` iterates over arrays and objects; this is {found}."),
            ClashKind::Slice => format!("Only arrays and strings can be sliced; this is {found}."),
            ClashKind::Input(takes) => format!("`{token}` takes {takes}; this is {found}."),
            ClashKind::Argument(takes) => format!("This argument should be {takes}; it is {found}."),
            ClashKind::Key => format!("A key of an object must be a string; this is {found}."),
            ClashKind::Sign => format!("`{token}` applies to numbers; this is {found}."),
        }
    }
}

fn is_text_and_number(a: Types, b: Types) -> bool {
    (a, b) == (Types::STRING, Types::NUMBER) || (a, b) == (Types::NUMBER, Types::STRING)
}

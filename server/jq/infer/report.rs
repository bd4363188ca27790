//! What inference finds out about a program; every feature reads this one result.

use crate::jq::ast::{ExprId, Program};
use crate::jq::builtins::{Function, Word};
use crate::jq::lexer::Operator;
use crate::jq::types::{Shape, Types};
use crate::syntax::Span;

/// What is known of a program, given its input.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the program produces.
    pub output: Shape,
    /// Every step of every path, in the order of evaluation.
    pub uses: Vec<PathUse>,
    /// Every call of a function.
    pub calls: Vec<CallUse>,
    /// Every use of a variable.
    pub variables: Vec<VariableUse>,
    /// Every format.
    pub formats: Vec<FormatUse>,
    /// What must fail at run time.
    pub clashes: Vec<TypeClash>,
    /// Names with hyphens that jq reads as subtractions.
    pub hyphens: Vec<Hyphen>,
    /// Places where something can be written, and what is known there.
    pub sites: Vec<Site>,
    pub(super) steps: Vec<Step>,
    pub(super) bound: Vec<Bound>,
}

/// One step of a path.
#[derive(Clone, Debug)]
pub struct PathUse {
    /// The name, with its quotes if it has any; the brackets of `[0]`, `[]` and their like. Empty where a name is
    /// missing.
    pub span: Span,
    /// From the head of the path to the end of this step.
    pub path_span: Span,
    /// How the step is written.
    pub style: Style,
    /// Where the path begins.
    pub root: Root,
    /// What the step is applied to.
    pub before: Shape,
    /// What it leads to; `None` where `before` cannot have it.
    pub after: Option<Shape>,
    /// Whether its absence is provided for: under `?`, `try`, left of `//`, in `has`, left of an assignment.
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
    /// `[expr]`, where the expression is no string
    Index,
    /// `[]`
    Iterate,
    /// `[from:to]`
    Slice,
    /// `{name}`, which stands for `{name: .name}`
    Shorthand,
    /// `. as {name: $x}`
    Pattern,
    /// A string given to a function: `has("name")`, `getpath(["name"])`
    Argument,
}

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Root {
    /// At the input of the program.
    Input,
    /// At the input of a later stage of a pipe, or of a function's argument.
    Stage,
    /// At a variable.
    Variable(Span),
    /// At any other term.
    Term,
}

/// What a step of a path does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Takes a field of an object.
    Field(Box<str>),
    /// Takes an item by position, or a field whose name is computed.
    Index,
    /// Takes every item.
    Iterate,
    /// Takes a part of an array or a string.
    Slice,
}

/// One call of a function.
#[derive(Clone, Debug)]
pub struct CallUse {
    /// The function's name.
    pub span: Span,
    /// Number of arguments.
    pub arity: usize,
    /// What is called.
    pub target: Target,
    /// What the function is applied to.
    pub input: Shape,
    /// What it produces.
    pub output: Shape,
}

/// What a call calls.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// `true`, `false` or `null`.
    Constant,
    /// A built-in function.
    Builtin(&'static Function),
    /// A function or parameter that the program defines here.
    Defined(Span),
    /// Nothing of that name and arity.
    Unknown,
}

/// One use of a variable.
#[derive(Clone, Debug)]
pub struct VariableUse {
    /// The name, with its `$`.
    pub span: Span,
    /// What it names.
    pub source: VariableSource,
    /// What it holds.
    pub shape: Shape,
}

/// Where a variable comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariableSource {
    /// Bound here in the program.
    Bound(Span),
    /// From outside the program.
    Global,
    /// Nowhere.
    Unknown,
}

/// One format.
#[derive(Clone, Copy, Debug)]
pub struct FormatUse {
    /// The name, with its `@`.
    pub span: Span,
    /// The format; `None` where there is none of that name.
    pub format: Option<&'static Word>,
}

/// Something that must fail at run time, whatever the values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeClash {
    /// The operator, the step or the name of the function.
    pub span: Span,
    /// What fails.
    pub kind: ClashKind,
    /// The types of the left operand, of what a step is applied to, or of a function's input or argument.
    pub found: Types,
}

/// What fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClashKind {
    /// An operator between these types: the right one's.
    Operator(Operator, Types),
    /// A field of something that has none.
    Field,
    /// A position of something that has none.
    Index,
    /// `[]` of something that is neither array nor object.
    Iterate,
    /// `[from:to]` of something that is neither array nor string.
    Slice,
    /// The input of a function or a format, which takes these types.
    Input(Types),
    /// The argument of a function, which takes these types.
    Argument(Types),
    /// The sign before something that is no number.
    Sign,
}

/// `.a.b-c`: meant is the name `b-c`, read is `.a.b` minus a function `c`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hyphen {
    /// The whole name.
    pub span: Span,
    /// The name with the dot before it: what a fix replaces.
    pub replace: Span,
    /// What to write instead.
    pub replacement: String,
}

/// A place where something can be written, and what is known there.
#[derive(Clone, Debug)]
pub struct Site {
    /// White space where an expression is missing, a lone `.`, a name of a function or of a variable, or the place
    /// behind the brace of an object.
    pub span: Span,
    /// The input at this place.
    pub input: Shape,
    /// Whether that is the input of the program.
    pub at_root: bool,
    /// What is in scope here; see [`Report::scope`].
    pub scope: Scope,
}

/// Identifies what is in scope at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scope(pub(super) u32);

/// A name that a program binds.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Where it is bound; with `$` for variables.
    pub span: Span,
    /// What it is.
    pub kind: BoundKind,
    pub(super) outer: Scope,
}

/// What a program's own name stands for.
#[derive(Clone, Debug)]
pub enum BoundKind {
    /// A variable.
    Variable(Shape),
    /// A `$parameter` of a function: a variable that can be called too.
    Value(Shape),
    /// A function.
    Function {
        /// Its parameters.
        params: Vec<Span>,
        /// Its body.
        body: ExprId,
    },
    /// A filter given as an argument, with the scope that it was written in; `None` while the function is only read.
    Filter(Option<(ExprId, Scope)>),
    /// A label, for `break`.
    Label,
}

impl Report {
    /// The steps from the head of a path to this use of it.
    #[must_use]
    pub fn path(&self, one: &PathUse) -> &[Step] {
        self.steps.get(one.steps.0 as usize..one.steps.1 as usize).unwrap_or_default()
    }

    /// The name of the field that a step takes.
    #[must_use]
    pub fn field(&self, one: &PathUse) -> Option<&str> {
        match self.path(one).last()? {
            Step::Field(name) => Some(name),
            _ => None,
        }
    }

    /// The step that a cursor at this offset touches; the innermost where there are several.
    #[must_use]
    pub fn use_at(&self, offset: usize) -> Option<&PathUse> {
        let touched = self.uses.iter().filter(|one| one.span.touches(offset));
        touched.min_by_key(|one| (one.span.len(), one.span.start() != offset))
    }

    /// The site that a cursor at this offset touches; the innermost where there are several.
    #[must_use]
    pub fn site_at(&self, offset: usize) -> Option<&Site> {
        self.sites.iter().filter(|site| site.span.touches(offset)).min_by_key(|site| site.span.len())
    }

    /// The names in scope, innermost first. A name may come twice: the first hides the others.
    pub fn scope(&self, scope: Scope) -> impl Iterator<Item = &Bound> {
        let at = |scope: Scope| scope.0.checked_sub(1).and_then(|index| self.bound.get(index as usize));
        std::iter::successors(at(scope), move |bound| at(bound.outer))
    }
}

impl TypeClash {
    /// What is wrong and what to write instead, in a sentence or two.
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
            ClashKind::Sign => format!("`{token}` applies to numbers; this is {found}."),
        }
    }
}

fn is_text_and_number(a: Types, b: Types) -> bool {
    (a, b) == (Types::STRING, Types::NUMBER) || (a, b) == (Types::NUMBER, Types::STRING)
}

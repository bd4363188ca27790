//! The syntax tree of a program: an arena of expressions, each with its span.
//!
//! Chains (`a | b | c`, `a + b - c`, `.a.b.c`) are one node with many parts, so the tree is no deeper than the
//! program's nesting, which the parser limits (see [`super::parser::MAX_DEPTH`]). Walking it recursively is safe.

use super::lexer::{Operator, Token};
use crate::syntax::Span;
use std::borrow::Cow;
use std::fmt;

/// Identifies an expression within its [`Program`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExprId(pub(super) u32);

/// A parsed program: text, tokens, syntax tree and errors. Spans are byte offsets in the text.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) text: Box<str>,
    pub(super) tokens: Vec<Token>,
    pub(super) exprs: Vec<Expr>,
    pub(super) root: ExprId,
    pub(super) errors: Vec<ParseError>,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The kind of expression.
    pub kind: ExprKind,
    /// Its span; for [`ExprKind::Error`], the white space where an expression is missing.
    pub span: Span,
}

/// Kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Missing or invalid.
    Error,
    /// `.`; empty span as the head of `.name`.
    Identity,
    /// `..`
    Recurse,
    /// A number.
    Number,
    /// `"text \(expr)"`, `@format "text"`
    Text(Text),
    /// `@format` as a filter.
    Format,
    /// `$name`
    Variable,
    /// `name` or `name(a; b)`
    Call {
        /// The function's name.
        name: Span,
        /// Its arguments.
        args: Vec<ExprId>,
    },
    /// `[expr]`, `[]`
    Array(Option<ExprId>),
    /// `{…}`
    Object(Vec<ObjectEntry>),
    /// `(expr)`
    Group(ExprId),
    /// `-expr`, `+expr`
    Signed {
        /// The first sign.
        sign: Span,
        /// The operand.
        operand: ExprId,
    },
    /// A term followed by path steps: `.a`, `["b"]`, `[0]`, `[1:2]`, `[]`, `?`.
    Path {
        /// The term at the start.
        head: ExprId,
        /// At least one step.
        steps: Vec<PathStep>,
    },
    /// `a | b`, and constructs whose scope reaches to the end of a pipe: `as`, `def`, `label`.
    Pipe(Vec<Stage>),
    /// `a, b`
    Comma(Vec<ExprId>),
    /// A chain of operators of one precedence; right-associative for `//`, otherwise left-associative.
    Binary {
        /// The first operand.
        first: ExprId,
        /// The operators and operands that follow; at least one.
        rest: Vec<Operand>,
    },
    /// `if a then b elif c then d else e end`
    If {
        /// Pairs of condition and `then` body.
        branches: Vec<(ExprId, ExprId)>,
        /// The `else` body.
        otherwise: Option<ExprId>,
    },
    /// `try a catch b`
    Try {
        /// The body.
        body: ExprId,
        /// The `catch` body.
        handler: Option<ExprId>,
    },
    /// `reduce source as patterns (init; update)`
    Reduce {
        /// The source and its patterns.
        binding: Binding,
        /// The initial state.
        init: ExprId,
        /// Computes the next state.
        update: ExprId,
    },
    /// `foreach source as patterns (init; update; extract)`
    Foreach {
        /// The source and its patterns.
        binding: Binding,
        /// The initial state.
        init: ExprId,
        /// Computes the next state.
        update: ExprId,
        /// Computes the output for a state.
        extract: Option<ExprId>,
    },
    /// `break $label`, with the label's span.
    Break(Span),
}

/// A string.
#[derive(Clone, Debug)]
pub struct Text {
    /// The `@format` before it.
    pub format: Option<Span>,
    /// Its span, including the quotes.
    pub span: Span,
    /// Whether the closing quote is present.
    pub closed: bool,
    /// The parts between the quotes.
    pub parts: Vec<TextPart>,
}

/// A part of a string.
#[derive(Clone, Copy, Debug)]
pub enum TextPart {
    /// Literal text and escapes.
    Text(Span),
    /// `\(expr)`
    Interpolation(ExprId),
}

/// One step of a path.
#[derive(Clone, Debug)]
pub struct PathStep {
    /// The kind of step.
    pub kind: StepKind,
    /// Its span, including the dot or brackets.
    pub span: Span,
}

/// Kinds of steps.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// `.name`, with the name's span, which is empty if the name is missing.
    Field(Span),
    /// `."name"`
    Quoted(ExprId),
    /// `[expr]`
    Index(ExprId),
    /// `[from:to]`
    Slice(Option<ExprId>, Option<ExprId>),
    /// `[]`
    Iterate,
    /// `?`, which suppresses the errors of everything before it in the path.
    Try,
}

/// One stage of a pipe.
#[derive(Clone, Debug)]
pub enum Stage {
    /// An expression whose output is the next stage's input.
    Expr(ExprId),
    /// `source as patterns |`, which binds variables for the rest of the pipe.
    Bind(Binding),
    /// `label $name |`, with the variable's span.
    Label(Span),
    /// `def name(params): body;`
    Def(Box<Definition>),
}

/// `source as pattern ?// pattern`
#[derive(Clone, Debug)]
pub struct Binding {
    /// The expression that produces the values.
    pub source: ExprId,
    /// The destructuring patterns; several are alternatives.
    pub patterns: Vec<Pattern>,
}

/// A destructuring pattern.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Invalid.
    Error,
    /// `$name`
    Variable(Span),
    /// `[a, b]`
    Array(Vec<Pattern>),
    /// `{a: b}`
    Object(Vec<(ObjectKey, Option<Pattern>)>),
}

/// `def name(params): body;`
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its span, from `def` to `;`.
    pub span: Span,
    /// The function's name; empty if missing.
    pub name: Span,
    /// The parameters; those with a `$` are values, the others filters.
    pub params: Vec<Span>,
    /// The body.
    pub body: ExprId,
}

/// One entry of an object.
#[derive(Clone, Debug)]
pub struct ObjectEntry {
    /// The key.
    pub key: ObjectKey,
    /// The value; `None` for the short forms `{a}`, `{$a}`, `{"a"}`.
    pub value: Option<ExprId>,
    /// The span of the whole entry.
    pub span: Span,
}

/// The key of an entry of an object or an object pattern.
#[derive(Clone, Copy, Debug)]
pub enum ObjectKey {
    /// `name`, which may be a keyword.
    Name(Span),
    /// `$name`
    Variable(Span),
    /// `"text"`, `@format "text"`
    Text(ExprId),
    /// `(expr)`
    Expr(ExprId),
    /// Missing or invalid; the white space or token in its place.
    Error(Span),
}

/// An operator and the operand after it.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// The operator.
    pub operator: Operator,
    /// The operator's span.
    pub span: Span,
    /// The operand.
    pub expr: ExprId,
}

/// A syntax error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The invalid text; empty if something is missing.
    pub span: Span,
    /// The kind of error.
    pub kind: ParseErrorKind,
}

/// Kinds of syntax errors; `Display` gives the message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParseErrorKind {
    /// An expression is missing.
    MissingExpression,
    /// A name is missing after `.`, `$`, `@` or `def`.
    MissingName,
    /// A keyword or punctuation is missing.
    Missing(&'static str),
    /// A bracket, a string or an `if` lacks this closing token.
    Unclosed(&'static str),
    /// A token that is not valid here.
    Unexpected(Box<str>),
    /// An expression directly after another, without an operator.
    Juxtaposed(Box<str>),
    /// Operators that do not associate: `a < b < c`.
    Chained(Box<str>),
    /// An operator in an object's value: `{a: 1 + 2}`.
    ObjectValue,
    /// A key that needs quotes or parentheses.
    ObjectKey,
    /// An invalid escape: `\x`.
    BadEscape,
    /// `?//` where `? //` is meant: `.a?//b`.
    CrowdedAlternative,
    /// Nested deeper than [`super::parser::MAX_DEPTH`].
    TooDeep,
    /// Longer than [`super::parser::MAX_BYTES`].
    TooLong,
    /// `import`, `include`, `module`
    Module,
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingExpression => f.write_str("An expression is missing here."),
            Self::MissingName => f.write_str("A name is missing here."),
            Self::Missing(what) => write!(f, "`{what}` is missing here."),
            Self::Unclosed(close) => write!(f, "This is never closed; `{close}` is missing."),
            Self::Unexpected(token) => write!(f, "Unexpected `{token}`."),
            Self::Juxtaposed(token) => {
                write!(f, "`{token}` follows a complete expression; join the two with `|` or an operator.")
            }
            Self::Chained(operator) => {
                write!(f, "`{operator}` cannot follow another operator of its kind; add parentheses.")
            }
            Self::ObjectValue => f.write_str("Put parentheses around this value: `{key: (…)}`."),
            Self::ObjectKey => f.write_str("This key needs quotes, or parentheses around an expression."),
            Self::BadEscape => f.write_str("This is not a valid escape; write `\\\\` for a backslash."),
            Self::CrowdedAlternative => f.write_str("jq reads `?//` as one operator; write `? //`."),
            Self::TooDeep => f.write_str("This is nested too deeply to be read."),
            Self::TooLong => f.write_str("This program is too long to be read."),
            Self::Module => f.write_str("Modules cannot be loaded here."),
        }
    }
}

impl Program {
    /// The program's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All tokens, including comments.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The expression of the whole program.
    #[must_use]
    pub fn root(&self) -> ExprId {
        self.root
    }

    /// The expression with this id. Ids are only valid for the program they come from.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// All expressions; children precede their parents.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }

    /// The syntax errors, in the order they were found.
    #[must_use]
    pub fn errors(&self) -> &[ParseError] {
        &self.errors
    }

    /// The text at a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The value of a string literal without interpolations; `None` for any other expression.
    #[must_use]
    pub fn literal(&self, id: ExprId) -> Option<Cow<'_, str>> {
        match &self.expr(id).kind {
            ExprKind::Text(text) => self.text_literal(text),
            ExprKind::Group(inner) => match &self.expr(*inner).kind {
                ExprKind::Text(text) => self.text_literal(text),
                _ => None,
            },
            _ => None,
        }
    }

    fn text_literal(&self, text: &Text) -> Option<Cow<'_, str>> {
        match text.parts.as_slice() {
            [] => Some(Cow::Borrowed("")),
            [TextPart::Text(span)] => Some(unescape(self.slice(*span))),
            _ => None,
        }
    }
}

/// Decodes the escapes of a [`super::lexer::TokenKind::StringText`].
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let escape = chars.next();
        rest = chars.as_str();
        match escape {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => rest = unescape_unicode(rest, &mut out),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes four hexadecimal digits, or eight for a surrogate pair; returns the rest of the text.
fn unescape_unicode<'a>(text: &'a str, out: &mut String) -> &'a str {
    let unit = |text: &str| text.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(high) = unit(text) else { return text };
    let rest = text.get(4..).unwrap_or_default();
    let low = rest.strip_prefix("\\u").and_then(unit);
    if let Some(low) = low
        && let Some(Ok(char)) = char::decode_utf16([high, low]).next()
        && char.len_utf16() == 2
    {
        out.push(char);
        return rest.get(6..).unwrap_or_default();
    }
    out.push(char::from_u32(u32::from(high)).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

//! The tree of a program: an arena of expressions, each with the bytes it was read from.
//!
//! Chains (`a | b | c`, `a + b - c`, `.a.b.c`) are one node with many parts, so the tree is never deeper than the
//! program is nested, which the parser bounds (see [`super::parser::MAX_DEPTH`]): walking it by recursion is safe.

use super::lexer::{Operator, Token};
use crate::syntax::Span;
use std::borrow::Cow;
use std::fmt;

/// Identifies an expression within its [`Program`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExprId(pub(super) u32);

/// A program as read: the text, its tokens, the tree, and what is wrong with it. Spans are bytes of that text.
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
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes; for [`ExprKind::Error`] the white space where an expression should stand.
    pub span: Span,
}

/// Kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Missing or unreadable.
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
        /// What it applies to.
        operand: ExprId,
    },
    /// A term and what follows it: `.a`, `["b"]`, `[0]`, `[1:2]`, `[]`, `?`.
    Path {
        /// The term.
        head: ExprId,
        /// At least one step.
        steps: Vec<PathStep>,
    },
    /// `a | b`, and everything whose scope reaches to the end of a pipe: `as`, `def`, `label`.
    Pipe(Vec<Stage>),
    /// `a, b`
    Comma(Vec<ExprId>),
    /// A chain of operators of one precedence; right-associative for `//`, otherwise left-associative.
    Binary {
        /// The first operand.
        first: ExprId,
        /// The operators and operands after it; at least one.
        rest: Vec<Operand>,
    },
    /// `if a then b elif c then d else e end`
    If {
        /// Conditions and what follows `then`.
        branches: Vec<(ExprId, ExprId)>,
        /// What follows `else`.
        otherwise: Option<ExprId>,
    },
    /// `try a catch b`
    Try {
        /// What is tried.
        body: ExprId,
        /// What handles the error.
        handler: Option<ExprId>,
    },
    /// `reduce source as patterns (init; update)`
    Reduce {
        /// What is iterated and how it is named.
        binding: Binding,
        /// The first state.
        init: ExprId,
        /// From one state to the next.
        update: ExprId,
    },
    /// `foreach source as patterns (init; update; extract)`
    Foreach {
        /// What is iterated and how it is named.
        binding: Binding,
        /// The first state.
        init: ExprId,
        /// From one state to the next.
        update: ExprId,
        /// What is emitted for a state.
        extract: Option<ExprId>,
    },
    /// `break $label`, with the label's span.
    Break(Span),
}

/// A string.
#[derive(Clone, Debug)]
pub struct Text {
    /// `@format` before it.
    pub format: Option<Span>,
    /// From quote to quote.
    pub span: Span,
    /// Whether the closing quote is there.
    pub closed: bool,
    /// What stands between the quotes.
    pub parts: Vec<TextPart>,
}

/// A part of a string.
#[derive(Clone, Copy, Debug)]
pub enum TextPart {
    /// Characters and escapes.
    Text(Span),
    /// `\(expr)`
    Interpolation(ExprId),
}

/// One step of a path.
#[derive(Clone, Debug)]
pub struct PathStep {
    /// What it does.
    pub kind: StepKind,
    /// Its bytes, dot or brackets included.
    pub span: Span,
}

/// Kinds of steps.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// `.name`, with the name's span; empty where the name is missing.
    Field(Span),
    /// `."name"`
    Quoted(ExprId),
    /// `[expr]`
    Index(ExprId),
    /// `[from:to]`
    Slice(Option<ExprId>, Option<ExprId>),
    /// `[]`
    Iterate,
    /// `?`: errors of everything before it are silent.
    Try,
}

/// One stage of a pipe.
#[derive(Clone, Debug)]
pub enum Stage {
    /// An expression whose output is the next stage's input.
    Expr(ExprId),
    /// `source as patterns |`: names for the rest of the pipe.
    Bind(Binding),
    /// `label $name |`, with the variable's span.
    Label(Span),
    /// `def name(params): body;`
    Def(Box<Definition>),
}

/// `source as pattern ?// pattern`
#[derive(Clone, Debug)]
pub struct Binding {
    /// Where the values come from.
    pub source: ExprId,
    /// How they are taken apart; several are alternatives.
    pub patterns: Vec<Pattern>,
}

/// How a value is taken apart.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Unreadable.
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
    /// From `def` to `;`.
    pub span: Span,
    /// The function's name; empty where it is missing.
    pub name: Span,
    /// Parameters; those that begin with `$` are values, the others filters.
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
    /// The whole entry.
    pub span: Span,
}

/// The key of an object's entry or of an object pattern's.
#[derive(Clone, Copy, Debug)]
pub enum ObjectKey {
    /// `name`, also a keyword.
    Name(Span),
    /// `$name`
    Variable(Span),
    /// `"text"`, `@format "text"`
    Text(ExprId),
    /// `(expr)`
    Expr(ExprId),
    /// Missing or unreadable; the white space or token where it should stand.
    Error(Span),
}

/// An operator and the operand after it.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// The operator.
    pub operator: Operator,
    /// The operator's bytes.
    pub span: Span,
    /// The operand.
    pub expr: ExprId,
}

/// One place where the text is no jq.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The offending bytes; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub kind: ParseErrorKind,
}

/// Kinds of syntax errors; `Display` says them in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParseErrorKind {
    /// An expression is missing.
    MissingExpression,
    /// A name is missing after `.`, `$`, `@` or `def`.
    MissingName,
    /// A word or sign is missing.
    Missing(&'static str),
    /// A bracket, a string or an `if` is not closed by this.
    Unclosed(&'static str),
    /// A token that fits nothing here.
    Unexpected(Box<str>),
    /// An expression right behind another.
    Juxtaposed(Box<str>),
    /// `a < b < c`
    Chained(Box<str>),
    /// `{a: 1 + 2}`
    ObjectValue,
    /// A key that needs quotes or parentheses.
    ObjectKey,
    /// `\x`
    BadEscape,
    /// `.a?//b`
    CrowdedAlternative,
    /// Deeper than [`super::parser::MAX_DEPTH`].
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
    /// The text, as given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every token, comments included.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The whole program.
    #[must_use]
    pub fn root(&self) -> ExprId {
        self.root
    }

    /// The expression with this id. Ids are only meaningful for the program that made them.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// Every expression, inner ones before those that hold them.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }

    /// Where the text is no jq, in the order found.
    #[must_use]
    pub fn errors(&self) -> &[ParseError] {
        &self.errors
    }

    /// The text under a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The characters of a string without interpolation; `None` for any other expression.
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

/// What the escapes of a run of [`super::lexer::TokenKind::StringText`] stand for.
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

/// Four hexadecimal digits, or a surrogate pair's eight; gives what follows them.
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

//! A recursive-descent parser with error recovery: incomplete programs give a tree of what is present, with one error
//! where something is missing.
//!
//! The grammar is the union of jq 1.6, jq 1.7 and gojq. Precedence, loosest first: `|` (and the bodies of `def`,
//! `as`, `label`), `,`, `//`, assignments, `or`, `and`, comparisons, `+ -`, `* / %`.

mod object;
mod pattern;
mod term;

use super::ast::{Definition, Expr, ExprId, ExprKind, Operand, ParseError, ParseErrorKind, Program, Stage};
use super::lexer::{Keyword, Operator, Token, TokenKind, lex};
use crate::syntax::Span;

/// Maximum nesting depth of brackets, strings and bodies. Bounds the call stack of everything that walks the tree.
pub(crate) const MAX_DEPTH: usize = 128;

/// Maximum number of errors reported per program.
const MAX_ERRORS: usize = 32;

/// Longer programs (bytes) are not parsed. Real programs have a few hundred bytes; the limit bounds time (about 10
/// ms) and memory (about 10 MiB).
pub(crate) const MAX_BYTES: usize = 128 << 10;

/// Parses a program. Never fails: every text gives a tree and [`Program::errors`]. Linear in the length of the text.
#[must_use]
pub(crate) fn parse(text: &str) -> Program {
    if text.len() > MAX_BYTES {
        let span = Span::new(0, text.len());
        let exprs = vec![Expr { kind: ExprKind::Error, span }];
        let errors = vec![ParseError { span, kind: ParseErrorKind::TooLong }];
        return Program { text: text.into(), tokens: Vec::new(), exprs, root: ExprId(0), errors };
    }
    let tokens = lex(text);
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        previous_end: 0,
        exprs: Vec::with_capacity(tokens.len() / 2 + 1),
        errors: Vec::new(),
        silent_at: None,
        juxtaposed: false,
        stopped: false,
        depth: 0,
        open: Vec::new(),
        commas: true,
    };
    parser.skip_comments();
    parser.modules();
    // An empty program is valid and equals `.`.
    parser.silent_at = (tokens.len() == parser.at && parser.errors.is_empty()).then_some(parser.at);
    let root = parser.pipe();
    let Parser { exprs, errors, .. } = parser;
    Program { text: text.into(), tokens, exprs, root, errors }
}

/// The open constructs around the current token, to tell a closing token from a stray one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Paren,
    Arguments,
    Interpolation,
    Array,
    Index,
    Brace,
    If,
    Try,
    Definition,
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// The index of the next token that is not a comment.
    at: usize,
    /// The end of the last consumed token (bytes).
    previous_end: usize,
    exprs: Vec<Expr>,
    errors: Vec<ParseError>,
    /// The token at which an error was reported; further errors there are suppressed.
    silent_at: Option<usize>,
    /// Whether [`ParseErrorKind::Juxtaposed`] was reported: in prose, every word would be an error.
    juxtaposed: bool,
    /// Whether parsing stopped at [`MAX_DEPTH`].
    stopped: bool,
    depth: usize,
    open: Vec<Open>,
    /// Whether `,` joins expressions here; it does not in the values of an object.
    commas: bool,
}

impl Parser<'_> {
    fn kind(&self) -> Option<TokenKind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    /// The kind of the token `count` after the next, skipping comments.
    fn ahead(&self, count: usize) -> Option<TokenKind> {
        let rest = self.tokens.get(self.at..).unwrap_or_default().iter();
        rest.map(|token| token.kind).filter(|&kind| kind != TokenKind::Comment).nth(count)
    }

    /// The span of the next token; empty at the end of the text.
    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or(Span::at(self.text.len()), |token| token.span)
    }

    fn skip_comments(&mut self) {
        while self.kind() == Some(TokenKind::Comment) {
            self.at += 1;
        }
    }

    fn bump(&mut self) -> Span {
        let span = self.span();
        self.previous_end = span.end();
        self.at += 1;
        self.skip_comments();
        span
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        (self.kind() == Some(kind)).then(|| self.bump())
    }

    fn at_keyword(&self, keyword: Keyword) -> bool {
        self.kind() == Some(TokenKind::Keyword(keyword))
    }

    fn eat_keyword(&mut self, keyword: Keyword) -> Option<Span> {
        self.eat(TokenKind::Keyword(keyword))
    }

    /// Consumes a token or reports it as missing under `name`.
    fn expect(&mut self, kind: TokenKind, name: &'static str) -> bool {
        let found = self.eat(kind).is_some();
        if !found {
            self.error(Span::at(self.previous_end), ParseErrorKind::Missing(name));
        }
        found
    }

    /// Consumes the closing token of `opener`, or reports `opener` as unclosed.
    fn close(&mut self, kind: TokenKind, name: &'static str, opener: Span) {
        if self.eat(kind).is_none() {
            self.error(opener, ParseErrorKind::Unclosed(name));
        }
    }

    /// Reports an error, unless one was already reported at this token, or at the last token before the end of the
    /// text (an incomplete program).
    fn error(&mut self, span: Span, kind: ParseErrorKind) {
        let half_typed = self.kind().is_none()
            && self.errors.last().is_some_and(|last| last.span.end() == self.previous_end);
        if self.stopped || half_typed || self.silent_at == Some(self.at) || self.errors.len() >= MAX_ERRORS {
            return;
        }
        self.silent_at = Some(self.at);
        self.errors.push(ParseError { span, kind });
    }

    fn push(&mut self, kind: ExprKind, start: usize) -> ExprId {
        let end = self.previous_end.max(start);
        self.push_spanned(kind, Span::new(start, end))
    }

    fn push_spanned(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.exprs.push(Expr { kind, span });
        ExprId(self.exprs.len() as u32 - 1)
    }

    /// A missing expression: the white space between the surrounding tokens.
    fn missing(&mut self) -> ExprId {
        self.error(Span::at(self.previous_end), ParseErrorKind::MissingExpression);
        let hole = Span::new(self.previous_end, self.span().start());
        self.push_spanned(ExprKind::Error, hole)
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Runs `read` one level deeper, or stops parsing at [`MAX_DEPTH`].
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.error(self.span(), ParseErrorKind::TooDeep);
            self.stopped = true;
            self.at = self.tokens.len();
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    /// Runs `read` between brackets or keywords, where `,` joins expressions again.
    fn within<T>(&mut self, open: Open, read: impl FnOnce(&mut Self) -> T) -> T {
        let commas = std::mem::replace(&mut self.commas, true);
        self.open.push(open);
        let result = read(self);
        self.open.pop();
        self.commas = commas;
        result
    }

    /// `module …;`, `import …;` and `include …;` at the start of a program.
    fn modules(&mut self) {
        while let Some(TokenKind::Keyword(Keyword::Module | Keyword::Import | Keyword::Include)) = self.kind()
        {
            let start = self.span().start();
            self.error(self.span(), ParseErrorKind::Module);
            while !matches!(self.kind(), None | Some(TokenKind::Semicolon)) {
                self.bump();
            }
            self.eat(TokenKind::Semicolon);
            if let Some(error) = self.errors.last_mut().filter(|error| error.span.start() == start) {
                error.span = Span::new(start, self.previous_end);
            }
        }
    }

    /// Parses a whole pipe, up to a closing token or the end of the text.
    fn pipe(&mut self) -> ExprId {
        let start = self.span().start();
        self.pipe_from(Vec::new(), start)
    }

    fn pipe_from(&mut self, stages: Vec<Stage>, start: usize) -> ExprId {
        match self.deeper(|parser| parser.stages(stages, start)) {
            Some(expr) => expr,
            None => self.push(ExprKind::Error, start),
        }
    }

    fn stages(&mut self, mut stages: Vec<Stage>, start: usize) -> ExprId {
        loop {
            match self.stage() {
                stage @ Stage::Def(_) => {
                    stages.push(stage);
                    // A program may consist of definitions alone.
                    if self.kind().is_none() && self.open.is_empty() {
                        break;
                    }
                    continue;
                }
                stage @ (Stage::Bind(_) | Stage::Label(_)) => {
                    stages.push(stage);
                    if self.expect(TokenKind::Pipe, "|") {
                        continue;
                    }
                }
                stage @ Stage::Expr(_) => stages.push(stage),
            }
            if self.eat(TokenKind::Pipe).is_none() && self.pipe_ends() {
                break;
            }
        }
        match stages.as_slice() {
            [Stage::Expr(only)] => *only,
            _ => self.push(ExprKind::Pipe(stages), start),
        }
    }

    fn stage(&mut self) -> Stage {
        match self.kind() {
            Some(TokenKind::Keyword(Keyword::Def)) => return Stage::Def(Box::new(self.definition())),
            Some(TokenKind::Keyword(Keyword::Label)) => {
                self.bump();
                return Stage::Label(self.variable_name());
            }
            _ => {}
        }
        let start = self.span().start();
        let first = self.unary();
        if self.at_keyword(Keyword::As) {
            return Stage::Bind(self.binding(first));
        }
        let first = self.binary(first, start, LOOSEST);
        if !self.commas || self.kind() != Some(TokenKind::Comma) {
            return Stage::Expr(first);
        }
        let mut items = vec![first];
        while self.eat(TokenKind::Comma).is_some() {
            let start = self.span().start();
            let operand = self.operand();
            items.push(self.binary(operand, start, LOOSEST));
        }
        Stage::Expr(self.push(ExprKind::Comma(items), start))
    }

    /// Whether the pipe ends at the next token. Otherwise, that token is not valid here: it is reported, and skipped
    /// unless it can start an expression.
    fn pipe_ends(&mut self) -> bool {
        let Some(kind) = self.kind() else { return true };
        if self.closes(kind) || !self.commas && self.at_next_entry(kind) {
            return true;
        }
        let span = self.span();
        let text: Box<str> = self.slice(span).into();
        if !begins_expression(kind) {
            self.error(span, ParseErrorKind::Unexpected(text));
            self.bump();
            self.silent_at = Some(self.at);
            return self.eat(TokenKind::Pipe).is_none() && self.pipe_ends_quietly();
        }
        if !std::mem::replace(&mut self.juxtaposed, true) {
            self.error(span, ParseErrorKind::Juxtaposed(text));
        }
        false
    }

    fn pipe_ends_quietly(&self) -> bool {
        self.kind().is_none_or(|kind| self.closes(kind))
    }

    /// Whether the next entry of an object starts here after a missing comma.
    fn at_next_entry(&self, kind: TokenKind) -> bool {
        let name = matches!(kind, TokenKind::Identifier | TokenKind::Keyword(_) | TokenKind::Variable);
        name && self.ahead(1) == Some(TokenKind::Colon)
    }

    /// Whether an open construct is waiting for this token.
    fn closes(&self, kind: TokenKind) -> bool {
        let waits = |opens: &[Open]| self.open.iter().any(|open| opens.contains(open));
        match kind {
            TokenKind::ParenClose => waits(&[Open::Paren, Open::Arguments]),
            TokenKind::InterpolationClose => waits(&[Open::Interpolation]),
            TokenKind::StringText | TokenKind::BadEscape | TokenKind::StringClose => true,
            TokenKind::BracketClose => waits(&[Open::Array, Open::Index]),
            TokenKind::BraceClose => waits(&[Open::Brace]),
            TokenKind::Comma => !self.commas,
            TokenKind::Semicolon => waits(&[Open::Arguments, Open::Definition]),
            TokenKind::Colon => waits(&[Open::Index]),
            TokenKind::Keyword(Keyword::Then | Keyword::Elif | Keyword::Else | Keyword::End) => {
                waits(&[Open::If])
            }
            TokenKind::Keyword(Keyword::Catch) => waits(&[Open::Try]),
            _ => false,
        }
    }

    /// An operand of an operator. `def`, `label` and `as` extend as far right as possible.
    fn operand(&mut self) -> ExprId {
        if let Some(TokenKind::Keyword(Keyword::Def | Keyword::Label)) = self.kind() {
            return self.pipe();
        }
        let start = self.span().start();
        let term = self.unary();
        if !self.at_keyword(Keyword::As) {
            return term;
        }
        let stage = Stage::Bind(self.binding(term));
        if self.expect(TokenKind::Pipe, "|") {
            return self.pipe_from(vec![stage], start);
        }
        self.push(ExprKind::Pipe(vec![stage]), start)
    }

    /// Parses the operators after `left` with a precedence of at least `least`.
    fn binary(&mut self, mut left: ExprId, start: usize, least: u8) -> ExprId {
        while let Some((operator, level)) = self.operator()
            && level >= least
        {
            let mut rest = Vec::new();
            let mut next = Some(operator);
            while let Some(operator) = next {
                if rest.len() == 1 && matches!(level, ASSIGNMENT | COMPARISON) {
                    let text: Box<str> = self.slice(self.span()).into();
                    self.error(self.span(), ParseErrorKind::Chained(text));
                }
                let span = self.bump();
                let start = self.span().start();
                let operand = self.operand();
                let expr = self.binary(operand, start, level + 1);
                rest.push(Operand { operator, span, expr });
                next = self.operator().filter(|next| next.1 == level).map(|next| next.0);
            }
            left = self.push(ExprKind::Binary { first: left, rest }, start);
        }
        left
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let operator = match self.kind()? {
            TokenKind::Operator(operator) => operator,
            TokenKind::Keyword(Keyword::And) => Operator::And,
            TokenKind::Keyword(Keyword::Or) => Operator::Or,
            // Reported at the end of the preceding term.
            TokenKind::PatternAlternative => Operator::Alternative,
            _ => return None,
        };
        Some((operator, level(operator)))
    }

    /// `def name(params): body;`
    fn definition(&mut self) -> Definition {
        let start = self.bump().start();
        let name = self.eat(TokenKind::Identifier).unwrap_or_else(|| {
            self.error(Span::at(self.previous_end), ParseErrorKind::MissingName);
            Span::at(self.previous_end)
        });
        let mut params = Vec::new();
        if let Some(opener) = self.eat(TokenKind::ParenOpen) {
            loop {
                match self.kind() {
                    Some(TokenKind::Identifier) => params.push(self.bump()),
                    Some(TokenKind::Variable) => params.push(self.variable_name()),
                    _ => {
                        self.error(Span::at(self.previous_end), ParseErrorKind::MissingName);
                        break;
                    }
                }
                if self.eat(TokenKind::Semicolon).is_none() {
                    break;
                }
            }
            self.close(TokenKind::ParenClose, ")", opener);
        }
        self.expect(TokenKind::Colon, ":");
        let body = self.within(Open::Definition, Self::pipe);
        self.expect(TokenKind::Semicolon, ";");
        Definition { span: Span::new(start, self.previous_end), name, params, body }
    }
}

const LOOSEST: u8 = 1;
const ASSIGNMENT: u8 = 2;
const COMPARISON: u8 = 5;

/// The precedence of an operator, loosest first.
fn level(operator: Operator) -> u8 {
    use Operator as O;
    match operator {
        O::Alternative => LOOSEST,
        O::Assign
        | O::Update
        | O::AddUpdate
        | O::SubtractUpdate
        | O::MultiplyUpdate
        | O::DivideUpdate
        | O::RemainderUpdate
        | O::AlternativeUpdate => ASSIGNMENT,
        O::Or => 3,
        O::And => 4,
        O::Equal | O::NotEqual | O::Less | O::LessEqual | O::Greater | O::GreaterEqual => COMPARISON,
        O::Add | O::Subtract => 6,
        O::Multiply | O::Divide | O::Remainder => 7,
    }
}

/// Whether an expression can start with this token.
fn begins_expression(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Number
        | TokenKind::Identifier
        | TokenKind::Field
        | TokenKind::Variable
        | TokenKind::Format
        | TokenKind::Dot
        | TokenKind::DotDot
        | TokenKind::StringOpen
        | TokenKind::ParenOpen
        | TokenKind::BracketOpen
        | TokenKind::BraceOpen => true,
        TokenKind::Keyword(keyword) => matches!(
            keyword,
            Keyword::If
                | Keyword::Try
                | Keyword::Reduce
                | Keyword::Foreach
                | Keyword::Def
                | Keyword::Label
                | Keyword::Break
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

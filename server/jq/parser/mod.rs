//! Tokens → tree. A recursive-descent parser that recovers: half-typed text gives the tree of what is there, with one
//! error where something is missing.
//!
//! The grammar is the union of jq 1.6, jq 1.7 and gojq (`spec §8.3`). Precedence, loosest first: `|` (and the bodies
//! of `def`, `as`, `label`), `,`, `//`, assignments, `or`, `and`, comparisons, `+ -`, `* / %`.

mod object;
mod pattern;
mod term;

use super::ast::{Definition, Expr, ExprId, ExprKind, Operand, ParseError, ParseErrorKind, Program, Stage};
use super::lexer::{Keyword, Operator, Token, TokenKind, lex};
use crate::syntax::Span;

/// How deeply brackets, strings and bodies may nest. Bounds the call stack of everything that walks the tree.
pub const MAX_DEPTH: usize = 128;

/// More errors than this help nobody.
const MAX_ERRORS: usize = 32;

/// Programs longer than this (bytes) are not read. Real ones have some hundred; the limit bounds time (some 10 ms) and
/// memory (some 10 MiB).
pub const MAX_BYTES: usize = 128 << 10;

/// Reads a program. Never fails: any text gives a tree, with [`Program::errors`] beside it. Takes time linear in the
/// length of the text.
#[must_use]
pub fn parse(text: &str) -> Program {
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
    // An empty program is legal: it is `.`.
    parser.silent_at = (tokens.len() == parser.at && parser.errors.is_empty()).then_some(parser.at);
    let root = parser.pipe();
    let Parser { exprs, errors, .. } = parser;
    Program { text: text.into(), tokens, exprs, root, errors }
}

/// What is open around the cursor, so that a closing token can be told from a stray one.
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
    /// Index of the next token that is no comment.
    at: usize,
    /// Where the last token that was read ends (bytes).
    previous_end: usize,
    exprs: Vec<Expr>,
    errors: Vec<ParseError>,
    /// The token at which an error was reported: one mistake, one error.
    silent_at: Option<usize>,
    /// Whether [`ParseErrorKind::Juxtaposed`] was reported: in prose every word would be.
    juxtaposed: bool,
    /// Whether reading stopped at [`MAX_DEPTH`].
    stopped: bool,
    depth: usize,
    open: Vec<Open>,
    /// Whether `,` joins expressions here; not in the values of an object.
    commas: bool,
}

impl Parser<'_> {
    fn kind(&self) -> Option<TokenKind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    /// The kind of the token `count` after the next, comments skipped.
    fn ahead(&self, count: usize) -> Option<TokenKind> {
        let rest = self.tokens.get(self.at..).unwrap_or_default().iter();
        rest.map(|token| token.kind).filter(|&kind| kind != TokenKind::Comment).nth(count)
    }

    /// Span of the next token; empty at the end of the text.
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

    /// Reads a token or reports that it is missing; `name` is how it is written.
    fn expect(&mut self, kind: TokenKind, name: &'static str) -> bool {
        let found = self.eat(kind).is_some();
        if !found {
            self.error(Span::at(self.previous_end), ParseErrorKind::Missing(name));
        }
        found
    }

    /// Reads what closes `opener`, or reports that it is never closed.
    fn close(&mut self, kind: TokenKind, name: &'static str, opener: Span) {
        if self.eat(kind).is_none() {
            self.error(opener, ParseErrorKind::Unclosed(name));
        }
    }

    /// Reports an error, unless one was reported at this token, or at the last token and the text ends here: that one
    /// is half typed.
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

    /// An expression that is not there: the white space between the tokens around it.
    fn missing(&mut self) -> ExprId {
        self.error(Span::at(self.previous_end), ParseErrorKind::MissingExpression);
        let hole = Span::new(self.previous_end, self.span().start());
        self.push_spanned(ExprKind::Error, hole)
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Runs `read` one level deeper, or stops reading altogether at [`MAX_DEPTH`].
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

    /// Runs `read` between brackets or words, where `,` joins expressions again.
    fn within<T>(&mut self, open: Open, read: impl FnOnce(&mut Self) -> T) -> T {
        let commas = std::mem::replace(&mut self.commas, true);
        self.open.push(open);
        let result = read(self);
        self.open.pop();
        self.commas = commas;
        result
    }

    /// `module …;`, `import …;` and `include …;` at the head of a program.
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

    /// A whole pipe, up to a token that closes something or the end of the text.
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
                    // A program may be definitions alone.
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

    /// Whether a pipe ends at the next token. Where it does not, that token fits nothing: it is reported, and skipped
    /// unless an expression begins with it.
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

    /// Whether the next entry of an object begins here, its comma forgotten.
    fn at_next_entry(&self, kind: TokenKind) -> bool {
        let name = matches!(kind, TokenKind::Identifier | TokenKind::Keyword(_) | TokenKind::Variable);
        name && self.ahead(1) == Some(TokenKind::Colon)
    }

    /// Whether something around the cursor waits for this token.
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

    /// An operand of an operator. `def`, `label` and `as` take everything to their right with them.
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

    /// The operators after `left` that bind at least as tightly as `least`.
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
            // Reported where the term before it ends.
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

/// How tightly an operator binds, loosest first.
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

/// Whether an expression can begin with this token.
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

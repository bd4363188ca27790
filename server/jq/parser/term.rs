//! Terms: the operands of operators.

use super::{Keyword, Open, Parser, TokenKind};
use crate::jq::ast::{ExprId, ExprKind, ParseErrorKind, PathStep, StepKind, Text, TextPart};
use crate::jq::lexer::Operator;
use crate::syntax::Span;

impl Parser<'_> {
    /// A term with signs before it, or `try`.
    pub(super) fn unary(&mut self) -> ExprId {
        let mut sign = None;
        while let Some(TokenKind::Operator(Operator::Add | Operator::Subtract)) = self.kind() {
            let span = self.bump();
            sign.get_or_insert(span);
        }
        let operand = self.postfix();
        match sign {
            Some(sign) => self.push(ExprKind::Signed { sign, operand }, sign.start()),
            None => operand,
        }
    }

    /// A term with the path steps after it.
    fn postfix(&mut self) -> ExprId {
        let start = self.span().start();
        let mut steps = Vec::new();
        let head = if self.at_leading_dots() {
            let head = self.push_spanned(ExprKind::Identity, Span::at(start));
            self.between_dots(&mut steps);
            head
        } else {
            self.primary()
        };
        while let Some(step) = self.step() {
            steps.push(step);
            if self.at_inner_dots() {
                self.between_dots(&mut steps);
            }
        }
        // Not consumed: it is also parsed as the operator `//`.
        if self.kind() == Some(TokenKind::PatternAlternative) && self.silent_at != Some(self.at) {
            let sign = self.span();
            self.error(sign, ParseErrorKind::CrowdedAlternative);
            steps.push(PathStep { kind: StepKind::Try, span: Span::new(sign.start(), sign.start() + 1) });
        }
        if steps.is_empty() { head } else { self.push(ExprKind::Path { head, steps }, start) }
    }

    /// Whether the next token is a `..` in the middle of a path, where a name between the dots is being typed.
    fn at_inner_dots(&self) -> bool {
        self.kind() == Some(TokenKind::DotDot) && self.previous_end == self.span().start()
    }

    /// Whether the next token is a `..` at the head of a path: `..name` is not valid jq; the name between the dots is
    /// missing.
    fn at_leading_dots(&self) -> bool {
        let after = self.tokens.get(self.at + 1);
        self.kind() == Some(TokenKind::DotDot)
            && after.is_some_and(|after| is_word(after.kind) && after.span.start() == self.span().end())
    }

    /// `..` with the name between the dots missing, and the name or bracket after it.
    fn between_dots(&mut self, steps: &mut Vec<PathStep>) {
        let dots = self.span();
        let middle = dots.start() + 1;
        self.error(Span::at(middle), ParseErrorKind::MissingName);
        self.bump();
        steps.push(PathStep {
            kind: StepKind::Field(Span::at(middle)),
            span: Span::new(dots.start(), middle),
        });
        let adjacent = self.span().start() == dots.end();
        let kind = match self.kind() {
            Some(kind) if is_word(kind) && adjacent => StepKind::Field(self.bump()),
            Some(TokenKind::BracketOpen) if adjacent => return,
            _ => StepKind::Field(Span::at(dots.end())),
        };
        steps.push(PathStep { kind, span: Span::new(middle, self.previous_end) });
    }

    fn step(&mut self) -> Option<PathStep> {
        let start = self.span().start();
        let kind = match self.kind()? {
            TokenKind::Field => {
                let span = self.bump();
                StepKind::Field(Span::new(span.start() + 1, span.end()))
            }
            TokenKind::Dot => {
                self.bump();
                self.after_dot()
            }
            TokenKind::BracketOpen => self.brackets(),
            TokenKind::Question => {
                self.bump();
                StepKind::Try
            }
            _ => return None,
        };
        Some(PathStep { kind, span: Span::new(start, self.previous_end) })
    }

    /// What follows a dot that is not a complete `.name`: a string, brackets, or nothing yet.
    fn after_dot(&mut self) -> StepKind {
        match self.kind() {
            Some(TokenKind::StringOpen) => StepKind::Quoted(self.string(None)),
            Some(TokenKind::Format) if self.ahead(1) == Some(TokenKind::StringOpen) => {
                let format = self.format();
                StepKind::Quoted(self.string(Some(format)))
            }
            Some(TokenKind::BracketOpen) => self.brackets(),
            _ => {
                let name = Span::at(self.previous_end);
                self.error(name, ParseErrorKind::MissingName);
                StepKind::Field(name)
            }
        }
    }

    /// `[]`, `[expr]`, `[from:to]`, with the parser at `[`.
    fn brackets(&mut self) -> StepKind {
        let opener = self.bump();
        self.within(Open::Index, |parser| {
            if parser.eat(TokenKind::BracketClose).is_some() {
                return StepKind::Iterate;
            }
            let from = (parser.kind() != Some(TokenKind::Colon)).then(|| parser.pipe());
            let kind = if parser.eat(TokenKind::Colon).is_some() {
                let open_ended = from.is_some() && parser.kind() == Some(TokenKind::BracketClose);
                StepKind::Slice(from, (!open_ended).then(|| parser.pipe()))
            } else {
                from.map_or(StepKind::Iterate, StepKind::Index)
            };
            parser.close(TokenKind::BracketClose, "]", opener);
            kind
        })
    }

    fn primary(&mut self) -> ExprId {
        let Some(kind) = self.kind() else { return self.missing() };
        let start = self.span().start();
        match kind {
            TokenKind::Field => self.push_spanned(ExprKind::Identity, Span::at(start)),
            TokenKind::Dot => self.dot(),
            TokenKind::DotDot => self.leaf(ExprKind::Recurse),
            TokenKind::Number => self.leaf(ExprKind::Number),
            TokenKind::Variable => {
                self.variable_name();
                self.push(ExprKind::Variable, start)
            }
            TokenKind::StringOpen => self.string(None),
            TokenKind::Format => {
                let format = self.format();
                if self.kind() == Some(TokenKind::StringOpen) {
                    return self.string(Some(format));
                }
                self.push(ExprKind::Format, start)
            }
            TokenKind::Identifier => self.call(),
            TokenKind::ParenOpen => self.group(),
            TokenKind::BracketOpen => {
                let opener = self.bump();
                let inner = self.within(Open::Array, |parser| {
                    let inner = (parser.kind() != Some(TokenKind::BracketClose)).then(|| parser.pipe());
                    parser.close(TokenKind::BracketClose, "]", opener);
                    inner
                });
                self.push(ExprKind::Array(inner), start)
            }
            TokenKind::BraceOpen => self.object(),
            TokenKind::Keyword(Keyword::If) => self.condition(),
            TokenKind::Keyword(Keyword::Try) => self.tried(),
            TokenKind::Keyword(Keyword::Reduce | Keyword::Foreach) => self.fold(),
            TokenKind::Keyword(Keyword::Def | Keyword::Label) => self.pipe(),
            TokenKind::Keyword(Keyword::Break) => {
                self.bump();
                let label = self.variable_name();
                self.push(ExprKind::Break(label), start)
            }
            _ => self.missing(),
        }
    }

    fn leaf(&mut self, kind: ExprKind) -> ExprId {
        let span = self.bump();
        self.push_spanned(kind, span)
    }

    /// `.` alone, or as the head of `."name"`.
    fn dot(&mut self) -> ExprId {
        let start = self.span().start();
        let quoted = match self.ahead(1) {
            Some(TokenKind::Format) => self.ahead(2) == Some(TokenKind::StringOpen),
            second => second == Some(TokenKind::StringOpen),
        };
        if quoted {
            return self.push_spanned(ExprKind::Identity, Span::at(start));
        }
        self.leaf(ExprKind::Identity)
    }

    pub(super) fn group(&mut self) -> ExprId {
        let opener = self.bump();
        let inner = self.within(Open::Paren, |parser| {
            let inner = parser.pipe();
            parser.close(TokenKind::ParenClose, ")", opener);
            inner
        });
        self.push(ExprKind::Group(inner), opener.start())
    }

    fn call(&mut self) -> ExprId {
        let name = self.bump();
        let mut args = Vec::new();
        if let Some(opener) = self.eat(TokenKind::ParenOpen) {
            self.within(Open::Arguments, |parser| {
                args.push(parser.pipe());
                while parser.eat(TokenKind::Semicolon).is_some() {
                    args.push(parser.pipe());
                }
                parser.close(TokenKind::ParenClose, ")", opener);
            });
        }
        self.push(ExprKind::Call { name, args }, name.start())
    }

    /// `@name`, with the parser at it; reports a lone `@`.
    pub(super) fn format(&mut self) -> Span {
        let format = self.bump();
        if format.len() == 1 {
            self.error(format, ParseErrorKind::MissingName);
        }
        format
    }

    /// A string with its parts, with the parser at its opening quote.
    pub(super) fn string(&mut self, format: Option<Span>) -> ExprId {
        let opener = self.bump();
        let mut parts = Vec::new();
        loop {
            match self.kind() {
                Some(TokenKind::StringText) => parts.push(TextPart::Text(self.bump())),
                Some(TokenKind::BadEscape) => {
                    self.error(self.span(), ParseErrorKind::BadEscape);
                    parts.push(TextPart::Text(self.bump()));
                }
                Some(TokenKind::InterpolationOpen) => {
                    let opener = self.bump();
                    let expr = self.within(Open::Interpolation, |parser| {
                        let expr = parser.pipe();
                        parser.close(TokenKind::InterpolationClose, ")", opener);
                        expr
                    });
                    parts.push(TextPart::Interpolation(expr));
                }
                _ => break,
            }
        }
        let closed = self.eat(TokenKind::StringClose).is_some();
        if !closed {
            self.error(opener, ParseErrorKind::Unclosed("\""));
        }
        let span = Span::new(opener.start(), self.previous_end);
        let start = format.unwrap_or(opener).start();
        self.push(ExprKind::Text(Text { format, span, closed, parts }), start)
    }

    fn condition(&mut self) -> ExprId {
        let opener = self.bump();
        let mut branches = Vec::new();
        let otherwise = self.within(Open::If, |parser| {
            loop {
                let condition = parser.pipe();
                let body = match parser.expect(TokenKind::Keyword(Keyword::Then), "then") {
                    true => parser.pipe(),
                    false => parser.missing(),
                };
                branches.push((condition, body));
                if parser.eat_keyword(Keyword::Elif).is_none() {
                    break;
                }
            }
            let otherwise = parser.eat_keyword(Keyword::Else).map(|_| parser.pipe());
            parser.close(TokenKind::Keyword(Keyword::End), "end", opener);
            otherwise
        });
        self.push(ExprKind::If { branches, otherwise }, opener.start())
    }

    fn tried(&mut self) -> ExprId {
        let start = self.bump().start();
        let parts = self.deeper(|parser| {
            parser.open.push(Open::Try);
            let body = parser.unary();
            parser.open.pop();
            let handler = parser.eat_keyword(Keyword::Catch).map(|_| parser.unary());
            (body, handler)
        });
        match parts {
            Some((body, handler)) => self.push(ExprKind::Try { body, handler }, start),
            None => self.push(ExprKind::Error, start),
        }
    }

    /// `reduce` and `foreach`.
    fn fold(&mut self) -> ExprId {
        let reduces = self.at_keyword(Keyword::Reduce);
        let start = self.bump().start();
        let source = self.deeper(Self::unary);
        let source = source.unwrap_or_else(|| self.missing());
        let binding = self.binding(source);
        let opener = self.span();
        if !self.expect(TokenKind::ParenOpen, "(") {
            let (init, update) = (self.missing(), self.missing());
            return self.push(ExprKind::Reduce { binding, init, update }, start);
        }
        let (init, update, extract) = self.within(Open::Arguments, |parser| {
            let init = parser.pipe();
            let update = match parser.expect(TokenKind::Semicolon, ";") {
                true => parser.pipe(),
                false => parser.missing(),
            };
            let extract =
                if reduces { None } else { parser.eat(TokenKind::Semicolon).map(|_| parser.pipe()) };
            parser.close(TokenKind::ParenClose, ")", opener);
            (init, update, extract)
        });
        let kind = match reduces {
            true => ExprKind::Reduce { binding, init, update },
            false => ExprKind::Foreach { binding, init, update, extract },
        };
        self.push(kind, start)
    }
}

fn is_word(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Identifier | TokenKind::Keyword(_))
}

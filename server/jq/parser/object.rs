//! Objects `{…}`: entries, keys and values.

use super::{Open, Parser, TokenKind};
use crate::jq::ast::{ExprId, ExprKind, ObjectEntry, ObjectKey, ParseErrorKind, Stage};
use crate::syntax::Span;

impl Parser<'_> {
    pub(super) fn object(&mut self) -> ExprId {
        let opener = self.bump();
        let mut entries = Vec::new();
        self.within(Open::Brace, |parser| {
            while !matches!(parser.kind(), None | Some(TokenKind::BraceClose)) {
                entries.push(parser.entry());
                if parser.eat(TokenKind::Comma).is_none() && parser.entries_end() {
                    break;
                }
            }
            parser.close(TokenKind::BraceClose, "}", opener);
        });
        self.push(ExprKind::Object(entries), opener.start())
    }

    /// Whether the entries end at the next token, which is not a comma; otherwise reports a missing comma.
    fn entries_end(&mut self) -> bool {
        match self.kind() {
            None | Some(TokenKind::BraceClose) => true,
            Some(kind) if self.closes(kind) => true,
            Some(_) => {
                if self.silent_at != Some(self.at) {
                    self.error(Span::at(self.previous_end), ParseErrorKind::Missing(","));
                }
                false
            }
        }
    }

    fn entry(&mut self) -> ObjectEntry {
        let start = self.span().start();
        let key = self.object_key();
        let value = self.eat(TokenKind::Colon).map(|_| self.object_value());
        let needs_value = matches!(key, ObjectKey::Expr(_));
        if value.is_none() && needs_value {
            self.error(Span::at(self.previous_end), ParseErrorKind::Missing(":"));
        }
        let end = self.previous_end.max(start);
        ObjectEntry { key, value, span: Span::new(start, end) }
    }

    /// Parses a key. Always consumes a token, unless it ends the object.
    pub(super) fn object_key(&mut self) -> ObjectKey {
        match self.kind() {
            Some(TokenKind::Identifier | TokenKind::Keyword(_)) => ObjectKey::Name(self.bump()),
            Some(TokenKind::Variable) => ObjectKey::Variable(self.variable_name()),
            Some(TokenKind::StringOpen) => ObjectKey::Text(self.string(None)),
            Some(TokenKind::Format) => {
                let format = self.format();
                if self.kind() == Some(TokenKind::StringOpen) {
                    return ObjectKey::Text(self.string(Some(format)));
                }
                self.error(format, ParseErrorKind::ObjectKey);
                ObjectKey::Error(format)
            }
            Some(TokenKind::ParenOpen) => ObjectKey::Expr(self.group()),
            Some(kind) if !ends_key(kind) && !self.closes(kind) => {
                let span = self.span();
                self.error(span, ParseErrorKind::ObjectKey);
                self.bump();
                self.silent_at = Some(self.at);
                ObjectKey::Error(span)
            }
            _ => {
                self.error(Span::at(self.previous_end), ParseErrorKind::MissingName);
                ObjectKey::Error(Span::new(self.previous_end, self.span().start()))
            }
        }
    }

    /// A value: terms joined by `|`. Anything more is parsed, but reported, as it needs parentheses.
    fn object_value(&mut self) -> ExprId {
        let errors = self.errors.len();
        let commas = std::mem::replace(&mut self.commas, false);
        let value = self.pipe();
        self.commas = commas;
        if errors == self.errors.len()
            && let Some(span) = self.needs_parentheses(value)
        {
            self.error(span, ParseErrorKind::ObjectValue);
        }
        value
    }

    /// The span of a value that is more than terms and pipes.
    fn needs_parentheses(&self, value: ExprId) -> Option<Span> {
        let expr = self.exprs.get(value.0 as usize)?;
        match &expr.kind {
            ExprKind::Binary { .. } => Some(expr.span),
            ExprKind::Pipe(stages) => stages.iter().find_map(|stage| match stage {
                Stage::Expr(expr) => self.needs_parentheses(*expr),
                Stage::Bind(_) | Stage::Def(_) => Some(expr.span),
                Stage::Label(_) => None,
            }),
            _ => None,
        }
    }
}

fn ends_key(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Comma | TokenKind::Colon | TokenKind::BraceClose)
}

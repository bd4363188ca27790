//! `as` and the patterns after it.

use super::{Keyword, Parser, TokenKind};
use crate::jq::ast::{Binding, ExprId, ObjectKey, ParseErrorKind, Pattern};
use crate::syntax::Span;

impl Parser<'_> {
    /// `as pattern ?// pattern`, with the parser at `as`.
    pub(super) fn binding(&mut self, source: ExprId) -> Binding {
        if self.eat_keyword(Keyword::As).is_none() {
            self.error(Span::at(self.previous_end), ParseErrorKind::Missing("as"));
            return Binding { source, patterns: Vec::new() };
        }
        let mut patterns = vec![self.pattern()];
        while self.eat(TokenKind::PatternAlternative).is_some() {
            patterns.push(self.pattern());
        }
        Binding { source, patterns }
    }

    /// A required variable; the span is empty if it is missing.
    pub(super) fn variable_name(&mut self) -> Span {
        match self.eat(TokenKind::Variable) {
            Some(span) => self.named_variable(span),
            None => {
                self.error(Span::at(self.previous_end), ParseErrorKind::Missing("$name"));
                Span::at(self.previous_end)
            }
        }
    }

    /// Completes a lone `$` with the name after it (`$ name` is valid in jq 1.6), or reports the name as missing.
    pub(super) fn named_variable(&mut self, variable: Span) -> Span {
        if variable.len() > 1 {
            return variable;
        }
        if let Some(TokenKind::Identifier | TokenKind::Keyword(Keyword::Loc)) = self.kind() {
            return variable.join(self.bump());
        }
        self.error(variable, ParseErrorKind::MissingName);
        variable
    }

    fn pattern(&mut self) -> Pattern {
        self.deeper(Self::pattern_here).unwrap_or(Pattern::Error)
    }

    fn pattern_here(&mut self) -> Pattern {
        match self.kind() {
            Some(TokenKind::Variable) => Pattern::Variable(self.variable_name()),
            Some(TokenKind::BracketOpen) => {
                let opener = self.bump();
                let mut items = vec![self.pattern()];
                while self.eat(TokenKind::Comma).is_some() {
                    items.push(self.pattern());
                }
                self.close(TokenKind::BracketClose, "]", opener);
                Pattern::Array(items)
            }
            Some(TokenKind::BraceOpen) => {
                let opener = self.bump();
                let mut entries = vec![self.pattern_entry()];
                while self.eat(TokenKind::Comma).is_some() {
                    entries.push(self.pattern_entry());
                }
                self.close(TokenKind::BraceClose, "}", opener);
                Pattern::Object(entries)
            }
            _ => {
                self.error(Span::at(self.previous_end), ParseErrorKind::Missing("$name"));
                Pattern::Error
            }
        }
    }

    fn pattern_entry(&mut self) -> (ObjectKey, Option<Pattern>) {
        let key = self.object_key();
        if self.eat(TokenKind::Colon).is_some() {
            return (key, Some(self.pattern()));
        }
        if !matches!(key, ObjectKey::Variable(_)) {
            self.error(Span::at(self.previous_end), ParseErrorKind::Missing(": $name"));
        }
        (key, None)
    }
}

//! Detects plain text where a program is expected: `default`, `us-east-1`, `https://example.com`.

use super::ast::{ExprKind, Program};
use super::builtins;
use super::lexer::{Operator, TokenKind};

/// Kinds of plain text in place of a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bare {
    /// One word that is not the name of a function.
    Word,
    /// One word that happens to be the name of a function, such as `env` or `type`.
    Function,
    /// More than one word: a syntax error, or calls of unknown functions.
    Text,
}

/// Functions that make sense as a whole program.
const PROGRAMS: &[&str] = &["true", "false", "null", "empty", "now"];

/// Whether a program looks like plain text. Only programs that would fail or yield nothing useful count; one with a
/// path, a string, a variable or a pipe is taken for jq.
#[must_use]
pub(crate) fn bare(program: &Program) -> Option<Bare> {
    let mut words = program.tokens().iter().filter(|token| token.kind == TokenKind::Identifier);
    if let ExprKind::Call { name, args } = &program.expr(program.root()).kind
        && args.is_empty()
        && program.errors().is_empty()
    {
        let name = program.slice(*name);
        return match builtins::find(name, 0) {
            _ if PROGRAMS.contains(&name) => None,
            Some(_) => Some(Bare::Function),
            None => Some(Bare::Word),
        };
    }
    let starts_as_text = program.tokens().first().is_some_and(|token| {
        matches!(token.kind, TokenKind::Identifier | TokenKind::Number | TokenKind::Unknown)
            || token.kind == TokenKind::Operator(Operator::Divide)
    });
    if !starts_as_text || program.tokens().iter().any(|token| is_code(token.kind)) {
        return None;
    }
    let unknown = |name: &str| builtins::find(name, 0).is_none() && !PROGRAMS.contains(&name);
    let fails = !program.errors().is_empty() || words.any(|word| unknown(program.slice(word.span)));
    fails.then_some(Bare::Text)
}

/// Whether a token hardly ever occurs in plain text.
fn is_code(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Variable
            | TokenKind::StringOpen
            | TokenKind::Pipe
            | TokenKind::ParenOpen
            | TokenKind::BracketOpen
            | TokenKind::BraceOpen
            | TokenKind::Semicolon
            | TokenKind::Operator(
                Operator::Equal
                    | Operator::NotEqual
                    | Operator::Update
                    | Operator::AddUpdate
                    | Operator::LessEqual
                    | Operator::GreaterEqual
            )
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jq::parse;

    #[test]
    fn literals_are_distinguished_from_programs() {
        for (text, expected) in [
            ("default", Some(Bare::Word)),
            ("env", Some(Bare::Function)),
            ("true", None),
            ("8080", None),
            ("us-east-1", Some(Bare::Text)),
            ("5m0s", Some(Bare::Text)),
            ("1.2.3", Some(Bare::Text)),
            ("10.0.0.0/16", Some(Bare::Text)),
            ("https://example.com/a?b", Some(Bare::Text)),
            ("/var/lib", Some(Bare::Text)),
            ("hello big world", Some(Bare::Text)),
            ("me@example.com", Some(Bare::Text)),
            ("example.com", Some(Bare::Text)),
            (".params.a", None),
            (".params.a-b", None),
            ("now - 5", None),
            ("2 * 3", None),
            ("@text \"a\"", None),
            ("\"a\" + b", None),
            ("length == 1", None),
            ("map(.a", None),
            ("", None),
        ] {
            assert_eq!(bare(&parse(text)), expected, "{text}");
        }
    }
}

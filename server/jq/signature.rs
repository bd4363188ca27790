//! The call around a cursor, for signature help.

use super::ast::Program;
use super::builtins::{self, Function};
use super::infer::{BoundKind, Report};
use super::lexer::{Keyword, Token, TokenKind};
use crate::syntax::Span;

/// The call around a cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallPlace {
    /// The function's name.
    pub name: Span,
    /// The index of the argument at the cursor, from 0.
    pub argument: usize,
    /// The number of arguments written, including the one at the cursor.
    pub written: usize,
}

/// A function that a call may refer to.
#[derive(Clone, Debug)]
pub enum Candidate<'p> {
    /// A built-in function.
    Builtin(&'static Function),
    /// A function that the program defines: its name and its parameters.
    Defined(&'p str, Vec<&'p str>),
}

/// The innermost call whose parentheses contain an offset (bytes). Based on tokens, so that incomplete calls count.
#[must_use]
pub fn call_at(program: &Program, offset: usize) -> Option<CallPlace> {
    let tokens = program.tokens();
    let (before, after) = tokens.split_at(tokens.partition_point(|token| token.span.start() < offset));
    let mut open: Vec<Option<CallPlace>> = Vec::new();
    let mut earlier = [None, None];
    for token in before {
        match bracket(token.kind) {
            Bracket::Open => {
                let name = match earlier {
                    [_, Some(Token { kind: TokenKind::Identifier, span })]
                        if token.kind == TokenKind::ParenOpen =>
                    {
                        Some(span)
                    }
                    _ => None,
                };
                let defines =
                    matches!(earlier[0], Some(Token { kind: TokenKind::Keyword(Keyword::Def), .. }));
                let name = name.filter(|_| !defines);
                open.push(name.map(|name| CallPlace { name, argument: 0, written: 1 }));
            }
            Bracket::Close => drop(open.pop()),
            Bracket::Semicolon => {
                if let Some(Some(call)) = open.last_mut() {
                    call.argument += 1;
                    call.written += 1;
                }
            }
            Bracket::None => {}
        }
        earlier = [earlier[1], Some(*token)];
    }
    let at = open.iter().rposition(Option::is_some)?;
    let mut depth = open.len() - 1 - at;
    let mut call = open.swap_remove(at)?;
    for token in after {
        match bracket(token.kind) {
            Bracket::Open => depth += 1,
            Bracket::Close if depth == 0 => break,
            Bracket::Close => depth -= 1,
            Bracket::Semicolon if depth == 0 => call.written += 1,
            Bracket::Semicolon | Bracket::None => {}
        }
    }
    Some(call)
}

enum Bracket {
    Open,
    Close,
    Semicolon,
    None,
}

fn bracket(kind: TokenKind) -> Bracket {
    match kind {
        TokenKind::ParenOpen
        | TokenKind::InterpolationOpen
        | TokenKind::BracketOpen
        | TokenKind::BraceOpen
        | TokenKind::StringOpen => Bracket::Open,
        TokenKind::ParenClose
        | TokenKind::InterpolationClose
        | TokenKind::BracketClose
        | TokenKind::BraceClose
        | TokenKind::StringClose => Bracket::Close,
        TokenKind::Semicolon => Bracket::Semicolon,
        _ => Bracket::None,
    }
}

/// The functions that a call may refer to: those of the program in scope first.
#[must_use]
pub fn candidates<'p>(program: &'p Program, report: &Report, call: &CallPlace) -> Vec<Candidate<'p>> {
    let name = program.slice(call.name);
    let scope = report.sites.iter().find(|site| site.span == call.name).map(|site| site.scope);
    let bound = scope.into_iter().flat_map(|scope| report.scope(scope));
    let defined =
        bound.filter(|bound| program.slice(bound.span) == name).filter_map(|bound| match &bound.kind {
            BoundKind::Function { params, .. } => {
                Some(Candidate::Defined(name, params.iter().map(|&param| program.slice(param)).collect()))
            }
            _ => None,
        });
    defined.chain(builtins::named(name).map(Candidate::Builtin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jq::infer::{Environment, infer};
    use crate::jq::parse;
    use crate::jq::types::Shape;
    use expect_test::{Expect, expect};

    /// `|` marks the cursor.
    fn check(text: &str, expected: Expect) {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let program = parse(&text);
        let report = infer(&program, &Environment::from(Shape::UNKNOWN));
        let out = call_at(&program, offset).map_or("none".to_owned(), |call| {
            let names = candidates(&program, &report, &call).into_iter().map(|candidate| match candidate {
                Candidate::Builtin(function) => function.signature.to_string(),
                Candidate::Defined(name, params) => format!("def {name}({})", params.join("; ")),
            });
            let names = names.collect::<Vec<_>>().join("\n");
            format!("argument {} of {}\n{names}", call.argument, call.written)
        });
        expected.assert_eq(&out);
    }

    #[test]
    fn calls() {
        check(
            "join(|)",
            expect![[r#"
            argument 0 of 1
            array | join(separator: string) -> string"#]],
        );
        check(
            "sub(\"a\"; |\"b\"; \"g\")",
            expect![[r#"
            argument 1 of 3
            string | sub(regex; replacement) -> string
            string | sub(regex; replacement; flags: string) -> string"#]],
        );
        check(
            "range(1; [2, (3|",
            expect![[r#"
            argument 1 of 2
            range(upto: number) -> number
            range(from: number; upto: number) -> number
            range(from: number; upto: number; by: number) -> number"#]],
        );
        check(
            "\"x\\(join(\"|\"",
            expect![[r#"
            argument 0 of 1
            array | join(separator: string) -> string"#]],
        );
        check(
            "def twice(f; $n): f; twice(.; |)",
            expect![[r#"
            argument 1 of 2
            def twice(f; $n)"#]],
        );
        check(
            "nope(1;|",
            expect![[r#"
            argument 1 of 2
        "#]],
        );
    }

    #[test]
    fn no_calls() {
        check("join(\",\")|", expect!["none"]);
        check("(1 + |)", expect!["none"]);
        check("def f(a; |): a;", expect!["none"]);
        check("|join(1)", expect!["none"]);
        check("a) | b", expect!["none"]);
    }
}

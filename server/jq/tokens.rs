//! Token classes for syntax highlighting.

use super::ast::{ExprKind, ObjectKey, Pattern, Program, Stage, StepKind};
use super::lexer::TokenKind;
use crate::syntax::Span;
use foldhash::HashMap;

/// The class of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// `if`, `and`, `as`, `null`, …
    Keyword,
    /// Operators and punctuation, including `.` and `..`.
    Operator,
    /// The name of a function.
    Function,
    /// A parameter of a function that the program defines.
    Parameter,
    /// `$name`
    Variable,
    /// The name of a field or the key of an object.
    Property,
    /// String text.
    String,
    /// A number.
    Number,
    /// `@name`
    Format,
    /// A comment.
    Comment,
}

/// All tokens with a class, in source order, without overlaps.
#[must_use]
pub fn classes(program: &Program) -> Vec<(Span, Class)> {
    let names = names(program);
    let mut out = Vec::with_capacity(program.tokens().len());
    for token in program.tokens() {
        let span = token.span;
        let named = || names.get(&span.start()).copied();
        let class = match token.kind {
            TokenKind::Comment => Class::Comment,
            TokenKind::Number => Class::Number,
            TokenKind::Identifier => named().unwrap_or_else(|| match program.slice(span) {
                "true" | "false" | "null" => Class::Keyword,
                _ => Class::Function,
            }),
            TokenKind::Keyword(_) => named().unwrap_or(Class::Keyword),
            TokenKind::Field => {
                out.push((Span::new(span.start(), span.start() + 1), Class::Operator));
                out.push((Span::new(span.start() + 1, span.end()), Class::Property));
                continue;
            }
            TokenKind::Variable => named().unwrap_or(Class::Variable),
            TokenKind::Format => Class::Format,
            TokenKind::StringOpen | TokenKind::StringText | TokenKind::BadEscape | TokenKind::StringClose => {
                Class::String
            }
            TokenKind::Dot
            | TokenKind::DotDot
            | TokenKind::Question
            | TokenKind::PatternAlternative
            | TokenKind::Pipe
            | TokenKind::Comma
            | TokenKind::InterpolationOpen
            | TokenKind::InterpolationClose
            | TokenKind::Operator(_) => Class::Operator,
            _ => continue,
        };
        // A string is reported as one token, though the lexer splits it.
        match out.last_mut() {
            Some((last, Class::String)) if class == Class::String && token.kind != TokenKind::StringOpen => {
                *last = last.join(span);
            }
            _ => out.push((span, class)),
        }
    }
    out
}

/// Words with a class that the grammar determines, by start offset.
fn names(program: &Program) -> HashMap<usize, Class> {
    let mut names = HashMap::default();
    let key = |key: ObjectKey, names: &mut HashMap<usize, Class>| {
        if let ObjectKey::Name(span) = key {
            names.insert(span.start(), Class::Property);
        }
    };
    for expr in program.exprs() {
        match &expr.kind {
            ExprKind::Object(entries) => entries.iter().for_each(|entry| key(entry.key, &mut names)),
            ExprKind::Path { steps, .. } => {
                let fields = steps.iter().filter_map(|step| match step.kind {
                    StepKind::Field(name) => Some(name),
                    _ => None,
                });
                names.extend(fields.map(|name| (name.start(), Class::Property)));
            }
            ExprKind::Pipe(stages) => {
                for stage in stages {
                    match stage {
                        Stage::Bind(binding) => patterns(&binding.patterns, &mut names),
                        Stage::Def(def) => {
                            names.extend(def.params.iter().map(|param| (param.start(), Class::Parameter)));
                        }
                        Stage::Expr(_) | Stage::Label(_) => {}
                    }
                }
            }
            ExprKind::Reduce { binding, .. } | ExprKind::Foreach { binding, .. } => {
                patterns(&binding.patterns, &mut names);
            }
            _ => {}
        }
    }
    names
}

fn patterns(patterns: &[Pattern], names: &mut HashMap<usize, Class>) {
    let mut open: Vec<&Pattern> = patterns.iter().collect();
    while let Some(pattern) = open.pop() {
        match pattern {
            Pattern::Array(items) => open.extend(items),
            Pattern::Object(entries) => {
                for (key, inner) in entries {
                    if let ObjectKey::Name(span) = key {
                        names.insert(span.start(), Class::Property);
                    }
                    open.extend(inner);
                }
            }
            Pattern::Error | Pattern::Variable(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jq::parse;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let program = parse(text);
        let classes = classes(&program);
        assert!(classes.windows(2).all(|pair| pair[0].0.end() <= pair[1].0.start()), "{classes:?}");
        let words = classes.iter().map(|(span, class)| format!("{} {class:?}", program.slice(*span)));
        expected.assert_eq(&words.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn tokens() {
        check(
            ".a.b[0] | tostring # why",
            expect![[r#"
            . Operator
            a Property
            . Operator
            b Property
            0 Number
            | Operator
            tostring Function
            # why Comment"#]],
        );
        check(
            "@text \"a\\(.b)c\" + null",
            expect![[r#"
            @text Format
            "a String
            \( Operator
            . Operator
            b Property
            ) Operator
            c" String
            + Operator
            null Keyword"#]],
        );
        check(
            "{a: 1, if: $x, \"b\"}",
            expect![[r#"
            a Property
            1 Number
            , Operator
            if Property
            $x Variable
            , Operator
            "b" String"#]],
        );
        check(
            "def f(g; $n): g; . as {k: $v} | if f(1) and $v then 1 end",
            expect![[r#"
            def Keyword
            f Function
            g Parameter
            $n Parameter
            g Function
            . Operator
            as Keyword
            k Property
            $v Variable
            | Operator
            if Keyword
            f Function
            1 Number
            and Keyword
            $v Variable
            then Keyword
            1 Number
            end Keyword"#]],
        );
        check(
            "\"\" + \"un\\qclosed",
            expect![[r#"
            "" String
            + Operator
            "un\qclosed String"#]],
        );
    }
}

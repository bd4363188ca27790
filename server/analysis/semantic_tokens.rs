//! Semantic tokens of the jq programs in a document, which the editor's YAML grammar does not highlight.

use super::Snapshot;
use crate::jq::tokens::{self, Class};
use crate::syntax::{Span, Syntax};

/// Every token with its class, in source order. Tokens do not cross line ends: one that does, such as a string in a
/// folded scalar, is split into one piece per line.
#[must_use]
pub(crate) fn semantic_tokens(snapshot: &Snapshot) -> Vec<(Span, Class)> {
    let document = snapshot.document();
    let mut out: Vec<(Span, Class)> = Vec::new();
    for expression in document.expressions() {
        for (span, class) in tokens::classes(expression.program()) {
            // Tokens must not overlap in the source, whatever escapes they were written with.
            let from = out.last().map_or(0, |(last, _)| last.end());
            let source = expression.source(span);
            let source = Span::new(source.start().max(from), source.end());
            out.extend(pieces(&document.syntax, source).map(|piece| (piece, class)));
        }
    }
    out
}

/// The parts of a span on each line, without indentation and line breaks.
fn pieces(syntax: &Syntax, span: Span) -> impl Iterator<Item = Span> {
    let lines = syntax.lines();
    let (first, last) = (lines.line_of(span.start()), lines.line_of(span.end()));
    (first..=last).filter_map(move |line| {
        let line = lines.span(line);
        let part = Span::new(span.start().max(line.start()), span.end().min(line.end()));
        let text = syntax.slice(part);
        let start = part.start()
            + if part.start() == span.start() { 0 } else { text.len() - text.trim_start().len() };
        let end = part.start() + if part.end() == span.end() { text.len() } else { text.trim_end().len() };
        (start < end).then(|| Span::new(start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(envs: &str, expected: Expect) {
        let snapshot = Snapshot::new(format!("app:\n  envs:\n{envs}"), None);
        let tokens = semantic_tokens(&snapshot);
        assert!(tokens.windows(2).all(|pair| pair[0].0.end() <= pair[1].0.start()), "{tokens:?}");
        let syntax = &snapshot.document().syntax;
        let line = |span: Span| syntax.lines().line_of(span.start()) + 1;
        let shown =
            tokens.iter().map(|&(span, class)| format!("{} {class:?} {}\n", line(span), syntax.slice(span)));
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn plain_and_quoted() {
        check(
            "    É: .a | tostring # é\n    B: 'é\"it''s\" + @text \"x\"'\n    C: 5\n",
            expect![[r#"
            3 Operator .
            3 Property a
            3 Operator |
            3 Function tostring
            4 String "it''s"
            4 Operator +
            4 Format @text
            4 String "x"
        "#]],
        );
        check(
            "    C: \"\\\"é\\\\n\\\" + \\u002ea\"\n",
            expect![[r#"
            3 String \"é\\n\"
            3 Operator +
            3 Operator \u002e
            3 Property a
        "#]],
        );
    }

    #[test]
    fn texts_over_several_lines_come_in_pieces() {
        check(
            "    A: >-\n      \"é one\n      two\" +\n\n      .a\n    B: |\n      # why\n      .b\n        .c\n",
            expect![[r#"
                4 String "é one
                5 String two"
                5 Operator +
                7 Operator .
                7 Property a
                9 Comment # why
                10 Operator .
                10 Property b
                11 Operator .
                11 Property c
            "#]],
        );
        check(
            "    A: \"\\\"one\n      two\\\"\"\r\n    B: .b\r\n",
            expect![[r#"
            3 String \"one
            4 String two\"
            5 Operator .
            5 Property b
        "#]],
        );
    }
}

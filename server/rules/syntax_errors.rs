//! YAML syntax errors.

use super::{Context, Family, Finding, Findings, MAX_FINDINGS, Rule, Severity};
use crate::edit::build::quoted;
use crate::edit::{Edits, Fix};
use crate::rules::dedent::dedent;
use crate::syntax::strict::second_opinion;
use crate::syntax::{Span, Syntax, SyntaxError, SyntaxErrorKind};

static SYNTAX: Rule = Rule {
    id: "yaml-syntax",
    severity: Severity::Error,
    opt_in: false,
    title: "The text is not valid YAML",
    explanation: "The platform rejects the whole file. An error that the platform's parser accepts and other \
                  parsers do not is a hint. Most often a value begins with a character that is special in YAML, \
                  such as `*`, `@`, `` ` ``, `%` or `{{`: put such a value in quotes.",
    bad: dedent! {"
        ui:
          ui:order:
            - *
    "},
    good: dedent! {r#"
        ui:
          ui:order:
            - "*"
    "#},
    files: &[],
};

/// YAML syntax errors.
pub(super) static SYNTAX_ERRORS: Family = Family { title: "YAML", rules: &[&SYNTAX], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let syntax = &context.document.syntax;
    let errors = syntax.errors().iter().take(MAX_FINDINGS);
    findings.extend(errors.map(|error| finding(syntax, error)));
    // The parser is lenient; a strict one finds what it has accepted.
    findings.extend(second_opinion(syntax).map(|error| finding(syntax, &error)));
}

fn finding(syntax: &Syntax, error: &SyntaxError) -> Finding {
    let message = error.kind.message();
    let mut rest = message.chars();
    let initial: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    let finding = SYNTAX.at(error.span, format!("{initial}{}.", rest.as_str()));
    let finding = if error.kind.is_tolerated() { finding.with(Severity::Hint) } else { finding };
    match fix(syntax, error) {
        Some((title, span, text)) => finding.with_fix(Fix::safe(title, Edits::new(span, text, []))),
        None => finding,
    }
}

/// The safe fix of an error: a title, a span and its replacement.
fn fix(syntax: &Syntax, error: &SyntaxError) -> Option<(&'static str, Span, String)> {
    use SyntaxErrorKind as Error;
    let span = error.span;
    let quote = |span: Span| Some(("Add quotes", span, quoted(syntax.slice(span))));
    let space = |at: usize| Some(("Insert a space", Span::at(at), " ".to_owned()));
    match error.kind {
        // A lone closing bracket is more likely the rest of a list.
        Error::UnquotedStart(']' | '}') => None,
        Error::UnquotedStart(_) | Error::UnquotedStar | Error::UnquotedTemplate | Error::EmptyAnchor => {
            quote(plain_text(syntax, span))
        }
        // A star followed by a name may be a misspelled alias.
        Error::UndefinedAlias if syntax.slice(span) == "*" => quote(plain_text(syntax, span)),
        Error::ColonInValue => quote(plain_text(syntax, value_before(syntax, span)?)),
        Error::MissingSpaceAfterColon | Error::MissingSpaceAfterDash => space(span.end()),
        Error::MissingSpaceBeforeComment => space(span.start()),
        Error::BadEscape('\'') => Some(("Remove the backslash", span, "'".to_owned())),
        Error::BadEscape(_) => Some(("Double the backslash", Span::at(span.start()), "\\".to_owned())),
        _ => None,
    }
}

/// The unquoted text around an error, up to a comment or the end of its line; in a flow collection, of its item.
fn plain_text(syntax: &Syntax, error: Span) -> Span {
    let line = syntax.lines().span(syntax.lines().line_of(error.start()));
    let rest = syntax.slice(Span::new(error.start(), line.end()));
    let in_flow = syntax.slice(Span::new(line.start(), error.start())).contains(['[', '{']);
    let ends = |(index, c): (usize, char)| match c {
        '#' => rest[..index].ends_with([' ', '\t']),
        ',' | ']' => in_flow,
        _ => false,
    };
    let end = rest.char_indices().find(|&found| ends(found)).map_or(rest.len(), |(index, _)| index);
    Span::new(error.start(), error.start() + rest[..end].trim_end().len())
}

/// The part of an unquoted value before an error, if both are on the same line.
fn value_before(syntax: &Syntax, error: Span) -> Option<Span> {
    let line = syntax.lines().start(syntax.lines().line_of(error.start()));
    let before = syntax.slice(Span::new(line, error.start()));
    let colon = before.find(": ")?;
    let value = before[colon + 1..].trim_start();
    let is_plain = !before.contains(['{', '[', '"', '&', '!']) && !before[..colon].contains('\'');
    let is_sound = is_plain && !value.starts_with(['\'', '|', '>']) && !value.is_empty();
    is_sound.then(|| Span::new(error.start() - value.len(), error.start()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn errors_become_sentences() {
        let text = "name: \"x\nsteps:\n  - path\n    provisioner:helm\nui:\n  ui:order: [*]\n";
        expect![[r#"
            1:7-1:9 yaml-syntax error: Missing closing quote `"`.
            6:14-6:15 yaml-syntax error: No anchor of this name is defined above; put the text in quotes if it is not an alias.
                fix: Add quotes
        "#]].assert_eq(&report(&["yaml-syntax"], text));
        assert_eq!(report(&["yaml-syntax"], "---\nname: x\r\nui:\r\n  a: 'b'\r\n"), "");
    }

    #[test]
    fn reserved_characters_are_put_in_quotes() {
        let after = |text: &str| fixed("yaml-syntax", text);
        expect![[r#"
            a:
              - "*"
            a:
              - "*" # the rest
            a: [x, "*"]
            a: '@text "x"'  # c
            a: "`x`"
            a: "%x"
            b:
              a: "{{ name }}"
            a:
              b: "{{ name }}-x" # c
            a: "& b"
        "#]]
        .assert_eq(
            &[
                "a:\n  - *\n",
                "a:\n  - * # the rest\n",
                "a: [x, *]\n",
                "a: @text \"x\"  # c\n",
                "a: `x`\n",
                "a: %x\n",
                "b:\n  a: {{ name }}\n",
                "a:\n  b: {{ name }}-x # c\n",
                "a: & b\n",
            ]
            .map(after)
            .join(""),
        );
    }

    #[test]
    fn errors_that_the_platform_accepts_are_hints() {
        let tolerated = ["a: [\n1\n]\n", "a:\tb\n", "a: 'x'# c\n", "a: \"it\\'s\"\n"];
        expect![[r#"
            2:1-2:2 yaml-syntax hint: Other YAML parsers may reject this; check the indentation and use spaces instead of tabs.
            1:4-1:5 yaml-syntax hint: Other YAML parsers may reject this; check the indentation and use spaces instead of tabs.
            1:7-1:7 yaml-syntax hint: Missing space before `#`.
                fix: Insert a space
            1:7-1:9 yaml-syntax hint: `\'` is not an escape in double quotes; write `\\'` or use single quotes.
                fix: Remove the backslash
        "#]].assert_eq(&tolerated.map(|text| report(&["yaml-syntax"], text)).join(""));
        assert_eq!(report(&["yaml-syntax"], "a: [1,\n  2]\nb: |\n  \tx\n"), "");
    }

    #[test]
    fn small_errors_have_safe_fixes() {
        let after = |text: &str| fixed("yaml-syntax", text);
        expect![[r#"
            a: b
            c: d
            - a
            - b
            a: 'x' # c
            a: "\\d"
            a: "it's"
            a: "b: c" # d
              - it: "it's: x"
        "#]]
        .assert_eq(
            &[
                "a:b\nc: d\n",
                "- a\n-b\n",
                "a: 'x'# c\n",
                "a: \"\\d\"\n",
                "a: \"it\\'s\"\n",
                "a: b: c # d\n",
                "  - it: it's: x\n",
            ]
            .map(after)
            .join(""),
        );
        assert!(!report(&["yaml-syntax"], "a: [b: c: d]\n").contains("fix"));
    }
}

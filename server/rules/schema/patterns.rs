//! Whether the form can run the regular expressions of a schema.

use super::Once;
use crate::edit::{Change, Edits, Fix};
use crate::rules::dedent::dedent;
use crate::rules::{Context, Family, Findings, Rule, Severity};
use crate::schema::ecma::{Effect, Flaw, FlawKind, worst_flaw};
use crate::syntax::{Kind, Node, ScalarStyle, Span};
use foldhash::HashSet;

static REGEX_INVALID: Rule = Rule {
    id: "regex-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid regular expression",
    explanation: "The form runs `pattern` (and the keys of `patternProperties`) as JavaScript regular \
                  expressions. An expression that is invalid in every language is an error; one that only other \
                  languages accept, such as `(?i)`, is a warning; one that has another meaning in JavaScript, \
                  such as `[[:alpha:]]`, is a hint. Look-around and back-references are supported.",
    bad: dedent! {"
        params:
          properties:
            name:
              type: string
              pattern: '^([a-z]+$'
    "},
    good: dedent! {"
        params:
          properties:
            name:
              type: string
              pattern: '^([a-z]+)$'
    "},
    files: &[],
};

/// Regular expressions.
pub(in crate::rules) static PATTERNS: Family =
    Family { title: "Regular expressions", rules: &[&REGEX_INVALID], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut once = Once::default();
    let mut seen = HashSet::default();
    for (_, schema) in document.schemas.iter() {
        if findings.is_full() {
            return;
        }
        for (key, value) in once.keywords(document, schema) {
            match &*key.value() {
                "pattern" => pattern(context, value, findings),
                "patternProperties" => {
                    let keys = value.target().fields().map(|entry| entry.key());
                    keys.filter(|key| seen.insert(key.id())).for_each(|key| pattern(context, key, findings));
                }
                _ => {}
            }
        }
    }
}

fn pattern(context: &Context<'_>, node: Node<'_>, findings: &mut Findings) {
    let Some(text) = super::text(context, node) else { return };
    let Some(flaw) = worst_flaw(&text) else { return };
    let severity = match flaw.kind.effect() {
        Effect::Broken => Severity::Error,
        Effect::NotJavaScript => Severity::Warning,
        Effect::OtherMeaning => Severity::Hint,
    };
    let part = text.get(flaw.range.clone()).unwrap_or_default();
    let finding = REGEX_INVALID.at(place(node, &text, &flaw), describe(flaw.kind, part)).with(severity);
    findings.push(match flaw.kind {
        FlawKind::PythonGroup
            if finding.span.len() == part.len()
                && part == "(?P"
                && text[flaw.range.end..].starts_with('<') =>
        {
            let edits = Edits::new(finding.span, "(?", [Change::Value(node.id())]);
            finding.with_fix(Fix::safe("Remove the `P`", edits))
        }
        kind if is_escapable(kind) && part.len() == 1 && finding.span.len() == 1 => {
            let is_double = node.kind() == Kind::Scalar(ScalarStyle::Double);
            let backslash = if is_double { "\\\\" } else { "\\" };
            let edits = Edits::new(Span::at(finding.span.start()), backslash, [Change::Value(node.id())]);
            finding.with_fix(Fix::unsafe_(format!("Escape the `{part}`"), edits))
        }
        _ => finding,
    });
}

/// Whether the flaw is one character that may be meant literally.
fn is_escapable(kind: FlawKind) -> bool {
    use FlawKind as Flaw;
    matches!(
        kind,
        Flaw::UnclosedGroup
            | Flaw::UnopenedGroup
            | Flaw::UnclosedClass
            | Flaw::NothingToRepeat
            | Flaw::LoneBackslash
    )
}

/// The span of the flaw, or of the whole value if the source has escapes or several lines.
fn place(node: Node<'_>, text: &str, flaw: &Flaw) -> Span {
    let quotes = match node.kind() {
        Kind::Scalar(ScalarStyle::Plain) => 0,
        Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double) => 1,
        _ => return node.span(),
    };
    let start = node.span().start() + quotes;
    let as_written = node.source().get(quotes..node.source().len().saturating_sub(quotes)) == Some(text);
    if as_written { Span::new(start + flaw.range.start, start + flaw.range.end) } else { node.span() }
}

fn describe(kind: FlawKind, part: &str) -> String {
    match kind {
        FlawKind::UnclosedGroup => "This `(` is never closed; write `\\(` to match the character.".to_owned(),
        FlawKind::UnopenedGroup => {
            "This `)` has no matching `(`; write `\\)` to match the character.".to_owned()
        }
        FlawKind::UnclosedClass => "This `[` is never closed; write `\\[` to match the character.".to_owned(),
        FlawKind::NothingToRepeat => {
            format!("`{part}` has nothing to repeat; write `\\{part}` to match the character.")
        }
        FlawKind::InvertedCount => {
            format!("The range in `{part}` is out of order; write the smaller number first.")
        }
        FlawKind::InvertedRange => {
            format!("The range `{part}` is out of order; write the lower character first.")
        }
        FlawKind::LoneBackslash => {
            "The pattern ends with an incomplete escape; write `\\\\` to match a backslash.".to_owned()
        }
        FlawKind::UnknownGroup => {
            format!("`{part}` does not begin a group; write `(?:` to group without capturing.")
        }
        FlawKind::GroupName => "A named group is `(?<name>…)`, and the name starts with a letter.".to_owned(),
        FlawKind::InlineFlags => {
            format!(
                "JavaScript, which runs this pattern in the form, does not support the flags `{part}`; write out both cases."
            )
        }
        FlawKind::PythonGroup => {
            "JavaScript, which runs this pattern in the form, has no `(?P`; write `(?<name>…)`.".to_owned()
        }
        FlawKind::RepeatedPosition => {
            format!(
                "JavaScript, which runs this pattern in the form, cannot repeat an assertion with `{part}`."
            )
        }
        FlawKind::PosixClass => {
            format!(
                "JavaScript, which runs this pattern in the form, reads `{part}` as single characters; write out the class."
            )
        }
        FlawKind::TextEdge => {
            format!(
                "JavaScript, which runs this pattern in the form, reads `{part}` as a letter; write `^` or `$`."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const ID: &[&str] = &["regex-invalid"];

    fn of(pattern: &str) -> String {
        report(ID, &format!("params:\n  properties:\n    a:\n      pattern: {pattern}\n"))
    }

    #[test]
    fn invalid_patterns_are_errors() {
        expect![[r#"
            4:18-4:19 regex-invalid error: This `(` is never closed; write `\(` to match the character.
                unsafe fix: Escape the `(`
        "#]]
        .assert_eq(&of("'^(a'"));
        expect![[r#"
            4:16-4:28 regex-invalid error: This `(` is never closed; write `\(` to match the character.
        "#]]
        .assert_eq(&of(r#""^\\d+\\.(a""#));
        expect![[r#"
            4:17-4:18 regex-invalid error: `*` has nothing to repeat; write `\*` to match the character.
                unsafe fix: Escape the `*`
        "#]]
        .assert_eq(&of("'*.example.com'"));
    }

    #[test]
    fn other_dialects_are_milder_and_javascript_is_fine() {
        expect![[r#"
            4:17-4:21 regex-invalid warning: JavaScript, which runs this pattern in the form, does not support the flags `(?i)`; write out both cases.
        "#]]
        .assert_eq(&of("'(?i)a'"));
        expect![[r#"
            4:18-4:27 regex-invalid hint: JavaScript, which runs this pattern in the form, reads `[:space:]` as single characters; write out the class.
        "#]]
        .assert_eq(&of("'[[:space:]]'"));
        for fine in ["'^(?!-)[a-z]+(?<!-)$'", "'(a)\\1'", "\"^\\\\d+$\"", "'^\\\\d+$'", "", "*nowhere", "3"] {
            assert_eq!(of(fine), "", "{fine}");
        }
        assert!(
            fixed("regex-invalid", "params:\n  properties:\n    a: {pattern: '(?P<n>a)'}\n")
                .contains("'(?<n>a)'")
        );
    }

    #[test]
    fn keys_of_pattern_properties_are_patterns() {
        expect![[r#"
            3:5-3:6 regex-invalid error: `*` has nothing to repeat; write `\*` to match the character.
                unsafe fix: Escape the `*`
        "#]]
        .assert_eq(
            &report(ID, "params:\n  patternProperties:\n    \"*\": {}\n").replace("3:6-3:7", "3:5-3:6"),
        );
    }
}

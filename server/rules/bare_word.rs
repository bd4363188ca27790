//! Plain text where the format expects a jq program.

use super::{Context, Family, Findings, Rule, Severity, jq, wording};
use crate::bundle::Expression;
use crate::edit::build::quoted;
use crate::edit::{Edits, Fix};
use crate::jq::literal::Bare;
use crate::rules::dedent::dedent;
use crate::syntax::{Kind as NodeKind, Node, ScalarStyle};

/// Bare words in jq.
pub(super) static BARE_WORDS: Family = Family { title: "Bare words in jq", rules: &[&BARE_LITERAL], check };

static BARE_LITERAL: Rule = Rule {
    id: "jq-bare-literal",
    severity: Severity::Warning,
    opt_in: false,
    title: "A plain word is run as jq",
    explanation: "Every string in a step's `config` and in `app.envs` is a jq program. A plain word calls the \
                  jq function of that name; usually there is none, and the deployment fails. Write fixed text \
                  as `'@text \"default\"'`. In the `config` of a custom provisioner this is only a hint.",
    bad: dedent! {"
        app:
          envs:
            LOG_LEVEL: info
    "},
    good: dedent! {r#"
        app:
          envs:
            LOG_LEVEL: '@text "info"'
    "#},
    files: &[],
};

/// A jq program that is nothing but a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Literal<'a> {
    /// `"text"` or `@text "text"`
    Text(&'a str),
    /// A number or boolean, as written.
    Other(&'a str),
}

/// The literal that a jq program consists of; `None` for text with escapes or interpolation.
pub(super) fn literal(program: &str) -> Option<Literal<'_>> {
    let program = program.trim();
    let text = program.strip_prefix("@text").map_or(program, str::trim_start);
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return (!inner.contains(['"', '\\'])).then_some(Literal::Text(inner));
    }
    let number =
        program.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && program.parse::<f64>().is_ok();
    (number || matches!(program, "true" | "false")).then_some(Literal::Other(program))
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    for expression in context.document.expressions() {
        if findings.is_full() {
            return;
        }
        match jq::bare(expression) {
            // Invalid jq is reported by `jq-syntax`.
            Some(Bare::Text) if !expression.program().errors().is_empty() => {}
            Some(bare) => report(context, expression, bare, findings),
            None => {}
        }
    }
}

fn report(context: &Context<'_>, expression: &Expression, bare: Bare, findings: &mut Findings) {
    let document = context.document;
    let Some(node) = expression.node.map(|node| document.node(node)) else { return };
    let text = expression.program().text().trim();
    let message = match bare {
        Bare::Word | Bare::Function => {
            format!(
                "`{text}` is run as jq, which calls a function; to get the text, write `'@text \"{text}\"'`."
            )
        }
        Bare::Text => format!(
            "{} is run as jq, which fails; write fixed text as `'@text \"…\"'`.",
            wording::quoted(text)
        ),
    };
    let mut finding = BARE_LITERAL.at(node.span(), message);
    if jq::is_custom(document, expression) {
        finding = finding.with(Severity::Hint);
    }
    finding = finding.with_fix(Fix::safe("Convert to text", as_text(node, text)));
    for path in declared(context, text) {
        let edit = is_one_line(node).then(|| Edits::value(node, path.clone()));
        finding = finding.with_fix(Fix::unsafe_(format!("Replace with `{path}`"), edit));
    }
    findings.push(finding);
}

/// Replaces a one-line scalar with a jq program that gives a text.
pub(super) fn as_text(scalar: Node<'_>, text: &str) -> Option<Edits> {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    is_one_line(scalar).then(|| Edits::value(scalar, quoted(&format!("@text \"{text}\""))))
}

fn is_one_line(scalar: Node<'_>) -> bool {
    let style = scalar.kind();
    let block = matches!(style, NodeKind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded));
    scalar.is_scalar() && !block && !scalar.source().contains('\n')
}

/// The jq paths of what the bundle declares under a name.
fn declared(context: &Context<'_>, name: &str) -> Vec<String> {
    let document = context.document;
    let param = document.params.is_some_and(|params| document.names(params).known.contains_key(name));
    let param = param.then(|| format!(".params.{name}"));
    let inputs = document.inputs().filter(|port| port.name == name);
    param.into_iter().chain(inputs.map(|port| format!(".{}.{name}", port.block.key()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    fn config(value: &str) -> String {
        format!("steps:\n- path: a\n  provisioner: helm\n  config:\n    namespace: {value}\n")
    }

    #[test]
    fn literals_are_read_exactly() {
        assert_eq!(literal(" @text  \"a b\"\n"), Some(Literal::Text("a b")));
        assert_eq!(literal("\"\""), Some(Literal::Text("")));
        assert_eq!(literal("1.5"), Some(Literal::Other("1.5")));
        for program in
            ["\"", "@text", "@text .a", "\"a\" + \"b\"", "\"\\(.a)\"", ".5.5", ".", "a", "@json \"a\"", ""]
        {
            assert_eq!(literal(program), None, "{program}");
        }
    }

    #[test]
    fn config_and_envs() {
        expect![[r#"
            5:16-5:23 jq-bare-literal warning: `default` is run as jq, which calls a function; to get the text, write `'@text "default"'`.
                fix: Convert to text
        "#]].assert_eq(&report(&["jq-bare-literal"], &config("default")));
        expect![[r#"
            3:8-3:14 jq-bare-literal warning: `info` is run as jq, which calls a function; to get the text, write `'@text "info"'`.
                fix: Convert to text
            4:8-5:12 jq-bare-literal warning: `debug` is run as jq, which calls a function; to get the text, write `'@text "debug"'`.
        "#]].assert_eq(&report(&["jq-bare-literal"], "app:\n  envs:\n    A: 'info'\n    B: |\n      debug\n    C: 7\n    D: yes\n    E: .params.e\n    F\n"));
        let custom = "steps:\n- path: a\n  provisioner: acme/x\n  config: {a: [{b: word}, &x true], c: *x}\n";
        expect![[r#"
            4:20-4:24 jq-bare-literal hint: `word` is run as jq, which calls a function; to get the text, write `'@text "word"'`.
                fix: Convert to text
        "#]].assert_eq(&report(&["jq-bare-literal"], custom));
        for fine in ["true", "'true'", ".params.namespace", "'@text \"a\"'", "", "~", "*gone", "300"] {
            expect![""].assert_eq(&report(&["jq-bare-literal"], &config(fine)));
        }
    }

    #[test]
    fn a_declared_name_is_offered() {
        let text = format!(
            "params: {{properties: {{web: {{}}}}}}\nconnections: {{properties: {{web: {{}}}}}}\n{}",
            config("web")
        );
        expect![[r#"
            7:16-7:19 jq-bare-literal warning: `web` is run as jq, which calls a function; to get the text, write `'@text "web"'`.
                fix: Convert to text
                unsafe fix: Replace with `.params.web`
                unsafe fix: Replace with `.connections.web`
        "#]].assert_eq(&report(&["jq-bare-literal"], &text));
    }

    #[test]
    fn the_fix_converts_to_text() {
        assert_eq!(fixed("jq-bare-literal", &config("default # here")), config("'@text \"default\"' # here"));
        assert_eq!(fixed("jq-bare-literal", &config("\"default\"")), config("'@text \"default\"'"));
    }
}

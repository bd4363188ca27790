//! Strings that are not valid jq.

use super::super::bare_word::as_text;
use super::super::wording::quoted;
use super::super::{Context, Family, Finding, Findings, Rule, Severity};
use super::{at, bare, edits};
use crate::bundle::Expression;
use crate::edit::{Edits, Fix};
use crate::jq;
use crate::jq::ast::ParseError;
use crate::jq::infer::VariableSource;
use crate::jq::literal::Bare;
use crate::rules::dedent::dedent;
use crate::syntax::Span;

static JQ_SYNTAX: Rule = Rule {
    id: "jq-syntax",
    severity: Severity::Error,
    opt_in: false,
    title: "A string is not a jq program",
    explanation: "Strings in a step's `config`, in `app.envs` and `app.policies`, and the queries of `$md.enum` \
                  are jq programs. A program with a syntax error, an undefined variable or a `break` without its `label` fails the deployment. \
                  Write fixed text as `'@text \"5m0s\"'`. In the `config` of a custom provisioner this is only \
                  a hint.",
    bad: dedent! {r#"
        app:
          envs:
            URL: "'http://' + .params.host"
    "#},
    good: dedent! {r#"
        app:
          envs:
            URL: '"http://" + .params.host'
    "#},
    files: &[],
};

/// Strings that are not valid jq.
pub(in super::super) static SYNTAX: Family = Family { title: "jq programs", rules: &[&JQ_SYNTAX], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    for expression in document.expressions() {
        if findings.is_full() {
            return;
        }
        match expression.program().errors().first() {
            // Later errors may follow from the first.
            Some(error) => broken(context, expression, error, findings),
            None => variables(context, expression, findings),
        }
    }
}

fn broken(context: &Context<'_>, expression: &Expression, error: &ParseError, findings: &mut Findings) {
    let document = context.document;
    let program = expression.program();
    let is_text = bare(expression) == Some(Bare::Text);
    let may_be_quoted = !is_text || program.text().trim_start().starts_with('\'');
    if may_be_quoted && let Some(finding) = single_quotes(context, expression) {
        findings.push(finding);
        return;
    }
    if let Some(node) = expression.node.filter(|_| is_text) {
        let node = document.node(node);
        let text = program.text().trim();
        let message = format!("{} is not a jq program; write fixed text as `'@text \"…\"'`.", quoted(text));
        let whole = Span::new(0, program.text().trim_end().len());
        let finding = at(document, expression, &JQ_SYNTAX, whole, message);
        findings.push(finding.with_fix(Fix::safe("Convert to text", as_text(node, text))));
        return;
    }
    let mut span = error.span;
    if span.is_empty() {
        // Something is missing: reported at the token before it.
        let before = program.tokens().iter().rev().find(|token| token.span.end() <= span.start());
        span = before.map_or(span, |token| token.span);
    }
    findings.push(at(document, expression, &JQ_SYNTAX, span, error.kind.to_string()));
}

/// Reports text in single quotes.
fn single_quotes(context: &Context<'_>, expression: &Expression) -> Option<Finding> {
    let document = context.document;
    let program = expression.program();
    let tokens = program.tokens().iter().map(|token| token.span);
    let quotes: Vec<Span> = tokens.filter(|&span| program.slice(span) == "'").collect();
    let message = "jq has no single-quoted strings; use double quotes.";
    let finding = at(document, expression, &JQ_SYNTAX, *quotes.first()?, message);
    let is_valid = jq::parse(&program.text().replace('\'', "\"")).errors().is_empty();
    let mut replaced =
        quotes.iter().map(|&quote| edits(expression, expression.replace(document, quote, "\"")));
    let together = replaced.try_fold(Edits::default(), |all, one| Some(all.and(one?)));
    Some(finding.with_fix(Fix::unsafe_("Use double quotes", together.filter(|_| is_valid))))
}

fn variables(context: &Context<'_>, expression: &Expression, findings: &mut Findings) {
    let document = context.document;
    for one in &expression.report(document).variables {
        if one.source == VariableSource::Unknown {
            let name = quoted(expression.program().slice(one.span));
            let message = format!("{name} is not defined in this program.");
            findings.push(at(document, expression, &JQ_SYNTAX, one.span, message));
        }
    }
    for &label in &expression.report(document).unknown_labels {
        let name = quoted(expression.program().slice(label));
        let message = format!("`break` needs a `label {}` around it.", name.trim_matches('`'));
        findings.push(at(document, expression, &JQ_SYNTAX, label, message));
    }
}

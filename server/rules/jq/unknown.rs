//! Functions and formats that jq does not have.

use super::super::wording::any_of;
use super::super::{Context, Family, Finding, Findings, Rule, Severity};
use super::{at, each_program, edits};
use crate::bundle::expressions::Place;
use crate::bundle::{Document, Expression};
use crate::edit::Fix;
use crate::jq::builtins::{self, Function};
use crate::jq::infer::{CallUse, Target};
use crate::reference::did_you_mean;
use crate::rules::dedent::dedent;
use crate::syntax::Span;

static UNKNOWN_FUNCTION: Rule = Rule {
    id: "jq-unknown-function",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown jq function",
    explanation: "A word without a leading dot calls a function. No version of jq or gojq has this function \
                  with this number of arguments, so the program fails. Arguments are separated by `;`. A path \
                  begins with a dot, and text is written in double quotes.",
    bad: dedent! {"
        app:
          envs:
            PORT: .params.port | to_string
    "},
    good: dedent! {"
        app:
          envs:
            PORT: .params.port | tostring
    "},
    files: &[],
};

static NEWER_FUNCTION: Rule = Rule {
    id: "jq-newer-function",
    severity: Severity::Warning,
    opt_in: false,
    title: "A jq function that the platform may not have",
    explanation: "Provisioners run jq 1.6 or 1.7, and a program with a function of a newer version fails there. \
                  Where the platform uses gojq, in `app.envs` and `$md.enum`, this is only a hint.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: helm
            config:
              namespace: .params.namespace | trim
    "},
    good: dedent! {r#"
        steps:
          - path: src
            provisioner: helm
            config:
              namespace: .params.namespace | gsub("^\\s+|\\s+$"; "")
    "#},
    files: &[],
};

/// The first version of jq that the platform may not run.
const NEWER: &str = "1.8";

static UNKNOWN_FORMAT: Rule = Rule {
    id: "jq-unknown-format",
    severity: Severity::Error,
    opt_in: false,
    title: "Unknown jq format",
    explanation: "A word with `@` names a format: `@text`, `@json`, `@csv`, `@tsv`, `@html`, `@uri`, `@sh`, \
                  `@base64`, `@base64d`. A program with any other fails. Write fixed text as `@text \"…\"`.",
    bad: dedent! {r#"
        app:
          envs:
            HOST: '@test "example.com"'
    "#},
    good: dedent! {r#"
        app:
          envs:
            HOST: '@text "example.com"'
    "#},
    files: &[],
};

/// Functions and formats that jq does not have.
pub(in super::super) static WORDS: Family = Family {
    title: "Functions and formats of jq",
    rules: &[&UNKNOWN_FUNCTION, &NEWER_FUNCTION, &UNKNOWN_FORMAT],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    each_program(context, findings, |expression, report, findings| {
        // A policy that is not a plain path is reported by `policy-not-path`.
        if expression.place == Place::Policy {
            return;
        }
        for call in &report.calls {
            if findings.is_full() {
                return;
            }
            match call.target {
                Target::Unknown => findings.push(function(document, expression, call)),
                Target::Builtin(function) => findings.extend(newer(document, expression, call, function)),
                Target::Constant | Target::Defined(_) => {}
            }
        }
        for one in report.formats.iter().filter(|one| one.format.is_none()) {
            findings.push(format(document, expression, one.span));
        }
    });
}

fn function(document: &Document, expression: &Expression, call: &CallUse) -> Finding {
    let name = expression.program().slice(call.span);
    let found = |message: String| at(document, expression, &UNKNOWN_FUNCTION, call.span, message);
    let arities = builtins::named(name).map(|function| function.params.len());
    let mut arities: Vec<String> = arities.map(|count| count.to_string()).collect();
    arities.sort();
    if !arities.is_empty() {
        let noun = if arities == ["1"] { "argument" } else { "arguments" };
        let takes = arities.join(" or ");
        return found(format!("`{name}` takes {takes} {noun}, separated by `;`, not {}.", call.arity));
    }
    if call.arity == 0 && call.input.fields().any(|(field, _)| field == name) {
        let start = Span::at(expression.source(call.span).start());
        let message =
            format!("`{name}` calls a function that jq does not have; to read the field, write `.{name}`.");
        return found(message)
            .with_fix(Fix::safe("Add the dot", edits(expression, Some((start, ".".to_owned())))));
    }
    match builtins::closest_function(name) {
        Some(close) => {
            found(format!("jq has no function `{name}`{}", did_you_mean(Some(close)))).with_fix(Fix::safe(
                format!("Replace with `{close}`"),
                edits(expression, expression.replace(document, call.span, close)),
            ))
        }
        None => found(format!(
            "jq has no function `{name}`; paths begin with a dot, and text is in double quotes."
        )),
    }
}

/// A function that only newer versions of jq have.
fn newer(
    document: &Document,
    expression: &Expression,
    call: &CallUse,
    function: &Function,
) -> Option<Finding> {
    let version = function.engines.jq.as_deref().filter(|version| *version == NEWER)?;
    let name = expression.program().slice(call.span);
    let message = format!("jq has `{name}` since version {version}; the platform may run an older one.");
    let finding = at(document, expression, &NEWER_FUNCTION, call.span, message);
    let runs_jq = matches!(expression.place, Place::Config(_) | Place::File(_));
    Some(if runs_jq { finding } else { finding.with(Severity::Hint) })
}

fn format(document: &Document, expression: &Expression, span: Span) -> Finding {
    let name = expression.program().slice(span);
    let found = |message: String| at(document, expression, &UNKNOWN_FORMAT, span, message);
    match builtins::closest_format(name) {
        Some(close) => {
            found(format!("jq has no format `{name}`{}", did_you_mean(Some(close)))).with_fix(Fix::safe(
                format!("Replace with `{close}`"),
                edits(expression, expression.replace(document, span, close)),
            ))
        }
        None => {
            let known = any_of(builtins::formats().iter().map(|format| &*format.name));
            found(format!("jq has no format `{name}`; use {known}."))
        }
    }
}

//! Names with hyphens, which jq reads as subtractions.

use super::super::{Context, Family, Findings, Rule, Severity};
use super::{at, each_program, edits};
use crate::bundle::expressions::Place;
use crate::edit::Fix;
use crate::rules::dedent::dedent;

static HYPHEN: Rule = Rule {
    id: "jq-hyphen",
    severity: Severity::Warning,
    opt_in: false,
    title: "jq reads a name with a hyphen as a subtraction",
    explanation: "After a dot, a name ends at the hyphen: `.tags.md-project` is `.tags.md` minus the result of \
                  a function `project`. Write such names in brackets and quotes: `.tags[\"md-project\"]`. In \
                  policies, which some tools read as plain paths, this is only a hint.",
    bad: dedent! {"
        params: {properties: {}}
        app:
          envs:
            PROJECT: .params.md_metadata.default_tags.md-project
    "},
    good: dedent! {r#"
        params: {properties: {}}
        app:
          envs:
            PROJECT: .params.md_metadata.default_tags["md-project"]
    "#},
    files: &[],
};

/// Names with hyphens.
pub(in super::super) static HYPHENS: Family = Family { title: "Hyphens in jq", rules: &[&HYPHEN], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    each_program(context, findings, |expression, report, findings| {
        for one in &report.hyphens {
            let name = expression.program().slice(one.span);
            let message =
                format!("jq reads the hyphen in `{name}` as a minus sign; write `{}`.", one.replacement);
            let mut finding = at(document, expression, &HYPHEN, one.span, message);
            if expression.place == Place::Policy {
                finding = finding.with(Severity::Hint);
            }
            let replaced = edits(expression, expression.replace(document, one.replace, &one.replacement));
            findings.push(finding.with_fix(Fix::safe("Use brackets", replaced)));
        }
    });
}

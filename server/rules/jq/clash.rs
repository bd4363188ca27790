//! Operations that fail for all values of their operands' types.

use super::super::{Context, Family, Findings, Rule, Severity};
use super::{at, each_program, edits};
use crate::bundle::Expression;
use crate::edit::Fix;
use crate::jq::ast::{ExprId, ExprKind};
use crate::jq::infer::{ClashKind, TypeClash};
use crate::jq::lexer::Operator;
use crate::jq::types::Types;
use crate::rules::dedent::dedent;
use crate::syntax::Span;

static TYPE_CLASH: Rule = Rule {
    id: "jq-type-clash",
    severity: Severity::Warning,
    opt_in: false,
    title: "A jq program fails because of the types of its values",
    explanation: "The schemas of the params declare the type of each value. Adding a number to text, or reading \
                  a field of text, fails on every deployment. Convert numbers to text with `tostring`. If a \
                  type comes from the payload of a connection, which may be different in your organization, \
                  this is only a hint; uncertain types are not reported.",
    bad: dedent! {r#"
        params:
          required: [port]
          properties:
            port: {type: integer}
        app:
          envs:
            ADDRESS: '"localhost:" + .params.port'
    "#},
    good: dedent! {r#"
        params:
          required: [port]
          properties:
            port: {type: integer}
        app:
          envs:
            ADDRESS: '"localhost:" + (.params.port | tostring)'
    "#},
    files: &[],
};

/// Operations that must fail.
pub(in super::super) static TYPES: Family = Family { title: "Types in jq", rules: &[&TYPE_CLASH], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    each_program(context, findings, |expression, report, findings| {
        if report.clashes.is_empty() {
            return;
        }
        let certain = match expression.place.is_enum() {
            true => Vec::new(),
            false => expression.infer(document, &document.shapes().without_payloads()).clashes,
        };
        for clash in &report.clashes {
            let message = clash.message(expression.program());
            let mut finding = at(document, expression, &TYPE_CLASH, clash.span, message);
            if !certain.contains(clash) {
                finding = finding.with(Severity::Hint);
            }
            finding.fixes.extend(to_string(expression, clash));
            findings.push(finding);
        }
    });
}

/// Converts the number to text where one operand is text and the other a number.
fn to_string(expression: &Expression, clash: &TypeClash) -> Option<Fix> {
    let ClashKind::Operator(Operator::Add, right) = clash.kind else { return None };
    let (left_operand, right_operand) = operands(expression, clash.span)?;
    let number = match (clash.found, right) {
        (Types::STRING, Types::NUMBER) => right_operand,
        (Types::NUMBER, Types::STRING) => left_operand?,
        _ => return None,
    };
    let span = expression.source(expression.program().expr(number).span);
    let insert = |at: usize, text: &str| edits(expression, Some((Span::at(at), text.to_owned())));
    let both = insert(span.start(), "(")?.and(insert(span.end(), " | tostring)")?);
    Fix::safe("Convert the number to text", both)
}

/// The operands of the operator at a span; the left one only if it is not a chain of operators itself.
fn operands(expression: &Expression, operator: Span) -> Option<(Option<ExprId>, ExprId)> {
    expression.program().exprs().iter().find_map(|expr| {
        let ExprKind::Binary { first, rest } = &expr.kind else { return None };
        let at = rest.iter().position(|operand| operand.span == operator)?;
        Some(((at == 0).then_some(*first), rest.get(at)?.expr))
    })
}

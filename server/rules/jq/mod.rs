//! The jq programs of a bundle. Each is analysed once, in [`crate::bundle::Expression::report`]; the families read
//! different parts of the report.
//!
//! A program with a syntax error gets no other finding: what was parsed of it may be wrong.

mod clash;
mod hyphen;
mod paths;
mod syntax;
mod unknown;

pub(super) use clash::TYPES;
pub(super) use hyphen::HYPHENS;
pub(super) use paths::PATHS;
pub(super) use syntax::SYNTAX;
pub(super) use unknown::WORDS;

use super::{Context, Finding, Findings, Rule, Severity};
use crate::bundle::expressions::Place;
use crate::bundle::{Document, Expression, ProgramFile};
use crate::edit::{Change, Edits};
use crate::jq::Report;
use crate::jq::lexer::TokenKind;
use crate::jq::literal::{self, Bare};
use crate::reference;
use crate::syntax::Span;

/// Calls `check` with every program that is valid jq and not plain text.
fn each_program(
    context: &Context<'_>,
    findings: &mut Findings,
    mut check: impl FnMut(&Expression, &Report, &mut Findings),
) {
    for expression in context.document.expressions() {
        if findings.is_full() {
            return;
        }
        if expression.program().errors().is_empty() && bare(expression).is_none() {
            check(expression, expression.report(context.document), findings);
        }
    }
}

/// A finding at a part of a program.
fn at(
    document: &Document,
    expression: &Expression,
    rule: &'static Rule,
    span: Span,
    message: impl Into<String>,
) -> Finding {
    let finding = rule.at(expression.source(span), message);
    // A custom provisioner may not run its options as jq.
    let custom = is_custom(document, expression);
    // The platform's documentation is not consistent about the input of a chart's programs.
    let disputed = matches!(expression.place, Place::File(file) if file != ProgramFile::Artifact);
    if custom || disputed && rule.id.starts_with("jq-unknown") {
        finding.with(Severity::Hint)
    } else {
        finding
    }
}

/// Whether a program is an option of a custom provisioner.
pub(super) fn is_custom(document: &Document, expression: &Expression) -> bool {
    let Place::Config(step) = expression.place else { return false };
    let name = document.steps.get(step).and_then(|step| step.provisioner);
    name.is_some_and(|name| reference::get().provisioner(&document.node(name).target().value()).is_none())
}

/// The kind of plain text that was written instead of a program, in places where this is a common mistake.
pub(super) fn bare(expression: &Expression) -> Option<Bare> {
    match expression.place {
        Place::Config(_) | Place::Env => {
            literal::bare(expression.program()).filter(|bare| *bare != Bare::Text || !lacks_dot(expression))
        }
        Place::Policy | Place::EnumOptions(_) | Place::EnumOption(_) | Place::File(_) => None,
    }
}

/// Whether a program begins with the name of a root and goes on as a path: `params.size`.
fn lacks_dot(expression: &Expression) -> bool {
    let program = expression.program();
    let [first, second, ..] = program.tokens() else { return false };
    let roots = expression.place.context().map(|context| &context.roots);
    second.kind == TokenKind::Field
        && roots.is_some_and(|roots| roots.get(program.slice(first.span)).is_some())
}

/// Turns the result of [`Expression::replace`] or [`Expression::respell`] into edits of the program's scalar.
fn edits(expression: &Expression, replaced: Option<(Span, String)>) -> Option<Edits> {
    let (span, text) = replaced?;
    Some(Edits::new(span, text, expression.node.map(Change::Value)))
}

#[cfg(test)]
mod tests;

//! `textDocument/codeAction`: the findings' fixes, ways to ignore them, and all that is safe at once.

use super::capabilities::Abilities;
use super::diagnostics;
use super::document::{Analyse, View};
use super::workspace_edit::{Change, workspace_edit};
use crate::analysis::{self, LateFixes};
use crate::rules::{Finding, Fix};
use crate::visible::one_line;
use std::collections::HashSet;
use tower_lsp::ls_types::*;

/// Mends all that is safe to mend.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.massdriver");

/// The client's command that writes a rule's level into its settings; its arguments are the rule and the level.
const SET_RULE: &str = "massdriver.setRule";

/// The kinds of actions that there are.
pub(super) fn kinds() -> Vec<CodeActionKind> {
    vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE, FIX_ALL]
}

/// What can be done about the findings that touch a range, and about the whole document.
pub(super) fn actions(
    view: &View,
    range: Range,
    context: &CodeActionContext,
    client: &Abilities,
    analyse: Analyse,
) -> CodeActionResponse {
    let wants = |kind: &CodeActionKind| {
        context.only.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| includes(wanted, kind)))
    };
    let mut actions = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        actions.extend(quick_fixes(view, range, client, analyse));
    }
    if wants(&CodeActionKind::REFACTOR_REWRITE) {
        actions.extend(rewrites(view, range.start, client));
    }
    // Only where it was asked for: nobody wants to see it beside every quick fix.
    if context.only.is_some() && wants(&FIX_ALL) {
        actions.extend(fix_all(view, client));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Kinds are a hierarchy, its steps parted by dots; the empty kind is all of it.
fn includes(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn fix_all(view: &View, client: &Abilities) -> Option<CodeAction> {
    let path = view.place.as_ref().map(|place| place.document.as_path());
    let edits = analysis::fix_all(view.snapshot(), path, &view.files(), &view.settings);
    let edit = Some(workspace_edit([Change::open(view, &edits)], client));
    let title = "Mend all that is safe to mend".to_owned();
    let action = CodeAction { title, kind: Some(FIX_ALL), edit, ..CodeAction::default() };
    (!edits.is_empty()).then_some(action)
}

fn rewrites(view: &View, position: Position, client: &Abilities) -> Vec<CodeAction> {
    let offset = view.offset(position);
    let offers = analysis::refactorings(view.snapshot(), offset).into_iter();
    offers
        .map(|offer| CodeAction {
            title: one_line(offer.title),
            kind: Some(CodeActionKind::REFACTOR_REWRITE),
            edit: Some(workspace_edit([Change::open(view, &offer.edits)], client)),
            ..CodeAction::default()
        })
        .collect()
}

/// The fixes of the findings in a range, then the ways to ignore them.
fn quick_fixes(view: &View, range: Range, client: &Abilities, analyse: Analyse) -> Vec<CodeAction> {
    let offset = |position| view.offset(position);
    let (start, end) = (offset(range.start), offset(range.end));
    let findings = view.analysis(analyse).findings.iter();
    let touched: Vec<&Finding> =
        findings.filter(|finding| finding.span.start() <= end && start <= finding.span.end()).collect();
    let files = view.files();
    let late = LateFixes::new(view.snapshot(), &files);
    let fixes = touched.iter().flat_map(|finding| {
        let late = late.of(finding);
        let fixes = finding.fixes.iter().chain(&late);
        fixes.filter_map(|fix| action(view, finding, fix, client)).collect::<Vec<_>>()
    });
    let mut seen = HashSet::new();
    let ignores = touched.iter().filter(|finding| seen.insert(finding.rule)).flat_map(|finding| {
        let comments = analysis::ignores(view.snapshot(), finding).into_iter().filter_map(|(title, edit)| {
            let fix = Fix::new(title, vec![edit], false);
            action(view, finding, &fix, client)
        });
        let setting = client.has_command(SET_RULE).then(|| switch_off(view, finding, client));
        comments.chain(setting).collect::<Vec<_>>()
    });
    fixes.chain(ignores).collect()
}

/// Has the client switch a rule off in its settings.
fn switch_off(view: &View, finding: &Finding, client: &Abilities) -> CodeAction {
    let title = format!("Switch `{}` off in the settings", finding.rule);
    let arguments = Some(vec![finding.rule.into(), "off".into()]);
    CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::diagnostic(view, finding, client)]),
        command: Some(Command { title, command: SET_RULE.to_owned(), arguments }),
        ..CodeAction::default()
    }
}

fn action(view: &View, finding: &Finding, fix: &Fix, client: &Abilities) -> Option<CodeAction> {
    let beside: Vec<Change> =
        fix.beside.iter().map(|file| Change::beside(view, file, client)).collect::<Option<_>>()?;
    let changes = std::iter::once(Change::open(view, &fix.edits)).chain(beside);
    Some(CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::diagnostic(view, finding, client)]),
        edit: Some(workspace_edit(changes, client)),
        is_preferred: (fix.preferred && client.preferred).then_some(true),
        ..CodeAction::default()
    })
}

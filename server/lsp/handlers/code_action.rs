//! `textDocument/codeAction` and `codeAction/resolve`: the findings' fixes, ways to ignore them, refactorings, and "Fix all".
//! No edit leaves here that is not verified: clients that resolve actions get the edits when the user chooses one, others
//! with the list.

use crate::analysis::{self, LateFixes, Verified, Verifier};
use crate::edit::Fix;
use crate::lsp::client::Abilities;
use crate::lsp::convert::diagnostic;
use crate::lsp::convert::workspace_edit::{changes, workspace_edit};
use crate::lsp::document::View;
use crate::lsp::error::{modified, refusal};
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::rules::Finding;
use crate::settings::LogLevel;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::notification::LogMessage;
use tower_lsp::ls_types::*;

/// Applies all safe fixes.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.massdriver");

/// The client's command that writes a rule's level into its settings; its arguments are the rule and the level.
const SET_RULE: &str = "massdriver.setRule";

/// The kinds of actions that there are.
pub(crate) fn kinds() -> Vec<CodeActionKind> {
    vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE, FIX_ALL]
}

/// For clients that want all edits with the list, actions are verified as long as the texts after them add up to no more
/// than this (bytes); the actions behind are left out. In a bundle of 10,000 lines those are some 100 actions.
const MAX_VERIFIED: usize = 32 << 20;

/// What an action is about, so that its edits can be computed when it is chosen.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: Uri,
    version: i32,
    range: Range,
    kind: CodeActionKind,
    title: String,
    /// The finding, for quick fixes.
    finding: Option<FindingId>,
}

/// Tells the findings of one version of a document apart.
#[derive(Serialize, Deserialize, PartialEq)]
struct FindingId {
    rule: String,
    /// Where it begins and ends (bytes).
    span: [usize; 2],
}

impl FindingId {
    fn of(finding: &Finding) -> Self {
        Self { rule: finding.rule.to_owned(), span: [finding.span.start(), finding.span.end()] }
    }
}

/// An action before its edits are verified.
struct Candidate<'a> {
    fix: Fix,
    check: Check<'a>,
    is_preferred: bool,
}

/// What the edits of an action have to keep, beside their promise.
enum Check<'a> {
    /// They resolve this finding and cause none.
    QuickFix(&'a Finding),
    /// The same, by a comment that silences it.
    Ignore(&'a Finding),
    /// They cause no finding.
    Refactoring,
}

impl<'a> Candidate<'a> {
    fn kind(&self) -> CodeActionKind {
        match self.check {
            Check::QuickFix(_) | Check::Ignore(_) => CodeActionKind::QUICKFIX,
            Check::Refactoring => CodeActionKind::REFACTOR_REWRITE,
        }
    }

    fn finding(&self) -> Option<&'a Finding> {
        match self.check {
            Check::QuickFix(finding) | Check::Ignore(finding) => Some(finding),
            Check::Refactoring => None,
        }
    }

    fn verified(self, verifier: &Verifier<'_>) -> std::result::Result<Verified, String> {
        match self.check {
            Check::QuickFix(finding) | Check::Ignore(finding) => verifier.quick_fix(finding, self.fix),
            Check::Refactoring => verifier.refactoring(self.fix),
        }
    }
}

/// What can be done about the findings that touch a range, and about the whole document.
pub(crate) fn actions(
    session: &Session,
    view: &View,
    range: Range,
    context: &CodeActionContext,
) -> CodeActionResponse {
    let wants = |kind: &CodeActionKind| {
        context.only.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| includes(wanted, kind)))
    };
    let mut actions = Vec::new();
    let files = FreshFiles::new(session, view);
    let verifier = Verifier::new(view.snapshot(), &files, &view.settings);
    let tries = match session.abilities().resolves_actions {
        true => usize::MAX,
        false => MAX_VERIFIED / verifier.cost().max(1),
    };
    for candidate in candidates(session, view, range, &wants).into_iter().take(tries) {
        actions.extend(listed(session, view, range, candidate, &verifier));
    }
    if wants(&CodeActionKind::QUICKFIX) && session.abilities().has_command(SET_RULE) {
        let mut seen = HashSet::new();
        let touched = touched(session, view, range).into_iter();
        let switches = touched.filter(|finding| seen.insert(finding.rule));
        actions.extend(switches.map(|finding| switch_off(view, finding, session.abilities())));
    }
    // Only where it was asked for: nobody wants to see it beside every quick fix.
    if context.only.is_some() && wants(&FIX_ALL) {
        actions.extend(fix_all(session, view, &files));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Kinds are a hierarchy of words separated by dots; the empty kind is all of it.
fn includes(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The findings that touch a range, in source order.
fn touched<'a>(session: &Session, view: &'a View, range: Range) -> Vec<&'a Finding> {
    let (start, end) = (view.offset(range.start), view.offset(range.end));
    let findings = view.analysis(session.analyse).findings.iter();
    findings.filter(|finding| finding.span.start() <= end && start <= finding.span.end()).collect()
}

/// The actions of these kinds for a range: the fixes of its findings, the ways to ignore them, then refactorings.
fn candidates<'a>(
    session: &Session,
    view: &'a View,
    range: Range,
    wants: &dyn Fn(&CodeActionKind) -> bool,
) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        let touched = touched(session, view, range);
        let files = view.files();
        let late = LateFixes::new(view.snapshot(), &files);
        for &finding in &touched {
            let preferred = finding.fixes.iter().position(Fix::is_safe);
            for (index, fix) in finding.fixes.iter().cloned().chain(late.of(finding)).enumerate() {
                let is_preferred = preferred == Some(index);
                candidates.push(Candidate { fix, check: Check::QuickFix(finding), is_preferred });
            }
        }
        let mut seen = HashSet::new();
        for &finding in touched.iter().filter(|finding| seen.insert(finding.rule)) {
            let ignores = analysis::ignores(view.snapshot(), finding).into_iter();
            candidates.extend(ignores.map(|fix| Candidate {
                fix,
                check: Check::Ignore(finding),
                is_preferred: false,
            }));
        }
    }
    if wants(&CodeActionKind::REFACTOR_REWRITE) {
        let offers = analysis::refactorings(view.snapshot(), view.offset(range.start)).into_iter();
        let refactoring = |fix| Candidate { fix, check: Check::Refactoring, is_preferred: false };
        candidates.extend(offers.map(refactoring));
    }
    candidates
}

/// An action as it is listed: with its edits where the client does not ask for them later; `None` where those would not
/// keep their promise.
fn listed(
    session: &Session,
    view: &View,
    range: Range,
    candidate: Candidate<'_>,
    verifier: &Verifier<'_>,
) -> Option<CodeAction> {
    let client = session.abilities();
    let data = Data {
        uri: view.uri.clone(),
        version: view.version,
        range,
        kind: candidate.kind(),
        title: candidate.fix.title.clone(),
        finding: candidate.finding().map(FindingId::of),
    };
    let diagnostics = candidate.finding().map(|finding| vec![diagnostic::diagnostic(view, finding, client)]);
    let mut action = CodeAction {
        title: candidate.fix.title.clone(),
        kind: Some(candidate.kind()),
        diagnostics,
        is_preferred: (candidate.is_preferred && client.preferred).then_some(true),
        ..CodeAction::default()
    };
    if client.resolves_actions {
        action.data = serde_json::to_value(&data).ok();
        return Some(action);
    }
    match candidate.verified(verifier).and_then(|verified| with_edits(session, view, &mut action, &verified))
    {
        Ok(()) => Some(action),
        Err(reason) => {
            withheld(session, &data.title, &reason);
            None
        }
    }
}

/// `codeAction/resolve`: the edits of the action that the user has chosen.
pub(crate) fn resolve(session: &Session, mut action: CodeAction) -> Result<CodeAction> {
    let data = action.data.take().and_then(|data| serde_json::from_value::<Data>(data).ok());
    let Some(data) = data else { return Ok(action) };
    let Some(view) = session.view(&data.uri).filter(|view| view.version == data.version) else {
        return Err(modified());
    };
    let files = FreshFiles::new(session, &view);
    let verifier = Verifier::new(view.snapshot(), &files, &view.settings);
    let is_it = |candidate: &Candidate<'_>| {
        candidate.fix.title == data.title && candidate.finding().map(FindingId::of) == data.finding
    };
    let wants = |kind: &CodeActionKind| *kind == data.kind;
    let candidate = candidates(session, &view, data.range, &wants).into_iter().find(is_it);
    let verified = match candidate {
        Some(candidate) => candidate.verified(&verifier),
        None => Err("there is no longer such an action".to_owned()),
    };
    let resolved = verified.or_else(|reason| recomputed(&view, &files, &verifier, &data).ok_or(reason));
    let resolved = resolved.and_then(|verified| with_edits(session, &view, &mut action, &verified));
    match resolved {
        Ok(()) => Ok(action),
        Err(reason) => {
            withheld(session, &data.title, &reason);
            Err(refusal(format!("\"{}\" is not possible: {reason}.", data.title)))
        }
    }
}

/// The same fix of the same finding, computed from the files as they are now: they may have changed without an event.
fn recomputed(view: &View, files: &FreshFiles, verifier: &Verifier<'_>, data: &Data) -> Option<Verified> {
    let findings = analysis::findings(view.snapshot(), files, &view.settings);
    let same = findings.iter().filter(|finding| Some(FindingId::of(finding)) == data.finding);
    let mut fixes = same.flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
    let (finding, fix) = fixes.find(|(_, fix)| fix.title == data.title)?;
    verifier.quick_fix(finding, fix.clone()).ok()
}

/// Gives an action its edits, and tells in its data which values they change: JSON pointers into the document.
fn with_edits(
    session: &Session,
    view: &View,
    action: &mut CodeAction,
    verified: &Verified,
) -> std::result::Result<(), String> {
    action.edit = Some(workspace_edit(changes(session, view, verified)?, session.abilities()));
    action.data = Some(json!({"changes": verified.pointers()}));
    Ok(())
}

/// Notes that an edit was not offered; in debug builds the client shows that, too.
fn withheld(session: &Session, title: &str, reason: &str) {
    let message = format!("code action \"{title}\" withheld: {reason}");
    session.log.write(LogLevel::Warning, &message);
    if cfg!(debug_assertions) {
        session.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::ERROR, message });
    }
}

fn fix_all(session: &Session, view: &View, files: &FreshFiles) -> Option<CodeAction> {
    let verified = analysis::fix_all(view.snapshot(), files, &view.settings)?;
    let title = verified.fix().title.clone();
    let mut action = CodeAction { title, kind: Some(FIX_ALL), ..CodeAction::default() };
    with_edits(session, view, &mut action, &verified).ok()?;
    Some(action)
}

/// Has the client switch a rule off in its settings.
fn switch_off(view: &View, finding: &Finding, client: &Abilities) -> CodeAction {
    let title = format!("Switch `{}` off in the settings", finding.rule);
    let arguments = Some(vec![finding.rule.into(), "off".into()]);
    CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic::diagnostic(view, finding, client)]),
        command: Some(Command { title, command: SET_RULE.to_owned(), arguments }),
        ..CodeAction::default()
    }
}

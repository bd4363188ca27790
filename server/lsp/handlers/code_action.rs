//! `textDocument/codeAction` and `codeAction/resolve`: fixes, ignore comments, refactorings and "Fix all". Every edit is
//! verified: on resolve, or for clients that do not resolve, when the list is made.

use crate::analysis::{self, LateFixes, Verified, Verifier};
use crate::edit::Fix;
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::convert::diagnostic;
use crate::lsp::convert::workspace_edit::workspace_edit;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::error::{modified, refusal};
use crate::lsp::event::Event;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::file_loader;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::rules::Finding;
use crate::settings::LogLevel;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The kind of "Fix all".
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.massdriver");

/// The client's command that sets the level of a rule in its settings; arguments: rule, level.
const SET_RULE: &str = "massdriver.setRule";

/// The kinds of actions that the server provides.
pub(crate) fn kinds() -> Vec<CodeActionKind> {
    vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE, FIX_ALL]
}

/// For clients that do not resolve actions, at most this much resulting text (bytes) is verified; further actions are left out.
/// In a bundle of 10,000 lines that is some 25 actions.
const MAX_VERIFIED: usize = 8 << 20;

/// The same for clients that resolve actions; further ones are verified when they are resolved. In a bundle of 200 lines that
/// is some 60 actions, in one of 10,000 lines none: editors ask for actions whenever the cursor moves.
const MAX_VERIFIED_AT_ONCE: usize = 256 << 10;

/// No further action is verified after this time: a document full of aliases takes much longer to check than others of its
/// size. The first action is always verified; those of a bundle of 10,000 lines take less.
const MAX_VERIFYING: Duration = Duration::from_secs(1);

/// The `data` of an action, from which `codeAction/resolve` computes its edits.
#[derive(Serialize, Deserialize)]
struct ActionData {
    uri: Uri,
    version: i32,
    range: Range,
    kind: CodeActionKind,
    title: String,
    /// The finding, for quick fixes.
    finding: Option<FindingId>,
}

/// Identifies a finding within one version of a document.
#[derive(Serialize, Deserialize, PartialEq)]
struct FindingId {
    rule: String,
    /// Start and end (bytes).
    span: [usize; 2],
}

impl FindingId {
    fn of(finding: &Finding) -> Self {
        Self { rule: finding.rule.to_owned(), span: [finding.span.start(), finding.span.end()] }
    }
}

/// An action before its edits are verified.
struct CandidateAction<'a> {
    fix: Fix,
    verification: Verification<'a>,
    is_preferred: bool,
}

/// What is verified in addition to the declared changes of a fix.
enum Verification<'a> {
    /// The finding is resolved and no new one appears.
    QuickFix(&'a Finding),
    /// As `QuickFix`, for a comment that suppresses the finding.
    Ignore(&'a Finding),
    /// No new finding appears.
    Refactoring,
}

impl<'a> CandidateAction<'a> {
    fn kind(&self) -> CodeActionKind {
        match self.verification {
            Verification::QuickFix(_) | Verification::Ignore(_) => CodeActionKind::QUICKFIX,
            Verification::Refactoring => CodeActionKind::REFACTOR_REWRITE,
        }
    }

    fn finding(&self) -> Option<&'a Finding> {
        match self.verification {
            Verification::QuickFix(finding) | Verification::Ignore(finding) => Some(finding),
            Verification::Refactoring => None,
        }
    }

    fn verified(self, verifier: &Verifier<'_>) -> std::result::Result<Verified, String> {
        match self.verification {
            Verification::QuickFix(finding) | Verification::Ignore(finding) => {
                verifier.quick_fix(finding, self.fix)
            }
            Verification::Refactoring => verifier.refactoring(self.fix),
        }
    }
}

/// The code actions for a range.
pub(crate) fn actions(state: &StateSnapshot, params: &CodeActionParams) -> Option<CodeActionResponse> {
    let CodeActionParams { text_document, range, context, .. } = params;
    let document = &*file_loader::with_all_files(state, state.document(&text_document.uri)?);
    let range = *range;
    let wants = |kind: &CodeActionKind| {
        context.only.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| includes(wanted, kind)))
    };
    let start = Instant::now();
    let mut actions = Vec::new();
    let files = FreshFiles::new(state, document);
    let verifier = Verifier::new(document.snapshot(), &files, &document.settings);
    let resolves = state.client.resolves_actions;
    let tries = if resolves { MAX_VERIFIED_AT_ONCE } else { MAX_VERIFIED } / verifier.cost().max(1);
    for (index, candidate) in candidates(state, document, range, &wants).into_iter().enumerate() {
        let is_verified = index < tries && (index == 0 || start.elapsed() <= MAX_VERIFYING);
        if !is_verified && !resolves {
            break;
        }
        let verifier = is_verified.then_some(&verifier);
        actions.extend(listed(state, document, range, candidate, verifier));
    }
    if wants(&CodeActionKind::QUICKFIX) && state.client.has_command(SET_RULE) {
        let mut seen = HashSet::new();
        let touched = touched(state, document, range).into_iter();
        let switches = touched.filter(|finding| seen.insert(finding.rule));
        actions.extend(switches.map(|finding| disable_rule(document, finding, &state.client)));
    }
    // Only on request: it would clutter every list of quick fixes.
    if context.only.is_some() && wants(&FIX_ALL) {
        actions.extend(fix_all(state, document, &files));
    }
    Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// Whether `wanted` is `kind` or one of its parents: kinds are dot-separated, and the empty kind includes all.
fn includes(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The findings that overlap or touch a range, in source order.
fn touched<'a>(state: &StateSnapshot, document: &'a DocumentSnapshot, range: Range) -> Vec<&'a Finding> {
    let (start, end) = (document.offset(range.start), document.offset(range.end));
    let findings = document.analysis(state.analyse).findings.iter();
    findings.filter(|finding| finding.span.start() <= end && start <= finding.span.end()).collect()
}

/// The unverified actions of the wanted kinds for a range: fixes, ignore comments, then refactorings.
fn candidates<'a>(
    state: &StateSnapshot,
    document: &'a DocumentSnapshot,
    range: Range,
    wants: &dyn Fn(&CodeActionKind) -> bool,
) -> Vec<CandidateAction<'a>> {
    let mut candidates = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        let touched = touched(state, document, range);
        let files = document.files();
        let late = LateFixes::new(document.snapshot(), &files);
        for &finding in &touched {
            let preferred = finding.fixes.iter().position(Fix::is_safe);
            for (index, fix) in finding.fixes.iter().cloned().chain(late.of(finding)).enumerate() {
                let is_preferred = preferred == Some(index);
                candidates.push(CandidateAction {
                    fix,
                    verification: Verification::QuickFix(finding),
                    is_preferred,
                });
            }
        }
        let mut seen = HashSet::new();
        for &finding in touched.iter().filter(|finding| seen.insert(finding.rule)) {
            let ignores = analysis::ignores(document.snapshot(), finding).into_iter();
            candidates.extend(ignores.map(|fix| CandidateAction {
                fix,
                verification: Verification::Ignore(finding),
                is_preferred: false,
            }));
        }
    }
    if wants(&CodeActionKind::REFACTOR_REWRITE) {
        let offers = analysis::refactorings(document.snapshot(), document.offset(range.start)).into_iter();
        let refactoring =
            |fix| CandidateAction { fix, verification: Verification::Refactoring, is_preferred: false };
        candidates.extend(offers.map(refactoring));
    }
    candidates
}

/// The action of a candidate: with its edits, or without a verifier, to be resolved. `None` if verification fails.
fn listed(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    range: Range,
    candidate: CandidateAction<'_>,
    verifier: Option<&Verifier<'_>>,
) -> Option<CodeAction> {
    let client = &state.client;
    let data = ActionData {
        uri: document.uri.clone(),
        version: document.version,
        range,
        kind: candidate.kind(),
        title: candidate.fix.title.clone(),
        finding: candidate.finding().map(FindingId::of),
    };
    let diagnostics =
        candidate.finding().map(|finding| vec![diagnostic::diagnostic(document, finding, client)]);
    let mut action = CodeAction {
        title: candidate.fix.title.clone(),
        kind: Some(candidate.kind()),
        diagnostics,
        is_preferred: (candidate.is_preferred && client.preferred_actions).then_some(true),
        ..CodeAction::default()
    };
    let Some(verifier) = verifier else {
        action.data = serde_json::to_value(&data).ok();
        return Some(action);
    };
    match candidate
        .verified(verifier)
        .and_then(|verified| with_edits(state, document, &mut action, &verified))
    {
        Ok(()) => Some(action),
        Err(reason) => {
            log_withheld(state, &data.title, &reason);
            None
        }
    }
}

/// `codeAction/resolve`: adds the edits of the action.
pub(crate) fn resolve(state: &StateSnapshot, mut action: CodeAction) -> Result<CodeAction> {
    let data = action.data.take().and_then(|data| serde_json::from_value::<ActionData>(data).ok());
    let Some(data) = data else { return Ok(action) };
    let Some(document) = state.document(&data.uri).filter(|document| document.version == data.version) else {
        return Err(modified());
    };
    let files = FreshFiles::new(state, &document);
    let verifier = Verifier::new(document.snapshot(), &files, &document.settings);
    let is_it = |candidate: &CandidateAction<'_>| {
        candidate.fix.title == data.title && candidate.finding().map(FindingId::of) == data.finding
    };
    let wants = |kind: &CodeActionKind| *kind == data.kind;
    let candidate = candidates(state, &document, data.range, &wants).into_iter().find(is_it);
    let verified = match candidate {
        Some(candidate) => candidate.verified(&verifier),
        None => Err("the action no longer applies".to_owned()),
    };
    let resolved = verified.or_else(|reason| recomputed(&document, &files, &verifier, &data).ok_or(reason));
    let resolved = resolved.and_then(|verified| with_edits(state, &document, &mut action, &verified));
    match resolved {
        Ok(()) => Ok(action),
        Err(reason) => {
            log_withheld(state, &data.title, &reason);
            Err(refusal(format!("\"{}\" is not possible: {reason}.", data.title)))
        }
    }
}

/// The fix computed from the current files, which may have changed without a notification.
fn recomputed(
    document: &DocumentSnapshot,
    files: &FreshFiles,
    verifier: &Verifier<'_>,
    data: &ActionData,
) -> Option<Verified> {
    let findings = analysis::findings(document.snapshot(), files, &document.settings);
    let same = findings.iter().filter(|finding| Some(FindingId::of(finding)) == data.finding);
    let mut fixes = same.flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
    let (finding, fix) = fixes.find(|(_, fix)| fix.title == data.title)?;
    verifier.quick_fix(finding, fix.clone()).ok()
}

/// Adds the edits to an action, and to its data the JSON pointers of the values that they change.
fn with_edits(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    action: &mut CodeAction,
    verified: &Verified,
) -> std::result::Result<(), String> {
    action.edit = Some(workspace_edit(state.changes(document, verified)?, &state.client));
    action.data = Some(json!({"changes": verified.pointers()}));
    Ok(())
}

/// Logs that an action failed verification; debug builds also report it to the client.
fn log_withheld(state: &StateSnapshot, title: &str, reason: &str) {
    let message = format!("code action \"{title}\" withheld: {reason}");
    state.log.write(LogLevel::Warning, &message);
    if cfg!(debug_assertions) {
        state.events.send(Event::Log(MessageType::ERROR, message));
    }
}

fn fix_all(state: &StateSnapshot, document: &DocumentSnapshot, files: &FreshFiles) -> Option<CodeAction> {
    let verified = analysis::fix_all(document.snapshot(), files, &document.settings)?;
    let title = verified.fix().title.clone();
    let mut action = CodeAction { title, kind: Some(FIX_ALL), ..CodeAction::default() };
    with_edits(state, document, &mut action, &verified).ok()?;
    Some(action)
}

/// The action that disables a rule in the client's settings.
fn disable_rule(
    document: &DocumentSnapshot,
    finding: &Finding,
    client: &ResolvedClientCapabilities,
) -> CodeAction {
    let title = format!("Disable `{}` in the settings", finding.rule);
    let arguments = Some(vec![finding.rule.into(), "off".into()]);
    CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic::diagnostic(document, finding, client)]),
        command: Some(Command { title, command: SET_RULE.to_owned(), arguments }),
        ..CodeAction::default()
    }
}

//! `workspace/diagnostic`.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::{View, file_path};
use crate::lsp::server::Session;
use crate::lsp::task::off_thread;
use crate::lsp::workspace::diagnostics::{Checked, check, closed, mark, on_threads};
use crate::workspace::is_document;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// `workspace/diagnostic`. Ends early when nobody waits for the answer any more.
pub(crate) async fn pull(
    session: Arc<Session>,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    struct Stop(Arc<AtomicBool>);
    impl Drop for Stop {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = Stop(Arc::default());
    let stopped = Arc::clone(&stop.0);
    let items = off_thread(move || reports(&session, params.previous_result_ids, &stopped)).await?;
    Ok(WorkspaceDiagnosticReport { items }.into())
}

fn reports(
    session: &Arc<Session>,
    previous: Vec<PreviousResultId>,
    stop: &AtomicBool,
) -> Vec<WorkspaceDocumentDiagnosticReport> {
    if !session.abilities().registers_watching {
        // Nobody tells when files change.
        session.state().checks.forget_all();
    }
    let previous: HashMap<Uri, String> = previous.into_iter().map(|one| (one.uri, one.value)).collect();
    let open: Vec<Arc<View>> =
        session.state().documents.values().map(|open| Arc::clone(&open.view)).collect();
    let reports = Mutex::new(Vec::new());
    let report = |report| reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    on_threads(&open, stop, |view| {
        let (result_id, version) = (view.number.to_string(), Some(i64::from(view.version)));
        let known = previous.get(&view.uri) == Some(&result_id);
        let items = || diagnostics(view, &view.analysis(session.analyse).findings, session.abilities());
        report(document_report(view.uri.clone(), version, result_id, (!known).then(items)));
    });
    let paths = closed(session);
    on_threads(&paths, stop, |path| {
        let Some(uri) = Uri::from_file_path(path) else { return };
        let before = previous.get(&uri);
        let known = session.state().checks.known.get(path).cloned();
        if let Some(known) = known.filter(|known| before == Some(&known.result_id)) {
            return report(document_report(uri, None, known.result_id, None));
        }
        if let Some((Checked { result_id, .. }, items)) = check(session, path) {
            let known = before == Some(&result_id);
            report(document_report(uri, None, result_id, (!known).then_some(items)));
        }
    });
    let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !stop.load(Ordering::Relaxed) {
        let mut state = session.state();
        let nothing = mark(&[]);
        state.checks.closed.retain(|uri| previous.get(uri) != Some(&nothing));
        // Before the first scan nobody knows which bundles there are.
        let is_scanned = state.workspace.index.is_some();
        let is_known = |uri: &&Uri| is_scanned || !file_path(uri).is_some_and(|path| is_document(&path));
        let closed = state.checks.closed.iter().filter(is_known).cloned().collect();
        drop(state);
        reports.extend(gone(&previous, closed, &reports));
    }
    reports
}

/// What was reported or open before and is no more has no findings.
fn gone(
    previous: &HashMap<Uri, String>,
    mut closed: HashSet<Uri>,
    reports: &[WorkspaceDocumentDiagnosticReport],
) -> Vec<WorkspaceDocumentDiagnosticReport> {
    let reported: HashSet<&Uri> = reports
        .iter()
        .map(|report| match report {
            WorkspaceDocumentDiagnosticReport::Full(report) => &report.uri,
            WorkspaceDocumentDiagnosticReport::Unchanged(report) => &report.uri,
        })
        .collect();
    closed.extend(previous.keys().cloned());
    let nothing = mark(&[]);
    let lost = closed.into_iter().filter(|uri| !reported.contains(uri));
    lost.map(|uri| {
        let items = (previous.get(&uri) != Some(&nothing)).then(Vec::new);
        document_report(uri, None, nothing.clone(), items)
    })
    .collect()
}

fn document_report(
    uri: Uri,
    version: Option<i64>,
    result_id: String,
    items: Option<Vec<Diagnostic>>,
) -> WorkspaceDocumentDiagnosticReport {
    match items {
        Some(items) => WorkspaceFullDocumentDiagnosticReport {
            uri,
            version,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(result_id),
                items,
            },
        }
        .into(),
        None => WorkspaceUnchangedDocumentDiagnosticReport {
            uri,
            version,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        }
        .into(),
    }
}

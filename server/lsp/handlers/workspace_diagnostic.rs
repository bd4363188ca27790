//! `workspace/diagnostic`.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::{DocumentSnapshot, file_path};
use crate::lsp::server::Server;
use crate::lsp::task;
use crate::lsp::workspace::diagnostics::{
    CheckResult, check, closed_documents, content_id, for_each_parallel,
};
use crate::workspace::is_document;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The diagnostics of all documents in the workspace. Stops when the request is cancelled.
pub(crate) async fn pull(
    server: Arc<Server>,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    struct StopOnDrop(Arc<AtomicBool>);
    impl Drop for StopOnDrop {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = StopOnDrop(Arc::default());
    let stopped = Arc::clone(&stop.0);
    let items = task::run(move || reports(&server, params.previous_result_ids, &stopped)).await?;
    Ok(WorkspaceDiagnosticReport { items }.into())
}

fn reports(
    server: &Arc<Server>,
    previous: Vec<PreviousResultId>,
    stop: &AtomicBool,
) -> Vec<WorkspaceDocumentDiagnosticReport> {
    if !server.client_capabilities().registers_watched_files {
        // Without file watching, cached results may be outdated.
        server.state().workspace_diagnostics.invalidate_all();
    }
    let previous: HashMap<Uri, String> = previous.into_iter().map(|id| (id.uri, id.value)).collect();
    let open: Vec<Arc<DocumentSnapshot>> =
        server.state().documents.values().map(|open| Arc::clone(&open.snapshot)).collect();
    let reports = Mutex::new(Vec::new());
    let report = |report| reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    for_each_parallel(&open, stop, |document| {
        let (result_id, version) = (document.id.to_string(), Some(i64::from(document.version)));
        let known = previous.get(&document.uri) == Some(&result_id);
        let items = || {
            diagnostics(document, &document.analysis(server.analyse).findings, server.client_capabilities())
        };
        report(document_report(document.uri.clone(), version, result_id, (!known).then(items)));
    });
    let paths = closed_documents(server);
    for_each_parallel(&paths, stop, |path| {
        let Some(uri) = Uri::from_file_path(path) else { return };
        let before = previous.get(&uri);
        let known = server.state().workspace_diagnostics.results.get(path).cloned();
        if let Some(known) = known.filter(|known| before == Some(&known.result_id)) {
            return report(document_report(uri, None, known.result_id, None));
        }
        if let Some((CheckResult { result_id, .. }, items)) = check(server, path) {
            let known = before == Some(&result_id);
            report(document_report(uri, None, result_id, (!known).then_some(items)));
        }
    });
    let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !stop.load(Ordering::Relaxed) {
        let mut state = server.state();
        let no_findings = content_id(&[]);
        state.workspace_diagnostics.closed.retain(|uri| previous.get(uri) != Some(&no_findings));
        // Before the first scan it is unknown which bundles exist.
        let is_scanned = state.workspace.index.is_some();
        let is_known = |uri: &&Uri| is_scanned || !file_path(uri).is_some_and(|path| is_document(&path));
        let closed = state.workspace_diagnostics.closed.iter().filter(is_known).cloned().collect();
        drop(state);
        reports.extend(removed_documents(&previous, closed, &reports));
    }
    reports
}

/// Empty reports for documents that were reported or open before and no longer exist.
fn removed_documents(
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
    let no_findings = content_id(&[]);
    let removed = closed.into_iter().filter(|uri| !reported.contains(uri));
    removed
        .map(|uri| {
            let items = (previous.get(&uri) != Some(&no_findings)).then(Vec::new);
            document_report(uri, None, no_findings.clone(), items)
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

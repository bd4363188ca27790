//! `workspace/diagnostic`.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::{DocumentSnapshot, file_path};
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::diagnostics::{check, closed_documents, content_id, for_each_parallel, store};
use crate::workspace::is_document;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The diagnostics of all documents in the workspace. Stops when the request is cancelled.
pub(crate) async fn pull(
    state: StateSnapshot,
    previous: Vec<PreviousResultId>,
) -> Result<WorkspaceDiagnosticReportResult> {
    let previous: HashMap<Uri, String> = previous.into_iter().map(|id| (id.uri, id.value)).collect();
    let (state, previous) = (Arc::new(state), Arc::new(previous));
    let work = |document| {
        let (state, previous) = (Arc::clone(&state), Arc::clone(&previous));
        move || match document {
            Listed::Open(document) => Some(open_report(&state, &previous, &document)),
            Listed::Closed(path) => closed_report(&state, &previous, path),
        }
    };
    let open = state.documents.values().cloned().map(Listed::Open);
    let closed = closed_documents(&state).into_iter().map(Listed::Closed);
    let documents: Vec<Listed> = open.chain(closed).collect();
    let mut items: Vec<_> = for_each_parallel(documents, work).await?.into_iter().flatten().collect();
    // Before the first scan it is unknown which bundles exist.
    let is_scanned = state.index.is_some();
    let is_known = |uri: &&Uri| is_scanned || !file_path(uri).is_some_and(|path| is_document(&path));
    let closed = state.checked.closed.iter().filter(is_known).cloned().collect();
    items.extend(removed_documents(&previous, closed, &items));
    Ok(WorkspaceDiagnosticReport { items }.into())
}

/// A document to report.
enum Listed {
    Open(Arc<DocumentSnapshot>),
    Closed(PathBuf),
}

fn open_report(
    state: &StateSnapshot,
    previous: &HashMap<Uri, String>,
    document: &DocumentSnapshot,
) -> WorkspaceDocumentDiagnosticReport {
    let (result_id, version) = (document.id.to_string(), Some(i64::from(document.version)));
    let known = previous.get(&document.uri) == Some(&result_id);
    let items = || diagnostics(document, &document.analysis(state.analyse).findings, &state.client);
    document_report(document.uri.clone(), version, result_id, (!known).then(items))
}

fn closed_report(
    state: &StateSnapshot,
    previous: &HashMap<Uri, String>,
    path: PathBuf,
) -> Option<WorkspaceDocumentDiagnosticReport> {
    let uri = Uri::from_file_path(&path)?;
    let before = previous.get(&uri);
    let known = state.checked.results.get(&path).filter(|known| before == Some(&known.result_id));
    if let Some(known) = known {
        return Some(document_report(uri, None, known.result_id.clone(), None));
    }
    let (result, items) = check(state, &path)?;
    let (result_id, known) = (result.result_id.clone(), before == Some(&result.result_id));
    store(state, path, result, None);
    Some(document_report(uri, None, result_id, (!known).then_some(items)))
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

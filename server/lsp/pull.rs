//! `textDocument/diagnostic`: diagnostics for clients that ask for them.

use super::diagnostics::diagnostics;
use super::schedule::{self, off_thread};
use super::session::Session;
use std::sync::Arc;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The diagnostics of a document as it is when the work begins; later edits were not asked about.
pub(super) async fn pull(
    session: Arc<Session>,
    uri: Uri,
    previous: Option<String>,
) -> Result<DocumentDiagnosticReportResult> {
    let report = off_thread(move || report(&session, &uri, previous)).await?;
    Ok(DocumentDiagnosticReportResult::Report(report))
}

fn report(session: &Arc<Session>, uri: &Uri, previous: Option<String>) -> DocumentDiagnosticReport {
    let Some(view) = session.view(uri) else {
        return DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport::default());
    };
    let result_id = view.number.to_string();
    if previous.as_ref() == Some(&result_id) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id };
        return DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            unchanged_document_diagnostic_report: unchanged,
            related_documents: None,
        });
    }
    let items = diagnostics(&view, &view.analysis(session.analyse).findings, session.abilities());
    schedule::look_around(session, &view);
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
    })
}

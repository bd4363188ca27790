//! `textDocument/diagnostic`: diagnostics for clients that ask for them.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::task::off_thread;
use crate::lsp::workspace::file_loader;
use std::sync::Arc;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The diagnostics of a document as it is when the work begins; later edits were not asked about.
pub(crate) async fn pull(
    session: Arc<Session>,
    uri: Uri,
    previous: Option<String>,
) -> Result<DocumentDiagnosticReportResult> {
    let report = off_thread(move || report(&session, &uri, previous)).await?;
    Ok(DocumentDiagnosticReportResult::Report(report))
}

fn report(session: &Arc<Session>, uri: &Uri, previous: Option<String>) -> DocumentDiagnosticReport {
    let Some(view) = view(session, uri) else {
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
    file_loader::look_around(session, &view);
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
    })
}

/// A document as it is. Who cannot be told to ask again, gets it with all that the disk says, which takes longer.
fn view(session: &Arc<Session>, uri: &Uri) -> Option<Arc<View>> {
    let view = session.view(uri)?;
    Some(if session.abilities().refreshes { view } else { file_loader::settled(session, view) })
}

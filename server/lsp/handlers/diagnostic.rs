//! `textDocument/diagnostic`.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::server::Server;
use crate::lsp::task;
use crate::lsp::workspace::file_loader;
use std::sync::Arc;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The diagnostics of a document when the work starts.
pub(crate) async fn pull(
    server: Arc<Server>,
    uri: Uri,
    previous: Option<String>,
) -> Result<DocumentDiagnosticReportResult> {
    let report = task::run(move || report(&server, &uri, previous)).await?;
    Ok(DocumentDiagnosticReportResult::Report(report))
}

fn report(server: &Arc<Server>, uri: &Uri, previous: Option<String>) -> DocumentDiagnosticReport {
    let Some(document) = complete_snapshot(server, uri) else {
        return DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport::default());
    };
    let result_id = document.id.to_string();
    if previous.as_ref() == Some(&result_id) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id };
        return DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            unchanged_document_diagnostic_report: unchanged,
            related_documents: None,
        });
    }
    let items =
        diagnostics(&document, &document.analysis(server.analyse).findings, server.client_capabilities());
    file_loader::load_missing(server, &document);
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
    })
}

/// The current snapshot of a document. Without refresh support, all files that it depends on are loaded first, since the
/// client would not pull again afterwards.
fn complete_snapshot(server: &Arc<Server>, uri: &Uri) -> Option<Arc<DocumentSnapshot>> {
    let document = server.document(uri)?;
    Some(if server.client_capabilities().diagnostic_refresh {
        document
    } else {
        file_loader::with_all_files(server, document)
    })
}

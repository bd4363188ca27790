//! `textDocument/diagnostic`.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::event::Event;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::file_loader;
use std::sync::{Arc, PoisonError};
use tower_lsp::ls_types::*;

/// The diagnostics of a document.
pub(crate) fn report(
    state: &StateSnapshot,
    params: DocumentDiagnosticParams,
) -> DocumentDiagnosticReportResult {
    let Some(document) = complete_snapshot(state, &params.text_document.uri) else {
        return DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport::default()).into();
    };
    let result_id = document.id.to_string();
    if params.previous_result_id.as_ref() == Some(&result_id) {
        return unchanged(result_id).into();
    }
    let items = diagnostics(&document, &document.analysis(state.analyse).findings, &state.client);
    state.events.send(Event::Analysed(document.uri.clone()));
    let mut pulled = document.pulled.lock().unwrap_or_else(PoisonError::into_inner);
    if params.previous_result_id.as_ref() == Some(&pulled.0) && pulled.1 == items {
        return unchanged(pulled.0.clone()).into();
    }
    *pulled = (result_id.clone(), items.clone());
    drop(pulled);
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
    })
    .into()
}

fn unchanged(result_id: String) -> DocumentDiagnosticReport {
    DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        related_documents: None,
    })
}

/// The current snapshot of a document. Without refresh support, all files that it depends on are loaded first, since the
/// client would not pull again afterwards.
fn complete_snapshot(state: &StateSnapshot, uri: &Uri) -> Option<Arc<DocumentSnapshot>> {
    let document = state.document(uri)?;
    Some(if state.client.diagnostic_refresh {
        document
    } else {
        file_loader::with_all_files(state, document)
    })
}

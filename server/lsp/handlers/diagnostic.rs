//! `textDocument/diagnostic`.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::event::Event;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::file_loader;
use std::sync::Arc;
use tower_lsp::ls_types::*;

/// The diagnostics of a document.
pub(crate) fn report(state: &StateSnapshot, uri: &Uri, previous: Option<String>) -> DocumentDiagnosticReport {
    let Some(document) = complete_snapshot(state, uri) else {
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
    let items = diagnostics(&document, &document.analysis(state.analyse).findings, state.client());
    state.events.send(Event::Analysed(document.uri.clone()));
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
    })
}

/// The current snapshot of a document. Without refresh support, all files that it depends on are loaded first, since the
/// client would not pull again afterwards.
fn complete_snapshot(state: &StateSnapshot, uri: &Uri) -> Option<Arc<DocumentSnapshot>> {
    let document = state.document(uri)?;
    Some(if state.client().diagnostic_refresh {
        document
    } else {
        file_loader::with_all_files(state, document)
    })
}

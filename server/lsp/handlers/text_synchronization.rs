//! `textDocument/didOpen`, `didChange`, `didSave` and `didClose`.

use crate::lsp::document::{DocumentSnapshot, DocumentText, file_path, is_supported};
use crate::lsp::server::Server;
use crate::lsp::state::OpenDocument;
use crate::lsp::workspace::diagnostics as workspace_diagnostics;
use crate::lsp::workspace::file_cache::DocumentLocation;
use crate::lsp::workspace::index;
use crate::lsp::workspace::{code_files, file_loader, open_files, publish};
use ropey::Rope;
use std::sync::Arc;
use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::*;

/// `textDocument/didOpen`.
pub(crate) fn open(server: &Arc<Server>, item: TextDocumentItem) {
    if !is_supported(&item.uri, &item.language_id) {
        return code_files::open(server, item);
    }
    let TextDocumentItem { uri, version, text, .. } = item;
    let text = DocumentText::new(Rope::from(text), server.client_capabilities().encoding);
    let mut state = server.state();
    let text = text.with_catalog(state.workspace.catalog.clone());
    let location = file_path(&uri).map(|path| DocumentLocation::new(path, &state.folders));
    let document = DocumentSnapshot::new(uri.clone(), version, text, Arc::clone(&state.settings), location);
    state.documents.insert(uri.clone(), OpenDocument::new(Arc::clone(&document)));
    drop(state);
    workspace_diagnostics::document_opened(server, &uri);
    publish::schedule(server, &uri);
    notify_dependents(server, &document);
}

/// `textDocument/didChange`.
pub(crate) fn change(server: &Arc<Server>, params: DidChangeTextDocumentParams) {
    let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
    let mut state = server.state();
    let Some(open) = state.documents.get_mut(&uri) else {
        drop(state);
        return code_files::change(server, &uri, version, params.content_changes);
    };
    let text = Arc::new(open.snapshot.text.edited(params.content_changes));
    open.snapshot = open.snapshot.modified(|next| {
        next.version = version;
        next.text = text;
    });
    let document = Arc::clone(&open.snapshot);
    drop(state);
    publish::schedule(server, &uri);
    notify_dependents(server, &document);
}

/// Updates what depends on the text of a document.
fn notify_dependents(server: &Arc<Server>, document: &Arc<DocumentSnapshot>) {
    if let Some(path) = document.path() {
        open_files::file_changed(server, path);
    }
    index::document_changed(server, document);
}

/// `textDocument/didSave`.
pub(crate) fn save(server: &Arc<Server>, uri: &Uri) {
    file_loader::reload(server, uri);
}

/// `textDocument/didClose`.
pub(crate) fn close(server: &Arc<Server>, uri: Uri) {
    let mut state = server.state();
    let closed = state.documents.remove(&uri);
    drop(state);
    let Some(closed) = closed else { return code_files::close(server, &uri) };
    if let Some(path) = closed.snapshot.path() {
        open_files::file_closed(server, path);
    }
    index::document_changed(server, &closed.snapshot);
    if !workspace_diagnostics::document_closed(server, &closed.snapshot)
        && !server.client_capabilities().pull_diagnostics
    {
        let cleared = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
        server.output.notify::<PublishDiagnostics>(cleared);
    }
}

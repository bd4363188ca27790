//! Opening, editing, saving and closing documents.

use crate::lsp::document::{self, Text, View};
use crate::lsp::server::Session;
use crate::lsp::state::Open;
use crate::lsp::workspace::diagnostics as workspace_diagnostics;
use crate::lsp::workspace::file_cache::Place;
use crate::lsp::workspace::index;
use crate::lsp::workspace::{code_files, file_loader, open_files, publish};
use ropey::Rope;
use std::sync::Arc;
use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::*;

/// `textDocument/didOpen`.
pub(crate) fn open(session: &Arc<Session>, document: TextDocumentItem) {
    if !document::is_ours(&document.uri, &document.language_id) {
        return code_files::open(session, document);
    }
    let TextDocumentItem { uri, version, text, .. } = document;
    let text = Text::new(Rope::from(text), session.abilities().encoding);
    let mut state = session.state();
    let text = text.knowing(state.workspace.catalog.clone());
    let place = document::file_path(&uri).map(|path| Place::new(path, &state.folders));
    let view = View::new(uri.clone(), version, text, Arc::clone(&state.settings), place);
    state.documents.insert(uri.clone(), Open::new(Arc::clone(&view)));
    drop(state);
    workspace_diagnostics::opened_document(session, &uri);
    publish::publish_soon(session, &uri);
    tell(session, &view);
}

/// `textDocument/didChange`.
pub(crate) fn change(session: &Arc<Session>, params: DidChangeTextDocumentParams) {
    let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
    let mut state = session.state();
    let Some(open) = state.documents.get_mut(&uri) else {
        drop(state);
        return code_files::change(session, &uri, version, params.content_changes);
    };
    let text = Arc::new(open.view.text.changed(params.content_changes));
    open.view = open.view.then(|view| {
        view.version = version;
        view.text = text;
    });
    let view = Arc::clone(&open.view);
    drop(state);
    publish::publish_soon(session, &uri);
    tell(session, &view);
}

/// Tells other documents what this one says now.
fn tell(session: &Arc<Session>, view: &Arc<View>) {
    if let Some(path) = view.path() {
        open_files::tell(session, path);
    }
    index::buffer_changed(session, view);
}

/// `textDocument/didSave`.
pub(crate) fn save(session: &Arc<Session>, uri: &Uri) {
    file_loader::look_again(session, uri);
}

/// `textDocument/didClose`.
pub(crate) fn close(session: &Arc<Session>, uri: Uri) {
    let mut state = session.state();
    let closed = state.documents.remove(&uri);
    drop(state);
    let Some(closed) = closed else { return code_files::close(session, &uri) };
    if let Some(path) = closed.view.path() {
        open_files::forget(session, path);
    }
    index::buffer_changed(session, &closed.view);
    if !workspace_diagnostics::closed_document(session, &closed.view) && !session.abilities().pulls {
        let nothing = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
        session.output.notify::<PublishDiagnostics>(nothing);
    }
}

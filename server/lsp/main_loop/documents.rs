//! Opens, edits and closes files, and keeps what the documents know of each other's texts up to date.

use super::MainLoop;
use crate::iac::Language;
use crate::lsp::document::{DocumentSnapshot, DocumentText, file_path, is_supported};
use crate::lsp::event::LoadedFiles;
use crate::lsp::state::{CodeFile, Work};
use crate::lsp::workspace::open_files::{self, dependents};
use crate::workspace::file_cache::{self, DocumentLocation};
use foldhash::HashMap;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::*;

impl MainLoop {
    /// `textDocument/didOpen`.
    pub(in crate::lsp) fn open(&mut self, item: TextDocumentItem) {
        if !is_supported(&item.uri, &item.language_id) {
            return self.open_code_file(item);
        }
        let TextDocumentItem { uri, version, text, .. } = item;
        let shared = &self.state.shared;
        let text = DocumentText::new(Rope::from(text), shared.client.encoding);
        let text = text.with_catalog(shared.catalog.clone());
        let location = file_path(&uri).map(|path| DocumentLocation::new(path, &shared.folders));
        let settings = Arc::clone(&shared.settings);
        let document = DocumentSnapshot::new(uri.clone(), version, text, settings, location);
        self.documents().insert(uri.clone(), Arc::clone(&document));
        if self.state.shared.checked.closed.contains(&uri) {
            Arc::make_mut(&mut self.state.shared.checked).closed.remove(&uri);
        }
        self.publish(&uri);
        self.update_dependents(&document);
    }

    /// `textDocument/didChange`.
    pub(in crate::lsp) fn change(&mut self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let Some(open) = self.documents().get_mut(&uri) else {
            return self.change_code_file(&uri, version, params.content_changes);
        };
        DocumentSnapshot::edit(open, version, params.content_changes);
        let document = Arc::clone(open);
        self.publish(&uri);
        self.update_dependents(&document);
    }

    /// `textDocument/didSave`.
    pub(in crate::lsp) fn save(&mut self, uri: Uri) {
        self.state.schedule.want(Work::Reload(uri));
    }

    /// `textDocument/didClose`.
    pub(in crate::lsp) fn close(&mut self, uri: Uri) {
        let Some(closed) = self.documents().remove(&uri) else { return self.close_code_file(&uri) };
        if let Some(path) = closed.path() {
            self.reload_dependents(path);
        }
        self.index_document(&closed);
        if !self.check_closed(&closed) && !self.state.shared.client.pull_diagnostics {
            let cleared = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
            self.output.notify::<PublishDiagnostics>(cleared);
        }
    }

    /// The open documents, to be changed.
    pub(super) fn documents(&mut self) -> &mut HashMap<Uri, Arc<DocumentSnapshot>> {
        Arc::make_mut(&mut self.state.shared.documents)
    }

    /// Opens an IaC file; other files are ignored.
    fn open_code_file(&mut self, item: TextDocumentItem) {
        let is_code = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.and_then(Language::of).is_some()
        };
        let Some(path) = file_path(&item.uri).filter(is_code) else { return };
        let text = DocumentText::new(Rope::from(item.text), self.state.shared.client.encoding);
        self.set_code_file(item.uri, path, item.version, text);
    }

    fn change_code_file(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(file) = self.state.shared.code_files.get(uri) else { return };
        let (path, text) = (file.path.clone(), file.text.edited(changes));
        self.set_code_file(uri.clone(), path, version, text);
    }

    fn set_code_file(&mut self, uri: Uri, path: PathBuf, version: i32, text: DocumentText) {
        let content = text.rope.to_string().into();
        let file = CodeFile { path: path.clone(), content, version, text: Arc::new(text) };
        Arc::make_mut(&mut self.state.shared.code_files).insert(uri, file);
        self.update_caches(&path);
    }

    fn close_code_file(&mut self, uri: &Uri) {
        if let Some(file) = Arc::make_mut(&mut self.state.shared.code_files).remove(uri) {
            self.reload_dependents(&file.path);
        }
    }

    /// Updates what depends on the text of a document.
    fn update_dependents(&mut self, document: &DocumentSnapshot) {
        if let Some(path) = document.path() {
            self.update_caches(path);
        }
        self.index_document(document);
    }

    /// Updates the caches of the documents that depend on a file that was opened or edited.
    fn update_caches(&mut self, path: &Path) {
        for (document, mut answers) in dependents(&self.state.shared, path) {
            open_files::apply(&self.state.shared, &document, &mut answers);
            if file_cache::differs(&document.file_cache, &answers, None) {
                let cache = Arc::new(file_cache::merged(&document.file_cache, answers));
                let next = document.modified(|next| next.file_cache = cache);
                self.documents().insert(document.uri.clone(), next);
                self.refresh(&document.uri);
            }
        }
    }

    /// Reloads the caches of the documents that depend on a file that was closed: the disk counts again.
    fn reload_dependents(&mut self, path: &Path) {
        for (document, _) in dependents(&self.state.shared, path) {
            self.state.schedule.want(Work::Reload(document.uri.clone()));
        }
    }

    /// Adds files to the cache of a document, and updates its diagnostics if they may have changed.
    pub(super) fn files_loaded(&mut self, loaded: LoadedFiles) {
        let LoadedFiles { document, mut answers, next } = loaded;
        let shared = &self.state.shared;
        let Some(current) = shared.document(&document.uri) else { return };
        open_files::apply(shared, &current, &mut answers);
        let changed = file_cache::differs(&current.file_cache, &answers, current.queries());
        let contains = |next: &&Arc<DocumentSnapshot>| {
            answers.iter().all(|(query, answer)| next.file_cache.get(query) == Some(answer))
        };
        let next = match next.as_ref().filter(contains) {
            Some(next) if Arc::ptr_eq(&current, &document) => Arc::clone(next),
            _ => {
                let cache = Arc::new(file_cache::merged(&current.file_cache, answers));
                current.with_cache(cache, changed)
            }
        };
        self.documents().insert(document.uri.clone(), next);
        if changed {
            self.refresh(&document.uri);
        }
    }
}

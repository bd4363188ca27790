//! Open IaC files: their texts count for the bundle in the directory above, saved or not. The server publishes no diagnostics
//! for them and provides only hovers.

use crate::iac::Language;
use crate::lsp::document::{DocumentText, file_path};
use crate::lsp::server::Server;
use crate::lsp::workspace::open_files;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

/// An open IaC file.
pub(crate) struct CodeFile {
    /// The absolute path.
    pub(crate) path: PathBuf,
    /// The text of `text` as one string.
    pub(crate) content: Arc<str>,
    /// The client's version of the text.
    pub(crate) version: i32,
    pub(crate) text: Arc<DocumentText>,
}

impl CodeFile {
    fn new(path: PathBuf, version: i32, text: DocumentText) -> Self {
        Self { path, content: text.rope.to_string().into(), version, text: Arc::new(text) }
    }
}

/// `textDocument/didOpen`. Files that are not IaC are ignored.
pub(crate) fn open(server: &Arc<Server>, item: TextDocumentItem) {
    let is_code = |path: &Path| file_name(path).and_then(Language::of).is_some();
    let Some(path) = file_path(&item.uri).filter(|path| is_code(path)) else { return };
    let version = item.version;
    let text = DocumentText::new(Rope::from(item.text), server.client_capabilities().encoding);
    server.state().code_files.insert(item.uri, CodeFile::new(path.clone(), version, text));
    open_files::file_changed(server, &path);
}

/// `textDocument/didChange`.
pub(crate) fn change(
    server: &Arc<Server>,
    uri: &Uri,
    version: i32,
    changes: Vec<TextDocumentContentChangeEvent>,
) {
    let mut state = server.state();
    let Some(file) = state.code_files.get_mut(uri) else { return };
    let path = file.path.clone();
    *file = CodeFile::new(path.clone(), version, file.text.edited(changes));
    drop(state);
    open_files::file_changed(server, &path);
}

/// `textDocument/didClose`.
pub(crate) fn close(server: &Arc<Server>, uri: &Uri) {
    let closed = server.state().code_files.remove(uri);
    if let Some(file) = closed {
        open_files::file_closed(server, &file.path);
    }
}

/// The file name of a path, if it is Unicode.
pub(crate) fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

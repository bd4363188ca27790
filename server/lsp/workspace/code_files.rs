//! Files of code that the client has open with us: what they say counts for the bundle above, saved or not. Nothing is
//! published for them, and nothing offered but the pages of the bundle's params.

use crate::iac::Language;
use crate::lsp::document::{Text, file_path};
use crate::lsp::server::Session;
use crate::lsp::workspace::open_files;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::*;

/// One open file.
pub(crate) struct CodeBuffer {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) said: Arc<str>,
    /// The client's version of that.
    pub(crate) version: i32,
    /// The same as a rope.
    pub(crate) text: Arc<Text>,
}

impl CodeBuffer {
    fn new(path: PathBuf, version: i32, text: Text) -> Self {
        Self { path, said: text.rope.to_string().into(), version, text: Arc::new(text) }
    }
}

/// `textDocument/didOpen`.
pub(crate) fn open(session: &Arc<Session>, document: TextDocumentItem) {
    let is_code = |path: &Path| name(path).and_then(Language::of).is_some();
    let Some(path) = file_path(&document.uri).filter(|path| is_code(path)) else { return };
    let version = document.version;
    let text = Text::new(Rope::from(document.text), session.abilities().encoding);
    session.state().code.insert(document.uri, CodeBuffer::new(path.clone(), version, text));
    open_files::tell(session, &path);
}

/// `textDocument/didChange`.
pub(crate) fn change(
    session: &Arc<Session>,
    uri: &Uri,
    version: i32,
    changes: Vec<TextDocumentContentChangeEvent>,
) {
    let mut state = session.state();
    let Some(buffer) = state.code.get_mut(uri) else { return };
    let path = buffer.path.clone();
    *buffer = CodeBuffer::new(path.clone(), version, buffer.text.changed(changes));
    drop(state);
    open_files::tell(session, &path);
}

/// `textDocument/didClose`.
pub(crate) fn close(session: &Arc<Session>, uri: &Uri) {
    let closed = session.state().code.remove(uri);
    if let Some(buffer) = closed {
        open_files::forget(session, &buffer.path);
    }
}

pub(crate) fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

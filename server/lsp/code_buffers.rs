//! Files of code that the client has open with us: what they say counts for the bundle above, saved or not. Nothing is
//! published for them, and nothing offered but the pages of the bundle's params.

use super::document::{Text, file_path};
use super::fresh_files::FreshFiles;
use super::hover::protocol_hover;
use super::session::Session;
use super::{convert, overlay};
use crate::analysis;
use crate::iac::Language;
use crate::workspace::DOCUMENTS;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::*;

/// One open file.
pub(super) struct CodeBuffer {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What it says.
    pub(super) said: Arc<str>,
    /// The client's version of that.
    pub(super) version: i32,
    /// The same as a rope.
    pub(super) text: Arc<Text>,
}

impl CodeBuffer {
    fn new(path: PathBuf, version: i32, text: Text) -> Self {
        Self { path, said: text.rope.to_string().into(), version, text: Arc::new(text) }
    }
}

/// `textDocument/didOpen`.
pub(super) fn open(session: &Arc<Session>, document: TextDocumentItem) {
    let is_code = |path: &Path| name(path).and_then(Language::of).is_some();
    let Some(path) = file_path(&document.uri).filter(|path| is_code(path)) else { return };
    let version = document.version;
    let text = Text::new(Rope::from(document.text), session.abilities().encoding);
    session.state().code.insert(document.uri, CodeBuffer::new(path.clone(), version, text));
    overlay::tell(session, &path);
}

/// `textDocument/didChange`.
pub(super) fn change(
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
    overlay::tell(session, &path);
}

/// `textDocument/didClose`.
pub(super) fn close(session: &Arc<Session>, uri: &Uri) {
    let closed = session.state().code.remove(uri);
    if let Some(buffer) = closed {
        overlay::forget(session, &buffer.path);
    }
}

/// The page about a variable, from the bundle one directory above. Takes its time.
pub(super) fn hover(
    session: &Arc<Session>,
    uri: &Uri,
    position: Position,
    format: MarkupKind,
) -> Option<Hover> {
    let (path, text, said) = {
        let state = session.state();
        let buffer = state.code.get(uri)?;
        (buffer.path.clone(), Arc::clone(&buffer.text), Arc::clone(&buffer.said))
    };
    let step = path.parent()?;
    let bundle = DOCUMENTS.iter().find_map(|document| {
        let bundle = step.parent()?.join(document);
        session.open_at(&bundle).or_else(|| session.on_disk(&bundle))
    })?;
    let offset = convert::offset(&text.rope, text.encoding, position);
    let (snapshot, files) = (bundle.snapshot(), FreshFiles::new(session, &bundle));
    let file = (name(&path)?, &*said);
    let found = analysis::hover_in_code(snapshot, &files, &bundle.settings, name(step)?, file, offset)?;
    let range = convert::range(&text.rope, text.encoding, found.span);
    Some(protocol_hover(found.markdown, range, format))
}

fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

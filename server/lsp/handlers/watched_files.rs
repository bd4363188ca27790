//! `workspace/didChangeWatchedFiles`.

use crate::lsp::server::Session;
use crate::lsp::workspace::{diagnostics, file_loader, index};
use std::sync::Arc;
use tower_lsp::ls_types::{FileEvent, Uri};

/// Has everything read again that depends on these files.
pub(crate) fn files_changed(session: &Arc<Session>, changes: &[FileEvent]) {
    index::files_changed(session, changes);
    diagnostics::files_changed(session, changes);
    let uris: Vec<Uri> = session.state().documents.keys().cloned().collect();
    uris.iter().for_each(|uri| file_loader::look_again(session, uri));
}

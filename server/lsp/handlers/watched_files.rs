//! `workspace/didChangeWatchedFiles`.

use crate::lsp::server::Server;
use crate::lsp::workspace::{diagnostics, file_loader, index};
use std::sync::Arc;
use tower_lsp::ls_types::{FileEvent, Uri};

/// Updates everything that depends on the changed files.
pub(crate) fn files_changed(server: &Arc<Server>, changes: &[FileEvent]) {
    index::files_changed(server, changes);
    diagnostics::files_changed(server, changes);
    let uris: Vec<Uri> = server.state().documents.keys().cloned().collect();
    uris.iter().for_each(|uri| file_loader::reload(server, uri));
}

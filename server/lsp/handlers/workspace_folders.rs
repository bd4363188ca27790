//! `workspace/didChangeWorkspaceFolders`.

use crate::lsp::document::file_path;
use crate::lsp::server::Server;
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::{WorkspaceFolder, WorkspaceFoldersChangeEvent};

/// `workspace/didChangeWorkspaceFolders`.
pub(crate) fn change_folders(server: &Arc<Server>, event: &WorkspaceFoldersChangeEvent) {
    let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
        folders.iter().filter_map(|folder| file_path(&folder.uri)).collect()
    };
    let removed = paths(&event.removed);
    let mut folders = server.state().folders.clone();
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(paths(&event.added));
    server.set_folders(folders);
}

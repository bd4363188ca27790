//! `workspace/didChangeWorkspaceFolders`.

use crate::lsp::document::file_path;
use crate::lsp::server::Session;
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::{WorkspaceFolder, WorkspaceFoldersChangeEvent};

/// `workspace/didChangeWorkspaceFolders`.
pub(crate) fn change_folders(session: &Arc<Session>, event: &WorkspaceFoldersChangeEvent) {
    let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
        folders.iter().filter_map(|folder| file_path(&folder.uri)).collect()
    };
    let removed = paths(&event.removed);
    let mut folders = session.state().folders.clone();
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(paths(&event.added));
    session.use_folders(folders);
}

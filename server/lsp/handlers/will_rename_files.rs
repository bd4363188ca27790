//! `workspace/willRenameFiles`: updates the paths of steps when their directories are renamed.

use crate::analysis;
use crate::lsp::convert::workspace_edit::{FileChange, workspace_edit};
use crate::lsp::document::file_path;
use crate::lsp::state::StateSnapshot;
use crate::workspace::DOCUMENTS;
use std::path::Path;
use tower_lsp::ls_types::*;

/// The server's options: requests before directories are renamed.
pub(crate) fn options() -> WorkspaceFileOperationsServerCapabilities {
    let pattern = FileOperationPattern {
        glob: "**/*".to_owned(),
        matches: Some(FileOperationPatternKind::Folder),
        options: None,
    };
    let filters = vec![FileOperationFilter { scheme: Some("file".to_owned()), pattern }];
    WorkspaceFileOperationsServerCapabilities {
        will_rename: Some(FileOperationRegistrationOptions { filters }),
        ..WorkspaceFileOperationsServerCapabilities::default()
    }
}

/// The edits of bundles, open or not, whose subdirectories are renamed. Moves to another parent directory change nothing.
pub(crate) fn will_rename(state: &StateSnapshot, files: &[FileRename]) -> Option<WorkspaceEdit> {
    let path = |uri: &str| file_path(&uri.parse().ok()?);
    let renamed = files.iter().filter_map(|file| path(&file.old_uri).zip(path(&file.new_uri)));
    let changes = renamed.flat_map(|(old, new)| {
        let edits = |name| rename_step(state, &old, &new, name);
        DOCUMENTS.iter().filter_map(|name| edits(name)).flatten().collect::<Vec<_>>()
    });
    let changes: Vec<FileChange> = changes.collect();
    (!changes.is_empty()).then(|| workspace_edit(changes, &state.client))
}

/// The edits of the document `name` beside a renamed directory.
fn rename_step(state: &StateSnapshot, old: &Path, new: &Path, name: &str) -> Option<Vec<FileChange>> {
    let directory = old.parent().filter(|directory| new.parent() == Some(directory))?;
    let path = directory.join(name);
    let document = state.open_document_at(&path).or_else(|| state.read_document(&path))?;
    let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
    let renamed = analysis::rename_directory(document.snapshot(), &name(old)?, &name(new)?)?;
    state.changes(&document, &renamed).ok()
}

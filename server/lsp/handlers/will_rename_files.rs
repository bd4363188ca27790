//! `workspace/willRenameFiles`: a bundle follows the directories of its steps.

use crate::analysis;
use crate::lsp::convert::workspace_edit::{Change, changes, workspace_edit};
use crate::lsp::document::file_path;
use crate::lsp::server::Session;
use crate::workspace::DOCUMENTS;
use std::path::Path;
use tower_lsp::ls_types::*;

/// What we want to be told of before it happens.
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

/// The edits of bundles, open or not, beside directories that get another name in the same place.
pub(crate) fn will_rename(session: &Session, files: &[FileRename]) -> Option<WorkspaceEdit> {
    let path = |uri: &str| file_path(&uri.parse().ok()?);
    let renamed = files.iter().filter_map(|file| path(&file.old_uri).zip(path(&file.new_uri)));
    let changes = renamed.flat_map(|(old, new)| {
        let follow = |bundle| follow(session, &old, &new, bundle);
        DOCUMENTS.iter().filter_map(|bundle| follow(bundle)).flatten().collect::<Vec<_>>()
    });
    let changes: Vec<Change> = changes.collect();
    (!changes.is_empty()).then(|| workspace_edit(changes, session.abilities()))
}

fn follow(session: &Session, old: &Path, new: &Path, bundle: &str) -> Option<Vec<Change>> {
    let directory = old.parent().filter(|directory| new.parent() == Some(directory))?;
    let path = directory.join(bundle);
    let view = session.open_at(&path).or_else(|| session.on_disk(&path))?;
    let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
    let renamed = analysis::rename_directory(view.snapshot(), &name(old)?, &name(new)?)?;
    changes(session, &view, &renamed).ok()
}

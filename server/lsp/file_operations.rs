//! `workspace/willRenameFiles`: a bundle follows the directories of its steps.

use super::code_action::workspace_edit;
use super::document::file_path;
use super::session::Session;
use crate::analysis;
use crate::rules::Edit;
use crate::workspace::DOCUMENTS;
use std::path::Path;
use std::sync::Arc;
use tower_lsp::ls_types::*;

/// What we want to be told of before it happens.
pub(super) fn options() -> WorkspaceFileOperationsServerCapabilities {
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
pub(super) fn will_rename(session: &Arc<Session>, files: &[FileRename]) -> Option<WorkspaceEdit> {
    let mut edit: Option<WorkspaceEdit> = None;
    for file in files {
        let path = |uri: &str| file_path(&uri.parse().ok()?);
        let Some((old, new)) = path(&file.old_uri).zip(path(&file.new_uri)) else { continue };
        for name in DOCUMENTS {
            let Some(more) = follow(session, &old, &new, name) else { continue };
            match &mut edit {
                None => edit = Some(more),
                Some(edit) => join(edit, more),
            }
        }
    }
    edit
}

fn follow(session: &Arc<Session>, old: &Path, new: &Path, bundle: &str) -> Option<WorkspaceEdit> {
    let directory = old.parent().filter(|directory| new.parent() == Some(directory))?;
    let path = directory.join(bundle);
    let view = session.open_at(&path).or_else(|| session.on_disk(&path))?;
    let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
    let edits: Vec<Edit> = analysis::rename_directory(view.snapshot(), &name(old)?, &name(new)?);
    (!edits.is_empty()).then(|| workspace_edit(&view, &edits, session.abilities()))
}

fn join(edit: &mut WorkspaceEdit, more: WorkspaceEdit) {
    if let (Some(changes), Some(more)) = (&mut edit.changes, more.changes) {
        changes.extend(more);
    }
    if let (Some(DocumentChanges::Edits(edits)), Some(DocumentChanges::Edits(more))) =
        (&mut edit.document_changes, more.document_changes)
    {
        edits.extend(more);
    }
}

//! `textDocument/prepareRename` and `rename`.

use crate::analysis;
use crate::lsp::convert::workspace_edit::workspace_edit;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::error::{modified, refusal};
use crate::lsp::handlers::resource_type;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The range and the current name of the symbol at a position.
pub(crate) fn prepare(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<Result<PrepareRenameResponse>> {
    state.after_first_scan().document(&document.uri).map(|document| renamable(&document, position))
}

fn renamable(document: &DocumentSnapshot, position: Position) -> Result<PrepareRenameResponse> {
    if let Some(named) = resource_type::prepare_rename(document, position) {
        let (span, placeholder) = named.map_err(refusal)?;
        return Ok(PrepareRenameResponse::RangeWithPlaceholder { range: document.range(span), placeholder });
    }
    let found = analysis::prepare_rename(document.snapshot(), document.offset(position)).map_err(refusal)?;
    let range = document.range(found.span);
    Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: found.name })
}

/// The edits that rename the symbol at a position, in the current versions of all files.
pub(crate) fn rename(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
    name: &str,
) -> Result<WorkspaceEdit> {
    if resource_type::is_at(document, position) {
        let still_indexing = "The workspace is still being indexed; try again in a moment.";
        let state = state.after_rescan().ok_or_else(|| refusal(still_indexing.to_owned()))?;
        let current = state.document(&document.uri).filter(|current| current.version == document.version);
        let edit = resource_type::rename(&state, &*current.ok_or_else(modified)?, position, name);
        return edit.ok_or_else(modified)?.map_err(refusal);
    }
    let files = FreshFiles::new(state, document);
    let offset = document.offset(position);
    let renamed =
        analysis::rename(document.snapshot(), &files, &document.settings, offset, name).map_err(refusal)?;
    let changes =
        state.changes(document, &renamed).map_err(|reason| refusal(format!("Not renamed: {reason}.")))?;
    Ok(workspace_edit(changes, &state.client))
}

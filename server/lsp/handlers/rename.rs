//! `textDocument/prepareRename` and `rename`.

use crate::analysis;
use crate::lsp::convert::workspace_edit::workspace_edit;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::error::refusal;
use crate::lsp::handlers::resource_type;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The range and the current name of the symbol at a position.
pub(crate) fn prepare(document: &DocumentSnapshot, position: Position) -> Result<PrepareRenameResponse> {
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
    if let Some(edit) = resource_type::rename(state, document, position, name) {
        return edit.map_err(refusal);
    }
    let files = FreshFiles::new(state, document);
    let offset = document.offset(position);
    let renamed =
        analysis::rename(document.snapshot(), &files, &document.settings, offset, name).map_err(refusal)?;
    let changes =
        state.changes(document, &renamed).map_err(|reason| refusal(format!("Not renamed: {reason}.")))?;
    Ok(workspace_edit(changes, state.client()))
}

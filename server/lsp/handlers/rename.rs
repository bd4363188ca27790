//! `textDocument/prepareRename` and `rename`.

use crate::analysis;
use crate::lsp::convert::workspace_edit::{changes, workspace_edit};
use crate::lsp::document::View;
use crate::lsp::error::refusal;
use crate::lsp::handlers::resource_type;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// What would be renamed at a position.
pub(crate) fn prepare(view: &View, position: Position) -> Result<PrepareRenameResponse> {
    if let Some(named) = resource_type::prepare_rename(view, position) {
        let (span, placeholder) = named.map_err(refusal)?;
        return Ok(PrepareRenameResponse::RangeWithPlaceholder { range: view.range(span), placeholder });
    }
    let found = analysis::prepare_rename(view.snapshot(), view.offset(position)).map_err(refusal)?;
    let range = view.range(found.span);
    Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: found.name })
}

/// The edits that rename what is at a position, in all files as they are now.
pub(crate) fn rename(
    session: &Session,
    view: &View,
    position: Position,
    name: &str,
) -> Result<WorkspaceEdit> {
    if let Some(edit) = resource_type::rename(session, view, position, name) {
        return edit.map_err(refusal);
    }
    let files = FreshFiles::new(session, view);
    let offset = view.offset(position);
    let renamed = analysis::rename(view.snapshot(), &files, &view.settings, offset, name).map_err(refusal)?;
    let changes =
        changes(session, view, &renamed).map_err(|reason| refusal(format!("Not renamed: {reason}.")))?;
    Ok(workspace_edit(changes, session.abilities()))
}

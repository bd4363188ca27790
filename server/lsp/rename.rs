//! `textDocument/prepareRename` and `rename`.

use super::document::View;
use super::fresh_files::FreshFiles;
use super::session::Session;
use super::types;
use super::workspace_edit::{changes, workspace_edit};
use crate::analysis;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::*;

/// The protocol's code for a request that is well formed but cannot be done; its message is shown to the user.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// The protocol's code for a request about a text that has changed since.
const CONTENT_MODIFIED: ErrorCode = ErrorCode::ServerError(-32801);

/// What would be renamed at a position.
pub(super) fn prepare(view: &View, position: Position) -> Result<PrepareRenameResponse> {
    if let Some(named) = types::prepare_rename(view, position) {
        let (span, placeholder) = named.map_err(refusal)?;
        return Ok(PrepareRenameResponse::RangeWithPlaceholder { range: view.range(span), placeholder });
    }
    let found = analysis::prepare_rename(view.snapshot(), view.offset(position)).map_err(refusal)?;
    let range = view.range(found.span);
    Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: found.name })
}

/// The edits that rename what is at a position, in all files as they are now.
pub(super) fn rename(
    session: &Session,
    view: &View,
    position: Position,
    name: &str,
) -> Result<WorkspaceEdit> {
    if let Some(edit) = types::rename(session, view, position, name) {
        return edit.map_err(refusal);
    }
    let files = FreshFiles::new(session, view);
    let offset = view.offset(position);
    let renamed = analysis::rename(view.snapshot(), &files, &view.settings, offset, name).map_err(refusal)?;
    let changes =
        changes(session, view, &renamed).map_err(|reason| refusal(format!("Not renamed: {reason}.")))?;
    Ok(workspace_edit(changes, session.abilities()))
}

/// The error for a request about a text that has changed since.
pub(super) fn modified() -> Error {
    let message = "The document has changed in the meantime.".into();
    Error { message, ..Error::new(CONTENT_MODIFIED) }
}

/// An error that the client shows to the user.
pub(super) fn refusal(reason: String) -> Error {
    Error { message: reason.into(), ..Error::new(REQUEST_FAILED) }
}

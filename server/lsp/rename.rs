//! `textDocument/prepareRename` and `rename`.

use super::document::View;
use super::session::Session;
use super::types;
use super::workspace_edit::{Change, workspace_edit};
use crate::analysis;
use crate::rules::Beside;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::*;

/// The protocol's code for a request that is well formed but cannot be done; its message is shown to the user.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// What the client shows of the edits in other files.
const REASON: &str = "Rename in the code of the steps";

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

/// The edits that rename what is at a position.
pub(super) fn rename(
    session: &Session,
    view: &View,
    position: Position,
    name: &str,
) -> Result<WorkspaceEdit> {
    if let Some(edit) = types::rename(session, view, position, name) {
        return edit.map_err(refusal);
    }
    let path = view.place.as_ref().map(|place| place.document.as_path());
    let (snapshot, files) = (view.snapshot(), view.files());
    let offset = view.offset(position);
    let edits = analysis::rename(snapshot, path, &files, &view.settings, offset, name).map_err(refusal)?;
    let client = session.abilities();
    let code = analysis::rename_in_code(snapshot, &files, offset, name).map_err(refusal)?;
    let unreachable = |file: &Beside| refusal(format!("`{}` cannot be edited from here.", file.path));
    let beside = code.iter().map(|file| match Change::beside(view, file, client) {
        Some(change) => Ok(change.confirmed(REASON)),
        None => Err(unreachable(file)),
    });
    let beside = beside.collect::<Result<Vec<_>>>()?;
    let programs = analysis::rename_programs(snapshot, &files, offset, name);
    let programs = programs.iter().filter_map(|(from, to)| Change::renamed(view, from, to, client));
    let beside = beside.into_iter().chain(programs.map(|change| change.confirmed(REASON)));
    Ok(workspace_edit(std::iter::once(Change::open(view, &edits)).chain(beside), client))
}

fn refusal(reason: String) -> Error {
    Error { message: reason.into(), ..Error::new(REQUEST_FAILED) }
}

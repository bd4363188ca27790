//! Resource types over file borders: where one is defined, which bundles name it, and another name for it everywhere.

use super::document::View;
use super::index;
use super::session::Session;
use super::workspace_edit::{changes, workspace_edit};
use crate::analysis::navigation::{SymbolReference, Target};
use crate::analysis::{self, NamedType, types};
use crate::syntax::Span;
use tower_lsp::ls_types::*;

/// What the client shows of the edits in other files.
const REASON: &str = "Rename the resource type in the files that define and name it";

/// Where the resource type is defined that a position names; with the token there.
pub(super) fn definition(session: &Session, view: &View, position: Position) -> Option<LocationLink> {
    link(session, view, &analysis::type_at(view.snapshot(), view.offset(position))?)
}

/// Where the resource type of what a position names is defined.
pub(super) fn type_definition(session: &Session, view: &View, position: Position) -> Option<LocationLink> {
    link(session, view, &analysis::type_of(view.snapshot(), view.offset(position))?)
}

fn link(session: &Session, view: &View, named: &NamedType) -> Option<LocationLink> {
    let path = named.defined_in.as_deref()?;
    let defined = session.open_at(path).or_else(|| session.on_disk(path))?;
    let Target::Here(name, whole) = analysis::definition_name(defined.snapshot())? else { return None };
    Some(LocationLink {
        origin_selection_range: Some(view.range(named.token)),
        target_uri: defined.uri.clone(),
        target_range: defined.range(whole),
        target_selection_range: defined.range(name),
    })
}

/// Every place of the workspace that names the resource type at a position; `None` where none is named.
pub(super) fn references(
    session: &Session,
    view: &View,
    position: Position,
    with_declaration: bool,
) -> Option<Vec<Location>> {
    let named = analysis::type_at(view.snapshot(), view.offset(position))?;
    let mut places = Vec::new();
    for other in index::using(session, &named.name) {
        let found = analysis::type_references(other.snapshot(), &named.reference).into_iter();
        let wanted = found.filter(|one: &SymbolReference| with_declaration || !one.is_definition);
        places.extend(wanted.map(|mention| Location::new(other.uri.clone(), other.range(mention.span))));
    }
    Some(places)
}

/// The name of the resource type at a position, if it can be given another one; `None` where none is named.
pub(super) fn prepare_rename(view: &View, position: Position) -> Option<Result<(Span, String), String>> {
    let named = analysis::type_at(view.snapshot(), view.offset(position))?;
    let is_defined = named.defined_in.is_some() || is_definition(view, &named);
    if !is_defined {
        return Some(Err(format!("`{}` is not defined in this workspace.", named.reference)));
    }
    let text = view.snapshot().document().syntax.slice(named.token);
    let at = text.find(&named.name).map(|at| named.token.start() + at);
    let unclear = || "The name is written with escapes; write it plainly first.".to_owned();
    Some(at.map(|at| (Span::new(at, at + named.name.len()), named.name)).ok_or_else(unclear))
}

/// Whether a position names a resource type.
pub(super) fn is_at(view: &View, position: Position) -> bool {
    analysis::type_at(view.snapshot(), view.offset(position)).is_some()
}

/// A document's name for the user: its path in the workspace.
fn shown(session: &Session, view: &View) -> String {
    let path = view.place.as_ref().and_then(|place| {
        let state = session.state();
        let inside = state.folders.iter().find_map(|folder| place.document.strip_prefix(folder).ok());
        inside.map(|path| format!("`{}`", path.display()))
    });
    path.unwrap_or_else(|| view.uri.as_str().to_owned())
}

/// Whether a position names a resource type, or something that has one.
pub(super) fn is_about(view: &View, position: Position) -> bool {
    is_at(view, position) || analysis::type_of(view.snapshot(), view.offset(position)).is_some()
}

fn is_definition(view: &View, named: &NamedType) -> bool {
    let name = analysis::definition_name(view.snapshot());
    matches!(name, Some(Target::Here(span, _)) if span == named.token)
}

/// The edits that give the resource type at a position another name, in every document that names it; `None` where none is
/// named.
pub(super) fn rename(
    session: &Session,
    view: &View,
    position: Position,
    name: &str,
) -> Option<Result<WorkspaceEdit, String>> {
    let named = analysis::type_at(view.snapshot(), view.offset(position))?;
    let renamed = prepare_rename(view, position)?;
    Some(renamed.and_then(|(_, current)| {
        if name == current {
            return Ok(WorkspaceEdit::default());
        }
        types::may_be_called(view.snapshot(), name)?;
        let mut all = Vec::new();
        for other in index::using(session, &named.name) {
            let in_file = |reason| format!("{}: {reason}", shown(session, &other));
            let renamed = analysis::rename_type(other.snapshot(), &named.reference, name).map_err(in_file)?;
            let own = changes(session, &other, &renamed).map_err(in_file)?.into_iter();
            let is_own = other.uri == view.uri;
            all.extend(own.map(|change| if is_own { change } else { change.confirmed(REASON) }));
        }
        Ok(workspace_edit(all, session.abilities()))
    }))
}

//! Definition, references and rename of resource types, across the workspace.

use crate::analysis::target::{SymbolReference, Target};
use crate::analysis::{self, NamedType, types};
use crate::lsp::convert::workspace_edit::workspace_edit;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::index;
use crate::syntax::Span;
use std::sync::Arc;
use tower_lsp::ls_types::*;

/// The change annotation of edits in other files.
const REASON: &str = "Rename the resource type in the files that define and name it";

/// The definition of the resource type that is named at a position.
pub(crate) fn definition(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<LocationLink> {
    link(state, document, &analysis::type_at(document.snapshot(), document.offset(position))?)
}

/// The definition of the resource type of the symbol at a position.
pub(crate) fn type_definition(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<LocationLink> {
    link(state, document, &analysis::type_of(document.snapshot(), document.offset(position))?)
}

fn link(state: &StateSnapshot, document: &DocumentSnapshot, named: &NamedType) -> Option<LocationLink> {
    let path = named.defined_in.as_deref()?;
    let defined = state.open_document_at(path).or_else(|| state.read_document(path))?;
    let Target::Here(name, whole) = analysis::definition_name(defined.snapshot())? else { return None };
    Some(LocationLink {
        origin_selection_range: Some(document.range(named.token)),
        target_uri: defined.uri.clone(),
        target_range: defined.range(whole),
        target_selection_range: defined.range(name),
    })
}

/// The references in the workspace to the resource type at a position; `None` if there is none at the position.
pub(crate) fn references(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
    with_declaration: bool,
) -> Option<Vec<Location>> {
    let named = analysis::type_at(document.snapshot(), document.offset(position))?;
    let mut places = Vec::new();
    for other in index::documents_using(state, &named.name) {
        let found = analysis::type_references(other.snapshot(), &named.reference).into_iter();
        let wanted = found.filter(|reference: &SymbolReference| with_declaration || !reference.is_definition);
        places.extend(wanted.map(|reference| Location::new(other.uri.clone(), other.range(reference.span))));
    }
    Some(places)
}

/// The span and the name of the resource type at a position, or why it cannot be renamed; `None` if there is none at the
/// position.
pub(crate) fn prepare_rename(
    document: &DocumentSnapshot,
    position: Position,
) -> Option<Result<(Span, String), String>> {
    let named = analysis::type_at(document.snapshot(), document.offset(position))?;
    let is_defined = named.defined_in.is_some() || is_definition(document, &named);
    if !is_defined {
        return Some(Err(format!("`{}` is not defined in this workspace.", named.reference)));
    }
    let text = document.snapshot().document().syntax.slice(named.token);
    let at = text.find(&named.name).map(|at| named.token.start() + at);
    let escaped = || "The name contains escape sequences; replace them first.".to_owned();
    Some(at.map(|at| (Span::new(at, at + named.name.len()), named.name)).ok_or_else(escaped))
}

/// Whether a resource type is named at a position.
pub(crate) fn is_at(document: &DocumentSnapshot, position: Position) -> bool {
    analysis::type_at(document.snapshot(), document.offset(position)).is_some()
}

/// The name of a document in messages: its path in the workspace, else its URI.
fn display_name(state: &StateSnapshot, document: &DocumentSnapshot) -> String {
    let path = document.path().and_then(|path| {
        let inside = state.folders.iter().find_map(|folder| path.strip_prefix(folder).ok());
        inside.map(|path| format!("`{}`", path.display()))
    });
    path.unwrap_or_else(|| document.uri.as_str().to_owned())
}

/// The state, and the document in it. If a position refers to a resource type, waits for the first scan of the workspace.
pub(crate) fn after_scan(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<(StateSnapshot, Arc<DocumentSnapshot>)> {
    let refers_to_type = is_at(document, position)
        || analysis::type_of(document.snapshot(), document.offset(position)).is_some();
    let state = if refers_to_type { state.after_first_scan() } else { state.clone() };
    let document = state.document(&document.uri)?;
    Some((state, document))
}

fn is_definition(document: &DocumentSnapshot, named: &NamedType) -> bool {
    let name = analysis::definition_name(document.snapshot());
    matches!(name, Some(Target::Here(span, _)) if span == named.token)
}

/// The edits that rename the resource type at a position in all documents that refer to it; `None` if there is none at the
/// position.
pub(crate) fn rename(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
    name: &str,
) -> Option<Result<WorkspaceEdit, String>> {
    let named = analysis::type_at(document.snapshot(), document.offset(position))?;
    let renamed = prepare_rename(document, position)?;
    Some(renamed.and_then(|(_, current)| {
        if name == current {
            return Ok(WorkspaceEdit::default());
        }
        types::may_be_called(document.snapshot(), name)?;
        let mut all = Vec::new();
        for other in index::documents_using(state, &named.name) {
            let in_file = |reason| format!("{}: {reason}", display_name(state, &other));
            let renamed = analysis::rename_type(other.snapshot(), &named.reference, name).map_err(in_file)?;
            let own = state.changes(&other, &renamed).map_err(in_file)?.into_iter();
            let is_own = other.uri == document.uri;
            all.extend(own.map(|change| if is_own { change } else { change.needs_confirmation(REASON) }));
        }
        Ok(workspace_edit(all, &state.client))
    }))
}

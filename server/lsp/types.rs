//! Resource types over file borders: where one is defined, which bundles name it, and another name for it everywhere.

use super::capabilities::Abilities;
use super::document::View;
use super::index;
use super::session::Session;
use crate::analysis::navigation::{Mention, Target};
use crate::analysis::{self, NamedType, types};
use crate::rules::Edit;
use crate::syntax::Span;
use std::collections::HashMap;
use std::sync::Arc;
use tower_lsp::ls_types::*;

/// The client's name for the edits that it asks the user about.
const OTHER_FILES: &str = "massdriver-other-files";

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
        let mentions = analysis::type_mentions(other.snapshot(), &named.reference).into_iter();
        let wanted = mentions.filter(|mention: &Mention| with_declaration || !mention.declares);
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
        let mut changes = Vec::new();
        for other in index::using(session, &named.name) {
            let edits = analysis::rename_type(other.snapshot(), &named.reference, name)
                .map_err(|reason| format!("{}: {reason}", other.uri.as_str()))?;
            if !edits.is_empty() {
                changes.push((other, edits));
            }
        }
        Ok(workspace_edit(session, &view.uri, changes))
    }))
}

/// The edits of several documents as one; those of others than the one at hand to be confirmed, where the client asks.
fn workspace_edit(session: &Session, here: &Uri, changes: Vec<(Arc<View>, Vec<Edit>)>) -> WorkspaceEdit {
    let client = session.abilities();
    let text_edits = |view: &View, edits: Vec<Edit>| -> Vec<TextEdit> {
        edits.into_iter().map(|edit| TextEdit::new(view.range(edit.span), edit.text)).collect()
    };
    if !client.versioned_edits {
        let changes = changes.into_iter().map(|(view, edits)| (view.uri.clone(), text_edits(&view, edits)));
        return WorkspaceEdit::new(changes.collect());
    }
    let documents = changes.into_iter().map(|(view, edits)| {
        let version = session.view(&view.uri).map(|_| view.version);
        let edits = text_edits(&view, edits).into_iter();
        let text_document = OptionalVersionedTextDocumentIdentifier { uri: view.uri.clone(), version };
        TextDocumentEdit {
            text_document,
            edits: edits.map(|edit| marked(edit, client, &view.uri != here)).collect(),
        }
    });
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(documents.collect())),
        change_annotations: client.confirms_edits.then(annotations),
        ..WorkspaceEdit::default()
    }
}

fn marked(text_edit: TextEdit, client: &Abilities, elsewhere: bool) -> OneOf<TextEdit, AnnotatedTextEdit> {
    match client.confirms_edits && elsewhere {
        true => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: OTHER_FILES.to_owned() }),
        false => OneOf::Left(text_edit),
    }
}

fn annotations() -> HashMap<String, ChangeAnnotation> {
    let annotation = ChangeAnnotation {
        label: "Rename the resource type in other files".to_owned(),
        needs_confirmation: Some(true),
        description: Some("Bundles that name it, and the file that defines it".to_owned()),
    };
    HashMap::from([(OTHER_FILES.to_owned(), annotation)])
}

//! Edits that reach into files beside a document: one workspace edit for all of them.

use super::capabilities::Abilities;
use super::document::View;
use super::{convert, navigation};
use crate::rules::{Beside, Edit};
use std::collections::HashMap;
use tower_lsp::ls_types::*;

/// Says of an edit that the user should look at it first.
const ANNOTATION: &str = "other-files";

/// Edits of the document and of files beside it. With a `reason` the client is told to ask the user about those, where it
/// can. `None` when it cannot do what is needed: create a file, or name one.
pub(super) fn workspace_edit(
    view: &View,
    edits: &[Edit],
    beside: &[Beside],
    reason: Option<&str>,
    client: &Abilities,
) -> Option<WorkspaceEdit> {
    let own = edits.iter().map(|edit| TextEdit::new(view.range(edit.span), edit.text.clone()));
    if !client.versioned_edits {
        let mut changes = HashMap::from([(view.uri.clone(), own.collect::<Vec<_>>())]);
        for file in beside {
            let edits = text_edits(view, file, file.text.as_deref()?);
            changes.entry(navigation::beside(view, &file.path)?).or_default().extend(edits);
        }
        changes.retain(|_, edits| !edits.is_empty());
        return Some(WorkspaceEdit::new(changes));
    }
    let mut operations = Vec::new();
    if !edits.is_empty() {
        operations.push(changed(view.uri.clone(), Some(view.version), own.map(OneOf::Left).collect()));
    }
    let annotation = reason.filter(|_| client.confirms_edits);
    for file in beside {
        let uri = navigation::beside(view, &file.path)?;
        if file.text.is_none() {
            operations.push(created(uri.clone(), client)?);
        }
        if file.edits.is_empty() {
            continue;
        }
        let edits = text_edits(view, file, file.text.as_deref().unwrap_or_default()).into_iter();
        let edits = edits.map(|text_edit| match annotation {
            Some(_) => {
                let annotation_id = ANNOTATION.to_owned();
                OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id })
            }
            None => OneOf::Left(text_edit),
        });
        operations.push(changed(uri, None, edits.collect()));
    }
    let annotation = annotation.map(|label| ChangeAnnotation {
        label: label.to_owned(),
        needs_confirmation: Some(true),
        description: None,
    });
    Some(WorkspaceEdit {
        changes: None,
        document_changes: Some(DocumentChanges::Operations(operations)),
        change_annotations: annotation.map(|annotation| HashMap::from([(ANNOTATION.to_owned(), annotation)])),
    })
}

fn text_edits(view: &View, file: &Beside, text: &str) -> Vec<TextEdit> {
    let range = |edit: &Edit| convert::range_in(text, view.text.encoding, edit.span);
    file.edits.iter().map(|edit| TextEdit::new(range(edit), edit.text.clone())).collect()
}

fn changed(
    uri: Uri,
    version: Option<i32>,
    edits: Vec<OneOf<TextEdit, AnnotatedTextEdit>>,
) -> DocumentChangeOperation {
    let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
    DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits })
}

fn created(uri: Uri, client: &Abilities) -> Option<DocumentChangeOperation> {
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
    let create = CreateFile { uri, options: Some(options), annotation_id: None };
    client.creates_files.then_some(DocumentChangeOperation::Op(ResourceOp::Create(create)))
}

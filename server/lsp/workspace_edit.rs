//! Edits of one or several files, as the protocol has them.

use super::capabilities::Abilities;
use super::document::View;
use super::session::Session;
use super::{convert, navigation};
use crate::rules::{Beside, Edit};
use tower_lsp::ls_types::*;

/// What is to happen to one file.
pub(super) struct Change {
    uri: Uri,
    /// Of the text that the edits are made for, where the client knows it by a version.
    version: Option<i32>,
    /// There is no such file yet.
    is_new: bool,
    /// Its other name.
    renamed: Option<Uri>,
    edits: Vec<TextEdit>,
    /// Why the user should look at it first.
    reason: Option<&'static str>,
}

impl Change {
    /// Edits of an open document.
    pub(super) fn open(view: &View, edits: &[Edit]) -> Self {
        let edits = edits.iter().map(|edit| TextEdit::new(view.range(edit.span), edit.text.clone()));
        let (uri, version) = (view.uri.clone(), Some(view.version));
        Self { uri, version, is_new: false, renamed: None, edits: edits.collect(), reason: None }
    }

    /// Edits of a document, open or not.
    pub(super) fn document(session: &Session, view: &View, edits: &[Edit]) -> Self {
        let version = session.view(&view.uri).map(|_| view.version);
        Self { version, ..Self::open(view, edits) }
    }

    /// Edits of a file beside a document. `None` where it has no name, or is to be created and the client cannot.
    pub(super) fn beside(view: &View, file: &Beside, client: &Abilities) -> Option<Self> {
        let is_new = file.text.is_none();
        if is_new && !(client.versioned_edits && client.creates_files) {
            return None;
        }
        let text = file.text.as_deref().unwrap_or_default();
        let range = |edit: &Edit| convert::range_in(text, view.text.encoding, edit.span);
        let edits = file.edits.iter().map(|edit| TextEdit::new(range(edit), edit.text.clone()));
        let uri = navigation::beside(view, &file.path)?;
        Some(Self { uri, version: None, is_new, renamed: None, edits: edits.collect(), reason: None })
    }

    /// Another name for a file beside a document. `None` where the client cannot give it.
    pub(super) fn renamed(view: &View, from: &str, to: &str, client: &Abilities) -> Option<Self> {
        if !(client.versioned_edits && client.renames_files) {
            return None;
        }
        let (uri, renamed) = (navigation::beside(view, from)?, Some(navigation::beside(view, to)?));
        Some(Self { uri, version: None, is_new: false, renamed, edits: Vec::new(), reason: None })
    }

    /// The same, to be confirmed by the user, who is shown the reason.
    pub(super) fn confirmed(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// The changes with those of one text together: later ones would be taken for changes of what the earlier ones made.
fn joined(changes: impl IntoIterator<Item = Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        let same = |known: &&mut Change| known.uri == change.uri && known.renamed.is_none() && !known.is_new;
        match joined.iter_mut().find(same).filter(|_| change.renamed.is_none() && !change.is_new) {
            Some(known) => known.edits.extend(change.edits),
            None => joined.push(change),
        }
    }
    joined
}

/// All changes as one edit, in the form that the client takes; it asks for confirmation where it can.
pub(super) fn workspace_edit(changes: impl IntoIterator<Item = Change>, client: &Abilities) -> WorkspaceEdit {
    let changes = joined(changes);
    let mut edit = WorkspaceEdit::default();
    if !client.versioned_edits {
        let texts = edit.changes.get_or_insert_default();
        for change in changes.into_iter().filter(|change| !change.edits.is_empty()) {
            texts.entry(change.uri).or_default().extend(change.edits);
        }
        return edit;
    }
    let mut operations = Vec::new();
    for change in changes {
        let is_to_confirm = !change.edits.is_empty() || change.renamed.is_some();
        let reason = change.reason.filter(|_| client.confirms_edits && is_to_confirm);
        if let Some(reason) = reason {
            let annotations = edit.change_annotations.get_or_insert_default();
            annotations.entry(reason.to_owned()).or_insert_with(|| annotation(reason));
        }
        if change.is_new {
            operations.push(created(change.uri.clone()));
        }
        if let Some(new) = change.renamed {
            operations.push(renamed(change.uri.clone(), new, reason));
        }
        if change.edits.is_empty() {
            continue;
        }
        let edits = change.edits.into_iter().map(|text_edit| match reason {
            Some(reason) => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: reason.to_owned() }),
            None => OneOf::Left(text_edit),
        });
        let edits = edits.collect();
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri: change.uri, version: change.version };
        operations.push(DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits }));
    }
    edit.document_changes = Some(DocumentChanges::Operations(operations));
    edit
}

/// Named by what it says: edits for the same reason are confirmed together.
fn annotation(reason: &str) -> ChangeAnnotation {
    ChangeAnnotation { label: reason.to_owned(), needs_confirmation: Some(true), description: None }
}

fn renamed(old_uri: Uri, new_uri: Uri, reason: Option<&str>) -> DocumentChangeOperation {
    let options = RenameFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
    let annotation_id = reason.map(str::to_owned);
    let rename = RenameFile { old_uri, new_uri, options: Some(options), annotation_id };
    DocumentChangeOperation::Op(ResourceOp::Rename(rename))
}

fn created(uri: Uri) -> DocumentChangeOperation {
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
    let create = CreateFile { uri, options: Some(options), annotation_id: None };
    DocumentChangeOperation::Op(ResourceOp::Create(create))
}

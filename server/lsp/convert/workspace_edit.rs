//! Edits of one or several files, as the protocol has them. Only what is verified gets here.

use crate::analysis::Verified;
use crate::edit::{Edit, FileAction, FileEdit};
use crate::lsp::client::Abilities;
use crate::lsp::convert::{location, position};
use crate::lsp::document::View;
use crate::lsp::server::Session;
use ropey::Rope;
use tower_lsp::ls_types::*;

/// What is to happen to one file.
pub(crate) struct Change {
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

/// What a fix changes: the document, open or not, and the files beside it.
///
/// # Errors
/// Why the client cannot make all of it, for the user.
pub(crate) fn changes(session: &Session, view: &View, verified: &Verified) -> Result<Vec<Change>, String> {
    let fix = verified.fix();
    let own = (!fix.edits.is_empty()).then(|| Change::document(session, view, &fix.edits.list));
    let others = fix.files.iter().map(|file| Change::beside(session, view, file));
    own.map(Ok).into_iter().chain(others).collect()
}

impl Change {
    fn document(session: &Session, view: &View, edits: &[Edit]) -> Self {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        let edits = edits.iter().map(|edit| TextEdit::new(view.range(edit.span), edit.text.clone()));
        let version = session.view(&view.uri).map(|_| view.version);
        Self { version, edits: edits.collect(), ..Self::of(view.uri.clone()) }
    }

    fn beside(session: &Session, view: &View, file: &FileEdit) -> Result<Self, String> {
        let client = session.abilities();
        let uri = |path: &str| {
            location::beside(view, path).ok_or_else(|| format!("`{path}` cannot be edited from here"))
        };
        let own = Self::of(uri(&file.path)?);
        match &file.action {
            FileAction::Create(_) if !(client.versioned_edits && client.creates_files) => {
                Err("your editor cannot create files for a language server".to_owned())
            }
            FileAction::Rename(_) if !(client.versioned_edits && client.renames_files) => {
                Err("your editor cannot rename files for a language server".to_owned())
            }
            FileAction::Create(text) => {
                let edits = if text.is_empty() {
                    Vec::new()
                } else {
                    vec![TextEdit::new(Range::default(), text.clone())]
                };
                Ok(Self { is_new: true, edits, ..own })
            }
            FileAction::Rename(new) => Ok(Self { renamed: Some(uri(new)?), ..own }),
            FileAction::Edit { text, edits, .. } => {
                let rope = Rope::from(&**text);
                let range = |edit: &Edit| position::range(&rope, view.text.encoding, edit.span);
                let edits = edits.iter().map(|edit| TextEdit::new(range(edit), edit.text.clone())).collect();
                let version = session.state().code.get(&own.uri).map(|buffer| buffer.version);
                Ok(Self { version, edits, ..own })
            }
        }
    }

    fn of(uri: Uri) -> Self {
        Self { uri, version: None, is_new: false, renamed: None, edits: Vec::new(), reason: None }
    }

    /// The same, to be confirmed by the user, who is shown the reason.
    pub(crate) fn confirmed(self, reason: &'static str) -> Self {
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
pub(crate) fn workspace_edit(changes: impl IntoIterator<Item = Change>, client: &Abilities) -> WorkspaceEdit {
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

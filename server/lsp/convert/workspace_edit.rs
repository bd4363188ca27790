//! Conversion of verified fixes to workspace edits.

use crate::analysis::Verified;
use crate::edit::{Edit, FileAction, FileEdit};
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::convert::{location, position};
use crate::lsp::document::DocumentSnapshot;
use ropey::Rope;
use tower_lsp::ls_types::*;

/// The client's versions of the open files.
pub(crate) type Versions<'a> = &'a dyn Fn(&Uri) -> Option<i32>;

/// The changes of one file.
pub(crate) struct FileChange {
    uri: Uri,
    /// The version that the edits apply to; `None` if the file is not open.
    version: Option<i32>,
    /// The file is created.
    is_new: bool,
    /// The new URI of a renamed file.
    renamed: Option<Uri>,
    edits: Vec<TextEdit>,
    /// The annotation of changes that the user has to confirm.
    reason: Option<&'static str>,
}

/// The changes of a fix: of the document, open or not, and of other files.
///
/// # Errors
/// Why the client does not support the changes, for the user.
pub(crate) fn changes(
    client: &ResolvedClientCapabilities,
    versions: Versions<'_>,
    document: &DocumentSnapshot,
    verified: &Verified,
) -> Result<Vec<FileChange>, String> {
    let fix = verified.fix();
    let own = (!fix.edits.is_empty()).then(|| FileChange::document(versions, document, &fix.edits.list));
    let others = fix.files.iter().map(|file| FileChange::other_file(client, versions, document, file));
    own.map(Ok).into_iter().chain(others).collect()
}

impl FileChange {
    fn document(versions: Versions<'_>, document: &DocumentSnapshot, edits: &[Edit]) -> Self {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        let edits = edits.iter().map(|edit| TextEdit::new(document.range(edit.span), edit.text.clone()));
        let version = versions(&document.uri).map(|_| document.version);
        Self { version, edits: edits.collect(), ..Self::of(document.uri.clone()) }
    }

    fn other_file(
        client: &ResolvedClientCapabilities,
        versions: Versions<'_>,
        document: &DocumentSnapshot,
        file: &FileEdit,
    ) -> Result<Self, String> {
        let uri = |path: &str| {
            location::file_uri(document, path).ok_or_else(|| format!("`{path}` cannot be edited from here"))
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
                let range = |edit: &Edit| position::range(&rope, document.text.encoding, edit.span);
                let edits = edits.iter().map(|edit| TextEdit::new(range(edit), edit.text.clone())).collect();
                let version = versions(&own.uri);
                Ok(Self { version, edits, ..own })
            }
        }
    }

    fn of(uri: Uri) -> Self {
        Self { uri, version: None, is_new: false, renamed: None, edits: Vec::new(), reason: None }
    }

    /// The change with an annotation: the user is asked to confirm it.
    pub(crate) fn needs_confirmation(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// Merges the edits of each file: edits in a second entry would apply to the result of the first.
fn merged(changes: impl IntoIterator<Item = FileChange>) -> Vec<FileChange> {
    let mut merged: Vec<FileChange> = Vec::new();
    for change in changes {
        let is_same =
            |known: &&mut FileChange| known.uri == change.uri && known.renamed.is_none() && !known.is_new;
        match merged.iter_mut().find(is_same).filter(|_| change.renamed.is_none() && !change.is_new) {
            Some(known) => known.edits.extend(change.edits),
            None => merged.push(change),
        }
    }
    merged
}

/// The workspace edit of all changes, in a form that the client supports; with annotations if it supports those.
pub(crate) fn workspace_edit(
    changes: impl IntoIterator<Item = FileChange>,
    client: &ResolvedClientCapabilities,
) -> WorkspaceEdit {
    let changes = merged(changes);
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
        let is_annotatable = !change.edits.is_empty() || change.renamed.is_some();
        let reason = change.reason.filter(|_| client.confirms_edits && is_annotatable);
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

/// The annotation of a reason, which is also its id: changes with the same reason are confirmed together.
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

//! Every change of text that the product can offer: what it writes, what it promises, and the check that the promise is
//! kept.
//!
//! Rules, refactorings, renames, formatting and presets all make [`Fix`]es out of [`Edits`]. The builders in [`build`] know
//! the layout of the text and record what each edit does to the values of the document; [`verify`] applies the edits in
//! memory, reads the result and compares. What does not keep its promise is not offered.

pub(crate) mod build;
mod promise;
pub mod verify;

pub use promise::{Change, pointers};

use crate::syntax::{Node, Span};
use crate::visible::one_line;
use std::sync::Arc;

/// One replacement of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Bytes to replace; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// Edits of one document that belong together, with the changes of its values that they promise: everything else keeps
/// its value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edits {
    /// The edits, which do not overlap; in source order once they belong to a [`Fix`].
    pub list: Vec<Edit>,
    /// Nodes are those of the syntax tree that the edits were computed on.
    pub changes: Vec<Change>,
}

impl Edits {
    /// Edits that change no value: layout, comments, anchors.
    #[must_use]
    pub fn layout(list: Vec<Edit>) -> Self {
        Self { list, changes: Vec::new() }
    }

    /// One replacement that makes these changes.
    #[must_use]
    pub fn new(span: Span, text: impl Into<String>, changes: impl IntoIterator<Item = Change>) -> Self {
        Self { list: vec![Edit { span, text: text.into() }], changes: changes.into_iter().collect() }
    }

    /// Replaces the source of a node by another value.
    #[must_use]
    pub fn value(node: Node<'_>, text: impl Into<String>) -> Self {
        Self::new(node.span(), text, [Change::Value(node.id())])
    }

    /// These edits and others, which must not overlap.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.changes.extend(other.changes);
        self
    }

    /// The same edits with one more change that they make.
    #[must_use]
    pub fn changing(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The edits in source order.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.list.sort_by_key(|edit| edit.span);
        self
    }

    /// The text after the edits; `None` where they overlap or lie outside of the text.
    #[must_use]
    pub fn apply(&self, text: &str) -> Option<String> {
        apply(text, &self.list)
    }
}

/// The text after edits, in any order; `None` where they overlap or lie outside of the text.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        out.push_str(text.get(from..edit.span.start())?);
        out.push_str(&edit.text);
        from = edit.span.end();
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// What happens to a file beside the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEdit {
    /// Its path from the document's directory, with `/`.
    pub path: String,
    /// What is done to it.
    pub action: FileAction,
}

/// What can happen to a file beside the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileAction {
    /// A file that does not exist yet is written.
    Create(String),
    /// Edits of the text that the file had when they were computed.
    Edit {
        /// That text.
        text: Arc<str>,
        /// The edits, which do not overlap.
        edits: Vec<Edit>,
        /// What they promise to do to the names that the file declares and uses.
        change: CodeChange,
    },
    /// The file gets another name, a path from the document's directory.
    Rename(String),
}

/// What an edit promises to do to the names in a file of step code; all other names and types stay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeChange {
    /// A variable of this name is declared.
    Declare(String),
    /// The variable of this name gets another type.
    Retype(String),
    /// What had the first name has the second one.
    Rename(String, String),
}

impl FileEdit {
    /// A file that does not exist yet.
    #[must_use]
    pub fn create(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), action: FileAction::Create(text.into()) }
    }

    /// One edit of an existing file.
    #[must_use]
    pub fn edit(path: impl Into<String>, text: Arc<str>, edits: Vec<Edit>, change: CodeChange) -> Self {
        Self { path: path.into(), action: FileAction::Edit { text, edits, change } }
    }
}

/// Whether a fix may be applied without a decision of the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applicability {
    /// The only right answer: "Fix all" applies it.
    Safe,
    /// One of several answers, a loss, or a guess: the user chooses it.
    Unsafe,
}

/// A titled set of edits, applied together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an imperative: "Rename to `provisioner`".
    pub title: String,
    /// What it does to the document.
    pub edits: Edits,
    /// What it does to other files.
    pub files: Vec<FileEdit>,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
}

impl Fix {
    /// A fix that may be applied without asking; `None` if there are no edits.
    #[must_use]
    pub fn safe(title: impl Into<String>, edits: impl Into<Option<Edits>>) -> Option<Self> {
        Self::new(title, edits.into()?, Applicability::Safe)
    }

    /// A fix that the user has to choose; `None` if there are no edits.
    #[must_use]
    pub fn unsafe_(title: impl Into<String>, edits: impl Into<Option<Edits>>) -> Option<Self> {
        Self::new(title, edits.into()?, Applicability::Unsafe)
    }

    /// A change of another file, which the user has to choose.
    #[must_use]
    pub fn file(title: impl Into<String>, file: FileEdit) -> Self {
        let (title, edits) = (one_line(title), Edits::default());
        Self { title, edits, files: vec![file], applicability: Applicability::Unsafe }
    }

    fn new(title: impl Into<String>, edits: Edits, applicability: Applicability) -> Option<Self> {
        Some(Self { title: one_line(title), edits: edits.sorted(), files: Vec::new(), applicability })
    }

    /// Whether it may be applied without asking.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.applicability == Applicability::Safe
    }
}

//! Text edits: builders, the value changes that each edit declares, and the check that nothing else changes.
//!
//! Rules, refactorings, renames, formatting and presets all build [`Fix`]es from [`Edits`]. The builders in [`build`]
//! preserve the layout of the text and record how each edit changes the values of the document. [`verify`] applies the
//! edits in memory, parses the result and compares. Edits that change anything undeclared are not offered.

pub(crate) mod build;
mod promise;
pub(crate) mod verify;

pub(crate) use promise::{Change, pointers};

use crate::syntax::{Node, Span};
use crate::visible::one_line;
use std::sync::Arc;

/// A text replacement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Bytes to replace; empty to insert.
    pub span: Span,
    /// The replacement text.
    pub text: String,
}

/// Edits of one document that belong together, with the value changes that they declare. All other values must stay the
/// same.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edits {
    /// The edits, which do not overlap. In source order once they belong to a [`Fix`].
    pub list: Vec<Edit>,
    /// The declared changes. Node ids refer to the syntax tree that the edits were computed on.
    pub changes: Vec<Change>,
}

impl Edits {
    /// Creates edits that change no value: layout, comments, anchors.
    #[must_use]
    pub fn layout(list: Vec<Edit>) -> Self {
        Self { list, changes: Vec::new() }
    }

    /// Creates a single replacement with its declared changes.
    #[must_use]
    pub fn new(span: Span, text: impl Into<String>, changes: impl IntoIterator<Item = Change>) -> Self {
        Self { list: vec![Edit { span, text: text.into() }], changes: changes.into_iter().collect() }
    }

    /// Replaces the source of a node with another value.
    #[must_use]
    pub fn value(node: Node<'_>, text: impl Into<String>) -> Self {
        Self::new(node.span(), text, [Change::Value(node.id())])
    }

    /// Combines two sets of edits, which must not overlap.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.changes.extend(other.changes);
        self
    }

    /// Adds a declared change.
    #[must_use]
    pub fn changing(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Whether there are no edits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sorts the edits in source order.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.list.sort_by_key(|edit| edit.span);
        self
    }

    /// Applies the edits to a text. `None` if they overlap or are out of bounds.
    #[must_use]
    pub fn apply(&self, text: &str) -> Option<String> {
        apply(text, &self.list)
    }
}

/// Applies edits, in any order, to a text. `None` if they overlap or are out of bounds.
#[must_use]
pub(crate) fn apply(text: &str, edits: &[Edit]) -> Option<String> {
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

/// A change of a file other than the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEdit {
    /// Path relative to the document's directory, with `/` separators.
    pub path: String,
    /// The change.
    pub action: FileAction,
}

/// The kinds of change to another file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileAction {
    /// Creates a file with this content. The file does not exist yet.
    Create(String),
    /// Edits an existing file.
    Edit {
        /// Text of the file when the edits were computed.
        text: Arc<str>,
        /// The edits, which do not overlap.
        edits: Vec<Edit>,
        /// The declared change to the names that the file declares and uses.
        change: CodeChange,
    },
    /// Renames the file. The new path is relative to the document's directory.
    Rename(String),
}

/// The declared change to the names in a step code file. All other names and types must stay the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeChange {
    /// Declares a variable with this name.
    Declare(String),
    /// Changes the type of the variable with this name.
    Retype(String),
    /// Renames the first name to the second.
    Rename(String, String),
}

impl FileEdit {
    /// Creates a new file.
    #[must_use]
    pub fn create(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), action: FileAction::Create(text.into()) }
    }

    /// Edits an existing file.
    #[must_use]
    pub fn edit(path: impl Into<String>, text: Arc<str>, edits: Vec<Edit>, change: CodeChange) -> Self {
        Self { path: path.into(), action: FileAction::Edit { text, edits, change } }
    }
}

/// Whether a fix can be applied without a decision by the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applicability {
    /// The only correct solution. "Fix all" applies it.
    Safe,
    /// One of several solutions, lossy, or a guess. The user must choose it.
    Unsafe,
}

/// A titled set of edits that are applied together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What the fix does, in the imperative: "Rename to `provisioner`".
    pub title: String,
    /// Edits of the document.
    pub edits: Edits,
    /// Changes of other files.
    pub files: Vec<FileEdit>,
    /// Whether the fix can be applied without a decision by the user.
    pub applicability: Applicability,
}

impl Fix {
    /// Creates a safe fix. `None` if there are no edits.
    #[must_use]
    pub fn safe(title: impl Into<String>, edits: impl Into<Option<Edits>>) -> Option<Self> {
        Self::new(title, edits.into()?, Applicability::Safe)
    }

    /// Creates a fix that the user must choose. `None` if there are no edits.
    #[must_use]
    pub fn unsafe_(title: impl Into<String>, edits: impl Into<Option<Edits>>) -> Option<Self> {
        Self::new(title, edits.into()?, Applicability::Unsafe)
    }

    /// Creates an unsafe fix that changes only another file.
    #[must_use]
    pub fn file(title: impl Into<String>, file: FileEdit) -> Self {
        let (title, edits) = (one_line(title), Edits::default());
        Self { title, edits, files: vec![file], applicability: Applicability::Unsafe }
    }

    fn new(title: impl Into<String>, edits: Edits, applicability: Applicability) -> Option<Self> {
        Some(Self { title: one_line(title), edits: edits.sorted(), files: Vec::new(), applicability })
    }

    /// Whether the fix is [`Applicability::Safe`].
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.applicability == Applicability::Safe
    }
}

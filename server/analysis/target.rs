//! Results of navigation, in the document and in step code.

use crate::rules::File;
use crate::syntax::Span;

/// A reference to a symbol, an anchor or the target of a pointer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SymbolReference {
    /// The name (bytes).
    pub span: Span,
    /// Whether it is the definition.
    pub is_definition: bool,
}

/// The target of "Go to definition".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// In the same document: the name, and the whole definition (bytes).
    Here(Span, Span),
    /// The start of a file; the path is relative to the document's directory.
    Beside(String),
    /// In the code of a step: the name, and the whole definition (bytes of that file).
    InCode(File, Span, Span),
}

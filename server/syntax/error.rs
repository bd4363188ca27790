//! What the reader reports.

use super::span::Span;

/// One place where the text is not the YAML that its author meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The offending bytes; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
}

/// Kinds of syntax errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// A line in a mapping has no `:`.
    MissingColon,
}

//! The recovering YAML reader: any text in, a tree with exact byte spans out, and the errors beside it.

pub mod error;
pub mod lines;
pub mod span;
pub mod tree;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use lines::Lines;
pub use span::Span;
pub use tree::{Document, Entry, Kind, Node, NodeId, ScalarStyle, Syntax};

/// Texts longer than this (bytes) are not read; `16 MiB` is far beyond any bundle and bounds memory.
pub const MAX_BYTES: usize = 16 << 20;

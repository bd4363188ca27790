//! The error-tolerant YAML parser: turns any text into a tree with exact byte spans, plus the syntax errors.

pub mod budget;
pub mod cursor;
pub mod decode;
pub mod encode;
pub mod error;
#[doc(hidden)]
mod fields;
pub mod json;
mod key_index;
pub mod lines;
mod parser;
pub mod resolve;
pub mod span;
pub mod strict;
pub mod tree;

pub use budget::Budget;
pub use decode::Decoded;
pub use error::{SyntaxError, SyntaxErrorKind};
pub use json::{JsonError, read_data, to_json};
pub use lines::Lines;
pub use parser::parse;
pub use resolve::{Dialect, Scalar};
pub use span::Span;
pub use tree::{Document, Entry, Kind, Node, NodeId, ScalarStyle, Syntax};

/// Maximum length of a text (bytes). Longer ones are not parsed. 4 MiB, some 100,000 lines, is far beyond any bundle
/// and bounds memory.
pub const MAX_BYTES: usize = 4 << 20;

/// Maximum nesting depth. The parser is recursive, and this bounds its stack.
pub const MAX_DEPTH: usize = 200;

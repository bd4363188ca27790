//! The error-tolerant YAML parser: turns any text into a tree with exact byte spans, plus the syntax errors.

pub(crate) mod budget;
pub mod cursor;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod error;
#[doc(hidden)]
mod fields;
mod in_place;
pub(crate) mod json;
mod key_index;
pub(crate) mod lines;
mod parser;
pub(crate) mod reads;
pub(crate) mod resolve;
pub(crate) mod span;
pub mod strict;
pub(crate) mod tree;

pub use budget::Budget;
pub(crate) use decode::Decoded;
pub use error::{SyntaxError, SyntaxErrorKind};
pub(crate) use in_place::Shift;
pub use json::JsonError;
pub(crate) use json::read_data;
pub use json::to_json;
pub(crate) use lines::Lines;
pub use parser::parse;
pub use resolve::Dialect;
pub(crate) use resolve::Scalar;
pub use span::Span;
pub use tree::Document;
pub(crate) use tree::{Entry, NodeId};
pub use tree::{Kind, Node, ScalarStyle, Syntax};

/// Maximum length of a text (bytes). Longer ones are not parsed. 4 MiB, some 100,000 lines, is far beyond any bundle
/// and bounds memory.
pub const MAX_BYTES: usize = 4 << 20;

/// Maximum nesting depth. The parser is recursive, and this bounds its stack.
pub(crate) const MAX_DEPTH: usize = 200;

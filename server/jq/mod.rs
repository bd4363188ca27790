//! The jq expression language.

pub mod ast;
pub mod builtins;
pub mod complete;
pub mod infer;
pub mod lexer;
pub mod parser;
pub mod types;

pub use ast::{ParseError, ParseErrorKind, Program};
pub use parser::parse;

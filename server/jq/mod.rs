//! The jq expression language.

pub mod ast;
pub mod lexer;
pub mod parser;

pub use ast::{ParseError, ParseErrorKind, Program};
pub use parser::parse;

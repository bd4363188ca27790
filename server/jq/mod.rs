//! The jq expression language: reading it, knowing what its paths lead to, and helping to write it.
//!
//! A program is a string; everything is told in byte offsets into that string. Where it comes from, and what its input
//! looks like, is the caller's business.
//!
//! ```
//! use massdriver_ls::jq::{self, Shape};
//!
//! let params = Shape::object([("port", Shape::NUMBER.with_origin(7))]);
//! let input = Shape::object([("params", params)]);
//! let (program, report) = jq::read(r#""http://host:" + .params.port"#, input);
//!
//! assert!(program.errors().is_empty());
//! assert_eq!(report.clashes.len(), 1, "a number cannot be joined to text");
//! assert_eq!(report.uses.last().and_then(|one| one.after.as_ref()?.origin()), Some(7));
//! ```
//!
//! | to | use |
//! |---|---|
//! | read a program | [`parse`] → [`Program`] with its [`ParseError`]s |
//! | know what it does with an input | [`infer`] → [`Report`] |
//! | do so again after an edit | [`Memory`] |
//! | see what can be written at a cursor | [`complete::place`] |
//! | help with arguments | [`signature::call_at`], [`signature::candidates`] |
//! | colour it | [`tokens::classes`] |
//! | tell text from a program | [`literal::bare`] |
//! | name what every program has | [`builtins`] |

pub mod ast;
pub mod builtins;
pub mod complete;
pub mod evaluate;
pub mod infer;
pub mod lexer;
pub mod literal;
pub mod memory;
pub mod parser;
pub mod signature;
pub mod tokens;
pub mod types;

pub use ast::{ParseError, ParseErrorKind, Program};
pub use infer::{Environment, Report, infer};
pub use memory::Memory;
pub use parser::parse;
pub use types::Shape;

/// Reads a program and infers what it does with its input.
#[must_use]
pub fn read(text: &str, input: Shape) -> (Program, Report) {
    let program = parse(text);
    let report = infer(&program, &Environment::from(input));
    (program, report)
}

#[cfg(test)]
mod tests;

//! The jq expression language: parser, inference, evaluator and editor support.
//!
//! A program is a string, and all positions are byte offsets into it. The caller knows where the program comes from
//! and supplies the shape of its input.
//!
//! ```
//! use massdriver_ls::internals::jq::{self, Shape};
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
//! | task | item |
//! |---|---|
//! | parse a program | [`parse`] → [`Program`] with its [`ParseError`]s |
//! | infer its shapes for an input | [`infer`] → [`Report`] |
//! | reuse results after an edit | [`Memory`] |
//! | complete at a cursor | [`complete::place`] |
//! | get signature help | [`signature::call_at`], [`signature::candidates`] |
//! | classify tokens for highlighting | [`tokens::classes`] |
//! | detect plain text | [`literal::bare`] |
//! | look up built-in names | [`builtins`] |

pub(crate) mod ast;
pub(crate) mod builtins;
pub mod complete;
pub mod evaluate;
pub(crate) mod infer;
pub(crate) mod lexer;
pub(crate) mod literal;
pub(crate) mod memory;
pub(crate) mod parser;
pub mod signature;
pub mod tokens;
pub(crate) mod types;

pub(crate) use ast::Program;
pub(crate) use infer::{Environment, Report, infer};
pub(crate) use memory::Memory;
pub(crate) use parser::parse;
pub(crate) use types::Shape;

/// Parses a program and infers its shapes for an input.
#[must_use]
pub fn read(text: &str, input: Shape) -> (Program, Report) {
    let program = parse(text);
    let report = infer(&program, &Environment::from(input));
    (program, report)
}

#[cfg(test)]
mod tests;

//! Values against schemas: do presets and defaults fit the params they fill?
//!
//! The checking itself is the `jsonschema` crate's; [`lenient`] writes the schema that a *partial* value must satisfy,
//! and [`pattern`] keeps the author's regular expressions harmless.

pub mod ecma;
mod json_text;
mod lenient;
pub mod pattern;
mod validate;

pub use validate::{Problem, Question, Violation, violations};

//! Values against schemas: do presets and defaults fit the params they fill?
//!
//! The checking itself is the `jsonschema` crate's; [`lenient`] writes the schema that a *partial* value must satisfy,
//! [`pattern`] keeps the author's regular expressions harmless, and [`cost`] ends what would take too much.

mod compiled;
mod cost;
pub mod ecma;
mod json_text;
mod lenient;
mod pattern;
mod validate;

pub use compiled::Memory;
pub use validate::{Checked, Problem, Question, Violation, check};

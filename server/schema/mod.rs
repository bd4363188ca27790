//! Validates values against schemas: whether presets and defaults match the params that they fill.
//!
//! The `jsonschema` crate does the validation. [`lenient`] builds the schema that a *partial* value must satisfy,
//! [`pattern`] bounds the cost of the author's regular expressions, and [`cost`] rejects values that are too expensive
//! to validate.

mod compiled;
mod cost;
pub(crate) mod ecma;
mod json_text;
mod lenient;
mod pattern;
mod translate;
mod validate;

pub(crate) use compiled::Memory;
pub(crate) use validate::{Problem, Question, Violation, check};

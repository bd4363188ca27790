//! End-to-end tests of `massdriver-ls check`: the real binary on small directories.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod bad_input;
mod files;
mod formats;
mod hostile;
mod options;
mod sandbox;

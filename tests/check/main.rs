//! `massdriver-ls check`, end to end: the real binary on small directories.

mod bad_input;
mod files;
mod formats;
mod options;
mod sandbox;

//! Tests of the server: the real program over stdio, and a real Neovim.

mod bench;
mod catalog;
#[path = "../client/mod.rs"]
mod client;
mod code;
mod completion;
mod diagnostics;
mod documents;
mod edits;
mod endings;
mod form;
mod hostile;
mod hover;
mod jq;
mod jq_files;
mod jq_hostile;
mod lifecycle;
mod names;
mod neovim;
mod record;
mod renames;
mod same_findings;
#[path = "../support/mod.rs"]
mod support;
mod types;
mod workspace;

//! Tests of the commands: the real program on small directories, and the documents it generates.

mod catalog;
mod check;
#[path = "../client/mod.rs"]
mod client;
mod commands;
mod docs;
#[path = "../support/mod.rs"]
mod support;

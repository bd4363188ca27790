//! Tests of the commands: the real program on small directories, and the documents it generates.

mod catalog;
mod check;
#[path = "../client/mod.rs"]
mod client;
mod commands;
mod docs;
mod generated_pages;
#[path = "../support/mod.rs"]
mod support;

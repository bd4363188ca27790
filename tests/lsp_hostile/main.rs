//! A client, documents and a disk that are out to hurt. Whatever comes: the outcome is clear, another document's answers
//! do not wait, and the memory stays small. docs/reliability.md lists what is proved here and elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail, and say what it measured"
)]

#[path = "../client/mod.rs"]
mod client;
#[cfg(unix)]
mod disk;
mod documents;
mod limits;
mod protocol;
mod witness;

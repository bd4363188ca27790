//! Hostile clients, documents and disks. In every case the outcome is defined, responses about another document are not
//! delayed, and memory stays bounded. docs/reliability.md lists what is tested here and elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail, and say what it measured"
)]

#[cfg(unix)]
mod disk;
mod documents;
mod limits;
mod protocol;
mod witness;

//! End-to-end tests of `massdriver-ls catalog` and `doctor`: the real binary, and a test platform on the loopback
//! interface.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod configured;
mod doctor;
mod hostile;
mod pull;
mod sandbox;

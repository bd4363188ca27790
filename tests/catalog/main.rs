//! `massdriver-ls catalog` and `doctor`, end to end: the real binary, and a platform of ours on the loopback device.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod configured;
mod doctor;
mod hostile;
mod pull;
mod sandbox;
#[path = "../support/mod.rs"]
mod support;

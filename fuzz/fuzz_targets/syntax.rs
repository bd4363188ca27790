//! `cargo fuzz run syntax`: every text is parsed without a panic into a consistent tree.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/invariants.rs"]
mod invariants;

fuzz_target!(|input: (u16, &str)| invariants::check(input.1, usize::from(input.0)));

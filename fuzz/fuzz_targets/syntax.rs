//! `cargo fuzz run syntax`: any text is read without a panic into a tree that holds together.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/invariants.rs"]
mod invariants;

fuzz_target!(|input: (u16, &str)| invariants::check(input.1, usize::from(input.0)));

//! `cargo fuzz run jq`: every program is parsed, typed and evaluated without a panic, within its limits.
#![no_main]

#[path = "../../tests/support/programs.rs"]
mod programs;

libfuzzer_sys::fuzz_target!(|input: (u16, &str)| programs::check(input.1, usize::from(input.0)));

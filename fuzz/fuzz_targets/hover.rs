//! `cargo fuzz run hover`: wherever the pointer is, what a bundle says is shown as text.
#![no_main]

#[path = "../../tests/support/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|text: &str| markdown::check(text));

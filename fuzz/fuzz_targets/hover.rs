//! `cargo fuzz run hover`: the hover of every token contains no markup that comes from the document.
#![no_main]

#[path = "../../tests/support/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|text: &str| markdown::check(text));

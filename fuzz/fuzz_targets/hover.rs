//! `cargo fuzz run hover`: at every offset, text of the bundle appears in a hover as text and not as markup.
#![no_main]

#[path = "../../tests/support/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|text: &str| markdown::check(text));

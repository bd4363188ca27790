//! `cargo fuzz run document`: edits of a document have the same result as edits of plain text, in every encoding.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| massdriver_ls::internals::lsp::fuzzing::document(input));

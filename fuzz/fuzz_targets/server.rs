//! `cargo fuzz run server`: whatever a client sends, the server does not panic and answers every request exactly
//! once.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| massdriver_ls::internals::lsp::fuzzing::session(input));

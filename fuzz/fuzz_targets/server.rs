//! `cargo fuzz run server`: whatever a client says, nothing breaks and every request is answered once.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| massdriver_ls::lsp::fuzzing::session(input));

//! `cargo fuzz run memory`: no text exceeds the memory limit of a document, neither for findings nor for requests.
#![no_main]

#[path = "../../tests/support/hostile.rs"]
mod hostile;

use massdriver_ls::internals::analysis::{
    CompletionOptions, Snapshot, code_lenses, completion, document_symbols, findings, form, hover, refactorings,
};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::NoFiles;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Most memory (bytes) that reading and checking a text may take, and more for each of its bytes.
const MOST: usize = 100 << 20;
const PER_BYTE: usize = 100;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let snapshot = Snapshot::new(text.as_str(), None);
    let settings = Settings::default();
    let _ = findings(&snapshot, &NoFiles, &settings);
    for offset in (0..text.len()).step_by(1 + text.len() / 20).filter(|offset| text.is_char_boundary(*offset)) {
        drop(hover(&snapshot, &NoFiles, &settings, offset));
        drop(completion(&snapshot, &NoFiles, &settings, offset, &CompletionOptions::default()));
        drop(refactorings(&snapshot, offset));
    }
    drop(document_symbols(&snapshot));
    drop(code_lenses(&snapshot, &NoFiles));
    drop(form(&snapshot, &NoFiles));
    let peak = ALLOCATOR.peak_usage().saturating_sub(before);
    assert!(peak < MOST + PER_BYTE * text.len(), "{peak} bytes for a text of {}", text.len());
});

/// A hostile bundle with modifications, derived from the bytes: shape, size, then positions and inserted text.
fn text(data: &[u8]) -> Option<String> {
    let (&[shape, size], edits) = data.split_first_chunk::<2>()?;
    let (_, shape) = hostile::SHAPES[usize::from(shape) % hostile::SHAPES.len()];
    let mut text = shape(64 * (1 + usize::from(size)));
    let mut rest = edits;
    while let Some((&[high, low, length], after)) = rest.split_first_chunk::<3>() {
        let mut at = (usize::from(high) << 8 | usize::from(low)) % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let length = usize::from(length % 32).min(after.len());
        text.insert_str(at, &String::from_utf8_lossy(&after[..length]));
        rest = &after[length..];
    }
    Some(text)
}

//! The time and memory of a keystroke and of a request in the analysis, for a bundle of typical size and for much
//! larger ones. The LSP layer is measured in `tests/bench`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench says so by failing")]

use criterion::{Criterion, criterion_group, criterion_main};
use massdriver_ls::internals::analysis::{self, CompletionOptions, Memory, Snapshot};
use massdriver_ls::internals::bundle::Document;
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::syntax::{MAX_BYTES, parse};
use massdriver_ls::internals::workspace::NoFiles;
use std::sync::Arc;

#[path = "../tests/support/bundle.rs"]
mod bundle;
#[path = "support/memory.rs"]
mod memory;

use memory::measure;

const SIZES: [usize; 4] = [190, 1_000, 10_000, 50_000];

fn sizes(criterion: &mut Criterion) {
    for lines in SIZES {
        let text = bundle::of_lines(lines);
        assert!(text.len() < MAX_BYTES, "{lines} lines would not be read");
        edits(criterion, lines, &text);
        requests(criterion, lines, &text);
    }
}

/// An edit followed by its analysis, as a whole and in parts.
fn edits(criterion: &mut Criterion, lines: usize, text: &str) {
    let settings = Settings::default();
    let mut group = criterion.benchmark_group(format!("edit of {lines} lines"));
    group.sample_size(20);
    measure(&mut group, "parse", || text, parse);
    measure(&mut group, "model", || parse(text), |syntax| Document::new(syntax, None));
    let memory = Arc::new(Memory::default());
    let read = || Snapshot::new(text, None).remembering(&memory);
    let check = |snapshot: Snapshot| {
        let found = analysis::findings_at_once(&snapshot, &NoFiles, &settings);
        (snapshot, found)
    };
    measure(&mut group, "rules", read, check);
    measure(&mut group, "all of it", || (), |()| check(read()));
    group.finish();
}

/// Requests for an analysed document.
fn requests(criterion: &mut Criterion, lines: usize, text: &str) {
    let snapshot = Snapshot::new(text, None);
    let name = text.find("size_0:").unwrap();
    let key = text.rfind("enum:").unwrap();
    let options = CompletionOptions::default();
    let settings = Settings::default();
    let mut group = criterion.benchmark_group(format!("request about {lines} lines"));
    group.sample_size(20);
    let complete = |()| analysis::completion(&snapshot, &NoFiles, &settings, key, &options);
    measure(&mut group, "completion", || (), complete);
    measure(&mut group, "hover", || (), |()| analysis::hover(&snapshot, &NoFiles, &settings, name));
    measure(&mut group, "symbols", || (), |()| analysis::document_symbols(&snapshot));
    let rename = |()| analysis::rename(&snapshot, &NoFiles, &settings, name, "dimension").unwrap();
    measure(&mut group, "rename", || (), rename);
    group.finish();
}

criterion_group!(benches, sizes);
criterion_main!(benches);

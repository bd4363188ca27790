//! What a keystroke and a request cost in the core, at the size of a real bundle and far beyond. The protocol's part of it
//! is in `tests/bench`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench says so by failing")]

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use massdriver_ls::analysis::{self, CompletionOptions, Memory, Snapshot};
use massdriver_ls::bundle::Document;
use massdriver_ls::settings::Settings;
use massdriver_ls::syntax::{MAX_BYTES, parse};
use massdriver_ls::workspace::NoFiles;
use std::sync::Arc;

#[path = "../tests/support/bundle.rs"]
mod bundle;

const SIZES: [usize; 4] = [190, 1_000, 10_000, 50_000];

fn sizes(criterion: &mut Criterion) {
    for lines in SIZES {
        let text = bundle::of_lines(lines);
        assert!(text.len() < MAX_BYTES, "{lines} lines would not be read");
        edits(criterion, lines, &text);
        requests(criterion, lines, &text);
    }
}

/// What happens after every edit, and its parts.
fn edits(criterion: &mut Criterion, lines: usize, text: &str) {
    let settings = Settings::default();
    let mut group = criterion.benchmark_group("edit");
    group.sample_size(20);
    group.bench_function(BenchmarkId::new("parse", lines), |bencher| bencher.iter(|| parse(text)));
    group.bench_function(BenchmarkId::new("model", lines), |bencher| {
        bencher.iter_batched(|| parse(text), |syntax| Document::new(syntax, None), BatchSize::LargeInput);
    });
    let memory = Arc::new(Memory::default());
    let read = || Snapshot::new(text, None).remembering(&memory);
    group.bench_function(BenchmarkId::new("rules", lines), |bencher| {
        let work = |snapshot: Snapshot| analysis::findings(&snapshot, &NoFiles, &settings);
        bencher.iter_batched(read, work, BatchSize::LargeInput);
    });
    group.bench_function(BenchmarkId::new("all of it", lines), |bencher| {
        bencher.iter(|| analysis::findings(&read(), &NoFiles, &settings));
    });
    group.finish();
}

/// Requests about a document that has been read.
fn requests(criterion: &mut Criterion, lines: usize, text: &str) {
    let snapshot = Snapshot::new(text, None);
    let name = text.find("size_0:").unwrap();
    let key = text.rfind("enum:").unwrap();
    let options = CompletionOptions::default();
    let mut group = criterion.benchmark_group("request");
    group.sample_size(20);
    group.bench_function(BenchmarkId::new("completion", lines), |bencher| {
        bencher.iter(|| analysis::completion(&snapshot, &NoFiles, &Settings::default(), key, &options));
    });
    group.bench_function(BenchmarkId::new("hover", lines), |bencher| {
        bencher.iter(|| analysis::hover(&snapshot, &NoFiles, &Settings::default(), name));
    });
    group.bench_function(BenchmarkId::new("symbols", lines), |bencher| {
        bencher.iter(|| analysis::document_symbols(&snapshot));
    });
    group.bench_function(BenchmarkId::new("rename", lines), |bencher| {
        bencher.iter(|| analysis::rename(&snapshot, None, &NoFiles, &Settings::default(), name, "dimension"));
    });
    group.finish();
}

criterion_group!(benches, sizes);
criterion_main!(benches);

//! How long reading takes and what memory, at the size of a real bundle and far beyond.

#![allow(missing_docs)]

use divan::{AllocProfiler, Bencher, black_box, counter::BytesCount};
use massdriver_ls::syntax::{self, Dialect, strict};

#[path = "../tests/support/bundle.rs"]
mod bundle;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Lines.
const SIZES: [usize; 4] = [190, 1_000, 10_000, 50_000];

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn parse(bencher: Bencher<'_, '_>, lines: usize) {
    let text = bundle::of_lines(lines);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| syntax::parse(black_box(text.as_str())));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn second_opinion(bencher: Bencher<'_, '_>, lines: usize) {
    let syntax = syntax::parse(bundle::of_lines(lines));
    bencher.bench_local(|| strict::second_opinion(&syntax));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn cursor(bencher: Bencher<'_, '_>, lines: usize) {
    let syntax = syntax::parse(bundle::of_lines(lines));
    let middle = syntax.text().len() / 2;
    bencher.bench_local(|| syntax::cursor::at(&syntax, black_box(middle)));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn to_json(bencher: Bencher<'_, '_>, lines: usize) {
    let syntax = syntax::parse(bundle::of_lines(lines));
    bencher.bench_local(|| syntax.root().map(|root| syntax::to_json(root, Dialect::GoYaml2)));
}

//! The time of parsing YAML, for a bundle of typical size and for much larger ones.

#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use massdriver_ls::internals::syntax::{Dialect, cursor, parse, strict, to_json};
use std::hint::black_box;

#[path = "../tests/support/bundle.rs"]
mod bundle;

fn reading(criterion: &mut Criterion) {
    for lines in [200, 10_000] {
        let text = bundle::of_lines(lines);
        let mut group = criterion.benchmark_group(format!("{lines} lines"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("parse", |bencher| bencher.iter(|| parse(black_box(text.as_str()))));
        let syntax = parse(text.as_str());
        group.bench_function("second opinion", |bencher| bencher.iter(|| strict::second_opinion(&syntax)));
        group.bench_function("cursor", |bencher| {
            bencher.iter(|| cursor::at(&syntax, black_box(text.len() / 2)));
        });
        group.bench_function("to_json", |bencher| {
            bencher.iter(|| syntax.root().map(|root| to_json(root, Dialect::GoYaml2)));
        });
        group.finish();
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);

//! Measures peak memory.

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Measures the time of `work`, and prints its peak memory, including its result.
#[allow(clippy::print_stdout, reason = "benchmarks print their results")]
pub(crate) fn measure<I, O>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    mut input: impl FnMut() -> I,
    mut work: impl FnMut(I) -> O,
) {
    drop(work(input())); // Warm-up: values that are created once and kept do not count.
    let given = input();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let made = work(given);
    let most = MEMORY.peak_usage().saturating_sub(before);
    println!("{name}: at most {} KB at once", most.div_ceil(1000));
    drop(made);
    group.bench_function(name, |bencher| bencher.iter_batched(&mut input, &mut work, BatchSize::LargeInput));
}

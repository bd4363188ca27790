//! What a keystroke and a request cost in the core, in time and memory, at the size of a real bundle and far beyond. The
//! protocol's part of it is in `tests/bench`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench says so by failing")]

use divan::AllocProfiler;
use massdriver_ls::syntax::MAX_BYTES;

#[path = "../tests/support/bundle.rs"]
mod bundle;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Lines.
const SIZES: [usize; 4] = [190, 1_000, 10_000, 50_000];

fn main() {
    divan::main();
}

fn text(lines: usize) -> String {
    let text = bundle::of_lines(lines);
    assert!(text.len() < MAX_BYTES, "{lines} lines would not be read");
    text
}

/// What happens after every edit, and its parts.
mod edit {
    use super::{SIZES, text};
    use divan::Bencher;
    use massdriver_ls::analysis::{self, Memory, Snapshot};
    use massdriver_ls::bundle::Document;
    use massdriver_ls::settings::Settings;
    use massdriver_ls::syntax;
    use massdriver_ls::workspace::NoFiles;
    use std::sync::Arc;

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn parse(bencher: Bencher<'_, '_>, lines: usize) {
        let text = text(lines);
        bencher.bench_local(|| syntax::parse(text.as_str()));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn model(bencher: Bencher<'_, '_>, lines: usize) {
        let text = text(lines);
        let parsed = bencher.with_inputs(|| syntax::parse(text.as_str()));
        parsed.bench_local_values(|syntax| Document::new(syntax, None));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn rules(bencher: Bencher<'_, '_>, lines: usize) {
        let (text, memory) = (text(lines), Arc::new(Memory::default()));
        let read = bencher.with_inputs(|| Snapshot::new(text.as_str(), None).remembering(&memory));
        read.bench_local_values(|snapshot| {
            let found = analysis::findings(&snapshot, &NoFiles, &Settings::default());
            (snapshot, found)
        });
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn whole_keystroke(bencher: Bencher<'_, '_>, lines: usize) {
        let (text, memory) = (text(lines), Arc::new(Memory::default()));
        bencher.bench_local(|| {
            let snapshot = Snapshot::new(text.as_str(), None).remembering(&memory);
            analysis::findings(&snapshot, &NoFiles, &Settings::default())
        });
    }
}

/// Requests about a document that has been read.
mod request {
    use super::{SIZES, text};
    use divan::Bencher;
    use massdriver_ls::analysis::{self, CompletionOptions, Snapshot};
    use massdriver_ls::settings::Settings;
    use massdriver_ls::workspace::NoFiles;

    /// A bundle, the offset of the name of a param, and that of a key deep down.
    fn read(lines: usize) -> (Snapshot, usize, usize) {
        let text = text(lines);
        let (name, key) = (text.find("size_0:").unwrap(), text.rfind("enum:").unwrap());
        (Snapshot::new(text, None), name, key)
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn completion(bencher: Bencher<'_, '_>, lines: usize) {
        let ((snapshot, _, key), options) = (read(lines), CompletionOptions::default());
        bencher
            .bench_local(|| analysis::completion(&snapshot, &NoFiles, &Settings::default(), key, &options));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn hover(bencher: Bencher<'_, '_>, lines: usize) {
        let (snapshot, name, _) = read(lines);
        bencher.bench_local(|| analysis::hover(&snapshot, &NoFiles, &Settings::default(), name));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn symbols(bencher: Bencher<'_, '_>, lines: usize) {
        let (snapshot, _, _) = read(lines);
        bencher.bench_local(|| analysis::document_symbols(&snapshot));
    }

    #[divan::bench(args = SIZES, sample_count = 20)]
    fn rename(bencher: Bencher<'_, '_>, lines: usize) {
        let ((snapshot, name, _), settings) = (read(lines), Settings::default());
        bencher.bench_local(|| {
            analysis::rename(&snapshot, None, &NoFiles, &settings, name, "dimension").unwrap()
        });
    }
}

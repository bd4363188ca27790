//! Helpers shared by several test files.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::path::Path;

pub(crate) use shared::shared;

/// Every real bundle of the corpus with a short name; without the corpus, the bundles of `tests/fixtures`.
pub(crate) fn corpus() -> Vec<(String, String)> {
    let Some(folder) = shared("corpus") else { return own_bundles() };
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.unwrap();
            let text = std::fs::read_to_string(entry.path().join("massdriver.yaml")).ok()?;
            Some((entry.file_name().to_string_lossy().into_owned(), text))
        })
        .collect();
    files.sort();
    assert!(files.len() >= 50, "the corpus has {} files", files.len());
    files
}

/// The bundles of `tests/fixtures/specification`.
fn own_bundles() -> Vec<(String, String)> {
    let bundles = ["application", "full", "infrastructure", "minimal"].map(|name| {
        let file = format!("tests/fixtures/specification/{name}.yaml");
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        (name.to_owned(), text)
    });
    bundles.into()
}

/// Inputs that a fuzzer found, by name.
pub(crate) fn fuzzed(what: &str) -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fuzz").join(what);
    let files = std::fs::read_dir(&directory).into_iter().flatten().flatten();
    let found: Vec<_> = files
        .filter_map(|file| {
            let text = std::fs::read_to_string(file.path()).ok()?;
            Some((file.file_name().to_string_lossy().into_owned(), text))
        })
        .collect();
    assert!(!found.is_empty(), "{}", directory.display());
    found
}

/// A number from an environment variable, or the default.
pub(crate) fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// A small seeded generator (SplitMix64), so that every run makes the same edits.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

pub(crate) mod bundle;
pub(crate) mod edits;
pub(crate) mod hostile;
pub(crate) mod invariants;
pub(crate) mod keys;
pub(crate) mod markdown;
pub(crate) mod oracle;
pub(crate) mod platform;
pub(crate) mod programs;
mod shared;
pub(crate) mod tree;

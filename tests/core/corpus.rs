//! Real bundles: valid input gives no findings, and every reported line is listed.
//!
//! The files are third-party data outside the repository: `MASSDRIVER_SHARED`, or `../shared` beside the checkout.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use massdriver_ls::internals::analysis::{Snapshot, findings};
use massdriver_ls::internals::rules::Severity;
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::DiskFiles;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Findings at warning or above that a person would agree with: file, line, rule. `UPDATE_EXPECT=1` writes the current
/// findings; review the diff, each line claims a real mistake.
const REAL_MISTAKES: &str = "tests/corpus/real_mistakes.tsv";

#[test]
fn real_bundles_have_only_real_mistakes() {
    let Some(corpus) = crate::support::shared("corpus") else { return };
    let mut files = 0;
    let mut found = String::new();
    for directory in directories(&corpus) {
        let path = directory.join("massdriver.yaml");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        files += 1;
        let name = directory.file_name().unwrap().to_str().unwrap();
        let snapshot = Snapshot::new(text, Some(&path));
        let around = DiskFiles::new(&directory, &directory);
        for finding in findings(&snapshot, &around, &Settings::default()) {
            if finding.severity <= Severity::Warning {
                let line = snapshot.document().syntax.lines().line_of(finding.span.start()) + 1;
                let (rule, severity) = (finding.rule, finding.severity.word());
                writeln!(found, "{name}\t{line}\t{rule}\t{severity}").unwrap();
            }
        }
    }
    assert!(files >= 50, "only {files} files in {}", corpus.display());
    println!("{files} real files, {} known mistakes", found.lines().count());
    expect_test::expect_file![Path::new(env!("CARGO_MANIFEST_DIR")).join(REAL_MISTAKES)].assert_eq(&found);
}

fn directories(corpus: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

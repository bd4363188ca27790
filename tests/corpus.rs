//! Real bundles: nothing valid in them is called a mistake, and what is reported is known one by one.
//!
//! The files are other people's, so they are read where they lie: `MASSDRIVER_SHARED`, or `../shared` beside the
//! checkout.

use massdriver_ls::analysis::{Snapshot, findings};
use massdriver_ls::rules::Severity;
use massdriver_ls::settings::Settings;
use massdriver_ls::workspace::DiskFiles;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

mod support;

/// Findings at warning or above that a person would call a real mistake: file, line, rule, and why.
const REAL_MISTAKES: &[(&str, usize, &str, &str)] = &[];

#[test]
fn real_bundles_have_only_real_mistakes() {
    let Some(corpus) = support::shared("corpus") else { return };
    let mut files = 0;
    let mut unexpected = String::new();
    let mut seen = Vec::new();
    for directory in directories(&corpus) {
        let path = directory.join("massdriver.yaml");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        files += 1;
        let name = directory.file_name().unwrap().to_str().unwrap().to_owned();
        let snapshot = Snapshot::new(text, Some(&path));
        let around = DiskFiles::new(&directory, &directory);
        for finding in findings(&snapshot, &around, &Settings::default()) {
            if finding.severity > Severity::Warning {
                continue;
            }
            let line = snapshot.document().syntax.lines().line_of(finding.span.start()) + 1;
            let known = REAL_MISTAKES
                .iter()
                .position(|mistake| (mistake.0, mistake.1, mistake.2) == (&*name, line, finding.rule));
            match known {
                Some(index) => seen.push(index),
                None => writeln!(
                    unexpected,
                    "(\"{name}\", {line}, \"{}\", \"\"), // {}: {}",
                    finding.rule,
                    finding.severity.word(),
                    finding.message
                )
                .unwrap(),
            }
        }
    }
    assert!(unexpected.is_empty(), "reported, but not listed as real:\n{unexpected}");
    for (index, mistake) in REAL_MISTAKES.iter().enumerate() {
        assert!(seen.contains(&index), "no longer reported: {mistake:?}");
    }
    assert!(files >= 50, "only {files} files in {}", corpus.display());
    println!("{files} real files, {} known mistakes", REAL_MISTAKES.len());
}

fn directories(corpus: &std::path::Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

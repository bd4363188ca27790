//! Expected findings of the example bundles of the format specification.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use massdriver_ls::internals::analysis::{Snapshot, findings};
use massdriver_ls::internals::rules::{Finding, Severity};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::MemoryFiles;
use std::fs;

fn found(example: &str, directories: &[&str]) -> Vec<Finding> {
    let text = fs::read_to_string(format!("tests/fixtures/specification/{example}.yaml")).unwrap();
    let files = MemoryFiles::new(directories.iter().map(|directory| (format!("{directory}/main.tf"), "")));
    findings(&Snapshot::new(text, None), &files, &Settings::default())
}

fn ids(findings: &[Finding], severity: Severity) -> Vec<&'static str> {
    findings.iter().filter(|finding| finding.severity == severity).map(|finding| finding.rule).collect()
}

#[test]
fn the_full_example_has_no_error() {
    let found = found("full", &[]);
    assert_eq!(ids(&found, Severity::Error), [""; 0]);
    let allowed = ["step-path-not-found", "jq-unknown-param", "jq-unknown-connection"];
    let unexpected: Vec<_> =
        ids(&found, Severity::Warning).into_iter().filter(|id| !allowed.contains(id)).collect();
    assert_eq!(unexpected, [""; 0], "{found:#?}");
    assert_eq!(ids(&found, Severity::Info), ["preset-unknown-param"; 2]);
}

#[test]
fn the_other_examples_only_miss_their_directories() {
    for example in ["minimal", "infrastructure", "application"] {
        let bare = found(example, &[]);
        assert_eq!(ids(&bare, Severity::Error), [""; 0], "{example}: {bare:#?}");
        assert_eq!(ids(&bare, Severity::Warning), ["step-path-not-found"], "{example}: {bare:#?}");
        let whole = found(example, &["src", "helm"]);
        assert_eq!(ids(&whole, Severity::Warning), [""; 0], "{example}: {whole:#?}");
    }
}

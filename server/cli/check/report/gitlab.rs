//! GitLab's code quality report: a list of issues, which merge requests show next to the changed lines.

use super::{Checked, Positions, Problem, Report, Summary};
use crate::rules::{Finding, Severity};
use crate::visible;
use serde_json::{Value, json};
use std::collections::HashMap;

pub(super) struct Gitlab;

impl Report for Gitlab {
    fn head(&self) -> String {
        "[\n".to_owned()
    }

    fn file(&self, file: &Checked) -> String {
        let positions = Positions::new(&file.text);
        let mut seen = HashMap::new();
        let issues = file.findings.iter().map(|finding| {
            let count = seen.entry((finding.rule, finding.message.as_str())).or_insert(0_u32);
            *count += 1;
            visible::json(issue(file, &positions, finding, *count).to_string())
        });
        issues.collect::<Vec<_>>().join(",\n")
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn tail(&self, _: &Summary, _: &[Problem]) -> String {
        "\n]\n".to_owned()
    }
}

fn issue(file: &Checked, positions: &Positions<'_>, finding: &Finding, count: u32) -> Value {
    let (start, end) = (positions.of(finding.span.start()), positions.of(finding.span.end()));
    json!({
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": fingerprint(&[&file.place.path, finding.rule, &finding.message, &count.to_string()]),
        "severity": match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info | Severity::Hint => "info",
        },
        "location": {"path": file.place.path, "lines": {"begin": start.line, "end": end.line}},
    })
}

/// A hash that stays the same when a finding moves to another line. FNV-1a, which is stable across versions.
fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_are_unambiguous() {
        assert_eq!(fingerprint(&[]), "cbf29ce484222325");
        assert_ne!(fingerprint(&["a", "bc"]), fingerprint(&["ab", "c"]));
    }
}

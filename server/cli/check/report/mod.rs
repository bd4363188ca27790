//! Output formats, one per file.

mod github;
mod gitlab;
mod human;
mod json;
mod sarif;

use super::find::Problem;
use super::place::{Place, Root};
use super::{Checked, Positions};
use crate::cli::args::{CheckArgs, Format};
use crate::cli::output::coloured;
use crate::rules::{Finding, Severity};

/// An output format. The output for a file depends on nothing else, so that several threads can format files and
/// memory holds only a few of them.
pub(super) trait Report: Sync {
    /// Whether the output includes the edits of fixes.
    fn has_fixes(&self) -> bool {
        false
    }

    /// The output before the first file.
    fn head(&self) -> String {
        String::new()
    }

    /// The output for one file; empty if there is nothing to report.
    fn file(&self, file: &Checked) -> String;

    /// The separator between two nonempty outputs of files.
    fn separator(&self) -> &'static str {
        ""
    }

    /// The output after the last file.
    fn tail(&self, summary: &Summary, problems: &[Problem]) -> String;
}

/// The report for the requested format.
pub(super) fn new(args: &CheckArgs, root: &Root) -> Box<dyn Report> {
    match args.format {
        Format::Human => Box::new(human::Human::new(coloured(args.color), on_github())),
        Format::Json => Box::new(json::Json),
        Format::Sarif => Box::new(sarif::Sarif { root: root.uri() }),
        Format::Github => Box::new(github::Github),
        Format::Gitlab => Box::new(gitlab::Gitlab),
    }
}

/// Whether GitHub's runner reads the output.
fn on_github() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The number of checked files and of findings.
#[derive(Default)]
pub(super) struct Summary {
    /// Files checked.
    pub files: usize,
    /// Files with findings.
    pub flagged: usize,
    /// Findings by severity, from errors to hints.
    counts: [usize; 4],
}

impl Summary {
    /// The summary of one file.
    pub(super) fn of(findings: &[Finding]) -> Self {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self { files: 1, flagged: usize::from(!findings.is_empty()), counts: SEVERITIES.map(count) }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.flagged += other.flagged;
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }

    /// The number of findings of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        SEVERITIES
            .into_iter()
            .zip(self.counts)
            .find(|(one, _)| *one == severity)
            .map_or(0, |(_, count)| count)
    }

    /// "2 errors and 1 warning in 3 of 12 files".
    fn sentence(&self) -> String {
        let all = plural(self.files, "file");
        let counts: Vec<String> = SEVERITIES
            .into_iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| match severity {
                Severity::Info => format!("{count} info"),
                _ => plural(count, severity.word()),
            })
            .collect();
        let place = if self.flagged == self.files { all } else { format!("{} of {all}", self.flagged) };
        match counts.as_slice() {
            [] => format!("no findings in {}", plural(self.files, "file")),
            [one] => format!("{one} in {place}"),
            [first @ .., last] => format!("{} and {last} in {place}", first.join(", ")),
        }
    }
}

const SEVERITIES: [Severity; 4] = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint];

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_uses_correct_plurals() {
        let sentence = |files, flagged, counts| Summary { files, flagged, counts }.sentence();
        assert_eq!(sentence(1, 0, [0, 0, 0, 0]), "no findings in 1 file");
        assert_eq!(sentence(12, 3, [2, 1, 0, 0]), "2 errors and 1 warning in 3 of 12 files");
        assert_eq!(sentence(1, 1, [1, 0, 0, 0]), "1 error in 1 file");
        assert_eq!(sentence(2, 2, [1, 2, 1, 3]), "1 error, 2 warnings, 1 info and 3 hints in 2 files");
    }
}

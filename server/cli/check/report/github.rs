//! GitHub Actions annotations: one workflow command per finding.

use super::{Checked, Positions, Problem, Report, Summary};
use crate::rules::{Finding, Severity};
use crate::visible::one_line;

pub(super) struct Github;

impl Report for Github {
    fn file(&self, file: &Checked) -> String {
        let positions = Positions::new(&file.text);
        file.findings.iter().map(|finding| annotation(file, &positions, finding)).collect()
    }

    fn tail(&self, summary: &Summary, _: &[Problem]) -> String {
        format!("{}\n", summary.sentence())
    }
}

fn annotation(file: &Checked, positions: &Positions<'_>, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let start = positions.of(finding.span.start());
    let end = positions.of(finding.span.end());
    let mut place = format!("file={},line={},endLine={}", property(&file.place.path), start.line, end.line);
    // Columns are only supported within one line.
    if start.line == end.line {
        place += &format!(",col={},endColumn={}", start.column, end.column);
    }
    format!("::{command} {place},title={}::{}\n", property(finding.rule), data(&finding.message))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    one_line(text).replace('%', "%25")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_end_a_command_or_a_property() {
        assert_eq!(data("100%: a,\r\nb"), "100%25: a,\\r\\nb");
        assert_eq!(property("c:/a,b%.yaml"), "c%3A/a%2Cb%25.yaml");
    }
}

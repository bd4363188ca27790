//! A single JSON document, specified in `docs/check-formats.md`.

use super::{Checked, Positions, Problem, Report, Summary};
use crate::bundle::Kind;
use crate::edit::{Edit, FileAction, FileEdit, Fix};
use crate::rules::{Finding, Related, Severity};
use crate::syntax::Span;
use crate::visible;
use serde::Serialize;
use serde_json::json;

/// Increased when the format changes incompatibly.
const VERSION: u32 = 1;

pub(super) struct Json;

impl Report for Json {
    fn has_fixes(&self) -> bool {
        true
    }

    fn head(&self) -> String {
        format!("{{\"version\":{VERSION},\"files\":[\n")
    }

    fn file(&self, file: &Checked) -> String {
        let writer = Writer { file, positions: Positions::new(&file.text) };
        let findings: Vec<_> = file.findings.iter().map(|finding| writer.finding(finding)).collect();
        visible::json(
            json!({ "path": file.path, "kind": file.kind.map(word), "findings": findings }).to_string(),
        )
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn tail(&self, summary: &Summary, problems: &[Problem]) -> String {
        let summary = json!({
            "files": summary.files,
            "filesWithFindings": summary.flagged,
            "errors": summary.count(Severity::Error),
            "warnings": summary.count(Severity::Warning),
            "infos": summary.count(Severity::Info),
            "hints": summary.count(Severity::Hint),
        });
        let problems = visible::json(json!(problems).to_string());
        format!("\n],\"problems\":{problems},\"summary\":{summary}}}\n")
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Bundle => "bundle",
        Kind::ResourceType => "resource-type",
        Kind::Template => "template",
        Kind::Program => "program",
    }
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    range: Range,
    related: Vec<JsonRelated<'a>>,
    fixes: Vec<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    range: Range,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    preferred: bool,
    edits: Vec<JsonEdit<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<JsonFile<'a>>,
}

/// Another file that a fix edits or creates.
#[derive(Serialize)]
struct JsonFile<'a> {
    path: String,
    create: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

/// Line and column from 1, the column in Unicode scalar values; the offset in bytes of the file, from 0.
#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: usize,
}

struct Writer<'a> {
    file: &'a Checked,
    positions: Positions<'a>,
}

impl<'a> Writer<'a> {
    fn finding(&self, finding: &'a Finding) -> JsonFinding<'a> {
        JsonFinding {
            rule: finding.rule,
            severity: finding.severity.word(),
            message: &finding.message,
            range: self.range(finding.span),
            related: finding.related.iter().map(|related| self.related(related)).collect(),
            fixes: finding.fixes.iter().map(|fix| self.fix(fix)).collect(),
        }
    }

    fn related(&self, related: &'a Related) -> JsonRelated<'a> {
        let (path, range) = match &related.file {
            None => (None, self.range(related.span)),
            Some(file) => {
                (Some(self.file.beside(&file.path)), range_in(&Positions::new(&file.text), related.span))
            }
        };
        JsonRelated { message: &related.message, path, range }
    }

    fn fix(&self, fix: &'a Fix) -> JsonFix<'a> {
        let edit = |edit: &'a Edit| JsonEdit { range: self.range(edit.span), text: &edit.text };
        JsonFix {
            title: &fix.title,
            preferred: fix.is_safe(),
            edits: fix.edits.list.iter().map(edit).collect(),
            files: fix.files.iter().map(|file| self.other(file)).collect(),
        }
    }

    fn other(&self, file: &'a FileEdit) -> JsonFile<'a> {
        let path = self.file.beside(&file.path);
        let start = || range_in(&Positions::new(""), Span::at(0));
        match &file.action {
            FileAction::Create(text) => {
                let edits = (!text.is_empty()).then(|| JsonEdit { range: start(), text });
                JsonFile { path, create: true, edits: edits.into_iter().collect() }
            }
            // Fixes of findings do not rename files.
            FileAction::Rename(_) => JsonFile { path, create: false, edits: Vec::new() },
            FileAction::Edit { text, edits, .. } => {
                let positions = Positions::new(text);
                let edit =
                    |edit: &'a Edit| JsonEdit { range: range_in(&positions, edit.span), text: &edit.text };
                JsonFile { path, create: false, edits: edits.iter().map(edit).collect() }
            }
        }
    }

    fn range(&self, span: Span) -> Range {
        Range { start: self.point(span.start()), end: self.point(span.end()) }
    }

    fn point(&self, offset: usize) -> Point {
        let position = self.positions.of(offset);
        Point { line: position.line, column: position.column, offset: self.file.repairs.file_offset(offset) }
    }
}

/// A range in another file; its text has no repairs, so offsets in the text are offsets in the file.
fn range_in(positions: &Positions<'_>, span: Span) -> Range {
    let point = |offset: usize| {
        let position = positions.of(offset);
        Point { line: position.line, column: position.column, offset }
    };
    Range { start: point(span.start()), end: point(span.end()) }
}

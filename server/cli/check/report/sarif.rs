//! SARIF 2.1.0, the interchange format of code scanning.

use super::{Checked, Place, Positions, Problem, Report, Summary};
use crate::edit::{Edit, FileAction, Fix};
use crate::rules::{self, Finding, Related, Rule, Severity};
use crate::syntax::Span;
use crate::visible::{self, one_line};
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

pub(super) struct Sarif {
    /// URI that relative URIs are resolved against.
    pub root: String,
}

impl Report for Sarif {
    fn has_fixes(&self) -> bool {
        true
    }

    fn head(&self) -> String {
        format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":[\n")
    }

    fn file(&self, file: &Checked) -> String {
        let writer = Writer { file, positions: Positions::new(&file.text) };
        let results =
            file.findings.iter().map(|finding| visible::json(json!(writer.result(finding)).to_string()));
        results.collect::<Vec<_>>().join(self.separator())
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    fn tail(&self, _: &Summary, problems: &[Problem]) -> String {
        let driver = json!({
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": rules::all().map(descriptor).collect::<Vec<_>>(),
        });
        let notification = |problem: &Problem| json!({ "level": "error", "message": { "text": one_line(format!("{}: {}", problem.path, problem.message)) } });
        let invocation = json!({
            "executionSuccessful": problems.is_empty(),
            "toolExecutionNotifications": problems.iter().map(notification).collect::<Vec<_>>(),
        });
        let bases = json!({ ROOT: { "uri": self.root } });
        let invocation = visible::json(invocation.to_string());
        format!(
            "\n],\"tool\":{{\"driver\":{driver}}},\"invocations\":[{invocation}],\"originalUriBaseIds\":{bases},\
             \"columnKind\":\"utf16CodeUnits\"}}]}}\n"
        )
    }
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": rule.explanation, "markdown": rule.explanation },
        "helpUri": rule.page(),
        "defaultConfiguration": { "level": level(rule.severity), "enabled": !rule.opt_in },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'a str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns from 1; the end column is exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: Message<'a>,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Message<'a>,
}

struct Writer<'a> {
    file: &'a Checked,
    positions: Positions<'a>,
}

impl<'a> Writer<'a> {
    fn result(&self, finding: &'a Finding) -> SarifResult<'a> {
        let related = finding.related.iter();
        SarifResult {
            rule_id: finding.rule,
            rule_index: rules::all().position(|rule| rule.id == finding.rule),
            level: level(finding.severity),
            message: shown(&finding.message),
            locations: [self.location(finding.span, None)],
            related_locations: related.map(|related| self.related(related)).collect(),
            fixes: finding
                .fixes
                .iter()
                // SARIF cannot describe the creation of a file.
                .filter(|fix| fix.files.iter().all(|file| matches!(file.action, FileAction::Edit { .. })))
                .filter(|fix| !fix.edits.is_empty() || !fix.files.is_empty())
                .map(|fix| self.fix(fix))
                .collect(),
        }
    }

    fn location(&self, span: Span, message: Option<&'a str>) -> Location<'a> {
        Location {
            physical_location: PhysicalLocation {
                artifact_location: artifact(&self.file.place),
                region: region(&self.positions, span),
            },
            message: message.map(shown),
        }
    }

    fn fix(&self, fix: &'a Fix) -> SarifFix<'a> {
        let own = change(artifact(&self.file.place), &self.positions, &fix.edits.list);
        let others = fix.files.iter().filter_map(|file| {
            let FileAction::Edit { text, edits, .. } = &file.action else { return None };
            Some(change(artifact(&self.file.place.beside(&file.path)), &Positions::new(text), edits))
        });
        let own = (!fix.edits.is_empty()).then_some(own);
        let description = shown(&fix.title);
        SarifFix { description, artifact_changes: own.into_iter().chain(others).collect() }
    }

    fn related(&self, related: &'a Related) -> Location<'a> {
        let Some(file) = &related.file else { return self.location(related.span, Some(&related.message)) };
        let place = self.file.place.beside(&file.path);
        let region = region(&Positions::new(&file.text), related.span);
        let physical_location = PhysicalLocation { artifact_location: artifact(&place), region };
        Location { physical_location, message: Some(shown(&related.message)) }
    }
}

fn change<'a>(
    artifact_location: ArtifactLocation,
    positions: &Positions<'_>,
    edits: &'a [Edit],
) -> ArtifactChange<'a> {
    let replacements = edits.iter().map(|edit| Replacement {
        deleted_region: region(positions, edit.span),
        inserted_content: Message { text: Cow::Borrowed(&edit.text) },
    });
    ArtifactChange { artifact_location, replacements: replacements.collect() }
}

/// A plain-text message, with `](` escaped: SARIF reads `[text](address)` as a link (3.11.6).
fn shown(text: &str) -> Message<'_> {
    let is_linked = text.contains("](");
    Message { text: if is_linked { text.replace("](", "\\](").into() } else { text.into() } }
}

fn artifact(place: &Place) -> ArtifactLocation {
    ArtifactLocation { uri: place.uri(), uri_base_id: place.inside.then_some(ROOT) }
}

fn region(positions: &Positions<'_>, span: Span) -> Region {
    let (start, end) = (positions.of(span.start()), positions.of(span.end()));
    Region {
        start_line: start.line,
        start_column: start.column_utf16,
        end_line: end.line,
        end_column: end.column_utf16,
    }
}

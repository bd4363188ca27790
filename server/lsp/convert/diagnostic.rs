//! Conversion of findings to diagnostics.

use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::convert::{location, position};
use crate::lsp::document::DocumentSnapshot;
use crate::rules::{self, File, Finding, Rule, Severity, Tag};
use crate::syntax::Span;
use foldhash::HashMap;
use std::sync::LazyLock;
use tower_lsp::ls_types::*;

/// The `source` of all diagnostics.
const SOURCE: &str = "massdriver";

/// The diagnostics of a document.
pub(crate) fn diagnostics(
    document: &DocumentSnapshot,
    findings: &[Finding],
    client: &ResolvedClientCapabilities,
) -> Vec<Diagnostic> {
    findings.iter().map(|finding| diagnostic(document, finding, client)).collect()
}

/// The diagnostic of a finding, with what the client supports.
pub(crate) fn diagnostic(
    document: &DocumentSnapshot,
    finding: &Finding,
    client: &ResolvedClientCapabilities,
) -> Diagnostic {
    let related = client.related_information && !finding.related.is_empty();
    Diagnostic {
        range: document.range(finding.span),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        code_description: client.code_description.then(|| code_description(finding.rule)).flatten(),
        source: Some(SOURCE.to_owned()),
        message: finding.message.clone(),
        related_information: related.then(|| related_information(document, finding)),
        tags: finding.tag.filter(|_| client.diagnostic_tags).map(|tag| vec![self::tag(tag)]),
        data: None,
    }
}

fn related_information(document: &DocumentSnapshot, finding: &Finding) -> Vec<DiagnosticRelatedInformation> {
    let related = finding.related.iter();
    related
        .filter_map(|other| {
            let location = match &other.file {
                None => Location::new(document.uri.clone(), document.range(other.span)),
                Some(file) => location_in_file(document, file, other.span)?,
            };
            Some(DiagnosticRelatedInformation { location, message: other.message.clone() })
        })
        .collect()
}

/// A location in a file beside a document.
fn location_in_file(document: &DocumentSnapshot, file: &File, span: Span) -> Option<Location> {
    let range = position::range_in(&file.text, document.text.encoding, span);
    Some(Location::new(location::file_uri(document, &file.path)?, range))
}

/// The documentation of a rule.
fn code_description(rule: &str) -> Option<CodeDescription> {
    static PAGES: LazyLock<HashMap<&str, CodeDescription>> = LazyLock::new(|| {
        let page = |rule: &Rule| Some((rule.id, CodeDescription { href: rule.page().parse().ok()? }));
        rules::all().filter_map(page).collect()
    });
    PAGES.get(rule).cloned()
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

fn tag(tag: Tag) -> DiagnosticTag {
    match tag {
        Tag::Deprecated => DiagnosticTag::DEPRECATED,
        Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
    }
}

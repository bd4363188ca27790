//! Findings as the protocol has them.

use crate::lsp::client::Abilities;
use crate::lsp::convert::{location, position};
use crate::lsp::document::View;
use crate::rules::{self, File, Finding, Severity, Tag};
use crate::syntax::Span;
use tower_lsp::ls_types::*;

/// Who says so.
const SOURCE: &str = "massdriver";

/// The diagnostics of a document, with what the client can show.
pub(crate) fn diagnostics(view: &View, findings: &[Finding], client: &Abilities) -> Vec<Diagnostic> {
    findings.iter().map(|finding| diagnostic(view, finding, client)).collect()
}

/// One finding.
pub(crate) fn diagnostic(view: &View, finding: &Finding, client: &Abilities) -> Diagnostic {
    let related = client.related && !finding.related.is_empty();
    Diagnostic {
        range: view.range(finding.span),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        code_description: client.links.then(|| explained(finding.rule)).flatten(),
        source: Some(SOURCE.to_owned()),
        message: finding.message.clone(),
        related_information: related.then(|| related_information(view, finding)),
        tags: finding.tag.filter(|_| client.tags).map(|tag| vec![self::tag(tag)]),
        data: None,
    }
}

fn related_information(view: &View, finding: &Finding) -> Vec<DiagnosticRelatedInformation> {
    let related = finding.related.iter();
    related
        .filter_map(|other| {
            let location = match &other.file {
                None => Location::new(view.uri.clone(), view.range(other.span)),
                Some(file) => place_in(view, file, other.span)?,
            };
            Some(DiagnosticRelatedInformation { location, message: other.message.clone() })
        })
        .collect()
}

/// A place in a file beside a document.
fn place_in(view: &View, file: &File, span: Span) -> Option<Location> {
    let range = position::range_in(&file.text, view.text.encoding, span);
    Some(Location::new(location::beside(view, &file.path)?, range))
}

fn explained(rule: &str) -> Option<CodeDescription> {
    Some(CodeDescription { href: rules::find(rule)?.page().parse().ok()? })
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

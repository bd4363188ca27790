//! `textDocument/codeAction`: the findings' fixes.

use super::capabilities::Abilities;
use super::document::{Analyse, View};
use super::{convert, diagnostics};
use crate::rules::{Edit, Finding, Fix};
use std::collections::HashMap;
use tower_lsp::ls_types::*;

/// The fixes of the findings that touch a range.
pub(super) fn quick_fixes(
    view: &View,
    range: Range,
    context: &CodeActionContext,
    client: &Abilities,
    analyse: Analyse,
) -> CodeActionResponse {
    if context.only.as_ref().is_some_and(|kinds| !kinds.iter().any(includes_quick_fixes)) {
        return Vec::new();
    }
    let offset = |position| convert::offset(&view.text.rope, view.text.encoding, position);
    let (start, end) = (offset(range.start), offset(range.end));
    let findings = view.analysis(analyse).findings.iter();
    let touched = findings.filter(|finding| finding.span.start() <= end && start <= finding.span.end());
    touched
        .flat_map(|finding| finding.fixes.iter().map(move |fix| action(view, finding, fix, client)))
        .map(CodeActionOrCommand::CodeAction)
        .collect()
}

/// Kinds are a hierarchy; the empty kind is all of it.
fn includes_quick_fixes(kind: &CodeActionKind) -> bool {
    matches!(kind.as_str(), "" | "quickfix")
}

fn action(view: &View, finding: &Finding, fix: &Fix, client: &Abilities) -> CodeAction {
    CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::diagnostic(view, finding, client)]),
        edit: Some(workspace_edit(view, &fix.edits, client)),
        is_preferred: (fix.preferred && client.preferred).then_some(true),
        ..CodeAction::default()
    }
}

/// Edits of the document, for the version that they were made for where the client takes that.
pub(super) fn workspace_edit(view: &View, edits: &[Edit], client: &Abilities) -> WorkspaceEdit {
    let edits = edits.iter().map(|edit| {
        TextEdit::new(convert::range(&view.text.rope, view.text.encoding, edit.span), edit.text.clone())
    });
    if !client.versioned_edits {
        return WorkspaceEdit::new(HashMap::from([(view.uri.clone(), edits.collect())]));
    }
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier::new(view.uri.clone(), view.version),
            edits: edits.map(OneOf::Left).collect(),
        }])),
        ..WorkspaceEdit::default()
    }
}

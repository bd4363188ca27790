//! `textDocument/hover`, in documents and in the code of steps.

use crate::analysis;
use crate::lsp::convert::position;
use crate::lsp::state::{CodeFile, StateSnapshot};
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::workspace::DOCUMENTS;
use std::path::Path;
use tower_lsp::ls_types::{
    Hover, HoverContents, MarkupContent, MarkupKind, Range, TextDocumentPositionParams,
};

/// The hover at a position of a document or of an IaC file.
pub(crate) fn hover(state: &StateSnapshot, at: &TextDocumentPositionParams) -> Option<Hover> {
    let Some(document) = state.document(&at.text_document.uri) else { return hover_in_code(state, at) };
    let (offset, files) = (document.offset(at.position), FreshFiles::new(state, &document));
    let found = analysis::hover(document.snapshot(), &files, &document.settings, offset)?;
    Some(protocol_hover(found.markdown, document.range(found.span), state))
}

fn protocol_hover(markdown: String, range: Range, state: &StateSnapshot) -> Hover {
    let kind = state.client.hover.clone();
    let value = match kind {
        MarkupKind::Markdown => markdown,
        MarkupKind::PlainText => analysis::hover::plain(&markdown),
    };
    Hover { contents: HoverContents::Markup(MarkupContent { kind, value }), range: Some(range) }
}

/// The hover at a position of an IaC file, from the bundle in the directory above. Blocks on I/O.
fn hover_in_code(state: &StateSnapshot, at: &TextDocumentPositionParams) -> Option<Hover> {
    let CodeFile { path, text, content, .. } = state.code_files.get(&at.text_document.uri)?;
    let step = path.parent()?;
    let bundle = DOCUMENTS.iter().find_map(|name| {
        let bundle = step.parent()?.join(name);
        state.open_document_at(&bundle).or_else(|| state.read_document(&bundle))
    })?;
    let offset = position::offset(&text.rope, text.encoding, at.position);
    let (snapshot, files) = (bundle.snapshot(), FreshFiles::new(state, &bundle));
    let file = (file_name(path)?, &**content);
    let found = analysis::hover_in_code(snapshot, &files, &bundle.settings, file_name(step)?, file, offset)?;
    let range = position::range(&text.rope, text.encoding, found.span);
    Some(protocol_hover(found.markdown, range, state))
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

//! `textDocument/documentHighlight`.

use crate::analysis;
use crate::analysis::navigation::Mention;
use crate::lsp::document::DocumentSnapshot;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind, Position};

/// The occurrences in the document of the symbol at a position.
pub(crate) fn highlights(document: &DocumentSnapshot, position: Position) -> Vec<DocumentHighlight> {
    let kind = |mention: &Mention| {
        if mention.declares { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }
    };
    let mentions = analysis::mentions(document.snapshot(), document.offset(position)).into_iter();
    mentions
        .map(|mention| DocumentHighlight { range: document.range(mention.span), kind: Some(kind(&mention)) })
        .collect()
}

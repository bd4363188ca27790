//! `textDocument/documentHighlight`.

use crate::analysis;
use crate::analysis::navigation::Mention;
use crate::lsp::document::View;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind, Position};

/// The same, to be marked in the text.
pub(crate) fn highlights(view: &View, position: Position) -> Vec<DocumentHighlight> {
    let kind = |mention: &Mention| {
        if mention.declares { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }
    };
    let mentions = analysis::mentions(view.snapshot(), view.offset(position)).into_iter();
    mentions
        .map(|mention| DocumentHighlight { range: view.range(mention.span), kind: Some(kind(&mention)) })
        .collect()
}

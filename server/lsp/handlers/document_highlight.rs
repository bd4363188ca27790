//! `textDocument/documentHighlight`.

use crate::analysis;
use crate::analysis::target::SymbolReference;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind, Position};

/// The occurrences in the document of the symbol at a position.
pub(crate) fn highlights(
    _: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Vec<DocumentHighlight> {
    let kind = |reference: &SymbolReference| {
        if reference.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }
    };
    let found = analysis::references(document.snapshot(), document.offset(position)).into_iter();
    found
        .map(|reference| DocumentHighlight {
            range: document.range(reference.span),
            kind: Some(kind(&reference)),
        })
        .collect()
}

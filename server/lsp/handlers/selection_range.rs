//! `textDocument/selectionRange`.

use crate::analysis;
use crate::lsp::document::DocumentSnapshot;
use tower_lsp::ls_types::{Position, Range, SelectionRange};

/// The nested selection ranges around each position.
pub(crate) fn selections(document: &DocumentSnapshot, positions: &[Position]) -> Vec<SelectionRange> {
    positions.iter().map(|position| selection(document, *position)).collect()
}

fn selection(document: &DocumentSnapshot, position: Position) -> SelectionRange {
    let steps = analysis::selections(document.snapshot(), document.offset(position));
    let ranges = steps.into_iter().rev().map(|span| document.range(span));
    let widest = ranges.fold(None, |parent: Option<SelectionRange>, range| {
        Some(SelectionRange { range, parent: parent.map(Box::new) })
    });
    widest.unwrap_or(SelectionRange { range: Range::new(position, position), parent: None })
}

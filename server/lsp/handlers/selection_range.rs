//! `textDocument/selectionRange`.

use crate::analysis;
use crate::lsp::document::View;
use tower_lsp::ls_types::{Position, Range, SelectionRange};

/// What to select around each position, one step after the other.
pub(crate) fn selections(view: &View, positions: &[Position]) -> Vec<SelectionRange> {
    positions.iter().map(|position| selection(view, *position)).collect()
}

fn selection(view: &View, position: Position) -> SelectionRange {
    let steps = analysis::selections(view.snapshot(), view.offset(position));
    let ranges = steps.into_iter().rev().map(|span| view.range(span));
    let widest = ranges.fold(None, |parent: Option<SelectionRange>, range| {
        Some(SelectionRange { range, parent: parent.map(Box::new) })
    });
    widest.unwrap_or(SelectionRange { range: Range::new(position, position), parent: None })
}

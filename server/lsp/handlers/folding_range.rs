//! `textDocument/foldingRange`.

use crate::analysis;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind};

/// The folding ranges, at most as many as the client supports.
pub(crate) fn folds(state: &StateSnapshot, document: &DocumentSnapshot) -> Vec<FoldingRange> {
    let limit = state.client.folding_range_limit.map_or(usize::MAX, |limit| limit as usize);
    let folds = analysis::folds(document.snapshot()).into_iter().take(limit);
    folds
        .map(|fold| FoldingRange {
            start_line: fold.first as u32,
            end_line: fold.last as u32,
            kind: fold.comment.then_some(FoldingRangeKind::Comment),
            ..FoldingRange::default()
        })
        .collect()
}

//! `textDocument/foldingRange`.

use crate::analysis;
use crate::lsp::document::DocumentSnapshot;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind};

/// The folding ranges, at most `limit`.
pub(crate) fn folds(document: &DocumentSnapshot, limit: Option<u32>) -> Vec<FoldingRange> {
    let folds = analysis::folds(document.snapshot())
        .into_iter()
        .take(limit.map_or(usize::MAX, |limit| limit as usize));
    folds
        .map(|fold| FoldingRange {
            start_line: fold.first as u32,
            end_line: fold.last as u32,
            kind: fold.comment.then_some(FoldingRangeKind::Comment),
            ..FoldingRange::default()
        })
        .collect()
}

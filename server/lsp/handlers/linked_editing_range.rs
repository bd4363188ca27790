//! `textDocument/linkedEditingRange`.

use crate::analysis;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use tower_lsp::ls_types::{LinkedEditingRanges, Position, Range};

/// The ranges of a name that are edited together.
pub(crate) fn linked(
    _: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<LinkedEditingRanges> {
    let places = analysis::linked(document.snapshot(), document.offset(position));
    let ranges: Vec<Range> = places.into_iter().map(|place| document.range(place)).collect();
    let word_pattern = Some("[A-Za-z0-9_]+".to_owned());
    (ranges.len() > 1).then_some(LinkedEditingRanges { ranges, word_pattern })
}

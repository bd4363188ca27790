//! `textDocument/linkedEditingRange`.

use crate::analysis;
use crate::lsp::document::View;
use tower_lsp::ls_types::{LinkedEditingRanges, Position, Range};

/// The places of a name that change together while it is typed.
pub(crate) fn linked(view: &View, position: Position) -> Option<LinkedEditingRanges> {
    let places = analysis::linked(view.snapshot(), view.offset(position));
    let ranges: Vec<Range> = places.into_iter().map(|place| view.range(place)).collect();
    let word_pattern = Some("[A-Za-z0-9_]+".to_owned());
    (ranges.len() > 1).then_some(LinkedEditingRanges { ranges, word_pattern })
}

//! `textDocument/formatting` and `rangeFormatting`.

use crate::analysis;
use crate::lsp::document::DocumentSnapshot;
use crate::syntax::Span;
use tower_lsp::ls_types::{Range, TextEdit};

/// The edits that format a document or a range of it.
pub(crate) fn formatted(document: &DocumentSnapshot, range: Option<Range>) -> Vec<TextEdit> {
    let range = range.map(|range| {
        let start = document.offset(range.start);
        Span::new(start, document.offset(range.end).max(start))
    });
    let Some(formatted) = analysis::format(document.snapshot(), range) else { return Vec::new() };
    let edits = formatted.fix().edits.list.iter();
    edits.map(|edit| TextEdit::new(document.range(edit.span), edit.text.clone())).collect()
}

//! `textDocument/formatting` and `rangeFormatting`.

use crate::analysis;
use crate::lsp::document::View;
use crate::syntax::Span;
use tower_lsp::ls_types::{Range, TextEdit};

/// What formatting changes, in the whole document or in a range.
pub(crate) fn formatted(view: &View, range: Option<Range>) -> Vec<TextEdit> {
    let range = range.map(|range| {
        let start = view.offset(range.start);
        Span::new(start, view.offset(range.end).max(start))
    });
    let Some(formatted) = analysis::format(view.snapshot(), range) else { return Vec::new() };
    let edits = formatted.fix().edits.list.iter();
    edits.map(|edit| TextEdit::new(view.range(edit.span), edit.text.clone())).collect()
}

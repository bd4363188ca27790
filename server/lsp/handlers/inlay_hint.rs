//! `textDocument/inlayHint`.

use crate::analysis;
use crate::lsp::document::DocumentSnapshot;
use crate::syntax::Span;
use crate::visible::one_line;
use tower_lsp::ls_types::{InlayHint, InlayHintKind, InlayHintLabel, Range};

/// The inlay hints in a range that the settings enable.
pub(crate) fn inlay_hints(document: &DocumentSnapshot, range: Range) -> Vec<InlayHint> {
    let offset = |position| document.offset(position);
    let (start, end) = (offset(range.start), offset(range.end));
    let found = analysis::inlay_hints(
        document.snapshot(),
        Span::new(start, end.max(start)),
        &document.settings.inlay_hints,
    );
    let hint = |hint: analysis::InlayHint| InlayHint {
        position: document.range(Span::at(hint.offset)).start,
        label: InlayHintLabel::String(one_line(hint.label)),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    found.into_iter().map(hint).collect()
}

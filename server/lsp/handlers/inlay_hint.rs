//! `textDocument/inlayHint`: what holds though it is not written, where the user asked for it.

use crate::analysis;
use crate::lsp::document::View;
use crate::syntax::Span;
use crate::visible::one_line;
use tower_lsp::ls_types::{InlayHint, InlayHintKind, InlayHintLabel, Range};

/// The hints within a range.
pub(crate) fn inlay_hints(view: &View, range: Range) -> Vec<InlayHint> {
    let offset = |position| view.offset(position);
    let (start, end) = (offset(range.start), offset(range.end));
    let found =
        analysis::inlay_hints(view.snapshot(), Span::new(start, end.max(start)), &view.settings.inlay_hints);
    let hint = |hint: analysis::InlayHint| InlayHint {
        position: view.range(Span::at(hint.offset)).start,
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

//! `textDocument/hover`: the page about the token under the pointer.

use super::document::View;
use super::fresh_files::FreshFiles;
use super::session::Session;
use crate::analysis;
use tower_lsp::ls_types::{
    Hover, HoverClientCapabilities, HoverContents, MarkupContent, MarkupKind, Position, Range,
};

/// The form in which a client wants pages; plain text unless it says otherwise.
pub(super) fn format(said: Option<&HoverClientCapabilities>) -> MarkupKind {
    let preferred = said.and_then(|said| said.content_format.as_deref()).and_then(<[_]>::first);
    preferred.cloned().unwrap_or(MarkupKind::PlainText)
}

/// The page for a position, with the token it is about.
pub(super) fn hover(session: &Session, view: &View, position: Position, format: MarkupKind) -> Option<Hover> {
    let offset = view.offset(position);
    let files = FreshFiles::new(session, view);
    let found = analysis::hover(view.snapshot(), &files, &view.settings, offset)?;
    Some(protocol_hover(found.markdown, view.range(found.span), format))
}

/// A page in the form that the client wants.
pub(super) fn protocol_hover(markdown: String, range: Range, format: MarkupKind) -> Hover {
    let value = match format {
        MarkupKind::Markdown => markdown,
        MarkupKind::PlainText => analysis::hover::plain(&markdown),
    };
    Hover { contents: HoverContents::Markup(MarkupContent { kind: format, value }), range: Some(range) }
}

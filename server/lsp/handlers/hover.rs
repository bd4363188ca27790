//! `textDocument/hover`: the page about the token under the pointer.

use crate::analysis;
use crate::lsp::convert::position;
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::code_files::name;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::workspace::DOCUMENTS;
use std::sync::Arc;
use tower_lsp::ls_types::{
    Hover, HoverClientCapabilities, HoverContents, MarkupContent, MarkupKind, Position, Range, Uri,
};

/// The form in which a client wants pages; plain text unless it says otherwise.
pub(crate) fn format(said: Option<&HoverClientCapabilities>) -> MarkupKind {
    let preferred = said.and_then(|said| said.content_format.as_deref()).and_then(<[_]>::first);
    preferred.cloned().unwrap_or(MarkupKind::PlainText)
}

/// The page for a position, with the token it is about.
pub(crate) fn hover(session: &Session, view: &View, position: Position, format: MarkupKind) -> Option<Hover> {
    let offset = view.offset(position);
    let files = FreshFiles::new(session, view);
    let found = analysis::hover(view.snapshot(), &files, &view.settings, offset)?;
    Some(protocol_hover(found.markdown, view.range(found.span), format))
}

/// A page in the form that the client wants.
pub(crate) fn protocol_hover(markdown: String, range: Range, format: MarkupKind) -> Hover {
    let value = match format {
        MarkupKind::Markdown => markdown,
        MarkupKind::PlainText => analysis::hover::plain(&markdown),
    };
    Hover { contents: HoverContents::Markup(MarkupContent { kind: format, value }), range: Some(range) }
}

/// The page about a variable, from the bundle one directory above. Takes its time.
pub(crate) fn hover_in_code(
    session: &Arc<Session>,
    uri: &Uri,
    position: Position,
    format: MarkupKind,
) -> Option<Hover> {
    let (path, text, said) = {
        let state = session.state();
        let buffer = state.code.get(uri)?;
        (buffer.path.clone(), Arc::clone(&buffer.text), Arc::clone(&buffer.said))
    };
    let step = path.parent()?;
    let bundle = DOCUMENTS.iter().find_map(|document| {
        let bundle = step.parent()?.join(document);
        session.open_at(&bundle).or_else(|| session.on_disk(&bundle))
    })?;
    let offset = position::offset(&text.rope, text.encoding, position);
    let (snapshot, files) = (bundle.snapshot(), FreshFiles::new(session, &bundle));
    let file = (name(&path)?, &*said);
    let found = analysis::hover_in_code(snapshot, &files, &bundle.settings, name(step)?, file, offset)?;
    let range = position::range(&text.rope, text.encoding, found.span);
    Some(protocol_hover(found.markdown, range, format))
}

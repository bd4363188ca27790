//! `textDocument/references`.

use crate::analysis;
use crate::analysis::navigation::Mention;
use crate::lsp::convert::location::places;
use crate::lsp::document::View;
use crate::lsp::handlers::resource_type;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::ls_types::{Location, Position};

/// Everything in the document, and in the code of its steps, that names the thing at a position; a resource type in the
/// whole workspace.
pub(crate) fn references(
    session: &Session,
    view: &View,
    position: Position,
    with_declaration: bool,
) -> Vec<Location> {
    if let Some(places) = resource_type::references(session, view, position, with_declaration) {
        return places;
    }
    let wanted = |mention: &Mention| with_declaration || !mention.declares;
    let here = analysis::mentions(view.snapshot(), view.offset(position)).into_iter().filter(wanted);
    let here = here.map(|mention| Location::new(view.uri.clone(), view.range(mention.span)));
    let in_code =
        analysis::mentions_in_code(view.snapshot(), &FreshFiles::new(session, view), view.offset(position));
    let in_code = in_code.iter().filter(|(_, mention)| wanted(mention));
    here.chain(places(view, in_code.map(|(file, mention)| (file, mention.span)))).collect()
}

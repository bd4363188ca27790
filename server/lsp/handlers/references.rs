//! `textDocument/references`.

use crate::analysis;
use crate::analysis::navigation::Mention;
use crate::lsp::convert::location::locations;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::handlers::resource_type;
use crate::lsp::server::Server;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::ls_types::{Location, Position};

/// The references to the symbol at a position: in the document and in the code of its steps, for a resource type in the whole
/// workspace.
pub(crate) fn references(
    server: &Server,
    document: &DocumentSnapshot,
    position: Position,
    with_declaration: bool,
) -> Vec<Location> {
    if let Some(places) = resource_type::references(server, document, position, with_declaration) {
        return places;
    }
    let wanted = |mention: &Mention| with_declaration || !mention.declares;
    let here = analysis::mentions(document.snapshot(), document.offset(position)).into_iter().filter(wanted);
    let here = here.map(|mention| Location::new(document.uri.clone(), document.range(mention.span)));
    let in_code = analysis::mentions_in_code(
        document.snapshot(),
        &FreshFiles::new(server, document),
        document.offset(position),
    );
    let in_code = in_code.iter().filter(|(_, mention)| wanted(mention));
    here.chain(locations(document, in_code.map(|(file, mention)| (file, mention.span)))).collect()
}

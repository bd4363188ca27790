//! `textDocument/references`.

use crate::analysis;
use crate::analysis::target::SymbolReference;
use crate::lsp::convert::location::locations;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::handlers::resource_type;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::ls_types::{Location, Position};

/// The references to the symbol at a position: in the document and in the code of its steps, for a resource type in the whole
/// workspace.
pub(crate) fn references(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
    with_declaration: bool,
) -> Option<Vec<Location>> {
    let state = &state.after_first_scan();
    let document = &*state.document(&document.uri)?;
    if let Some(places) = resource_type::references(state, document, position, with_declaration) {
        return Some(places);
    }
    let wanted = |reference: &SymbolReference| with_declaration || !reference.is_definition;
    let here =
        analysis::references(document.snapshot(), document.offset(position)).into_iter().filter(wanted);
    let here = here.map(|reference| Location::new(document.uri.clone(), document.range(reference.span)));
    let in_code = analysis::references_in_code(
        document.snapshot(),
        &FreshFiles::new(state, document),
        document.offset(position),
    );
    let in_code = in_code.iter().filter(|(_, reference)| wanted(reference));
    Some(here.chain(locations(document, in_code.map(|(file, reference)| (file, reference.span)))).collect())
}

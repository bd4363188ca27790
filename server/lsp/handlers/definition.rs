//! `textDocument/definition` and `typeDefinition`.

use crate::analysis;
use crate::analysis::target::Target;
use crate::lsp::convert::location::file_uri;
use crate::lsp::convert::position;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::handlers::resource_type;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::syntax::Span;
use tower_lsp::ls_types::*;

/// The definitions of the symbol at a position, as links if the client supports them.
pub(crate) fn definition(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let (state, document) = &resource_type::after_scan(state, document, position)?;
    let as_links = state.client.definition_links;
    if let Some(link) = resource_type::definition(state, document, position) {
        return Some(response([link], as_links));
    }
    let (token, targets) = analysis::definitions(
        document.snapshot(),
        &FreshFiles::new(state, document),
        document.offset(position),
    )?;
    Some(response(targets.into_iter().filter_map(|target| link(document, token, target)), as_links))
}

/// The definition of the resource type of the symbol at a position.
pub(crate) fn type_definition(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let (state, document) = &resource_type::after_scan(state, document, position)?;
    let link = resource_type::type_definition(state, document, position)?;
    Some(response([link], state.client.type_definition_links))
}

fn response(links: impl IntoIterator<Item = LocationLink>, as_links: bool) -> GotoDefinitionResponse {
    let links = links.into_iter();
    if as_links {
        return GotoDefinitionResponse::Link(links.collect());
    }
    let locations = links.map(|link| Location::new(link.target_uri, link.target_selection_range));
    GotoDefinitionResponse::Array(locations.collect())
}

fn link(document: &DocumentSnapshot, token: Span, target: Target) -> Option<LocationLink> {
    let (target_uri, target_selection_range, target_range) = match target {
        Target::Here(name, whole) => (document.uri.clone(), document.range(name), document.range(whole)),
        Target::Beside(path) => (file_uri(document, &path)?, Range::default(), Range::default()),
        Target::InCode(file, name, whole) => {
            let range = |span| position::range_in(&file.text, document.text.encoding, span);
            (file_uri(document, &file.path)?, range(name), range(whole))
        }
    };
    let origin_selection_range = Some(document.range(token));
    Some(LocationLink { origin_selection_range, target_uri, target_range, target_selection_range })
}

//! `textDocument/definition` and `typeDefinition`.

use crate::analysis;
use crate::analysis::navigation::Target;
use crate::lsp::convert::location::beside;
use crate::lsp::convert::position;
use crate::lsp::document::View;
use crate::lsp::handlers::resource_type;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::syntax::Span;
use tower_lsp::ls_types::*;

/// Where the thing at a position is defined; with the token there and the whole definition if the client takes those.
pub(crate) fn definition(
    session: &Session,
    view: &View,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let with_ranges = session.abilities().definition_links;
    if let Some(link) = resource_type::definition(session, view, position) {
        return Some(response([link], with_ranges));
    }
    let (token, targets) =
        analysis::definitions(view.snapshot(), &FreshFiles::new(session, view), view.offset(position))?;
    Some(response(targets.into_iter().filter_map(|target| link(view, token, target)), with_ranges))
}

/// Where the resource type of the thing at a position is defined.
pub(crate) fn type_definition(
    session: &Session,
    view: &View,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let link = resource_type::type_definition(session, view, position)?;
    Some(response([link], session.abilities().type_definition_links))
}

fn response(links: impl IntoIterator<Item = LocationLink>, with_ranges: bool) -> GotoDefinitionResponse {
    let links = links.into_iter();
    if with_ranges {
        return GotoDefinitionResponse::Link(links.collect());
    }
    let locations = links.map(|link| Location::new(link.target_uri, link.target_selection_range));
    GotoDefinitionResponse::Array(locations.collect())
}

fn link(view: &View, token: Span, target: Target) -> Option<LocationLink> {
    let (target_uri, target_selection_range, target_range) = match target {
        Target::Here(name, whole) => (view.uri.clone(), view.range(name), view.range(whole)),
        Target::Beside(path) => (beside(view, &path)?, Range::default(), Range::default()),
        Target::InCode(file, name, whole) => {
            let range = |span| position::range_in(&file.text, view.text.encoding, span);
            (beside(view, &file.path)?, range(name), range(whole))
        }
    };
    let origin_selection_range = Some(view.range(token));
    Some(LocationLink { origin_selection_range, target_uri, target_range, target_selection_range })
}

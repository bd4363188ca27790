//! `textDocument/definition`, `references`, `documentHighlight` and `documentLink`.

use super::convert;
use super::document::View;
use super::fresh_files::FreshFiles;
use super::session::Session;
use super::types;
use crate::analysis::links::LinkTarget;
use crate::analysis::navigation::{SymbolReference, Target};
use crate::analysis::{self, links};
use crate::rules::File;
use crate::syntax::Span;
use ropey::Rope;
use tower_lsp::ls_types::*;

/// Where the thing at a position is defined; with the token there and the whole definition if the client takes those.
pub(super) fn definition(
    session: &Session,
    view: &View,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let with_ranges = session.abilities().definition_links;
    if let Some(link) = types::definition(session, view, position) {
        return Some(response([link], with_ranges));
    }
    let (token, targets) =
        analysis::definitions(view.snapshot(), &FreshFiles::new(session, view), view.offset(position))?;
    Some(response(targets.into_iter().filter_map(|target| link(view, token, target)), with_ranges))
}

/// Where the resource type of the thing at a position is defined.
pub(super) fn type_definition(
    session: &Session,
    view: &View,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let link = types::type_definition(session, view, position)?;
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
            let range = |span| convert::range_in(&file.text, view.text.encoding, span);
            (beside(view, &file.path)?, range(name), range(whole))
        }
    };
    let origin_selection_range = Some(view.range(token));
    Some(LocationLink { origin_selection_range, target_uri, target_range, target_selection_range })
}

/// The name of a file, by its path from the document's directory.
pub(super) fn beside(view: &View, path: &str) -> Option<Uri> {
    let directory = view.place.as_ref()?.document.parent()?;
    Uri::from_file_path(directory.join(path))
}

/// Everything in the document, and in the code of its steps, that names the thing at a position; a resource type in the
/// whole workspace.
pub(super) fn references(
    session: &Session,
    view: &View,
    position: Position,
    with_declaration: bool,
) -> Vec<Location> {
    if let Some(places) = types::references(session, view, position, with_declaration) {
        return places;
    }
    let wanted = |mention: &SymbolReference| with_declaration || !mention.is_definition;
    let here = mentions(view, position).into_iter().filter(wanted);
    let here = here.map(|mention| Location::new(view.uri.clone(), view.range(mention.span)));
    let in_code =
        analysis::references_in_code(view.snapshot(), &FreshFiles::new(session, view), view.offset(position));
    let in_code = in_code.iter().filter(|(_, mention)| wanted(mention));
    here.chain(places(view, in_code.map(|(file, mention)| (file, mention.span)))).collect()
}

/// Places in other files; those of one file stand together, so that each text is prepared once for many look-ups.
pub(super) fn places<'f>(view: &View, found: impl IntoIterator<Item = (&'f File, Span)>) -> Vec<Location> {
    let mut known: Option<(&str, Rope)> = None;
    let mut places = Vec::new();
    for (file, span) in found {
        let (_, rope) = match known.take().filter(|(path, _)| *path == file.path) {
            Some(same) => known.insert(same),
            None => known.insert((&file.path, Rope::from(&*file.text))),
        };
        let range = convert::range(rope, view.text.encoding, span);
        places.extend(beside(view, &file.path).map(|uri| Location::new(uri, range)));
    }
    places
}

/// The same, to be marked in the text.
pub(super) fn highlights(view: &View, position: Position) -> Vec<DocumentHighlight> {
    let kind = |mention: &SymbolReference| {
        if mention.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }
    };
    let mentions = mentions(view, position).into_iter();
    mentions
        .map(|mention| DocumentHighlight { range: view.range(mention.span), kind: Some(kind(&mention)) })
        .collect()
}

fn mentions(view: &View, position: Position) -> Vec<SymbolReference> {
    analysis::references(view.snapshot(), view.offset(position))
}

/// What can be followed out of the document.
pub(super) fn document_links(session: &Session, view: &View) -> Vec<DocumentLink> {
    let links = links::links(view.snapshot(), &FreshFiles::new(session, view)).into_iter();
    links
        .filter_map(|link| {
            let target = match &link.to {
                LinkTarget::Web(address) => address.parse().ok()?,
                LinkTarget::Beside(path) => beside(view, path)?,
            };
            Some(DocumentLink {
                range: view.range(link.span),
                target: Some(target),
                tooltip: None,
                data: None,
            })
        })
        .collect()
}

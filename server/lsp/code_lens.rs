//! `textDocument/codeLens` and `linkedEditingRange`.

use super::document::View;
use super::fresh_files::FreshFiles;
use super::navigation;
use super::session::Session;
use crate::analysis;
use serde_json::json;
use tower_lsp::ls_types::*;

/// The client's command that shows places; its arguments are a document's address, a position in it, and locations.
pub(super) const SHOW_REFERENCES: &str = "massdriver.showReferences";

/// The lines above names, where the user wants them. They can be clicked where the client has the command for it.
pub(super) fn lenses(session: &Session, view: &View) -> Vec<CodeLens> {
    if !view.settings.code_lens {
        return Vec::new();
    }
    let client = session.abilities();
    let lenses = analysis::code_lenses(view.snapshot(), &FreshFiles::new(session, view)).into_iter();
    lenses
        .map(|lens| {
            let range = view.range(lens.span);
            let places = lens.places.iter().map(|span| Location::new(view.uri.clone(), view.range(*span)));
            let in_code = navigation::places(view, lens.in_code.iter().map(|(file, span)| (file, *span)));
            let places: Vec<Location> = places.chain(in_code).collect();
            let can_show = !places.is_empty() && client.has_command(SHOW_REFERENCES);
            let command = if can_show { SHOW_REFERENCES } else { "" }.to_owned();
            let arguments = can_show.then(|| vec![json!(view.uri), json!(range.start), json!(places)]);
            let command = Some(Command { title: lens.title, command, arguments });
            CodeLens { range, command, data: None }
        })
        .collect()
}

/// The places of a name that change together while it is typed.
pub(super) fn linked(view: &View, position: Position) -> Option<LinkedEditingRanges> {
    let places = analysis::linked(view.snapshot(), view.offset(position));
    let ranges: Vec<Range> = places.into_iter().map(|place| view.range(place)).collect();
    let word_pattern = Some("[A-Za-z0-9_]+".to_owned());
    (ranges.len() > 1).then_some(LinkedEditingRanges { ranges, word_pattern })
}

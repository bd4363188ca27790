//! `textDocument/codeLens`.

use crate::analysis;
use crate::lsp::convert::location;
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use serde_json::json;
use tower_lsp::ls_types::*;

/// The client's command that shows places; its arguments are a document's address, a position in it, and locations.
pub(crate) const SHOW_REFERENCES: &str = "massdriver.showReferences";

/// The lines above names, where the user wants them. They can be clicked where the client has the command for it.
pub(crate) fn lenses(session: &Session, view: &View) -> Vec<CodeLens> {
    if !view.settings.code_lens {
        return Vec::new();
    }
    let client = session.abilities();
    let lenses = analysis::code_lenses(view.snapshot(), &FreshFiles::new(session, view)).into_iter();
    lenses
        .map(|lens| {
            let range = view.range(lens.span);
            let places = lens.places.iter().map(|span| Location::new(view.uri.clone(), view.range(*span)));
            let in_code = location::places(view, lens.in_code.iter().map(|(file, span)| (file, *span)));
            let places: Vec<Location> = places.chain(in_code).collect();
            let can_show = !places.is_empty() && client.has_command(SHOW_REFERENCES);
            let command = if can_show { SHOW_REFERENCES } else { "" }.to_owned();
            let arguments = can_show.then(|| vec![json!(view.uri), json!(range.start), json!(places)]);
            let command = Some(Command { title: lens.title, command, arguments });
            CodeLens { range, command, data: None }
        })
        .collect()
}

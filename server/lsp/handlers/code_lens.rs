//! `textDocument/codeLens`.

use crate::analysis;
use crate::lsp::convert::location;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use serde_json::json;
use tower_lsp::ls_types::*;

/// The client's command that shows references; arguments: URI, position, locations.
pub(crate) const SHOW_REFERENCES: &str = "massdriver.showReferences";

/// The code lenses, if enabled in the settings. They have a command if the client supports it.
pub(crate) fn lenses(state: &StateSnapshot, document: &DocumentSnapshot) -> Vec<CodeLens> {
    if !document.settings.code_lens {
        return Vec::new();
    }
    let client = &state.client;
    let lenses = analysis::code_lenses(document.snapshot(), &FreshFiles::new(state, document)).into_iter();
    lenses
        .map(|lens| {
            let range = document.range(lens.span);
            let places =
                lens.places.iter().map(|span| Location::new(document.uri.clone(), document.range(*span)));
            let in_code =
                location::locations(document, lens.in_code.iter().map(|(file, span)| (file, *span)));
            let places: Vec<Location> = places.chain(in_code).collect();
            let can_show = !places.is_empty() && client.has_command(SHOW_REFERENCES);
            let command = if can_show { SHOW_REFERENCES } else { "" }.to_owned();
            let arguments = can_show.then(|| vec![json!(document.uri), json!(range.start), json!(places)]);
            let command = Some(Command { title: lens.title, command, arguments });
            CodeLens { range, command, data: None }
        })
        .collect()
}

//! `workspace/symbol`: symbols of all bundles in the workspace, open or not.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::handlers::document_symbol;
use crate::lsp::state::StateSnapshot;
use crate::workspace::documents_below;
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::SymbolInformation;

/// At most this many bundles are read for one request.
const MAX_DOCUMENTS: usize = 2_000;

/// At most this many symbols are returned: a longer query finds others.
const MAX_SYMBOLS: usize = 1_000;

/// The symbols whose names contain the letters of the query in order, ignoring case.
pub(crate) fn symbols(state: &StateSnapshot, query: &str) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for document in documents(state, &query) {
        let matching =
            document_symbol::flat_symbols(&document).into_iter().filter(|symbol| fits(&symbol.name, &query));
        found.extend(matching.take(MAX_SYMBOLS - found.len()));
        if found.len() >= MAX_SYMBOLS {
            break;
        }
    }
    found
}

fn fits(name: &str, query: &str) -> bool {
    let name = name.to_lowercase();
    let mut letters = name.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// The open documents, then documents on the disk: with an index, those that have a matching name, else all.
fn documents<'a>(
    state: &'a StateSnapshot,
    query: &str,
) -> Box<dyn Iterator<Item = Arc<DocumentSnapshot>> + 'a> {
    let open: Vec<Arc<DocumentSnapshot>> = state.documents.values().cloned().collect();
    let open_paths: Vec<_> =
        open.iter().filter_map(|document| Some(document.path()?.to_path_buf())).collect();
    let paths: Box<dyn Iterator<Item = PathBuf> + 'a> = match &state.index {
        Some(index) => {
            let fitting = index.iter().filter(|(_, document)| document.may_have(|name| fits(name, query)));
            Box::new(fitting.map(|(path, _)| path.to_path_buf()).collect::<Vec<_>>().into_iter())
        }
        None => {
            let below = |folder: &PathBuf| documents_below(folder).flatten().collect::<Vec<_>>();
            Box::new(state.folders.iter().flat_map(below))
        }
    };
    let closed = paths.filter(move |path| !open_paths.contains(path)).take(MAX_DOCUMENTS);
    Box::new(open.into_iter().chain(closed.filter_map(move |path| state.read_document(&path))))
}

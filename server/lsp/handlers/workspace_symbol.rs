//! `workspace/symbol`: names in every bundle of the workspace, open or not.

use crate::lsp::document::View;
use crate::lsp::handlers::document_symbol;
use crate::lsp::server::Session;
use crate::workspace::documents_below;
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::SymbolInformation;

/// No more bundles than this are read for one answer.
const MAX_DOCUMENTS: usize = 2_000;

/// No more names than this are given: whoever wants others types more letters.
const MAX_SYMBOLS: usize = 1_000;

/// The names that contain the letters of a query, in that order and whatever their case.
pub(crate) fn symbols(session: &Arc<Session>, query: &str) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for view in views(session, &query) {
        let matching =
            document_symbol::flat_symbols(&view).into_iter().filter(|symbol| fits(&symbol.name, &query));
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

/// The open documents, then those that are on the disk only: all, or once it is known which names they have, those with
/// fitting ones.
fn views(session: &Arc<Session>, query: &str) -> Box<dyn Iterator<Item = Arc<View>>> {
    let (open, folders, index) = {
        let state = session.state();
        let open: Vec<Arc<View>> = state.documents.values().map(|open| Arc::clone(&open.view)).collect();
        (open, state.folders.clone(), state.workspace.index.clone())
    };
    let open_paths: Vec<_> = open.iter().filter_map(|view| Some(view.path()?.to_path_buf())).collect();
    let session = Arc::clone(session);
    let paths: Box<dyn Iterator<Item = PathBuf>> = match index {
        Some(index) => {
            let fitting = index.iter().filter(|(_, document)| document.may_have(|name| fits(name, query)));
            Box::new(fitting.map(|(path, _)| path.to_path_buf()).collect::<Vec<_>>().into_iter())
        }
        None => {
            let below = |folder: PathBuf| documents_below(&folder).flatten().collect::<Vec<_>>();
            Box::new(folders.into_iter().flat_map(below))
        }
    };
    let closed = paths.filter(move |path| !open_paths.contains(path)).take(MAX_DOCUMENTS);
    Box::new(open.into_iter().chain(closed.filter_map(move |path| session.on_disk(&path))))
}

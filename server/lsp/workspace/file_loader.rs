//! Loads the files that the analysis of a document queried into its cache.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::server::Server;
use crate::lsp::workspace::file_cache::{self, FileCache, FileQuery};
use crate::lsp::workspace::{open_files, publish};
use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tower_lsp::ls_types::Uri;

/// Loaded files may lead to further queries; at most this many rounds are made.
const MAX_ROUNDS: usize = 8;

/// Loads in the background what the analysis of a snapshot queried and the cache lacks.
pub(crate) fn load_missing(server: &Arc<Server>, document: &Arc<DocumentSnapshot>) {
    let load = document.queries().and_then(|queries| missing(server, document, queries));
    if let Some(load) = load {
        spawn_blocking(load);
    }
}

/// A snapshot of the same text for which everything that its analysis queries is loaded. Blocks on I/O.
pub(crate) fn with_all_files(
    server: &Arc<Server>,
    mut document: Arc<DocumentSnapshot>,
) -> Arc<DocumentSnapshot> {
    for _ in 0..MAX_ROUNDS {
        document.analysis(server.analyse);
        let load = document.queries().and_then(|queries| missing(server, &document, queries));
        let Some(load) = load else { break };
        load();
        match server.document(&document.uri) {
            Some(next) if next.version == document.version => document = next,
            _ => break,
        }
    }
    document
}

/// The task that loads those of the queries that the cache lacks; the first one of a document also prefetches.
fn missing(
    server: &Arc<Server>,
    document: &Arc<DocumentSnapshot>,
    queries: &BTreeSet<FileQuery>,
) -> Option<impl FnOnce() + use<>> {
    let location = document.location.clone()?;
    let is_missing = |query: &&FileQuery| !document.file_cache.contains_key(*query);
    let queries: Vec<FileQuery> = queries.iter().filter(is_missing).cloned().collect();
    let is_first = document.file_cache.is_empty();
    if queries.is_empty() && !is_first {
        return None;
    }
    let (server, uri) = (Arc::clone(server), document.uri.clone());
    Some(move || {
        let mut answers = file_cache::load(&location, &queries);
        if is_first {
            answers.extend(file_cache::prefetch(&location));
        }
        store(&server, &uri, answers);
    })
}

/// Loads again, in the background, everything that the analysis of a document depends on.
pub(crate) fn reload(server: &Arc<Server>, uri: &Uri) {
    let mut state = server.state();
    let Some(open) = state.documents.get_mut(uri) else { return };
    if open.snapshot.file_cache.is_empty() || mem::replace(&mut open.reload_queued, true) {
        return;
    }
    drop(state);
    let (server, uri) = (Arc::clone(server), uri.clone());
    spawn_blocking(move || {
        let mut state = server.state();
        let Some(open) = state.documents.get_mut(&uri) else { return };
        open.reload_queued = false;
        let document = Arc::clone(&open.snapshot);
        drop(state);
        let Some(location) = &document.location else { return };
        let cached = document.file_cache.keys();
        let answers = match document.queries() {
            Some(queries) => file_cache::load(location, queries.iter().chain(cached)),
            None => file_cache::load(location, cached),
        };
        store(&server, &uri, answers);
    });
}

/// Adds answers to the cache of a document, and updates its diagnostics if they may have changed.
fn store(server: &Arc<Server>, uri: &Uri, mut answers: FileCache) {
    let mut state = server.state();
    let Some(document) = state.documents.get(uri).map(|open| Arc::clone(&open.snapshot)) else { return };
    open_files::apply(&state, &document, &mut answers);
    let Some(open) = state.documents.get_mut(uri) else { return };
    let changed = file_cache::differs(&open.snapshot.file_cache, &answers, open.snapshot.queries());
    let cache = Arc::new(file_cache::merged(&open.snapshot.file_cache, answers));
    if !changed {
        open.snapshot = open.snapshot.with_equivalent_cache(cache);
        return;
    }
    open.snapshot = open.snapshot.modified(|next| next.file_cache = cache);
    drop(state);
    publish::refresh(server, uri);
}

//! Loads the files that the analysis of a document queried and its cache lacks.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::event::{Event, LoadedFiles};
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::open_files;
use crate::workspace::file_cache::{self, DocumentLocation, FileCache, FileQuery};
use std::sync::Arc;

/// Loaded files may lead to further queries; at most this many rounds are made.
const MAX_ROUNDS: usize = 8;

/// What is to be loaded.
pub(crate) struct MissingFiles {
    location: DocumentLocation,
    queries: Vec<FileQuery>,
    /// Nothing was loaded for the document before.
    is_first: bool,
}

impl MissingFiles {
    /// Loads the files from the disk; for the first time, also what is commonly queried. Blocks on I/O.
    pub(crate) fn load(&self) -> FileCache {
        let mut answers = file_cache::load(&self.location, &self.queries);
        if self.is_first {
            answers.extend(file_cache::prefetch(&self.location));
        }
        answers
    }
}

/// What the analysis of a document queried and the cache lacks; `None` if it lacks nothing or there was no analysis.
pub(crate) fn missing(document: &DocumentSnapshot) -> Option<MissingFiles> {
    let location = document.location.clone()?;
    let is_missing = |query: &&FileQuery| !document.file_cache.contains_key(*query);
    let queries: Vec<FileQuery> = document.queries()?.iter().filter(is_missing).cloned().collect();
    let is_first = document.file_cache.is_empty();
    (is_first || !queries.is_empty()).then_some(MissingFiles { location, queries, is_first })
}

/// The document with everything loaded that its analysis queries. The main loop gets it, too. Blocks on I/O.
pub(crate) fn with_all_files(
    state: &StateSnapshot,
    mut document: Arc<DocumentSnapshot>,
) -> Arc<DocumentSnapshot> {
    for _ in 0..MAX_ROUNDS {
        document.analysis(state.analyse);
        let Some(missing) = missing(&document) else { break };
        let answers = missing.load();
        let mut seen = answers.clone();
        open_files::apply(state, &document, &mut seen);
        let changed = file_cache::differs(&document.file_cache, &seen, document.queries());
        let next = document.with_cache(Arc::new(file_cache::merged(&document.file_cache, seen)), changed);
        let loaded = LoadedFiles { document, answers, next: Some(Arc::clone(&next)) };
        state.events.send(Event::FilesLoaded(loaded));
        document = next;
    }
    document
}

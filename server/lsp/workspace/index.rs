//! The index of the whole workspace: the resource types that it defines, and which documents refer to what. A task
//! builds it by a scan, others update it when files and open documents change; never on the path of a keystroke.

use crate::analysis::{Index, Indexed, Snapshot};
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::event::{Event, ScanOutcome};
use crate::lsp::progress::Progress;
use crate::lsp::state::StateSnapshot;
use crate::organization;
use crate::reference::Organization;
use crate::visible::one_line;
use crate::workspace::scan::{self, ScanResult};
use crate::workspace::{DefinitionPaths, is_document};
use std::collections::BTreeSet;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tower_lsp::ls_types::{MessageType, ProgressToken};

/// Progress is reported once per this many documents.
const PROGRESS_STEP: usize = 250;

/// At most this many skipped paths are logged.
const MAX_LOGGED: usize = 20;

/// The scan uses at most this many threads.
const MAX_THREADS: usize = 4;

/// Delay of the first scan, so that open documents are analysed first.
const FIRST_SCAN_DELAY: Duration = Duration::from_millis(50);

/// Whether a file is indexed.
pub(crate) fn is_indexed(definitions: &DefinitionPaths, path: &Path) -> bool {
    is_document(path) || definitions.may_define(path)
}

/// Scans the workspace and loads the organization's resource types from the disk. Blocks.
pub(crate) fn scan(state: &StateSnapshot, token: Option<ProgressToken>, stop: &AtomicBool) {
    let Some(definitions) = &state.definitions else { return };
    if state.index.is_none() {
        thread::sleep(FIRST_SCAN_DELAY);
    }
    let organization = load_organization(state);
    let start = Instant::now();
    let progress = Progress::begin(&state.events, token, "Reading bundles".to_owned(), true);
    let (mut index, mut skipped) = (Index::default(), Vec::new());
    let wanted = |path: &Path| is_indexed(definitions, path);
    let read = |path: &Path, text: Arc<str>| index_text(path, text, definitions);
    scan::scan(&state.folders, &wanted, threads(), stop, &read, |result| match result {
        ScanResult::Read(path, indexed) => {
            index.set(path, indexed);
            if index.len().is_multiple_of(PROGRESS_STEP) {
                progress.report(format!("{} read", index.len()));
            }
        }
        ScanResult::Skipped(path, reason) => skipped.push((path, reason)),
    });
    let message = summary(&index, start, stop.load(Ordering::Relaxed), &skipped);
    progress.end(Some(format!("{} read", index.len())));
    state.events.send(Event::Log(MessageType::LOG, message));
    for document in state.documents.values() {
        if let Some(path) = document.path().filter(|path| definitions.may_define(path)) {
            index.set(path.to_path_buf(), Some(Indexed::of(document.snapshot(), path, true)));
        }
    }
    state.events.send(Event::ScanFinished(Box::new(ScanOutcome { index, organization })));
}

/// Number of threads for background work: one processor is left to the user.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).clamp(1, MAX_THREADS)
}

/// The index entry of a text; `None` for a JSON file that defines no resource type, and if indexing panics.
fn index_text(path: &Path, text: Arc<str>, definitions: &DefinitionPaths) -> Option<Indexed> {
    let may_define = definitions.may_define(path);
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    if is_json && !text.contains("\"$md\"") {
        return None;
    }
    // A panic on one document must not end the scan.
    let index = || Indexed::of(&Snapshot::new(text, Some(path)), path, may_define);
    let indexed = catch_unwind(AssertUnwindSafe(index)).ok()?;
    (!is_json || indexed.defines.is_some()).then_some(indexed)
}

fn summary(index: &Index, start: Instant, stopped: bool, skipped: &[(PathBuf, String)]) -> String {
    let types = index.definitions().len();
    let (count, seconds) = (index.len(), start.elapsed().as_secs_f64());
    let ended = if stopped { " The scan was stopped before its end." } else { "" };
    let mut text =
        format!("Read {count} documents in {seconds:.2} s; they define {types} resource types.{ended}");
    for (path, reason) in skipped.iter().take(MAX_LOGGED) {
        let skipped = one_line(format!("Skipped {}: {reason}.", path.display()));
        text.push_str(&format!("\n{skipped}"));
    }
    if let Some(more) = skipped.len().checked_sub(MAX_LOGGED).filter(|more| *more > 0) {
        text.push_str(&format!("\nSkipped {more} more."));
    }
    text
}

/// Indexes files again; the text of an open document takes precedence over the disk. Blocks.
pub(crate) fn update(state: StateSnapshot, paths: &BTreeSet<PathBuf>) {
    let Some(definitions) = &state.definitions else { return };
    let index = state.index.clone().unwrap_or_default();
    let mut changes: Vec<(PathBuf, Option<Indexed>)> = Vec::new();
    for path in paths {
        if !is_indexed(definitions, path) {
            // A deleted path, which may have been a directory.
            let removed = index.below(path).filter(|below| !below.exists());
            changes.extend(removed.map(|below| (below.to_path_buf(), None)));
            continue;
        }
        if !state.folders.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let open = state.open_document_at(path).filter(|_| definitions.may_define(path));
        let indexed = match open {
            Some(document) => {
                let mut indexed = Indexed::of(document.snapshot(), path, true);
                // While a definition is incomplete, the previous one stays.
                if indexed.defines.is_none() {
                    indexed.defines = index.get(path).and_then(|known| known.defines.clone());
                }
                Some(indexed)
            }
            None => {
                let text = scan::read(path, &state.folders).ok();
                text.and_then(|text| index_text(path, text, definitions))
            }
        };
        changes.push((path.clone(), indexed));
    }
    let events = state.events.clone();
    // Without other owners, the main loop changes the index in place.
    drop((index, state));
    events.send(Event::DocumentsIndexed(changes));
}

/// Loads the organization's resource types from the disk, if the settings enable them, and logs their age; `None` on an error.
fn load_organization(state: &StateSnapshot) -> Option<Organization> {
    if !state.settings.organization_catalog {
        return Some(Organization::default());
    }
    let problem = match organization::cached_layer() {
        Ok(Some((cached, age))) => {
            let (types, age) = (cached.types.len(), organization::format_age(age));
            let message = format!("The organization's {types} resource types were fetched {age} ago.");
            state.events.send(Event::Log(MessageType::LOG, message));
            return Some(cached);
        }
        Ok(None) => {
            "The organization's resource types were not fetched yet: run `massdriver-ls catalog pull`."
                .to_owned()
        }
        Err(error) => format!("Cannot load the organization's resource types: {error}."),
    };
    state.events.send(Event::Show(MessageType::WARNING, problem));
    None
}

/// The documents that may refer to a resource type, given by its name without an organization.
pub(crate) fn documents_using(state: &StateSnapshot, name: &str) -> Vec<Arc<DocumentSnapshot>> {
    let mut documents: Vec<Arc<DocumentSnapshot>> = state.documents.values().cloned().collect();
    let index = state.index.clone().unwrap_or_default();
    documents.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
    let open: Vec<PathBuf> =
        documents.iter().filter_map(|document| Some(document.path()?.to_path_buf())).collect();
    let may_use = |indexed: &Indexed| {
        indexed.uses(name) || indexed.defines.as_ref().is_some_and(|found| found.name == name)
    };
    let closed =
        index.iter().filter(|(path, indexed)| may_use(indexed) && !open.iter().any(|open| open == path));
    documents.extend(closed.filter_map(|(path, _)| state.read_document(path)));
    documents
}

//! The index of the whole workspace: the resource types that it defines, and which documents refer to what. A worker thread
//! builds it by a scan and updates it when files and open documents change; never on the path of a keystroke.

use crate::analysis::index::catalog;
use crate::analysis::{Catalog, Index, Indexed, Snapshot};
use crate::lsp::document::{DocumentSnapshot, file_path};
use crate::lsp::progress::Progress;
use crate::lsp::server::Server;
use crate::lsp::state::State;
use crate::lsp::workspace::{diagnostics as workspace_diagnostics, publish};
use crate::organization;
use crate::reference::{Organization, ResourceType};
use crate::visible::one_line;
use crate::workspace::scan::{self, ScanResult};
use crate::workspace::{DefinitionPaths, is_document};
use std::collections::BTreeSet;
use std::mem;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tower_lsp::ls_types::notification::LogMessage;
use tower_lsp::ls_types::*;

/// Progress is reported once per this many documents.
const PROGRESS_STEP: usize = 250;

/// At most this many skipped paths are logged.
const MAX_LOGGED: usize = 20;

/// The scan uses at most this many threads.
const MAX_THREADS: usize = 4;

/// Delay of the first scan, so that open documents are analysed first.
const FIRST_SCAN_DELAY: Duration = Duration::from_millis(50);

/// How long a request waits for the index.
const INDEX_TIMEOUT: Duration = Duration::from_secs(10);

/// The index, and the work that is queued to update it.
#[derive(Default)]
pub(crate) struct WorkspaceState {
    /// The indexed documents; `None` before the first scan.
    pub(crate) index: Option<Arc<Index>>,
    /// The catalog of resource types; `None` for the built-in one.
    pub(crate) catalog: Option<Arc<Catalog>>,
    /// The organization's resource types.
    organization: Organization,
    /// The resource types defined in the workspace that `catalog` contains.
    local_types: Vec<Arc<ResourceType>>,
    /// `organization` has changed since `catalog` was built.
    organization_changed: bool,
    /// `organization` was fetched during this session.
    organization_fetched: bool,
    /// Where resource types are defined; `None` before the first scan.
    definitions: Option<Arc<DefinitionPaths>>,
    queue: WorkQueue,
    /// The worker thread is running.
    worker_running: bool,
    /// Cancels the current scan.
    stop: Arc<AtomicBool>,
    /// The progress token of the current scan.
    token: Option<ProgressToken>,
}

/// Work for the worker thread.
#[derive(Default)]
struct WorkQueue {
    /// Scan the whole workspace.
    scan: bool,
    /// Files to index again, and paths of removed files or directories.
    paths: BTreeSet<PathBuf>,
}

/// Queues a scan of the workspace: the first one, or because its folders or the settings have changed.
pub(crate) fn schedule_scan(server: &Arc<Server>) {
    let mut state = server.state();
    let is_empty = state.folders.is_empty() && !state.settings.organization_catalog;
    if is_empty && state.workspace.index.is_none() {
        return;
    }
    state.workspace.stop.store(true, Ordering::Relaxed);
    state.workspace.queue.scan = true;
    start_worker(server, &mut state);
}

/// Scans the workspace again, as notifications may have been missed, and waits for the result. `false` on a timeout.
pub(crate) fn rescan(server: &Arc<Server>) -> bool {
    schedule_scan(server);
    wait_while(server, |workspace| workspace.worker_running)
}

/// Waits for the first scan, if it is running. `false` on a timeout.
pub(crate) fn wait_for_first_scan(server: &Arc<Server>) -> bool {
    wait_while(server, |workspace| workspace.worker_running && workspace.index.is_none())
}

fn wait_while(server: &Server, condition: impl Fn(&WorkspaceState) -> bool) -> bool {
    let condition = |state: &mut State| condition(&state.workspace);
    let wait = server.index_changed.wait_timeout_while(server.state(), INDEX_TIMEOUT, condition);
    wait.is_ok_and(|(_, timeout)| !timeout.timed_out())
}

/// Cancels the scan with this progress token.
pub(crate) fn cancel_scan(server: &Server, token: &ProgressToken) {
    let state = server.state();
    if state.workspace.token.as_ref() == Some(token) {
        state.workspace.stop.store(true, Ordering::Relaxed);
    }
}

/// Queues changed files.
pub(crate) fn files_changed(server: &Arc<Server>, events: &[FileEvent]) {
    let mut state = server.state();
    let Some(definitions) = state.workspace.definitions.clone() else { return };
    let paths = events.iter().filter_map(|event| Some((file_path(&event.uri)?, event.typ)));
    let paths =
        paths.filter(|(path, change)| is_indexed(&definitions, path) || *change == FileChangeType::DELETED);
    let paths: Vec<PathBuf> = paths.map(|(path, _)| path).collect();
    if !paths.is_empty() {
        state.workspace.queue.paths.extend(paths);
        start_worker(server, &mut state);
    }
}

/// Queues a document that was opened, edited or closed, if it may define a resource type.
pub(crate) fn document_changed(server: &Arc<Server>, document: &DocumentSnapshot) {
    let Some(path) = document.path() else { return };
    let mut state = server.state();
    let definitions = state.workspace.definitions.as_ref();
    if definitions.is_some_and(|definitions| definitions.may_define(path)) {
        state.workspace.queue.paths.insert(path.to_path_buf());
        start_worker(server, &mut state);
    }
}

fn is_indexed(definitions: &DefinitionPaths, path: &Path) -> bool {
    is_document(path) || definitions.may_define(path)
}

/// Starts the worker thread unless it is running.
fn start_worker(server: &Arc<Server>, state: &mut State) {
    if mem::replace(&mut state.workspace.worker_running, true) {
        return;
    }
    let (server, runtime) = (Arc::clone(server), tokio::runtime::Handle::current());
    thread::spawn(move || {
        let _context = runtime.enter();
        if server.state().workspace.index.is_none() {
            thread::sleep(FIRST_SCAN_DELAY);
        }
        while let Some(work) = take_work(&server) {
            let run = || if work.scan { scan(&server) } else { update(&server, &work.paths) };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
                server.log_panic("Indexing the workspace failed", &*panic);
            }
            update_catalog(&server);
            server.index_changed.notify_all();
            if work.scan {
                publish::documents_added(&server);
            }
            workspace_diagnostics::schedule(&server);
        }
    });
}

/// The queued work; `None` ends the worker thread.
fn take_work(server: &Server) -> Option<WorkQueue> {
    let mut state = server.state();
    let state = &mut *state;
    let workspace = &mut state.workspace;
    if !workspace.queue.scan && workspace.queue.paths.is_empty() {
        workspace.worker_running = false;
        server.index_changed.notify_all();
        return None;
    }
    if workspace.queue.scan {
        workspace.stop = Arc::default();
        workspace.definitions =
            Some(Arc::new(DefinitionPaths::new(&state.settings.resource_types.0, &state.folders)));
    }
    Some(mem::take(&mut workspace.queue))
}

fn scan(server: &Arc<Server>) {
    load_organization(server);
    let start = Instant::now();
    let token = Progress::new_token();
    let (folders, definitions, stop, is_first) = {
        let mut state = server.state();
        state.workspace.token = Some(token.clone());
        let WorkspaceState { definitions, stop, index, .. } = &state.workspace;
        let Some(definitions) = definitions.clone() else { return };
        (state.folders.clone(), definitions, Arc::clone(stop), index.is_none())
    };
    let title = || "Reading bundles".to_owned();
    let progress = is_first.then(|| Progress::begin_cancellable(server, token, title())).flatten();
    let (mut index, mut skipped) = (Index::default(), Vec::new());
    let wanted = |path: &Path| is_indexed(&definitions, path);
    let read = |path: &Path, text: Arc<str>| index_text(path, text, &definitions);
    scan::scan(&folders, &wanted, threads(), &stop, &read, |result| match result {
        ScanResult::Read(path, indexed) => {
            index.set(path, indexed);
            if let Some(progress) = progress.as_ref().filter(|_| index.len().is_multiple_of(PROGRESS_STEP)) {
                progress.report(format!("{} read", index.len()));
            }
        }
        ScanResult::Skipped(path, reason) => skipped.push((path, reason)),
    });
    let stopped = stop.load(Ordering::Relaxed);
    let message = summary(&index, start, stopped, &skipped);
    if let Some(progress) = progress {
        progress.end(Some(format!("{} read", index.len())));
    }
    server.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::LOG, message });
    for (path, document) in open_definitions(server, &definitions) {
        let indexed = Indexed::of(document.snapshot(), &path, true);
        index.set(path, Some(indexed));
    }
    server.state().workspace.index = Some(Arc::new(index));
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

fn open_definitions(server: &Server, definitions: &DefinitionPaths) -> Vec<(PathBuf, Arc<DocumentSnapshot>)> {
    let state = server.state();
    let open = state.documents.values().map(|open| Arc::clone(&open.snapshot));
    let open = open.filter_map(|document| Some((document.path()?.to_path_buf(), document)));
    open.filter(|(path, _)| definitions.may_define(path)).collect()
}

/// Indexes files again; the text of an open document takes precedence over the disk.
fn update(server: &Arc<Server>, paths: &BTreeSet<PathBuf>) {
    let (folders, definitions, index) = {
        let state = server.state();
        let Some(definitions) = state.workspace.definitions.clone() else { return };
        (state.folders.clone(), definitions, state.workspace.index.clone().unwrap_or_default())
    };
    let mut changes: Vec<(PathBuf, Option<Indexed>)> = Vec::new();
    for path in paths {
        if !is_indexed(&definitions, path) {
            // A deleted path, which may have been a directory.
            let removed = index.below(path).filter(|below| !below.exists());
            changes.extend(removed.map(|below| (below.to_path_buf(), None)));
            continue;
        }
        if !folders.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let open = server.open_document_at(path).filter(|_| definitions.may_define(path));
        let indexed = match open {
            Some(document) => {
                let mut indexed = Indexed::of(document.snapshot(), path, true);
                // While a definition is incomplete, the previous one stays.
                if indexed.defines.is_none() {
                    indexed.defines = index.get(path).and_then(|known| known.defines.clone());
                }
                Some(indexed)
            }
            None => scan::read(path, &folders).ok().and_then(|text| index_text(path, text, &definitions)),
        };
        changes.push((path.clone(), indexed));
    }
    drop(index);
    let mut state = server.state();
    let index = Arc::make_mut(state.workspace.index.get_or_insert_default());
    changes.into_iter().for_each(|(path, indexed)| index.set(path, indexed));
}

/// Loads the organization's resource types from the disk, if the settings enable them, and logs their age.
fn load_organization(server: &Server) {
    if !server.state().settings.organization_catalog {
        return use_cached_organization(server, Organization::default());
    }
    match organization::cached_layer() {
        Ok(Some((cached, age))) => {
            let (types, age) = (cached.types.len(), organization::format_age(age));
            let message = format!("The organization's {types} resource types were fetched {age} ago.");
            server.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::LOG, message });
            use_cached_organization(server, cached);
        }
        Ok(None) => server.warn_user(
            "The organization's resource types were not fetched yet: run `massdriver-ls catalog pull`."
                .to_owned(),
        ),
        Err(error) => {
            server.warn_user(format!("Cannot load the organization's resource types: {error}."));
        }
    }
}

fn use_cached_organization(server: &Server, organization: Organization) {
    let workspace = &mut server.state().workspace;
    // Types that were fetched during this session are kept.
    if workspace.organization != organization && (organization.complete || !workspace.organization_fetched) {
        workspace.organization = organization;
        workspace.organization_changed = true;
    }
}

/// Uses resource types that were fetched during this session.
pub(crate) fn set_fetched_organization(server: &Arc<Server>, organization: Organization) {
    {
        let workspace = &mut server.state().workspace;
        workspace.organization = organization;
        workspace.organization_changed = true;
        workspace.organization_fetched = true;
    }
    update_catalog(server);
}

/// Builds the catalog and passes it to the open documents, if a resource type has changed.
fn update_catalog(server: &Arc<Server>) {
    let mut state = server.state();
    let workspace = &mut state.workspace;
    let local_types = workspace.index.as_ref().map(|index| index.definitions()).unwrap_or_default();
    let organization_changed = mem::take(&mut workspace.organization_changed);
    if workspace.local_types == local_types && !organization_changed {
        return;
    }
    workspace.local_types.clone_from(&local_types);
    workspace.catalog = catalog(&workspace.organization, local_types);
    let (catalog, definitions) = (workspace.catalog.clone(), workspace.definitions.clone());
    for open in state.documents.values_mut() {
        let text = Arc::new(open.snapshot.text.with_catalog(catalog.clone()));
        let definition = definitions.as_ref().zip(open.snapshot.path());
        let is_definition = definition.is_some_and(|(definitions, path)| definitions.may_define(path));
        // The findings of a definition depend on no other definition.
        open.snapshot = match is_definition {
            true => open.snapshot.with_equivalent_text(text),
            false => open.snapshot.modified(|next| next.text = text),
        };
    }
    drop(state);
    publish::refresh_all(server);
}

/// The documents that may refer to a resource type, given by its name without an organization.
pub(crate) fn documents_using(server: &Server, name: &str) -> Vec<Arc<DocumentSnapshot>> {
    let (mut documents, index) = {
        let state = server.state();
        let open = state.documents.values().map(|open| Arc::clone(&open.snapshot));
        (open.collect::<Vec<_>>(), state.workspace.index.clone().unwrap_or_default())
    };
    documents.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
    let open: Vec<PathBuf> =
        documents.iter().filter_map(|document| Some(document.path()?.to_path_buf())).collect();
    let may_use = |indexed: &Indexed| {
        indexed.uses(name) || indexed.defines.as_ref().is_some_and(|found| found.name == name)
    };
    let closed =
        index.iter().filter(|(path, indexed)| may_use(indexed) && !open.iter().any(|open| open == path));
    documents.extend(closed.filter_map(|(path, _)| server.read_document(path)));
    documents
}

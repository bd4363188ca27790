//! Diagnostics of documents that are not open: for clients that pull workspace diagnostics and, if the settings enable it,
//! published to other clients. Only the result ids are kept, not the findings.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::{DocumentSnapshot, file_path};
use crate::lsp::server::Server;
use crate::lsp::workspace::index::threads;
use crate::workspace::{DiskFiles, FileKind, Files, is_document};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{mem, thread};
use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::*;

/// Cached results for documents that are not open.
#[derive(Default)]
pub(crate) struct WorkspaceDiagnostics {
    /// Incremented whenever results may become outdated.
    revision: u64,
    pub(crate) results: HashMap<PathBuf, CheckResult>,
    /// Closed documents of a client that pulls. It may have pulled their document diagnostics before it closed them and then
    /// relies on the workspace diagnostics, which do not include jq files.
    pub(crate) closed: HashSet<Uri>,
    /// Result ids of the diagnostics that were published.
    published: HashMap<PathBuf, String>,
    /// A publish task is running.
    publish_running: bool,
}

/// What is kept of the diagnostics of a document.
#[derive(Clone)]
pub(crate) struct CheckResult {
    /// Identifies the diagnostics.
    pub(crate) result_id: String,
    /// Whether they depend on files outside the directory of the document.
    depends_on_parents: bool,
}

impl WorkspaceDiagnostics {
    /// Discards all results.
    pub(crate) fn invalidate_all(&mut self) {
        self.revision += 1;
        self.results.clear();
    }

    /// Discards the results that may depend on these files.
    fn invalidate<'a>(&mut self, paths: impl Iterator<Item = &'a Path> + Clone) {
        self.revision += 1;
        self.results.retain(|document, result| {
            let directory = document.parent().unwrap_or(document);
            !result.depends_on_parents
                && !paths.clone().any(|path| path.starts_with(directory) || directory.starts_with(path))
        });
    }
}

/// Files on the disk. Records whether a path with `..` was queried.
struct TrackedFiles {
    disk: DiskFiles,
    used_parents: AtomicBool,
}

impl TrackedFiles {
    fn track<'p>(&self, path: &'p str) -> &'p str {
        if path.contains("..") {
            self.used_parents.store(true, Ordering::Relaxed);
        }
        path
    }
}

impl Files for TrackedFiles {
    fn kind(&self, path: &str) -> FileKind {
        self.disk.kind(self.track(path))
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.disk.list(self.track(path))
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.disk.read(self.track(path))
    }
}

/// Computes and caches the diagnostics of a document on the disk; `None` if it cannot be read or the analysis panics.
pub(crate) fn check(server: &Server, path: &Path) -> Option<(CheckResult, Vec<Diagnostic>)> {
    let revision = server.state().workspace_diagnostics.revision;
    let document = server.read_document(path)?;
    let location = document.location.as_ref()?;
    let disk = DiskFiles::within(path.parent()?, &location.roots);
    let files = TrackedFiles { disk, used_parents: AtomicBool::default() };
    let work = || {
        let findings = (server.analyse)(document.snapshot(), &files, &document.settings);
        diagnostics(&document, &findings, server.client_capabilities())
    };
    // A panic on one document must not hide the diagnostics of the others.
    let items = catch_unwind(AssertUnwindSafe(work)).ok()?;
    let result =
        CheckResult { result_id: content_id(&items), depends_on_parents: files.used_parents.into_inner() };
    let mut state = server.state();
    if state.workspace_diagnostics.revision == revision {
        state.workspace_diagnostics.results.insert(path.to_path_buf(), result.clone());
    }
    Some((result, items))
}

/// A result id that depends only on the diagnostics.
pub(crate) fn content_id(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("disk-{:016x}", hasher.finish())
}

/// The indexed documents that are not open.
pub(crate) fn closed_documents(server: &Server) -> Vec<PathBuf> {
    let state = server.state();
    let Some(index) = state.workspace.index.clone() else { return Vec::new() };
    let open = state.documents.values().filter_map(|open| open.snapshot.path());
    let open: HashSet<PathBuf> = open.map(Path::to_path_buf).collect();
    drop(state);
    let closed = index.iter().map(|(path, _)| path).filter(|path| is_document(path) && !open.contains(*path));
    closed.map(Path::to_path_buf).collect()
}

/// Applies `work` to each item on several threads, until `stop` is set.
pub(crate) fn for_each_parallel<T: Sync>(items: &[T], stop: &AtomicBool, work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            work(item);
        }
    };
    thread::scope(|scope| {
        (1..threads()).for_each(|_| _ = scope.spawn(work));
        work();
    });
}

/// Discards all results.
pub(crate) fn all_changed(server: &Arc<Server>) {
    server.state().workspace_diagnostics.invalidate_all();
    schedule(server);
}

/// Discards the results that may depend on these files.
pub(crate) fn files_changed(server: &Arc<Server>, events: &[FileEvent]) {
    let paths: Vec<PathBuf> = events.iter().filter_map(|event| file_path(&event.uri)).collect();
    server.state().workspace_diagnostics.invalidate(paths.iter().map(PathBuf::as_path));
    schedule(server);
}

/// Excludes an opened document, which gets its own diagnostics.
pub(crate) fn document_opened(server: &Server, uri: &Uri) {
    server.state().workspace_diagnostics.closed.remove(uri);
}

/// Includes a closed document again. Returns whether its diagnostics will be published.
pub(crate) fn document_closed(server: &Arc<Server>, document: &DocumentSnapshot) -> bool {
    let Some(path) = document.path() else { return false };
    let mut state = server.state();
    if server.client_capabilities().pull_diagnostics {
        state.workspace_diagnostics.closed.insert(document.uri.clone());
    }
    state.workspace_diagnostics.invalidate(std::iter::once(path));
    // The client still shows the diagnostics of the open document: no result id matches them.
    let published = state.workspace_diagnostics.published.get_mut(path);
    let will_publish = published.map(String::clear).is_some();
    drop(state);
    schedule(server);
    will_publish
}

/// Starts to publish workspace diagnostics, if the settings enable it and the client does not pull.
pub(crate) fn schedule(server: &Arc<Server>) {
    if server.client_capabilities().pull_diagnostics {
        return;
    }
    let mut state = server.state();
    // A running task repeats when the revision has changed.
    state.workspace_diagnostics.revision += 1;
    let enabled = state.settings.workspace_diagnostics && state.workspace.index.is_some();
    let diagnostics = &mut state.workspace_diagnostics;
    if !enabled && diagnostics.published.is_empty() || mem::replace(&mut diagnostics.publish_running, true) {
        return;
    }
    drop(state);
    let server = Arc::clone(server);
    thread::spawn(move || publish_all(&server));
}

fn publish_all(server: &Arc<Server>) {
    loop {
        let (revision, enabled) = {
            let state = server.state();
            (state.workspace_diagnostics.revision, state.settings.workspace_diagnostics)
        };
        let paths = if enabled { closed_documents(server) } else { Vec::new() };
        for_each_parallel(&paths, &AtomicBool::new(false), |path| {
            let is_current = {
                let WorkspaceDiagnostics { results, published, .. } = &server.state().workspace_diagnostics;
                results.get(path).is_some_and(|result| published.get(path) == Some(&result.result_id))
            };
            if !is_current && let Some((CheckResult { result_id, .. }, items)) = check(server, path) {
                publish(server, path, result_id, items);
            }
        });
        let paths: HashSet<&PathBuf> = paths.iter().collect();
        let published: Vec<PathBuf> =
            server.state().workspace_diagnostics.published.keys().cloned().collect();
        for path in published.iter().filter(|path| !paths.contains(path)) {
            publish(server, path, String::new(), Vec::new());
        }
        let mut state = server.state();
        if state.workspace_diagnostics.revision == revision {
            state.workspace_diagnostics.publish_running = false;
            return;
        }
    }
}

/// Publishes the diagnostics of a document, unless it is open or the client already has them. An empty result id removes it.
fn publish(server: &Server, path: &Path, result_id: String, diagnostics: Vec<Diagnostic>) {
    let Some(uri) = Uri::from_file_path(path) else { return };
    let mut state = server.state();
    let is_open = state.documents.values().any(|open| open.snapshot.path() == Some(path));
    let published = &mut state.workspace_diagnostics.published;
    let before = match result_id.is_empty() {
        true => published.remove(path),
        false => published.insert(path.to_path_buf(), result_id.clone()),
    };
    let is_unchanged = match before {
        Some(before) => before == result_id && !before.is_empty(),
        None => diagnostics.is_empty(),
    };
    if !is_open && !is_unchanged {
        // Sent under the lock, so that the diagnostics of the document follow if it is opened next.
        server.output.notify::<PublishDiagnostics>(PublishDiagnosticsParams {
            uri,
            diagnostics,
            version: None,
        });
    }
}

//! Diagnostics of documents that are not open: for clients that pull workspace diagnostics and, if the settings enable it,
//! published to other clients. Only the result ids are kept, not the findings.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::event::{CheckedDocument, Event};
use crate::lsp::state::{CheckResult, StateSnapshot};
use crate::lsp::task;
use crate::lsp::workspace::index::threads;
use crate::workspace::{DiskFiles, FileKind, Files, is_document};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Diagnostic;

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

/// The diagnostics of a document on the disk; `None` if it cannot be read or the analysis panics. Blocks.
pub(crate) fn check(state: &StateSnapshot, path: &Path) -> Option<(CheckResult, Vec<Diagnostic>)> {
    let document = state.read_document(path)?;
    let location = document.location.as_ref()?;
    let disk = DiskFiles::within(path.parent()?, &location.roots);
    let files = TrackedFiles { disk, used_parents: AtomicBool::default() };
    let work = || {
        let findings = (state.analyse)(document.snapshot(), &files, &document.settings);
        diagnostics(&document, &findings, &state.client)
    };
    // A panic on one document must not hide the diagnostics of the others.
    let items = catch_unwind(AssertUnwindSafe(work)).ok()?;
    let depends_on_parents = files.used_parents.into_inner();
    Some((CheckResult { result_id: content_id(&items), depends_on_parents }, items))
}

/// Checks documents on the disk and has their diagnostics published.
pub(crate) async fn check_all(state: StateSnapshot, paths: Vec<PathBuf>) {
    let state = Arc::new(state);
    let _ = for_each_parallel(paths, |path| {
        let state = Arc::clone(&state);
        move || {
            if let Some((result, diagnostics)) = check(&state, &path) {
                store(&state, path, result, Some(diagnostics));
            }
        }
    })
    .await;
}

/// Sends a result to the main loop, which publishes the diagnostics, if any.
pub(crate) fn store(
    state: &StateSnapshot,
    path: PathBuf,
    result: CheckResult,
    diagnostics: Option<Vec<Diagnostic>>,
) {
    let revision = state.checked.revision;
    let checked = CheckedDocument { path, revision, result, diagnostics };
    state.events.send(Event::DocumentChecked(checked));
}

/// A result id that depends only on the diagnostics.
pub(crate) fn content_id(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("disk-{:016x}", hasher.finish())
}

/// The indexed documents that are not open.
pub(crate) fn closed_documents(state: &StateSnapshot) -> Vec<PathBuf> {
    let Some(index) = &state.index else { return Vec::new() };
    let open: HashSet<&Path> = state.documents.values().filter_map(|open| open.path()).collect();
    let closed = index.iter().map(|(path, _)| path).filter(|path| is_document(path) && !open.contains(*path));
    closed.map(Path::to_path_buf).collect()
}

/// Applies `work` to each item on several threads of the pool; stops when the future is dropped. A panic is returned.
pub(crate) async fn for_each_parallel<T, R: Send + 'static, F: FnOnce() -> R + Send + 'static>(
    items: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> F,
) -> Result<Vec<R>> {
    stream::iter(items).map(|item| task::run(work(item))).buffer_unordered(threads()).try_collect().await
}

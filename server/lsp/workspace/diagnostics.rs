//! The findings of every bundle in the workspace: for clients that ask for them, and, where the user wants it, for those
//! that do not. Of a bundle that is not open, only a mark is kept that tells whether its findings are still the same.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::{View, file_path};
use crate::lsp::server::Session;
use crate::lsp::workspace::index::threads;
use crate::workspace::{DiskFiles, Files, Look, is_document};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{mem, thread};
use tower_lsp::ls_types::notification::PublishDiagnostics;
use tower_lsp::ls_types::*;

/// What is known of the findings of documents that are not open.
#[derive(Default)]
pub(crate) struct Checks {
    /// Changes with everything that findings may depend on.
    pub(crate) moment: u64,
    pub(crate) known: HashMap<PathBuf, Checked>,
    /// Documents that were open. A client that asks may have asked about one a last time before it told that it is closed,
    /// and then relies on the workspace for it, to which programs in files of their own do not belong.
    pub(crate) closed: HashSet<Uri>,
    /// What the client was told unasked.
    told: HashMap<PathBuf, String>,
    /// Somebody is telling it.
    telling: bool,
}

/// What is remembered of a document's findings.
#[derive(Clone)]
pub(crate) struct Checked {
    /// The same as long as the findings are.
    pub(crate) result_id: String,
    /// Whether they depend on files that lie above it.
    outward: bool,
}

impl Checks {
    /// Everything may be different now.
    pub(crate) fn forget_all(&mut self) {
        self.moment += 1;
        self.known.clear();
    }

    /// What depends on these files may be different now.
    pub(crate) fn forget<'a>(&mut self, paths: impl Iterator<Item = &'a Path> + Clone) {
        self.moment += 1;
        self.known.retain(|document, checked| {
            let around = document.parent().unwrap_or(document);
            !checked.outward
                && !paths.clone().any(|path| path.starts_with(around) || around.starts_with(path))
        });
    }
}

/// Asks the disk, and notes whether anything above the document was asked for.
struct Noting {
    disk: DiskFiles,
    outward: AtomicBool,
}

impl Noting {
    fn note<'p>(&self, path: &'p str) -> &'p str {
        if path.contains("..") {
            self.outward.store(true, Ordering::Relaxed);
        }
        path
    }
}

impl Files for Noting {
    fn look(&self, path: &str) -> Look {
        self.disk.look(self.note(path))
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.disk.list(self.note(path))
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.disk.read(self.note(path))
    }
}

/// The findings of a document that is not open, as they are on the disk; `None` when it cannot be read.
pub(crate) fn check(session: &Session, path: &Path) -> Option<(Checked, Vec<Diagnostic>)> {
    let moment = session.state().checks.moment;
    let view = session.on_disk(path)?;
    let place = view.place.as_ref()?;
    let disk = DiskFiles::within(path.parent()?, &place.roots);
    let files = Noting { disk, outward: AtomicBool::default() };
    let work = || {
        diagnostics(&view, &(session.analyse)(view.snapshot(), &files, &view.settings), session.abilities())
    };
    // A mistake of ours in one document must not hide what is wrong in the others.
    let items = catch_unwind(AssertUnwindSafe(work)).ok()?;
    let checked = Checked { result_id: mark(&items), outward: files.outward.into_inner() };
    let mut state = session.state();
    if state.checks.moment == moment {
        state.checks.known.insert(path.to_path_buf(), checked.clone());
    }
    Some((checked, items))
}

pub(crate) fn mark(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("disk-{:016x}", hasher.finish())
}

/// The documents of the workspace that are not open.
pub(crate) fn closed(session: &Session) -> Vec<PathBuf> {
    let state = session.state();
    let Some(index) = state.workspace.index.clone() else { return Vec::new() };
    let open = state.documents.values().filter_map(|open| open.view.path());
    let open: HashSet<PathBuf> = open.map(Path::to_path_buf).collect();
    drop(state);
    let closed = index.iter().map(|(path, _)| path).filter(|path| is_document(path) && !open.contains(*path));
    closed.map(Path::to_path_buf).collect()
}

/// Works on every item on a few threads, until `stop` is set.
pub(crate) fn on_threads<T: Sync>(items: &[T], stop: &AtomicBool, work: impl Fn(&T) + Sync) {
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

/// Everything may be different now.
pub(crate) fn all_changed(session: &Arc<Session>) {
    session.state().checks.forget_all();
    tell_soon(session);
}

/// What depends on these files may be different now.
pub(crate) fn files_changed(session: &Arc<Session>, events: &[FileEvent]) {
    let paths: Vec<PathBuf> = events.iter().filter_map(|event| file_path(&event.uri)).collect();
    session.state().checks.forget(paths.iter().map(PathBuf::as_path));
    tell_soon(session);
}

/// A document is open: it is reported by itself.
pub(crate) fn opened_document(session: &Session, uri: &Uri) {
    session.state().checks.closed.remove(uri);
}

/// A document is open no more: what the disk says of it counts again. Tells whether it will be told.
pub(crate) fn closed_document(session: &Arc<Session>, view: &View) -> bool {
    let Some(path) = view.path() else { return false };
    let mut state = session.state();
    if session.abilities().pulls {
        state.checks.closed.insert(view.uri.clone());
    }
    state.checks.forget(std::iter::once(path));
    // The client still shows what the buffer had.
    let shown = state.checks.told.get_mut(path);
    let told = shown.map(String::clear).is_some();
    drop(state);
    tell_soon(session);
    told
}

/// Tells a client that does not ask, if the user wants it.
pub(crate) fn tell_soon(session: &Arc<Session>) {
    if session.abilities().pulls {
        return;
    }
    let mut state = session.state();
    // Who is at it sees that there is more to do.
    state.checks.moment += 1;
    let wanted = state.settings.workspace_diagnostics && state.workspace.index.is_some();
    if !wanted && state.checks.told.is_empty() || mem::replace(&mut state.checks.telling, true) {
        return;
    }
    drop(state);
    let session = Arc::clone(session);
    thread::spawn(move || tell(&session));
}

fn tell(session: &Arc<Session>) {
    loop {
        let (moment, wanted) = {
            let state = session.state();
            (state.checks.moment, state.settings.workspace_diagnostics)
        };
        let paths = if wanted { closed(session) } else { Vec::new() };
        on_threads(&paths, &AtomicBool::new(false), |path| {
            let known = {
                let Checks { known, told, .. } = &session.state().checks;
                known.get(path).is_some_and(|known| told.get(path) == Some(&known.result_id))
            };
            if !known && let Some((Checked { result_id, .. }, items)) = check(session, path) {
                show(session, path, result_id, items);
            }
        });
        let paths: HashSet<&PathBuf> = paths.iter().collect();
        let told: Vec<PathBuf> = session.state().checks.told.keys().cloned().collect();
        for path in told.iter().filter(|path| !paths.contains(path)) {
            show(session, path, String::new(), Vec::new());
        }
        let mut state = session.state();
        if state.checks.moment == moment {
            state.checks.telling = false;
            return;
        }
    }
}

/// Publishes the findings of a document, unless it is open or they are what the client has.
fn show(session: &Session, path: &Path, result_id: String, diagnostics: Vec<Diagnostic>) {
    let Some(uri) = Uri::from_file_path(path) else { return };
    let mut state = session.state();
    let is_open = state.documents.values().any(|open| open.view.path() == Some(path));
    let before = match result_id.is_empty() {
        true => state.checks.told.remove(path),
        false => state.checks.told.insert(path.to_path_buf(), result_id.clone()),
    };
    let same = match before {
        Some(before) => before == result_id && !before.is_empty(),
        None => diagnostics.is_empty(),
    };
    if !is_open && !same {
        // Sent under the lock: if it is opened next, its own findings come after these.
        session.output.notify::<PublishDiagnostics>(PublishDiagnosticsParams {
            uri,
            diagnostics,
            version: None,
        });
    }
}

//! What is known of the whole workspace: the resource types that it defines, and which documents name what. It is found
//! by a scan in the background, and kept as files and open buffers change; never on the way of a keystroke.

use crate::analysis::index::catalog;
use crate::analysis::{Catalog, Index, Indexed, Snapshot};
use crate::lsp::document::View;
use crate::lsp::progress::Progress;
use crate::lsp::server::Session;
use crate::lsp::state::State;
use crate::lsp::workspace::diagnostics as workspace_diagnostics;
use crate::lsp::workspace::publish as publishing;
use crate::organization;
use crate::reference::{Organization, ResourceType};
use crate::visible::one_line;
use crate::workspace::scan::{self, Found};
use crate::workspace::{Definitions, is_document};
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

/// The scan tells how far it is after so many documents.
const STEP: usize = 250;

/// So many things that were skipped are named in the log.
const MAX_NAMED: usize = 20;

/// The scan uses no more threads than this.
const MAX_THREADS: usize = 4;

/// The first scan waits so long.
const PAUSE: Duration = Duration::from_millis(50);

/// A request that needs the whole workspace waits at most this long for it.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// What is known of the workspace, and what is being done to know it.
#[derive(Default)]
pub(crate) struct Workspace {
    /// The documents; none before the first scan.
    pub(crate) index: Option<Arc<Index>>,
    /// The resource types at hand, where they are more than those that come with the program.
    pub(crate) catalog: Option<Arc<Catalog>>,
    /// What the organization has published.
    organization: Organization,
    /// What the catalogue was made of, beside the organization.
    defined: Vec<Arc<ResourceType>>,
    /// The organization is not what the catalogue was made of.
    renewed: bool,
    /// The organization's types were fetched in this session.
    fetched: bool,
    /// Where resource types are defined; none before the first scan.
    definitions: Option<Arc<Definitions>>,
    /// What shall be done.
    jobs: Jobs,
    /// Somebody is at it.
    working: bool,
    /// Ends the scan that is going on.
    stop: Arc<AtomicBool>,
    /// What the client calls it.
    token: Option<ProgressToken>,
}

#[derive(Default)]
struct Jobs {
    scan: bool,
    /// Files, and directories that are gone.
    paths: BTreeSet<PathBuf>,
}

/// Scans the workspace, for the first time or because its folders or the settings have changed.
pub(crate) fn scan_soon(session: &Arc<Session>) {
    let mut state = session.state();
    let nothing = state.folders.is_empty() && !state.settings.organization_catalog;
    if nothing && state.workspace.index.is_none() {
        return;
    }
    state.workspace.stop.store(true, Ordering::Relaxed);
    state.workspace.jobs.scan = true;
    work_soon(session, &mut state);
}

/// Reads the workspace again, as events may have been missed, and waits until that is done. `false` if it takes too long.
pub(crate) fn refresh(session: &Arc<Session>) -> bool {
    scan_soon(session);
    wait_while(session, |workspace| workspace.working)
}

/// Waits for the first scan, if it is running. `false` if it takes too long.
pub(crate) fn ready(session: &Session) -> bool {
    wait_while(session, |workspace| workspace.working && workspace.index.is_none())
}

fn wait_while(session: &Session, condition: impl Fn(&Workspace) -> bool) -> bool {
    let wait =
        session.scanned.wait_timeout_while(session.state(), MAX_WAIT, |state| condition(&state.workspace));
    wait.is_ok_and(|(_, timeout)| !timeout.timed_out())
}

/// Ends the scan that is shown to the user under this name.
pub(crate) fn cancel(session: &Session, token: &ProgressToken) {
    let state = session.state();
    if state.workspace.token.as_ref() == Some(token) {
        state.workspace.stop.store(true, Ordering::Relaxed);
    }
}

/// Files have changed.
pub(crate) fn files_changed(session: &Arc<Session>, events: &[FileEvent]) {
    let mut state = session.state();
    let Some(definitions) = state.workspace.definitions.clone() else { return };
    let paths =
        events.iter().filter_map(|event| Some((crate::lsp::document::file_path(&event.uri)?, event.typ)));
    let paths = paths.filter(|(path, what)| is_ours(&definitions, path) || *what == FileChangeType::DELETED);
    let paths: Vec<PathBuf> = paths.map(|(path, _)| path).collect();
    if !paths.is_empty() {
        state.workspace.jobs.paths.extend(paths);
        work_soon(session, &mut state);
    }
}

/// A buffer was opened, edited or closed. Only where resource types are defined does it matter to others.
pub(crate) fn buffer_changed(session: &Arc<Session>, view: &View) {
    let Some(path) = view.path() else { return };
    let mut state = session.state();
    let definitions = state.workspace.definitions.as_ref();
    if definitions.is_some_and(|definitions| definitions.may_define(path)) {
        state.workspace.jobs.paths.insert(path.to_path_buf());
        work_soon(session, &mut state);
    }
}

fn is_ours(definitions: &Definitions, path: &Path) -> bool {
    is_document(path) || definitions.may_define(path)
}

/// Has the jobs done on a thread of their own, unless one is at it.
fn work_soon(session: &Arc<Session>, state: &mut State) {
    if mem::replace(&mut state.workspace.working, true) {
        return;
    }
    let (session, runtime) = (Arc::clone(session), tokio::runtime::Handle::current());
    thread::spawn(move || {
        let _context = runtime.enter();
        // Whatever the user sees first comes first.
        if session.state().workspace.index.is_none() {
            thread::sleep(PAUSE);
        }
        while let Some(jobs) = next_jobs(&session) {
            let work = || if jobs.scan { scan(&session) } else { read_again(&session, &jobs.paths) };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
                session.log_failure("The workspace was not read", &*panic);
            }
            publish(&session);
            session.scanned.notify_all();
            if jobs.scan {
                publishing::pull_again(&session);
            }
            workspace_diagnostics::tell_soon(&session);
        }
    });
}

fn next_jobs(session: &Session) -> Option<Jobs> {
    let mut state = session.state();
    let state = &mut *state;
    let workspace = &mut state.workspace;
    if !workspace.jobs.scan && workspace.jobs.paths.is_empty() {
        workspace.working = false;
        session.scanned.notify_all();
        return None;
    }
    if workspace.jobs.scan {
        workspace.stop = Arc::default();
        workspace.definitions =
            Some(Arc::new(Definitions::new(&state.settings.resource_types.0, &state.folders)));
        // Whatever else was to be read is read now.
        return Some(Jobs {
            scan: mem::take(&mut workspace.jobs.scan),
            paths: mem::take(&mut workspace.jobs.paths),
        });
    }
    Some(mem::take(&mut workspace.jobs))
}

fn scan(session: &Arc<Session>) {
    read_organization(session);
    let started = Instant::now();
    let token = Progress::new_token();
    let (folders, definitions, stop, first) = {
        let mut state = session.state();
        state.workspace.token = Some(token.clone());
        let Workspace { definitions, stop, index, .. } = &state.workspace;
        let Some(definitions) = definitions.clone() else { return };
        (state.folders.clone(), definitions, Arc::clone(stop), index.is_none())
    };
    let progress =
        if first { Progress::begin_cancellable(session, token, "Reading bundles".to_owned()) } else { None };
    let (mut index, mut skipped) = (Index::default(), Vec::new());
    let wanted = |path: &Path| is_ours(&definitions, path);
    let work = |path: &Path, text: Arc<str>| indexed(path, text, &definitions);
    scan::scan(&folders, &wanted, threads(), &stop, &work, |found| match found {
        Found::Read(path, document) => {
            index.set(path, document);
            if let Some(progress) = progress.as_ref().filter(|_| index.len().is_multiple_of(STEP)) {
                progress.report(format!("{} read", index.len()));
            }
        }
        Found::Skipped(path, reason) => skipped.push((path, reason)),
    });
    let stopped = stop.load(Ordering::Relaxed);
    let summary = summary(&index, started, stopped, &skipped);
    if let Some(progress) = progress {
        progress.end(Some(format!("{} read", index.len())));
    }
    session.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::LOG, message: summary });
    let open = open_definitions(session, &definitions);
    for (path, view) in open {
        let document = Indexed::of(view.snapshot(), &path, true);
        index.set(path, Some(document));
    }
    session.state().workspace.index = Some(Arc::new(index));
}

/// One processor stays free for who types.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).clamp(1, MAX_THREADS)
}

/// What is remembered of a text; nothing of a JSON file that defines no resource type.
fn indexed(path: &Path, text: Arc<str>, definitions: &Definitions) -> Option<Indexed> {
    let may_define = definitions.may_define(path);
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    if is_json && !text.contains("\"$md\"") {
        return None;
    }
    // A mistake of ours in one document must not hide the others.
    let read = || Indexed::of(&Snapshot::new(text, Some(path)), path, may_define);
    let document = catch_unwind(AssertUnwindSafe(read)).ok()?;
    (!is_json || document.defines.is_some()).then_some(document)
}

fn summary(index: &Index, started: Instant, stopped: bool, skipped: &[(PathBuf, String)]) -> String {
    let types = index.definitions().len();
    let (count, seconds) = (index.len(), started.elapsed().as_secs_f64());
    let ended = if stopped { " The scan was stopped before its end." } else { "" };
    let mut text =
        format!("Read {count} documents in {seconds:.2} s; they define {types} resource types.{ended}");
    for (path, reason) in skipped.iter().take(MAX_NAMED) {
        let skipped = one_line(format!("Skipped {}: {reason}.", path.display()));
        text.push_str(&format!("\n{skipped}"));
    }
    if let Some(more) = skipped.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        text.push_str(&format!("\nSkipped {more} more."));
    }
    text
}

fn open_definitions(session: &Session, definitions: &Definitions) -> Vec<(PathBuf, Arc<View>)> {
    let state = session.state();
    let open = state.documents.values().map(|open| Arc::clone(&open.view));
    let open = open.filter_map(|view| Some((view.path()?.to_path_buf(), view)));
    open.filter(|(path, _)| definitions.may_define(path)).collect()
}

/// Reads files anew; an open buffer counts more than the disk.
fn read_again(session: &Arc<Session>, paths: &BTreeSet<PathBuf>) {
    let (folders, definitions, index) = {
        let state = session.state();
        let Some(definitions) = state.workspace.definitions.clone() else { return };
        (state.folders.clone(), definitions, state.workspace.index.clone().unwrap_or_default())
    };
    let mut news: Vec<(PathBuf, Option<Indexed>)> = Vec::new();
    for path in paths {
        if !is_ours(&definitions, path) {
            // It was deleted, and may have been a directory.
            news.extend(
                index.below(path).filter(|found| !found.exists()).map(|found| (found.to_path_buf(), None)),
            );
            continue;
        }
        if !folders.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let open = session.open_at(path).filter(|_| definitions.may_define(path));
        let document = match open {
            Some(view) => {
                let mut document = Indexed::of(view.snapshot(), path, true);
                // Half typed, it defines what it did before.
                if document.defines.is_none() {
                    document.defines = index.get(path).and_then(|known| known.defines.clone());
                }
                Some(document)
            }
            None => scan::read(path, &folders).ok().and_then(|text| indexed(path, text, &definitions)),
        };
        news.push((path.clone(), document));
    }
    drop(index);
    let mut state = session.state();
    let index = Arc::make_mut(state.workspace.index.get_or_insert_default());
    news.into_iter().for_each(|(path, document)| index.set(path, document));
}

/// What the organization was found to have, with its age where it was found on the disk.
fn read_organization(session: &Session) {
    if !session.state().settings.organization_catalog {
        return take(session, Organization::default());
    }
    match organization::fetched() {
        Ok(Some((fetched, age))) => {
            let (types, age) = (fetched.types.len(), organization::in_words(age));
            let message = format!("The organization's {types} resource types were fetched {age} ago.");
            session.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::LOG, message });
            take(session, fetched);
        }
        Ok(None) => session.complain(
            "The organization's resource types were not fetched yet: run `massdriver-ls catalog pull`."
                .to_owned(),
        ),
        Err(error) => {
            session.complain(format!("The organization's resource types cannot be had: {error}."));
        }
    }
}

fn take(session: &Session, organization: Organization) {
    let workspace = &mut session.state().workspace;
    // What was fetched in this session stays.
    if workspace.organization != organization && (organization.complete || !workspace.fetched) {
        workspace.organization = organization;
        workspace.renewed = true;
    }
}

/// The organization's resource types were fetched anew.
pub(crate) fn use_organization(session: &Arc<Session>, organization: Organization) {
    {
        let workspace = &mut session.state().workspace;
        (workspace.organization, workspace.renewed, workspace.fetched) = (organization, true, true);
    }
    publish(session);
}

/// Hands the resource types to the open documents, if they are others than before.
fn publish(session: &Arc<Session>) {
    let mut state = session.state();
    let workspace = &mut state.workspace;
    let defined = workspace.index.as_ref().map(|index| index.definitions()).unwrap_or_default();
    let renewed = mem::take(&mut workspace.renewed);
    if workspace.defined == defined && !renewed {
        return;
    }
    workspace.defined.clone_from(&defined);
    workspace.catalog = catalog(&workspace.organization, defined);
    let (catalog, definitions) = (workspace.catalog.clone(), workspace.definitions.clone());
    for open in state.documents.values_mut() {
        let text = Arc::new(open.view.text.knowing(catalog.clone()));
        let defines = definitions.as_ref().zip(open.view.path());
        let defines = defines.is_some_and(|(definitions, path)| definitions.may_define(path));
        // What is wrong with a definition depends on no other.
        open.view =
            if defines { open.view.with_equal_text(text) } else { open.view.then(|view| view.text = text) };
    }
    drop(state);
    publishing::all_again(session);
}

/// Every document that may name a resource type, given without an organization: the open ones, and of the others those
/// of which it is known.
pub(crate) fn using(session: &Session, name: &str) -> Vec<Arc<View>> {
    let uses = |document: &Indexed| {
        document.uses(name) || document.defines.as_ref().is_some_and(|found| found.name == name)
    };
    candidates(session, uses)
}

/// The open documents, and of the others those that are remembered to satisfy a condition.
pub(crate) fn candidates(session: &Session, fits: impl Fn(&Indexed) -> bool) -> Vec<Arc<View>> {
    let (mut views, index) = {
        let state = session.state();
        let open = state.documents.values().map(|open| Arc::clone(&open.view));
        (open.collect::<Vec<_>>(), state.workspace.index.clone().unwrap_or_default())
    };
    views.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
    let open: Vec<PathBuf> = views.iter().filter_map(|view| Some(view.path()?.to_path_buf())).collect();
    let others =
        index.iter().filter(|(path, document)| fits(document) && !open.iter().any(|open| open == path));
    views.extend(others.filter_map(|(path, _)| session.on_disk(path)));
    views
}

//! When work is done, and where: off the async threads, on views that never change, with a panic caught. There is no
//! delay before it; what a newer edit has overtaken is dropped, and the last text always gets its diagnostics.

use super::diagnostics::diagnostics;
use super::document::View;
use super::overlay;
use super::panics;
use super::session::{Session, State};
use super::surroundings::{self, Picture, Question};
use super::workspace_diagnostics;
use crate::settings::LogLevel;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::notification::{LogTrace, PublishDiagnostics};
use tower_lsp::ls_types::{LogTraceParams, PublishDiagnosticsParams, Uri};

/// What is found on the disk may lead to other questions, but not many times.
const MAX_LOOKS: usize = 8;

/// Does the work of a request. It is not begun when the request is cancelled before; a panic becomes an error.
pub(super) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (done, outcome) = oneshot::channel();
    soon(Box::new(move || {
        if done.is_closed() {
            return;
        }
        let outcome = catch_unwind(AssertUnwindSafe(work));
        ANSWERING.set(true);
        let _ = done.send(outcome);
        ANSWERING.set(false);
    }));
    match outcome.await {
        Ok(outcome) => outcome.map_err(|panic| panics::internal_error(&*panic)),
        Err(_) => Err(Error::request_cancelled()),
    }
}

/// Publishes a document's diagnostics as soon as it can be done, unless the client asks for them itself.
pub(super) fn publish_soon(session: &Arc<Session>, uri: &Uri) {
    if session.abilities().pulls {
        return;
    }
    let mut state = session.state();
    let Some(open) = state.documents.get_mut(uri) else { return };
    if mem::replace(&mut open.publishing, true) {
        return; // Who is at it sees the newest text before it ends.
    }
    drop(state);
    let (session, uri) = (Arc::clone(session), uri.clone());
    soon(Box::new(move || publish(&session, &uri)));
}

/// Work that waits for nothing.
pub(super) type Work = Box<dyn FnOnce() + Send>;

thread_local! {
    /// What the messages that are read on this thread want done; `None` on all other threads.
    static KEPT: RefCell<Option<Vec<Work>>> = const { RefCell::new(None) };
    /// Whether this thread has done the work of a request and hands it on right now.
    static ANSWERING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread has just done the work of a request: it holds no lock, and may wait for the client.
pub(super) fn is_answering() -> bool {
    ANSWERING.get()
}

/// Has work done by whoever has time.
fn soon(work: Work) {
    let left = KEPT.with_borrow_mut(|kept| match kept {
        Some(kept) => {
            kept.push(work);
            None
        }
        None => Some(work),
    });
    left.into_iter().for_each(|work| drop(spawn_blocking(work)));
}

/// Handles a message; what it wants done soon is left to the caller, also when it breaks.
pub(super) fn keeping<T>(handle: impl FnOnce() -> T) -> (thread::Result<T>, Vec<Work>) {
    KEPT.set(Some(Vec::new()));
    let handled = catch_unwind(AssertUnwindSafe(handle));
    (handled, KEPT.take().unwrap_or_default())
}

/// Every document's diagnostics may be different now, though no text is.
pub(super) fn all_again(session: &Arc<Session>) {
    workspace_diagnostics::all_changed(session);
    let uris: Vec<Uri> = session.state().documents.keys().cloned().collect();
    if session.abilities().pulls && !uris.is_empty() {
        return ask_to_pull(session);
    }
    uris.iter().for_each(|uri| publish_soon(session, uri));
}

/// There are more documents to ask for than before.
pub(super) fn pull_again(session: &Arc<Session>) {
    if session.abilities().pulls {
        ask_to_pull(session);
    }
}

fn ask_to_pull(session: &Arc<Session>) {
    if session.abilities().refreshes {
        let remote = session.remote.clone();
        tokio::spawn(async move { remote.workspace_diagnostic_refresh().await });
    }
}

fn publish(session: &Arc<Session>, uri: &Uri) {
    loop {
        let Some(view) = session.view(uri) else { return };
        let work = || diagnostics(&view, &view.analysis(session.analyse).findings, session.abilities());
        let outcome = catch_unwind(AssertUnwindSafe(work));
        let mut state = session.state();
        let Some(open) = state.documents.get_mut(uri) else { return };
        if !Arc::ptr_eq(&open.view, &view) {
            continue;
        }
        open.publishing = false;
        match outcome {
            // Queued under the lock: whatever happens to the document next is told after this.
            Ok(diagnostics) => {
                trace(session, &state, &view, diagnostics.len());
                let version = Some(view.version);
                session.output.queue_notification::<PublishDiagnostics>(PublishDiagnosticsParams {
                    uri: uri.clone(),
                    diagnostics,
                    version,
                });
            }
            Err(panic) => {
                drop(state);
                return session.log_failure("Analysis failed", &*panic);
            }
        }
        drop(state);
        session.output.write();
        return look_around(session, &view);
    }
}

fn trace(session: &Session, state: &State, view: &View, count: usize) {
    if !state.traced && !session.log.wants(LogLevel::Debug) {
        return;
    }
    let message = format!("{} version {}: findings: {count}", view.uri.as_str(), view.version);
    session.log.write(LogLevel::Debug, &message);
    if state.traced {
        session.output.notify::<LogTrace>(LogTraceParams { message, verbose: None });
    }
}

/// Looks at the disk for what the analysis of a view wanted to know and nobody knew.
pub(super) fn look_around(session: &Arc<Session>, view: &Arc<View>) {
    if let Some(asked) = view.asked() {
        look_for(session, view, asked);
    }
}

/// Looks at the disk for what somebody wanted to know of it, where nobody knows; the first time also for what is
/// sure to be asked sooner or later.
pub(super) fn look_for(session: &Arc<Session>, view: &Arc<View>, asked: &BTreeSet<Question>) {
    let Some(look) = look(session, view, asked) else { return };
    spawn_blocking(look);
}

/// The same text with all that its analysis wants to know of the disk.
pub(super) fn settled(session: &Arc<Session>, mut view: Arc<View>) -> Arc<View> {
    for _ in 0..MAX_LOOKS {
        view.analysis(session.analyse);
        let Some(look) = view.asked().and_then(|asked| look(session, &view, asked)) else { break };
        look();
        match session.view(&view.uri) {
            Some(next) if next.version == view.version => view = next,
            _ => break,
        }
    }
    view
}

fn look(
    session: &Arc<Session>,
    view: &Arc<View>,
    asked: &BTreeSet<Question>,
) -> Option<impl FnOnce() + use<>> {
    let place = view.place.clone()?;
    let unknown = |question: &&Question| !view.picture.contains_key(*question);
    let questions: Vec<Question> = asked.iter().filter(unknown).cloned().collect();
    let first = view.picture.is_empty();
    if questions.is_empty() && !first {
        return None;
    }
    let (session, uri) = (Arc::clone(session), view.uri.clone());
    Some(move || {
        let mut answers = surroundings::look_up(&place, &questions);
        if first {
            answers.extend(surroundings::survey(&place));
        }
        learn(&session, &uri, answers);
    })
}

/// Looks again at everything on the disk that a document's analysis depends on.
pub(super) fn look_again(session: &Arc<Session>, uri: &Uri) {
    let mut state = session.state();
    let Some(open) = state.documents.get_mut(uri) else { return };
    if open.view.picture.is_empty() || mem::replace(&mut open.looking, true) {
        return;
    }
    drop(state);
    let (session, uri) = (Arc::clone(session), uri.clone());
    spawn_blocking(move || {
        let mut state = session.state();
        let Some(open) = state.documents.get_mut(&uri) else { return };
        open.looking = false;
        let view = Arc::clone(&open.view);
        drop(state);
        let Some(place) = &view.place else { return };
        let answers = match view.asked() {
            Some(asked) => surroundings::look_up(place, asked.iter().chain(view.picture.keys())),
            None => surroundings::look_up(place, view.picture.keys()),
        };
        learn(&session, &uri, answers);
    });
}

fn learn(session: &Arc<Session>, uri: &Uri, mut answers: Picture) {
    let mut state = session.state();
    let Some(view) = state.documents.get(uri).map(|open| Arc::clone(&open.view)) else { return };
    overlay::apply(&state, &view, &mut answers);
    let Some(open) = state.documents.get_mut(uri) else { return };
    let changed = surroundings::differ(&open.view.picture, &answers, open.view.asked());
    let picture = Arc::new(surroundings::merged(&open.view.picture, answers));
    if !changed {
        open.view = open.view.with_equal(picture);
        return;
    }
    open.view = open.view.then(|view| view.picture = picture);
    drop(state);
    again(session, uri);
}

/// A document's diagnostics may be different now, though its text is not.
pub(super) fn again(session: &Arc<Session>, uri: &Uri) {
    if session.abilities().pulls { ask_to_pull(session) } else { publish_soon(session, uri) }
}

//! Runs blocking work off the async threads, with panics caught. Tasks that are spawned while a message is read are handed to
//! the read loop, which runs one of them on its own thread.

use crate::lsp::panics;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, Result};

/// Runs the work of a request. It does not start if the request is cancelled before; a panic becomes an error response.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (done, outcome) = oneshot::channel();
    spawn(Box::new(move || {
        if done.is_closed() {
            return;
        }
        let outcome = catch_unwind(AssertUnwindSafe(work));
        COMPLETING.set(true);
        let _ = done.send(outcome);
        COMPLETING.set(false);
    }));
    match outcome.await {
        Ok(outcome) => outcome.map_err(|panic| panics::internal_error(&*panic)),
        Err(_) => Err(Error::request_cancelled()),
    }
}

/// Blocking work that waits for no other task.
pub(super) type Task = Box<dyn FnOnce() + Send>;

thread_local! {
    /// Tasks spawned by the message that this thread is reading; `None` on threads that do not read.
    static DEFERRED: RefCell<Option<Vec<Task>>> = const { RefCell::new(None) };
    /// Whether this thread has done the work of a request and is passing on the result.
    static COMPLETING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is passing on the result of a request: it holds no lock and may block on the client.
pub(super) fn is_completing_request() -> bool {
    COMPLETING.get()
}

/// Runs a task on the blocking pool, or leaves it to the caller of [`collect_tasks`].
pub(super) fn spawn(task: Task) {
    let task = DEFERRED.with_borrow_mut(|deferred| match deferred {
        Some(deferred) => {
            deferred.push(task);
            None
        }
        None => Some(task),
    });
    task.into_iter().for_each(|task| drop(spawn_blocking(task)));
}

/// Like [`spawn`], but drops the task if no runtime is running: for destructors.
pub(super) fn spawn_if_running(task: Task) {
    if Handle::try_current().is_ok() {
        spawn(task);
    }
}

/// Runs a message handler with panics caught. Also returns the tasks that it spawned.
pub(super) fn collect_tasks<T>(handle: impl FnOnce() -> T) -> (thread::Result<T>, Vec<Task>) {
    DEFERRED.set(Some(Vec::new()));
    let outcome = catch_unwind(AssertUnwindSafe(handle));
    (outcome, DEFERRED.take().unwrap_or_default())
}

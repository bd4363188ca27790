//! When work is done, and where: off the async threads, on views that never change, with a panic caught. There is no
//! delay before it; what a newer edit has overtaken is dropped, and the last text always gets its diagnostics.

use crate::lsp::panics;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, Result};

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
pub(super) fn soon(work: Work) {
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

//! Runs blocking work on the pool, with panics caught.

use crate::lsp::event::{Event, Events};
use crate::lsp::panics;
use crate::lsp::state::Work;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, Result};

/// Runs scheduled work, which sends its results as events.
pub(super) fn spawn(events: &Events, work: Work, run: impl FnOnce(&Events) + Send + 'static) {
    let events = events.clone();
    spawn_blocking(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&events)));
        events.send(Event::WorkEnded(work, outcome));
    });
}

/// Runs a part of a request; a panic becomes an error response.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(|error| match error.try_into_panic() {
        Ok(panic) => panics::internal_error(&*panic),
        Err(_) => Error::request_cancelled(),
    })
}

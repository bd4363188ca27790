//! Work-done progress (`$/progress`) of background tasks.

use crate::lsp::event::{Event, Events};
use std::sync::atomic::{AtomicU64, Ordering};
use tower_lsp::ls_types::*;

/// The progress of one task; does nothing for clients that show none.
pub(super) struct Progress {
    token: Option<ProgressToken>,
    events: Events,
}

/// A token that no other task of this process has.
pub(super) fn new_token() -> ProgressToken {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NumberOrString::String(format!("massdriver/{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

impl Progress {
    /// Begins progress on a token that the client has created or was asked to create.
    pub(super) fn begin(
        events: &Events,
        token: Option<ProgressToken>,
        title: String,
        cancellable: bool,
    ) -> Self {
        let progress = Self { token, events: events.clone() };
        let cancellable = Some(cancellable);
        progress.send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title,
            cancellable,
            ..WorkDoneProgressBegin::default()
        }));
        progress
    }

    /// Reports an intermediate state.
    pub(super) fn report(&self, message: String) {
        let message = Some(message);
        self.send(WorkDoneProgress::Report(WorkDoneProgressReport {
            message,
            ..WorkDoneProgressReport::default()
        }));
    }

    /// Ends the progress.
    pub(super) fn end(&self, message: Option<String>) {
        self.send(WorkDoneProgress::End(WorkDoneProgressEnd { message }));
    }

    fn send(&self, value: WorkDoneProgress) {
        if let Some(token) = &self.token {
            self.events.send(Event::Progress(token.clone(), value));
        }
    }
}

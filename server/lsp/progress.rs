//! Work-done progress (`$/progress`), for clients that show it.

use crate::lsp::server::Server;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::ls_types::notification::Progress as ProgressNotification;
use tower_lsp::ls_types::*;

/// The progress of one task, which the client knows by a token.
#[derive(Clone)]
pub(super) struct Progress {
    token: ProgressToken,
    state: Arc<Mutex<ProgressState>>,
    server: Arc<Server>,
}

enum ProgressState {
    /// The client was asked to create the token; these messages are sent once it has.
    Requested(Vec<WorkDoneProgress>),
    /// The client shows the progress.
    Accepted,
    /// The client refused to create the token.
    Refused,
}

impl Progress {
    /// A token that no other task of this process has.
    pub(super) fn new_token() -> ProgressToken {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NumberOrString::String(format!("massdriver/{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// The token for the progress of a request: the one that the client sent with it, else `token`, if the client agrees
    /// to create it.
    pub(super) async fn request_token(
        server: &Server,
        sent: Option<ProgressToken>,
        token: &str,
    ) -> Option<ProgressToken> {
        if sent.is_some() || !server.client_capabilities().progress {
            return sent;
        }
        let token = ProgressToken::String(token.to_owned());
        create(server, &token).await.then_some(token)
    }

    /// Begins the progress of a task that cannot be cancelled, on a token that the client knows.
    pub(super) fn begin(server: &Arc<Server>, token: ProgressToken, title: String) -> Self {
        let state = Arc::new(Mutex::new(ProgressState::Accepted));
        let progress = Self { token, state, server: Arc::clone(server) };
        progress.send(begin(title, false));
        progress
    }

    /// Begins the progress of a task that the user can cancel, while the client is asked to create the token. `None` if the
    /// client shows no progress. Needs the async runtime.
    pub(super) fn begin_cancellable(
        server: &Arc<Server>,
        token: ProgressToken,
        title: String,
    ) -> Option<Self> {
        server.client_capabilities().progress.then_some(())?;
        let state = Arc::new(Mutex::new(ProgressState::Requested(vec![begin(title, true)])));
        let progress = Self { token, state, server: Arc::clone(server) };
        let requested = progress.clone();
        tokio::spawn(async move {
            let accepted = create(&requested.server, &requested.token).await;
            requested.created(accepted);
        });
        Some(progress)
    }

    /// Reports an intermediate state.
    pub(super) fn report(&self, message: String) {
        self.update(WorkDoneProgress::Report(WorkDoneProgressReport {
            message: Some(message),
            ..WorkDoneProgressReport::default()
        }));
    }

    /// Ends the progress.
    pub(super) fn end(&self, message: Option<String>) {
        self.update(WorkDoneProgress::End(WorkDoneProgressEnd { message }));
    }

    fn created(&self, accepted: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if accepted { ProgressState::Accepted } else { ProgressState::Refused };
        if let ProgressState::Requested(waiting) = mem::replace(&mut *state, next)
            && accepted
        {
            waiting.into_iter().for_each(|value| self.send(value));
        }
    }

    fn update(&self, value: WorkDoneProgress) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            ProgressState::Requested(waiting) => {
                // Only the newest state matters when the client accepts.
                waiting.truncate(1);
                waiting.push(value);
            }
            ProgressState::Accepted => self.send(value),
            ProgressState::Refused => {}
        }
    }

    fn send(&self, value: WorkDoneProgress) {
        let params =
            ProgressParams { token: self.token.clone(), value: ProgressParamsValue::WorkDone(value) };
        self.server.output.notify::<ProgressNotification>(params);
    }
}

fn begin(title: String, cancellable: bool) -> WorkDoneProgress {
    WorkDoneProgress::Begin(WorkDoneProgressBegin {
        title,
        cancellable: Some(cancellable),
        ..WorkDoneProgressBegin::default()
    })
}

/// Asks the client to create a token; whether it has.
async fn create(server: &Server, token: &ProgressToken) -> bool {
    server.client.create_work_done_progress(token.clone()).await.is_ok()
}

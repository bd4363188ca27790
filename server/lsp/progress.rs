//! `$/progress`: how far something is that takes its time, for clients that show it.

use crate::lsp::server::Session;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::ls_types::notification::Progress as ProgressNotification;
use tower_lsp::ls_types::request::WorkDoneProgressCreate;
use tower_lsp::ls_types::*;

/// One line in the client's status bar.
#[derive(Clone)]
pub(super) struct Progress {
    token: ProgressToken,
    state: Arc<Mutex<State>>,
    session: Arc<Session>,
}

#[derive(PartialEq, Eq)]
enum State {
    /// The client was asked; meanwhile, this is what it will be told.
    Asked(Vec<WorkDoneProgress>),
    /// It wants to be told.
    Accepted,
    /// It does not.
    Refused,
}

impl Progress {
    /// A name for the client to call it by.
    pub(super) fn new_token() -> ProgressToken {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NumberOrString::String(format!("massdriver/{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Begins, if the client shows such things. It may be cancelled from then on. Must be called where the async runtime
    /// is at hand.
    pub(super) fn begin(session: &Arc<Session>, token: ProgressToken, title: &str) -> Option<Self> {
        session.abilities().progress.then_some(())?;
        let begin = WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: title.to_owned(),
            cancellable: Some(true),
            message: None,
            percentage: None,
        });
        let state = Arc::new(Mutex::new(State::Asked(vec![begin])));
        let progress = Self { token, state, session: Arc::clone(session) };
        let asked = progress.clone();
        tokio::spawn(async move {
            let params = WorkDoneProgressCreateParams { token: asked.token.clone() };
            let accepted = asked.session.remote.send_request::<WorkDoneProgressCreate>(params).await.is_ok();
            asked.answered(accepted);
        });
        Some(progress)
    }

    /// Tells how far it is.
    pub(super) fn report(&self, message: String) {
        self.tell(WorkDoneProgress::Report(WorkDoneProgressReport {
            message: Some(message),
            ..WorkDoneProgressReport::default()
        }));
    }

    /// Ends.
    pub(super) fn end(&self, message: String) {
        self.tell(WorkDoneProgress::End(WorkDoneProgressEnd { message: Some(message) }));
    }

    fn answered(&self, accepted: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if accepted { State::Accepted } else { State::Refused };
        if let State::Asked(waiting) = mem::replace(&mut *state, next)
            && accepted
        {
            waiting.into_iter().for_each(|one| self.send(one));
        }
    }

    fn tell(&self, one: WorkDoneProgress) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Asked(waiting) => {
                // Of what is past by then, nobody wants to know.
                waiting.truncate(1);
                waiting.push(one);
            }
            State::Accepted => self.send(one),
            State::Refused => {}
        }
    }

    fn send(&self, one: WorkDoneProgress) {
        let value = ProgressParamsValue::WorkDone(one);
        self.session
            .output
            .notify::<ProgressNotification>(ProgressParams { token: self.token.clone(), value });
    }
}

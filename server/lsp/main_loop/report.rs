//! Messages and progress for the user.

use super::MainLoop;
use crate::lsp::event::Event;
use crate::lsp::panics;
use crate::settings::LogLevel;
use crate::visible::one_line;
use std::any::Any;
use tower_lsp::ls_types::notification::{LogMessage, Progress, ShowMessage};
use tower_lsp::ls_types::*;

/// At most this many distinct warnings are shown per session.
const MAX_MESSAGES: usize = 50;

impl MainLoop {
    /// Shows a warning to the user, once per message.
    pub(super) fn warn_user(&mut self, message: String) {
        // Editors render Markdown links, and the message may repeat settings of an untrusted workspace.
        let message = one_line(message).replace("](", "] (");
        if self.is_new_message(&message) {
            self.state.shared.log.write(LogLevel::Warning, &message);
            self.output.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::WARNING, message });
        }
    }

    /// Shows a message of a background task.
    pub(super) fn show(&mut self, level: MessageType, message: String) {
        match level {
            MessageType::WARNING => self.warn_user(message),
            typ => self.output.notify::<ShowMessage>(ShowMessageParams { typ, message }),
        }
    }

    /// Writes to the client's log.
    pub(super) fn log_for_client(&self, typ: MessageType, message: String) {
        self.output.notify::<LogMessage>(LogMessageParams { typ, message });
    }

    /// Reports a caught panic in the client's log, once per panic message.
    pub(super) fn log_panic(&mut self, what: &str, panic: &(dyn Any + Send)) {
        let why = panics::payload_message(panic);
        if self.is_new_message(&format!("{what}: {why}")) {
            let message = panics::report(what, why);
            self.state.shared.log.write(LogLevel::Error, &message);
            self.log_for_client(MessageType::ERROR, message);
        }
    }

    fn is_new_message(&mut self, message: &str) -> bool {
        let shown = &mut self.state.shown_messages;
        shown.len() < MAX_MESSAGES && shown.insert(message.to_owned())
    }

    /// Asks the client to create a token; until it has, progress on it is kept back.
    pub(super) fn create_progress(&mut self, token: ProgressToken) {
        self.state.progress.insert(token.clone(), Some(Vec::new()));
        let (client, events) = (self.client.clone(), self.state.shared.events.clone());
        tokio::spawn(async move {
            let accepted = client.create_work_done_progress(token.clone()).await.is_ok();
            events.send(Event::ProgressCreated(token, accepted));
        });
    }

    /// Sends what was kept back. If the client refused to create the token, nothing is sent on it.
    pub(super) fn progress_created(&mut self, token: ProgressToken, accepted: bool) {
        let kept_back = self.state.progress.remove(&token).flatten();
        if accepted {
            kept_back.into_iter().flatten().for_each(|value| self.send_progress(token.clone(), value));
        } else if !kept_back.is_some_and(|values| values.last().is_some_and(is_end)) {
            self.state.progress.insert(token, None);
        }
    }

    /// Sends progress, or keeps it back until the client has created the token.
    pub(super) fn report_progress(&mut self, token: ProgressToken, value: WorkDoneProgress) {
        match self.state.progress.get_mut(&token) {
            Some(Some(kept_back)) => {
                // After the begin, only the newest state matters.
                kept_back.truncate(1);
                kept_back.push(value);
            }
            Some(None) if is_end(&value) => _ = self.state.progress.remove(&token),
            Some(None) => {}
            None => self.send_progress(token, value),
        }
    }

    fn send_progress(&self, token: ProgressToken, value: WorkDoneProgress) {
        self.output.notify::<Progress>(ProgressParams { token, value: ProgressParamsValue::WorkDone(value) });
    }
}

fn is_end(value: &WorkDoneProgress) -> bool {
    matches!(value, WorkDoneProgress::End(_))
}

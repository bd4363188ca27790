//! When the diagnostics of open documents are published.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::state::State;
use crate::lsp::task;
use crate::lsp::workspace::diagnostics as workspace_diagnostics;
use crate::lsp::workspace::file_loader;
use crate::settings::LogLevel;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tower_lsp::ls_types::notification::{LogTrace, PublishDiagnostics};
use tower_lsp::ls_types::{LogTraceParams, PublishDiagnosticsParams, Uri};

/// Publishes a document's diagnostics as soon as it can be done, unless the client asks for them itself.
pub(crate) fn publish_soon(session: &Arc<Session>, uri: &Uri) {
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
    task::soon(Box::new(move || publish(&session, &uri)));
}

/// Every document's diagnostics may be different now, though no text is.
pub(crate) fn all_again(session: &Arc<Session>) {
    workspace_diagnostics::all_changed(session);
    let uris: Vec<Uri> = session.state().documents.keys().cloned().collect();
    if session.abilities().pulls && !uris.is_empty() {
        return ask_to_pull(session);
    }
    uris.iter().for_each(|uri| publish_soon(session, uri));
}

/// There are more documents to ask for than before.
pub(crate) fn pull_again(session: &Arc<Session>) {
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
        return file_loader::look_around(session, &view);
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

/// A document's diagnostics may be different now, though its text is not.
pub(crate) fn again(session: &Arc<Session>, uri: &Uri) {
    if session.abilities().pulls { ask_to_pull(session) } else { publish_soon(session, uri) }
}

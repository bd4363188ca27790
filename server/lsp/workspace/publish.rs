//! Publishes the diagnostics of open documents, or asks the client to pull them. There is no delay: a result that a newer edit
//! has overtaken is dropped, and the last text always gets its diagnostics.

use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::server::Server;
use crate::lsp::state::State;
use crate::lsp::task;
use crate::lsp::workspace::{diagnostics as workspace_diagnostics, file_loader};
use crate::settings::LogLevel;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tower_lsp::ls_types::notification::{LogTrace, PublishDiagnostics};
use tower_lsp::ls_types::{LogTraceParams, PublishDiagnosticsParams, Uri};

/// Queues a task that publishes the diagnostics of a document, unless the client pulls them.
pub(crate) fn schedule(server: &Arc<Server>, uri: &Uri) {
    if server.client_capabilities().pull_diagnostics {
        return;
    }
    let mut state = server.state();
    let Some(open) = state.documents.get_mut(uri) else { return };
    if mem::replace(&mut open.publish_queued, true) {
        return; // A task is already queued or running; it re-checks the text before it ends.
    }
    drop(state);
    let (server, uri) = (Arc::clone(server), uri.clone());
    task::spawn(Box::new(move || publish(&server, &uri)));
}

/// Updates the diagnostics of a document whose text has not changed.
pub(crate) fn refresh(server: &Arc<Server>, uri: &Uri) {
    if server.client_capabilities().pull_diagnostics {
        request_refresh(server);
    } else {
        schedule(server, uri);
    }
}

/// Updates the diagnostics of all documents.
pub(crate) fn refresh_all(server: &Arc<Server>) {
    workspace_diagnostics::all_changed(server);
    let uris: Vec<Uri> = server.state().documents.keys().cloned().collect();
    if server.client_capabilities().pull_diagnostics && !uris.is_empty() {
        return request_refresh(server);
    }
    uris.iter().for_each(|uri| schedule(server, uri));
}

/// Asks a client that pulls diagnostics to pull them again: documents were added to the workspace.
pub(crate) fn documents_added(server: &Arc<Server>) {
    if server.client_capabilities().pull_diagnostics {
        request_refresh(server);
    }
}

fn request_refresh(server: &Arc<Server>) {
    if server.client_capabilities().diagnostic_refresh {
        let client = server.client.clone();
        tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
    }
}

fn publish(server: &Arc<Server>, uri: &Uri) {
    loop {
        let Some(document) = server.document(uri) else { return };
        let work = || {
            let findings = &document.analysis(server.analyse).findings;
            diagnostics(&document, findings, server.client_capabilities())
        };
        let outcome = catch_unwind(AssertUnwindSafe(work));
        let mut state = server.state();
        let Some(open) = state.documents.get_mut(uri) else { return };
        if !Arc::ptr_eq(&open.snapshot, &document) {
            continue;
        }
        open.publish_queued = false;
        match outcome {
            // Queued under the lock, so that it precedes everything that is sent about the document later.
            Ok(diagnostics) => {
                trace(server, &state, &document, diagnostics.len());
                let version = Some(document.version);
                server.output.queue_notification::<PublishDiagnostics>(PublishDiagnosticsParams {
                    uri: uri.clone(),
                    diagnostics,
                    version,
                });
            }
            Err(panic) => {
                drop(state);
                return server.log_panic("Analysis failed", &*panic);
            }
        }
        drop(state);
        server.output.write();
        return file_loader::load_missing(server, &document);
    }
}

fn trace(server: &Server, state: &State, document: &DocumentSnapshot, count: usize) {
    if !state.trace && !server.log.wants(LogLevel::Debug) {
        return;
    }
    let message = format!("{} version {}: findings: {count}", document.uri.as_str(), document.version);
    server.log.write(LogLevel::Debug, &message);
    if state.trace {
        server.output.notify::<LogTrace>(LogTraceParams { message, verbose: None });
    }
}

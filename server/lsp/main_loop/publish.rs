//! Analyses documents and publishes their diagnostics, or asks the client to pull them. There is no delay: a result that a
//! newer edit has overtaken is dropped, and the last text always gets its diagnostics.

use super::MainLoop;
use crate::lsp::convert::diagnostic::diagnostics;
use crate::lsp::document::{DocumentSnapshot, file_path};
use crate::lsp::event::{CheckedDocument, Event, LoadedFiles};
use crate::lsp::state::{CheckedDocuments, StateSnapshot, Work};
use crate::lsp::task;
use crate::lsp::workspace::diagnostics::{check_all, closed_documents, content_id};
use crate::lsp::workspace::file_loader;
use crate::settings::LogLevel;
use crate::workspace::file_cache;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use tower_lsp::ls_types::notification::{LogTrace, PublishDiagnostics};
use tower_lsp::ls_types::*;

impl MainLoop {
    /// Publishes the diagnostics of a document as soon as no events are waiting, unless the client pulls them.
    pub(super) fn publish(&mut self, uri: &Uri) {
        if !self.state.shared.client.pull_diagnostics {
            self.state.schedule.want(Work::Publish(uri.clone()));
        }
    }

    /// Updates the diagnostics of a document whose text has not changed.
    pub(super) fn refresh(&mut self, uri: &Uri) {
        self.request_refresh();
        self.publish(uri);
    }

    /// Updates the diagnostics of all documents.
    pub(super) fn refresh_all(&mut self) {
        self.invalidate_checked(None);
        let uris: Vec<Uri> = self.state.shared.documents.keys().cloned().collect();
        if !uris.is_empty() {
            self.request_refresh();
        }
        uris.iter().for_each(|uri| self.publish(uri));
    }

    /// Asks a client that pulls diagnostics to pull them again.
    pub(super) fn request_refresh(&self) {
        let client = &self.state.shared.client;
        if client.pull_diagnostics && client.diagnostic_refresh {
            let client = self.client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
        }
    }

    /// Analyses a document for publishing: now if that is quick, else on the pool. `false` if no task was started.
    pub(super) fn start_publishing(&mut self, uri: &Uri) -> bool {
        let Some(document) = self.state.shared.document(uri) else { return false };
        let (client, analyse) = (Arc::clone(&self.state.shared.client), self.state.shared.analyse);
        let work = move |document: &DocumentSnapshot| {
            catch_unwind(AssertUnwindSafe(|| {
                diagnostics(document, &document.analysis(analyse).findings, &client)
            }))
        };
        if document.is_quick() {
            let outcome = work(&document);
            self.diagnostics_ready(&document, outcome);
            return false;
        }
        task::spawn(&self.state.shared.events, Work::Publish(uri.clone()), move |events| {
            let outcome = work(&document);
            events.send(Event::DiagnosticsReady(document, outcome));
        });
        true
    }

    /// Publishes the diagnostics of a document, unless it has changed since.
    pub(super) fn diagnostics_ready(
        &mut self,
        document: &Arc<DocumentSnapshot>,
        outcome: thread::Result<Vec<Diagnostic>>,
    ) {
        let Some(current) = self.state.shared.documents.get(&document.uri) else { return };
        if !Arc::ptr_eq(current, document) {
            return self.publish(&document.uri);
        }
        let diagnostics = match outcome {
            Ok(diagnostics) => diagnostics,
            Err(panic) => return self.log_panic("Analysis failed", &*panic),
        };
        self.trace(document, diagnostics.len());
        let (uri, version) = (document.uri.clone(), Some(document.version));
        self.output.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version });
        self.state.schedule.want(Work::Load(document.uri.clone()));
    }

    fn trace(&self, document: &DocumentSnapshot, count: usize) {
        let log = &self.state.shared.log;
        if !self.state.trace && !log.wants(LogLevel::Debug) {
            return;
        }
        let message = format!("{} version {}: findings: {count}", document.uri.as_str(), document.version);
        log.write(LogLevel::Debug, &message);
        if self.state.trace {
            self.output.notify::<LogTrace>(LogTraceParams { message, verbose: None });
        }
    }

    /// Analyses a document for a client that pulls, if that is quick. Whether all files that the analysis depends on are loaded,
    /// or will be reported by a refresh.
    pub(super) fn analyse_now(&mut self, uri: &Uri) -> bool {
        let Some(document) = self.state.shared.documents.get(uri).filter(|document| document.is_quick())
        else {
            return false;
        };
        let analyse = self.state.shared.analyse;
        let analysed = catch_unwind(AssertUnwindSafe(|| _ = document.analysis(analyse)));
        analysed.is_ok()
            && (self.state.shared.client.diagnostic_refresh || file_loader::missing(document).is_none())
    }

    /// Discards the results for documents that may depend on these files (`None`: for all documents).
    pub(super) fn invalidate_checked(&mut self, paths: Option<&[PathBuf]>) {
        let checked = self.checked();
        checked.revision += 1;
        checked.results.retain(|document, result| {
            let Some(paths) = paths else { return false };
            let directory = document.parent().unwrap_or(document);
            !result.depends_on_parents
                && !paths.iter().any(|path| path.starts_with(directory) || directory.starts_with(path))
        });
        self.publish_closed();
    }

    /// Publishes the diagnostics of the documents that are not open, if the settings enable it and the client does not pull.
    pub(super) fn publish_closed(&mut self) {
        let StateSnapshot { client, settings, index, checked, .. } = &self.state.shared;
        let is_enabled = settings.workspace_diagnostics && index.is_some();
        if !client.pull_diagnostics && (is_enabled || !checked.published.is_empty()) {
            self.checked().revision += 1;
            self.state.schedule.want(Work::PublishClosed);
        }
    }

    /// Starts to check the documents that are not open. Withdraws the diagnostics of those that no longer exist.
    pub(super) fn start_publishing_closed(&mut self) -> bool {
        let shared = &self.state.shared;
        let paths = if shared.settings.workspace_diagnostics { closed_documents(shared) } else { Vec::new() };
        let known: HashSet<&PathBuf> = paths.iter().collect();
        let gone = shared.checked.published.keys().filter(|path| !known.contains(path));
        let gone: Vec<PathBuf> = gone.cloned().collect();
        gone.iter().for_each(|path| self.publish_checked(path, String::new(), Vec::new()));
        let CheckedDocuments { results, published, .. } = &*self.state.shared.checked;
        let is_current = |path: &PathBuf| {
            results.get(path).is_some_and(|result| published.get(path) == Some(&result.result_id))
        };
        let paths: Vec<PathBuf> = paths.into_iter().filter(|path| !is_current(path)).collect();
        let state = self.state.shared.clone();
        tokio::spawn(async move {
            let events = state.events.clone();
            check_all(state, paths).await;
            events.send(Event::WorkEnded(Work::PublishClosed, Ok(())));
        });
        true
    }

    /// Stores the result for a document that is not open, and publishes it unless the client has pulled it.
    pub(super) fn document_checked(&mut self, document: CheckedDocument) {
        let CheckedDocument { path, revision, result, diagnostics } = document;
        let result_id = result.result_id.clone();
        let checked = self.checked();
        if checked.revision == revision {
            checked.results.insert(path.clone(), result);
        }
        if let Some(diagnostics) = diagnostics {
            self.publish_checked(&path, result_id, diagnostics);
        }
    }

    /// Publishes the diagnostics of a document, unless it is open or the client already has them. An empty result id removes it.
    fn publish_checked(&mut self, path: &Path, result_id: String, diagnostics: Vec<Diagnostic>) {
        let Some(uri) = Uri::from_file_path(path) else { return };
        let is_open = self.state.shared.open_document_at(path).is_some();
        let published = &mut self.checked().published;
        let before = match result_id.is_empty() {
            true => published.remove(path),
            false => published.insert(path.to_path_buf(), result_id.clone()),
        };
        let is_unchanged = match before {
            Some(before) => before == result_id && !before.is_empty(),
            None => diagnostics.is_empty(),
        };
        if !is_open && !is_unchanged {
            let params = PublishDiagnosticsParams { uri, diagnostics, version: None };
            self.output.notify::<PublishDiagnostics>(params);
        }
    }

    /// Includes a closed document in the results again. Returns whether its diagnostics will be published.
    pub(super) fn check_closed(&mut self, document: &DocumentSnapshot) -> bool {
        let Some(path) = document.path() else { return false };
        let pulls = self.state.shared.client.pull_diagnostics;
        let checked = self.checked();
        if pulls {
            checked.closed.insert(document.uri.clone());
        }
        // The client still shows the diagnostics of the open document: no result id matches them.
        let will_publish = checked.published.get_mut(path).map(String::clear).is_some();
        self.invalidate_checked(Some(&[path.to_path_buf()]));
        will_publish
    }

    /// The state for a client that pulls the diagnostics of the workspace and has those with these result ids.
    pub(in crate::lsp) fn workspace_pulled(&mut self, previous: &[PreviousResultId]) -> StateSnapshot {
        if !self.state.shared.client.registers_watched_files {
            // Without file watching, cached results may be outdated.
            self.invalidate_checked(None);
        }
        let no_findings = content_id(&[]);
        let has_none = |uri: &Uri| previous.iter().any(|id| id.uri == *uri && id.value == no_findings);
        self.checked().closed.retain(|uri| !has_none(uri));
        self.state.shared.clone()
    }

    fn checked(&mut self) -> &mut CheckedDocuments {
        Arc::make_mut(&mut self.state.shared.checked)
    }

    /// Updates everything that depends on files that have changed on the disk.
    pub(in crate::lsp) fn files_changed(&mut self, changes: &[FileEvent]) {
        self.index_files(changes);
        let paths: Vec<PathBuf> = changes.iter().filter_map(|event| file_path(&event.uri)).collect();
        self.invalidate_checked(Some(&paths));
        let uris: Vec<Uri> = self.state.shared.documents.keys().cloned().collect();
        uris.into_iter().for_each(|uri| self.state.schedule.want(Work::Reload(uri)));
    }

    /// Starts to load the files that the analysis of a document queried and its cache lacks.
    pub(super) fn start_loading(&mut self, uri: &Uri) -> bool {
        let Some(document) = self.state.shared.document(uri) else { return false };
        let Some(missing) = file_loader::missing(&document) else { return false };
        task::spawn(&self.state.shared.events, Work::Load(uri.clone()), move |events| {
            let answers = missing.load();
            events.send(Event::FilesLoaded(LoadedFiles { document, answers, next: None }));
        });
        true
    }

    /// Starts to load everything again that the analysis of a document depends on.
    pub(super) fn start_reloading(&mut self, uri: &Uri) -> bool {
        let Some(document) = self.state.shared.document(uri) else { return false };
        if document.file_cache.is_empty() {
            return false;
        }
        let Some(location) = document.location.clone() else { return false };
        task::spawn(&self.state.shared.events, Work::Reload(uri.clone()), move |events| {
            let queries = document.queries().into_iter().flatten().chain(document.file_cache.keys());
            let answers = file_cache::load(&location, queries);
            events.send(Event::FilesLoaded(LoadedFiles { document, answers, next: None }));
        });
        true
    }
}

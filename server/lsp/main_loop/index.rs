//! Schedules scans and updates of the workspace index, and passes the resource types that it finds to the open documents.

use super::MainLoop;
use crate::analysis::Indexed;
use crate::analysis::index::catalog;
use crate::lsp::document::{DocumentSnapshot, file_path};
use crate::lsp::event::{IndexWait, ScanOutcome};
use crate::lsp::handlers::execute_command::{self, Fetch};
use crate::lsp::progress;
use crate::lsp::state::{StateSnapshot, Work};
use crate::lsp::task;
use crate::lsp::workspace::index;
use crate::reference::Organization;
use crate::workspace::DefinitionPaths;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

impl MainLoop {
    /// Schedules a scan of the workspace: the first one, or because its folders or the settings have changed.
    pub(super) fn schedule_scan(&mut self) {
        let shared = &self.state.shared;
        let is_empty = shared.folders.is_empty() && !shared.settings.organization_catalog;
        if is_empty && shared.index.is_none() {
            return;
        }
        self.state.index_work.stop.store(true, Ordering::Relaxed);
        self.state.index_work.scan = true;
        self.state.schedule.want(Work::Index);
    }

    /// Cancels the scan with this progress token.
    pub(in crate::lsp) fn cancel_scan(&mut self, token: &ProgressToken) {
        if self.state.index_work.token.as_ref() == Some(token) {
            self.state.index_work.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Schedules the update of files that have changed on the disk.
    pub(super) fn index_files(&mut self, events: &[FileEvent]) {
        let Some(definitions) = &self.state.shared.definitions else { return };
        let changed = events.iter().filter_map(|event| Some((file_path(&event.uri)?, event.typ)));
        let indexed = changed.filter(|(path, change)| {
            index::is_indexed(definitions, path) || *change == FileChangeType::DELETED
        });
        let paths: Vec<PathBuf> = indexed.map(|(path, _)| path).collect();
        if !paths.is_empty() {
            self.state.index_work.paths.extend(paths);
            self.state.schedule.want(Work::Index);
        }
    }

    /// Schedules the update of a document that was opened, edited or closed, if it may define a resource type.
    pub(super) fn index_document(&mut self, document: &DocumentSnapshot) {
        let Some((path, definitions)) = document.path().zip(self.state.shared.definitions.as_ref()) else {
            return;
        };
        if definitions.may_define(path) {
            self.state.index_work.paths.insert(path.to_path_buf());
            self.state.schedule.want(Work::Index);
        }
    }

    /// Starts to update the index. `false` if there is nothing to do.
    pub(super) fn start_indexing(&mut self) -> bool {
        let paths = mem::take(&mut self.state.index_work.paths);
        if mem::take(&mut self.state.index_work.scan) {
            self.start_scan();
        } else if !paths.is_empty() {
            let state = self.state.shared.clone();
            task::spawn(&self.state.shared.events, Work::Index, move |_| index::update(state, &paths));
        } else {
            return false;
        }
        true
    }

    fn start_scan(&mut self) {
        let shared = &mut self.state.shared;
        let definitions = DefinitionPaths::new(&shared.settings.resource_types.0, &shared.folders);
        shared.definitions = Some(Arc::new(definitions));
        let token = (shared.index.is_none() && shared.client.progress).then(progress::new_token);
        let work = &mut self.state.index_work;
        (work.stop, work.token) = (Arc::default(), token.clone());
        let (state, stop) = (shared.clone(), Arc::clone(&work.stop));
        if let Some(token) = &token {
            self.create_progress(token.clone());
        }
        task::spawn(&self.state.shared.events, Work::Index, move |_| index::scan(&state, token, &stop));
    }

    /// Uses the result of a scan.
    pub(super) fn scan_finished(&mut self, outcome: ScanOutcome) {
        self.state.shared.index = Some(Arc::new(outcome.index));
        let types = &mut self.state.types;
        // Types that were fetched during this session are kept.
        let organization = outcome
            .organization
            .filter(|found| types.organization != *found && (found.complete || !types.is_fetched));
        self.update_catalog(organization);
        self.answer_waiting();
        self.request_refresh();
        self.publish_closed();
    }

    /// Uses index entries of changed documents.
    pub(super) fn documents_indexed(&mut self, changes: Vec<(PathBuf, Option<Indexed>)>) {
        let index = Arc::make_mut(self.state.shared.index.get_or_insert_default());
        changes.into_iter().for_each(|(path, indexed)| index.set(path, indexed));
        self.update_catalog(None);
        self.publish_closed();
    }

    /// Answers a request that waits for the index as soon as it is up to date.
    pub(super) fn await_index(&mut self, wait: IndexWait, waiting: Sender<StateSnapshot>) {
        if wait == IndexWait::Rescan {
            self.schedule_scan();
        }
        self.state.index_work.waiting.push((wait, waiting));
        self.answer_waiting();
    }

    /// Answers the requests that wait for the index and no longer need to.
    pub(super) fn answer_waiting(&mut self) {
        let (shared, is_active) = (&self.state.shared, self.state.schedule.is_active(&Work::Index));
        self.state.index_work.waiting.retain(|(wait, waiting)| {
            let waits = is_active && (*wait == IndexWait::Rescan || shared.index.is_none());
            if !waits {
                let _ = waiting.send(shared.clone());
            }
            waits
        });
    }

    /// Prepares to fetch the organization's resource types.
    pub(in crate::lsp) fn start_fetch(&mut self, params: ExecuteCommandParams) -> Result<Fetch> {
        execute_command::check(&params, self.offline)?;
        if !self.state.schedule.start(Work::FetchTypes) {
            return Err(execute_command::failed("they are already being fetched"));
        }
        let sent = params.work_done_progress_params.work_done_token;
        let token = sent.or_else(|| {
            let token = ProgressToken::String(params.command);
            self.state.shared.client.progress.then(|| {
                self.create_progress(token.clone());
                token
            })
        });
        Ok(Fetch::new(self.state.shared.events.clone(), token))
    }

    /// Uses resource types that were fetched during this session.
    pub(super) fn types_fetched(&mut self, organization: Organization) {
        self.state.types.is_fetched = true;
        self.update_catalog(Some(organization));
    }

    /// Builds the catalog and passes it to the open documents, if a resource type or the organization's types have changed.
    fn update_catalog(&mut self, organization: Option<Organization>) {
        let shared = &mut self.state.shared;
        let types = &mut self.state.types;
        let local = shared.index.as_ref().map(|index| index.definitions()).unwrap_or_default();
        if types.local == local && organization.is_none() {
            return;
        }
        types.local.clone_from(&local);
        types.organization = organization.unwrap_or_else(|| mem::take(&mut types.organization));
        shared.catalog = catalog(&types.organization, local);
        let (catalog, definitions) = (shared.catalog.clone(), shared.definitions.clone());
        for open in self.documents().values_mut() {
            let text = Arc::new(open.text.with_catalog(catalog.clone()));
            let definition = definitions.as_ref().zip(open.path());
            let is_definition = definition.is_some_and(|(definitions, path)| definitions.may_define(path));
            // The findings of a definition depend on no other definition.
            *open = match is_definition {
                true => open.with_equivalent_text(text),
                false => open.modified(|next| next.text = text),
            };
        }
        self.refresh_all();
    }
}

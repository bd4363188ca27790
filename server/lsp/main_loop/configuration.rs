//! What the client says about itself: capabilities, settings and workspace folders.

use super::MainLoop;
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::document::file_path;
use crate::lsp::event::Event;
use crate::lsp::handlers::configuration::{self, SECTION};
use crate::lsp::handlers::initialize;
use crate::lsp::termination;
use crate::settings::LogLevel;
use crate::workspace::file_cache::DocumentLocation;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::*;

impl MainLoop {
    /// `initialize`.
    pub(in crate::lsp) fn initialize(&mut self, params: &InitializeParams) -> InitializeResult {
        self.state.initialize_received = true;
        self.state.shared.client = Arc::new(ResolvedClientCapabilities::new(&params.capabilities));
        self.set_folders(initialize::folders(params));
        self.set_trace(params.trace.unwrap_or_default());
        let log = &self.state.shared.log;
        log.write(LogLevel::Info, &format!("the client is {}", initialize::client_name(params)));
        if let Some(process) = params.process_id {
            termination::exit_with_process(process, Arc::clone(log));
        }
        if let Some(options) = &params.initialization_options {
            self.set_settings(options);
        }
        initialize::result(&self.state.shared.client, params.client_info.as_ref())
    }

    /// `initialized`: requests the settings, schedules the first scan and registers for changes.
    pub(in crate::lsp) fn initialized(&mut self) {
        self.state.initialized = true;
        self.fetch_settings(Value::Null);
        self.schedule_scan();
        let registrations = initialize::registrations(&self.state.shared.client);
        if !registrations.is_empty() {
            let client = self.client.clone();
            tokio::spawn(async move { client.register_capability(registrations).await });
        }
    }

    /// `shutdown`.
    pub(in crate::lsp) fn shut_down(&mut self) {
        self.state.shutdown_requested = true;
    }

    /// `$/setTrace`.
    pub(in crate::lsp) fn set_trace(&mut self, value: TraceValue) {
        self.state.shared.log.set_verbose(matches!(value, TraceValue::Verbose));
        self.state.trace = !matches!(value, TraceValue::Off);
    }

    /// `workspace/didChangeConfiguration`.
    pub(in crate::lsp) fn change_settings(&mut self, sent: Value) {
        if self.state.shared.client.configuration {
            self.fetch_settings(sent);
        } else if !sent.is_null() {
            self.set_settings(&sent);
        }
    }

    /// Requests the settings from the client, if it supports that; `sent` is used if it returns none.
    fn fetch_settings(&mut self, sent: Value) {
        if !self.state.shared.client.configuration {
            return;
        }
        self.state.settings_requests += 1;
        let request = self.state.settings_requests;
        let (client, events) = (self.client.clone(), self.state.shared.events.clone());
        tokio::spawn(async move {
            let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
            let response = client.configuration(vec![item]).await.unwrap_or_default();
            let settings = response.into_iter().next().filter(|settings| !settings.is_null());
            events.send(Event::SettingsReceived(request, settings.unwrap_or(sent)));
        });
    }

    /// Applies the client's settings, unless they were requested again since.
    pub(super) fn settings_received(&mut self, request: u64, settings: &Value) {
        if self.state.settings_requests == request && !settings.is_null() {
            self.set_settings(settings);
        }
    }

    /// Applies settings. Invalid ones change nothing and are reported to the user.
    fn set_settings(&mut self, value: &Value) {
        let settings = match configuration::read(value) {
            Ok(settings) => Arc::new(settings),
            Err(message) => return self.warn_user(message),
        };
        let before = Arc::clone(&self.state.shared.settings);
        self.state.shared.log.set_level(settings.log_level);
        if before == settings {
            return;
        }
        for open in self.documents().values_mut() {
            *open = open.modified(|next| next.settings = Arc::clone(&settings));
        }
        let catalog_changed = before.resource_types != settings.resource_types
            || before.organization_catalog != settings.organization_catalog;
        self.state.shared.settings = settings;
        self.refresh_all();
        if catalog_changed && self.state.initialized {
            self.schedule_scan();
        }
    }

    /// `workspace/didChangeWorkspaceFolders`.
    pub(in crate::lsp) fn change_folders(&mut self, event: &WorkspaceFoldersChangeEvent) {
        let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| file_path(&folder.uri)).collect()
        };
        let removed = paths(&event.removed);
        let kept = self.state.shared.folders.iter().filter(|folder| !removed.contains(folder));
        let folders: Vec<PathBuf> = kept.cloned().chain(paths(&event.added)).collect();
        self.set_folders(folders);
    }

    fn set_folders(&mut self, folders: Vec<PathBuf>) {
        let folders: Arc<[PathBuf]> = folders.into();
        self.state.shared.folders = Arc::clone(&folders);
        for open in self.documents().values_mut() {
            let location = open.path().map(|path| DocumentLocation::new(path.to_path_buf(), &folders));
            *open = open.modified(|next| {
                next.location = location;
                next.file_cache = Arc::default();
            });
        }
        self.refresh_all();
        if self.state.initialized {
            self.schedule_scan();
        }
    }
}

//! One client's session. Handlers run concurrently: state changes under the lock and before a handler's first `.await`, so
//! that edits apply in the order of their messages.

use crate::lsp::RunOptions;
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::document::{Analyse, DocumentSnapshot, DocumentText};
use crate::lsp::handlers::configuration;
use crate::lsp::panics;
use crate::lsp::state::State;
use crate::lsp::transport::log::Log;
use crate::lsp::transport::output::Output;
use crate::lsp::workspace::file_cache::DocumentLocation;
use crate::lsp::workspace::{index, publish};
use crate::settings::LogLevel;
use crate::visible::one_line;
use crate::workspace::{DiskFiles, Files};
use ropey::Rope;
use serde_json::Value;
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, ErrorCode, Request};
use tower_lsp::ls_types::notification::{LogMessage, ShowMessage};
use tower_lsp::ls_types::*;

/// At most this many distinct warnings are shown per session.
const MAX_MESSAGES: usize = 50;

/// `ServerNotInitialized`: a request before `initialize`.
const NOT_INITIALIZED: ErrorCode = ErrorCode::ServerError(-32002);

/// The server's side of a session, shared by all handlers and tasks.
pub(super) struct Server {
    /// Sends requests to the client.
    pub(super) client: Client,
    /// Sends notifications and responses.
    pub(super) output: Output,
    pub(super) log: Arc<Log>,
    pub(super) analyse: Analyse,
    /// Whether commands that need the network are refused.
    pub(super) offline: bool,
    /// Whether the client has sent `initialized`: before, no request may be sent to it.
    pub(super) initialized: AtomicBool,
    /// Whether the client has sent `shutdown`.
    pub(super) shutdown_requested: AtomicBool,
    /// Whether the organization's resource types are being fetched.
    pub(super) fetching_catalog: AtomicBool,
    /// Notified when the workspace index has changed.
    pub(super) index_changed: Condvar,
    client_capabilities: OnceLock<ResolvedClientCapabilities>,
    state: Mutex<State>,
}

impl Server {
    /// A session before `initialize`.
    pub(super) fn new(client: Client, output: Output, analyse: Analyse, options: &RunOptions) -> Arc<Self> {
        Arc::new(Self {
            client,
            output,
            log: Arc::clone(&options.log),
            offline: options.offline,
            analyse,
            initialized: AtomicBool::default(),
            shutdown_requested: AtomicBool::default(),
            fetching_catalog: AtomicBool::default(),
            index_changed: Condvar::new(),
            client_capabilities: OnceLock::new(),
            state: Mutex::default(),
        })
    }

    /// Stores the client's capabilities (once, on `initialize`).
    pub(super) fn set_client_capabilities(&self, client: &ClientCapabilities) -> &ResolvedClientCapabilities {
        self.client_capabilities.get_or_init(|| ResolvedClientCapabilities::new(client))
    }

    /// The capabilities of the client; none before `initialize`.
    pub(super) fn client_capabilities(&self) -> &ResolvedClientCapabilities {
        self.set_client_capabilities(&ClientCapabilities::default())
    }

    /// Locks the state. The lock must not be held during analysis, I/O or `.await`.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Every change is a single assignment, so a poisoned lock guards a consistent state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The current snapshot of an open document; `None` if it is not open or not handled by this server.
    pub(super) fn document(&self, uri: &Uri) -> Option<Arc<DocumentSnapshot>> {
        self.state().documents.get(uri).map(|open| Arc::clone(&open.snapshot))
    }

    /// The open document with this path.
    pub(super) fn open_document_at(&self, path: &Path) -> Option<Arc<DocumentSnapshot>> {
        let state = self.state();
        let open = state.documents.values().find(|open| open.snapshot.path() == Some(path));
        open.map(|open| Arc::clone(&open.snapshot))
    }

    /// A document as it is on the disk, if it is in the workspace. Blocks on I/O.
    pub(super) fn read_document(&self, path: &Path) -> Option<Arc<DocumentSnapshot>> {
        let (location, settings, catalog) = {
            let state = self.state();
            let location = DocumentLocation::new(path.to_path_buf(), &state.folders);
            (location, Arc::clone(&state.settings), state.workspace.catalog.clone())
        };
        let text = DiskFiles::within(path.parent()?, &location.roots).read(path.file_name()?.to_str()?)?;
        let text =
            DocumentText::new(Rope::from(&*text), self.client_capabilities().encoding).with_catalog(catalog);
        Some(DocumentSnapshot::new(Uri::from_file_path(path)?, 0, text, settings, Some(location)))
    }

    /// Applies settings. Invalid ones change nothing and are reported to the user.
    pub(super) fn set_settings(self: &Arc<Self>, value: &Value) {
        let settings = match configuration::read(value) {
            Ok(settings) => Arc::new(settings),
            Err(message) => return self.warn_user(message),
        };
        self.log.set_level(settings.log_level);
        let mut state = self.state();
        if state.settings == settings {
            return;
        }
        for open in state.documents.values_mut() {
            open.snapshot = open.snapshot.modified(|next| next.settings = Arc::clone(&settings));
        }
        let catalog_changed = state.settings.resource_types != settings.resource_types
            || state.settings.organization_catalog != settings.organization_catalog;
        state.settings = settings;
        drop(state);
        publish::refresh_all(self);
        if catalog_changed && self.is_initialized() {
            index::schedule_scan(self);
        }
    }

    /// Replaces the workspace folders.
    pub(super) fn set_folders(self: &Arc<Self>, folders: Vec<PathBuf>) {
        let mut state = self.state();
        state.folders = folders;
        let State { documents, folders, .. } = &mut *state;
        for open in documents.values_mut() {
            let location =
                open.snapshot.path().map(|path| DocumentLocation::new(path.to_path_buf(), folders));
            open.snapshot = open.snapshot.modified(|next| {
                next.location = location;
                next.file_cache = Arc::default();
            });
        }
        drop(state);
        publish::refresh_all(self);
        if self.is_initialized() {
            index::schedule_scan(self);
        }
    }

    /// Whether the client has sent `initialized`.
    fn is_initialized(&self) -> bool {
        self.initialized.load(Ordering::Relaxed)
    }

    /// Starts to time a message, if the log has debug entries.
    pub(super) fn start_timer(&self, request: &Request) -> Option<MessageTimer> {
        let id = request.id().map(|id| format!(" {id}")).unwrap_or_default();
        let wanted = self.log.wants(LogLevel::Debug);
        wanted.then(|| MessageTimer { message: format!("{}{id}", request.method()), start: Instant::now() })
    }

    /// The error for a request without a handler.
    pub(super) fn unhandled_request_error(&self) -> Error {
        if self.client_capabilities.get().is_none() {
            return Error { message: "Server not initialized".into(), ..Error::new(NOT_INITIALIZED) };
        }
        if self.shutdown_requested.load(Ordering::Relaxed) {
            return Error::invalid_request();
        }
        Error::method_not_found()
    }

    /// Shows a warning to the user, once per message.
    pub(super) fn warn_user(&self, message: String) {
        // Editors render Markdown links, and the message may repeat settings of an untrusted workspace.
        let message = one_line(message).replace("](", "] (");
        if self.is_new_message(&message) {
            self.log.write(LogLevel::Warning, &message);
            self.output.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::WARNING, message });
        }
    }

    /// Reports a caught panic in the client's log, once per panic message.
    pub(super) fn log_panic(&self, what: &str, panic: &(dyn Any + Send)) {
        let why = panics::payload_message(panic);
        if self.is_new_message(&format!("{what}: {why}")) {
            let message = panics::report(what, why);
            self.log.write(LogLevel::Error, &message);
            self.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::ERROR, message });
        }
    }

    fn is_new_message(&self, message: &str) -> bool {
        let shown = &mut self.state().shown_messages;
        shown.len() < MAX_MESSAGES && shown.insert(message.to_owned())
    }
}

/// Measures the time from a message to its response.
pub(super) struct MessageTimer {
    message: String,
    start: Instant,
}

impl MessageTimer {
    /// The log entry.
    pub(super) fn finish(self) -> String {
        format!("{}: {:.2} ms", self.message, self.start.elapsed().as_secs_f64() * 1000.0)
    }
}

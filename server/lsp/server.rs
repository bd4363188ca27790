//! What one session knows. Handlers run concurrently: whatever changes here changes under the lock and before a
//! handler's first `.await`, so that edits apply in the order in which they came.

use crate::lsp::RunOptions;
use crate::lsp::client::Abilities;
use crate::lsp::document::{Analyse, Text, View};
use crate::lsp::handlers::configuration;
use crate::lsp::panics;
use crate::lsp::state::State;
use crate::lsp::transport::log::Log;
use crate::lsp::transport::output::Output;
use crate::lsp::workspace::file_cache::Place;
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

/// A session tells its user so many different things unasked; after that, nobody listens.
const MAX_TOLD: usize = 50;

/// The protocol's code for a request before `initialize`.
const NOT_INITIALIZED: ErrorCode = ErrorCode::ServerError(-32002);

/// One client's session, shared by all that works for it.
pub(super) struct Session {
    /// To ask the client something.
    pub(super) remote: Client,
    /// To tell it something.
    pub(super) output: Output,
    /// The log file, if there is one.
    pub(super) log: Arc<Log>,
    /// The analysis.
    pub(super) analyse: Analyse,
    /// Whether what needs the network is refused.
    pub(super) offline: bool,
    /// Whether `initialized` came: before, nothing may be asked of the client.
    pub(super) running: AtomicBool,
    /// Whether `shutdown` came, so that the end is a good one.
    pub(super) shut_down: AtomicBool,
    /// Whether somebody is fetching the organization's resource types.
    pub(super) fetching: AtomicBool,
    /// Signalled when a part of the workspace has been read.
    pub(super) scanned: Condvar,
    abilities: OnceLock<Abilities>,
    state: Mutex<State>,
}

impl Session {
    /// A session with nobody yet.
    pub(super) fn new(remote: Client, output: Output, analyse: Analyse, options: &RunOptions) -> Arc<Self> {
        Arc::new(Self {
            remote,
            output,
            log: Arc::clone(&options.log),
            offline: options.offline,
            analyse,
            running: AtomicBool::default(),
            shut_down: AtomicBool::default(),
            fetching: AtomicBool::default(),
            scanned: Condvar::new(),
            abilities: OnceLock::new(),
            state: Mutex::default(),
        })
    }

    /// Meets the client.
    pub(super) fn meet(&self, client: &ClientCapabilities) -> &Abilities {
        self.abilities.get_or_init(|| Abilities::new(client))
    }

    /// What the client can do.
    pub(super) fn abilities(&self) -> &Abilities {
        self.meet(&ClientCapabilities::default())
    }

    /// What changes. Never held while anything takes its time.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Every change is one assignment: a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A document as it is now; `None` when it is not open or not ours.
    pub(super) fn view(&self, uri: &Uri) -> Option<Arc<View>> {
        self.state().documents.get(uri).map(|open| Arc::clone(&open.view))
    }

    /// The open document that lies at a path.
    pub(super) fn open_at(&self, path: &Path) -> Option<Arc<View>> {
        let state = self.state();
        let open = state.documents.values().find(|open| open.view.path() == Some(path));
        open.map(|open| Arc::clone(&open.view))
    }

    /// A document as it is on the disk, if the workspace holds it. Takes its time.
    pub(super) fn on_disk(&self, path: &Path) -> Option<Arc<View>> {
        let (place, settings, catalog) = {
            let state = self.state();
            let place = Place::new(path.to_path_buf(), &state.folders);
            (place, Arc::clone(&state.settings), state.workspace.catalog.clone())
        };
        let text = DiskFiles::within(path.parent()?, &place.roots).read(path.file_name()?.to_str()?)?;
        let text = Text::new(Rope::from(&*text), self.abilities().encoding).knowing(catalog);
        Some(View::new(Uri::from_file_path(path)?, 0, text, settings, Some(place)))
    }

    /// Takes settings; says so, once, when they make no sense.
    pub(super) fn use_settings(self: &Arc<Self>, value: &Value) {
        let settings = match configuration::read(value) {
            Ok(settings) => Arc::new(settings),
            Err(complaint) => return self.complain(complaint),
        };
        self.log.set_level(settings.log_level);
        let mut state = self.state();
        if state.settings == settings {
            return;
        }
        for open in state.documents.values_mut() {
            open.view = open.view.then(|view| view.settings = Arc::clone(&settings));
        }
        let moved = state.settings.resource_types != settings.resource_types
            || state.settings.organization_catalog != settings.organization_catalog;
        state.settings = settings;
        drop(state);
        publish::all_again(self);
        if moved && self.is_running() {
            index::scan_soon(self);
        }
    }

    /// Takes the folders of the workspace.
    pub(super) fn use_folders(self: &Arc<Self>, folders: Vec<PathBuf>) {
        let mut state = self.state();
        state.folders = folders;
        let State { documents, folders, .. } = &mut *state;
        for open in documents.values_mut() {
            let place = open.view.place.as_ref().map(|place| Place::new(place.document.clone(), folders));
            open.view = open.view.then(|view| {
                view.place = place;
                view.picture = Arc::default();
            });
        }
        drop(state);
        publish::all_again(self);
        if self.is_running() {
            index::scan_soon(self);
        }
    }

    /// Whether the client has said `initialized`.
    fn is_running(&self) -> bool {
        self.running.load(Ordering::Relaxed)
    }

    /// A note for the log about a message that has come, if the log wants to know.
    pub(super) fn note_of(&self, request: &Request) -> Option<Note> {
        let id = request.id().map(|id| format!(" {id}")).unwrap_or_default();
        let wanted = self.log.wants(LogLevel::Debug);
        wanted.then(|| Note { what: format!("{}{id}", request.method()), since: Instant::now() })
    }

    /// Why a request that nobody answers is refused.
    pub(super) fn refusal(&self) -> Error {
        if self.abilities.get().is_none() {
            return Error { message: "Server not initialized".into(), ..Error::new(NOT_INITIALIZED) };
        }
        if self.shut_down.load(Ordering::Relaxed) {
            return Error::invalid_request();
        }
        Error::method_not_found()
    }

    /// Tells the user, once, what is wrong.
    pub(super) fn complain(&self, message: String) {
        // Editors make links of what looks like one, and a workspace's settings may be repeated here.
        let message = one_line(message).replace("](", "] (");
        if self.is_news(&message) {
            self.log.write(LogLevel::Warning, &message);
            self.output.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::WARNING, message });
        }
    }

    /// Writes, once, to the client's log that something of ours broke.
    pub(super) fn log_failure(&self, what: &str, panic: &(dyn Any + Send)) {
        let why = panics::reason(panic);
        if self.is_news(&format!("{what}: {why}")) {
            let message = panics::report(what, why);
            self.log.write(LogLevel::Error, &message);
            self.output.notify::<LogMessage>(LogMessageParams { typ: MessageType::ERROR, message });
        }
    }

    fn is_news(&self, message: &str) -> bool {
        let told = &mut self.state().told;
        told.len() < MAX_TOLD && told.insert(message.to_owned())
    }
}

/// A message that is being worked at.
pub(super) struct Note {
    what: String,
    since: Instant,
}

impl Note {
    /// The line for the log, now that the work is done.
    pub(super) fn done(self) -> String {
        format!("{}: {:.2} ms", self.what, self.since.elapsed().as_secs_f64() * 1000.0)
    }
}

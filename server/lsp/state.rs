//! The mutable state of a session.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::workspace::code_files::CodeFile;
use crate::lsp::workspace::diagnostics::WorkspaceDiagnostics;
use crate::lsp::workspace::index::WorkspaceState;
use crate::settings::Settings;
use foldhash::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::Uri;

/// The mutable state of a session.
#[derive(Default)]
pub(super) struct State {
    /// The open documents that this server handles.
    pub(super) documents: HashMap<Uri, OpenDocument>,
    /// The open IaC files.
    pub(super) code_files: HashMap<Uri, CodeFile>,
    pub(super) settings: Arc<Settings>,
    /// Number of `workspace/configuration` requests; only the response to the last one is used.
    pub(super) settings_requests: u64,
    /// The workspace folders.
    pub(super) folders: Vec<PathBuf>,
    pub(super) workspace: WorkspaceState,
    /// Cached results for documents that are not open.
    pub(super) workspace_diagnostics: WorkspaceDiagnostics,
    /// Whether the client wants `$/logTrace`.
    pub(super) trace: bool,
    /// Messages that were shown to the user.
    pub(super) shown_messages: HashSet<String>,
}

/// An open document.
pub(super) struct OpenDocument {
    /// The current snapshot.
    pub(super) snapshot: Arc<DocumentSnapshot>,
    /// A publish task is queued or running.
    pub(super) publish_queued: bool,
    /// A task that reloads the file cache is queued.
    pub(super) reload_queued: bool,
}

impl OpenDocument {
    /// A document without queued tasks.
    pub(super) fn new(snapshot: Arc<DocumentSnapshot>) -> Self {
        Self { snapshot, publish_queued: false, reload_queued: false }
    }
}

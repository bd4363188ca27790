//! What the main loop reacts to: messages of the client, and results of background tasks.

use crate::analysis::{Index, Indexed};
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::{CheckResult, StateSnapshot, Work};
use crate::lsp::transport::message::Message;
use crate::reference::Organization;
use crate::workspace::file_cache::FileCache;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use tower_lsp::ls_types::{Diagnostic, MessageType, ProgressToken, Uri, WorkDoneProgress};

/// Sends events to the main loop.
#[derive(Clone)]
pub(super) struct Events(pub(super) Sender<Event>);

impl Events {
    /// Sends an event; it is dropped if the session has ended.
    pub(super) fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

pub(super) enum Event {
    /// The client has sent a message.
    Message(Message),
    /// The client has sent a message of this length (bytes), which is too long and was skipped.
    MessageSkipped(u64),
    /// The input was closed, or the client has sent `exit`.
    InputEnded {
        exited: bool,
    },
    /// The client has returned its settings; the number of the request.
    SettingsReceived(u64, Value),
    /// A document was analysed off the main loop; its diagnostics, or the panic.
    DiagnosticsReady(Arc<DocumentSnapshot>, thread::Result<Vec<Diagnostic>>),
    /// A request has analysed a document.
    Analysed(Uri),
    /// Files around a document were loaded.
    FilesLoaded(LoadedFiles),
    /// A document that is not open was checked.
    DocumentChecked(CheckedDocument),
    /// The workspace was scanned.
    ScanFinished(Box<ScanOutcome>),
    /// Documents were indexed again; `None` for those that no longer exist.
    DocumentsIndexed(Vec<(PathBuf, Option<Indexed>)>),
    /// A request waits until the index is up to date.
    IndexAwaited(IndexWait, Sender<StateSnapshot>),
    /// The organization's resource types were fetched.
    TypesFetched(Organization),
    /// A task reports progress.
    Progress(ProgressToken, WorkDoneProgress),
    /// The client was asked to create a progress token; whether it has.
    ProgressCreated(ProgressToken, bool),
    /// A message for the client's log (`LogMessage`), or for the user (`ShowMessage`).
    Log(MessageType, String),
    Show(MessageType, String),
    /// A task has ended. The last event of every task.
    WorkEnded(Work, thread::Result<()>),
}

/// Files that were loaded for a document.
pub(super) struct LoadedFiles {
    /// The snapshot that they were loaded for.
    pub(super) document: Arc<DocumentSnapshot>,
    /// The answers, from the disk.
    pub(super) answers: FileCache,
    /// The snapshot with these answers, if it was already analysed.
    pub(super) next: Option<Arc<DocumentSnapshot>>,
}

/// The result for a document that is not open.
pub(super) struct CheckedDocument {
    pub(super) path: PathBuf,
    /// The revision of the cached results when the check started.
    pub(super) revision: u64,
    pub(super) result: CheckResult,
    /// The diagnostics to publish, unless the client has pulled them.
    pub(super) diagnostics: Option<Vec<Diagnostic>>,
}

/// The result of a scan.
pub(super) struct ScanOutcome {
    pub(super) index: Index,
    /// The organization's resource types on the disk; `None` if they could not be loaded.
    pub(super) organization: Option<Organization>,
}

/// What a request waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexWait {
    /// The end of the first scan, if it is queued or running.
    FirstScan,
    /// The end of a scan that starts after the request.
    Rescan,
}

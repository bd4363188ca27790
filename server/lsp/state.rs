//! The state of a session. Only the main loop has a [`State`]; handlers and background tasks get a [`StateSnapshot`].

use crate::analysis::{Catalog, Index, Verified};
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::convert::workspace_edit::{self, FileChange};
use crate::lsp::document::{Analyse, DocumentSnapshot, DocumentText};
use crate::lsp::event::{Event, Events, IndexWait};
use crate::lsp::transport::log::Log;
use crate::reference::{Organization, ResourceType};
use crate::settings::Settings;
use crate::workspace::file_cache::DocumentLocation;
use crate::workspace::{DefinitionPaths, DiskFiles, Files};
use foldhash::{HashMap, HashSet};
use ropey::Rope;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;
use tower_lsp::ls_types::{ProgressToken, Uri, WorkDoneProgress};

/// How long a request waits for the index.
const INDEX_TIMEOUT: Duration = Duration::from_secs(10);

/// What handlers and background tasks see of the state, as it was at one moment. Cheap to clone.
#[derive(Clone)]
pub(super) struct StateSnapshot {
    /// The capabilities of the client; none before `initialize`.
    pub(super) client: Arc<ResolvedClientCapabilities>,
    /// The open documents that this server handles.
    pub(super) documents: Arc<HashMap<Uri, Arc<DocumentSnapshot>>>,
    /// The open IaC files.
    pub(super) code_files: Arc<HashMap<Uri, CodeFile>>,
    pub(super) settings: Arc<Settings>,
    /// The workspace folders.
    pub(super) folders: Arc<[PathBuf]>,
    /// The indexed documents; `None` before the first scan.
    pub(super) index: Option<Arc<Index>>,
    /// The catalog of resource types; `None` for the built-in one.
    pub(super) catalog: Option<Arc<Catalog>>,
    /// Where resource types are defined; `None` before the first scan.
    pub(super) definitions: Option<Arc<DefinitionPaths>>,
    /// Cached results for documents that are not open.
    pub(super) checked: Arc<CheckedDocuments>,
    pub(super) analyse: Analyse,
    pub(super) log: Arc<Log>,
    /// Sends results to the main loop.
    pub(super) events: Events,
}

/// An open IaC file. Its text counts for the bundle in the directory above, saved or not. The server publishes no diagnostics
/// for it and provides only hovers.
#[derive(Clone)]
pub(super) struct CodeFile {
    /// The absolute path.
    pub(super) path: PathBuf,
    /// The text of `text` as one string.
    pub(super) content: Arc<str>,
    /// The client's version of the text.
    pub(super) version: i32,
    pub(super) text: Arc<DocumentText>,
}

/// Cached results for documents that are not open. Only the result ids are kept, not the findings.
#[derive(Clone, Default)]
pub(super) struct CheckedDocuments {
    /// Incremented whenever results may become outdated.
    pub(super) revision: u64,
    pub(super) results: HashMap<PathBuf, CheckResult>,
    /// Closed documents of a client that pulls. It may have pulled their document diagnostics before it closed them and then
    /// relies on the workspace diagnostics, which do not include jq files.
    pub(super) closed: HashSet<Uri>,
    /// Result ids of the diagnostics that were published.
    pub(super) published: HashMap<PathBuf, String>,
}

/// What is kept of the diagnostics of a document.
#[derive(Clone)]
pub(super) struct CheckResult {
    /// Identifies the diagnostics.
    pub(super) result_id: String,
    /// Whether they depend on files outside the directory of the document.
    pub(super) depends_on_parents: bool,
}

impl StateSnapshot {
    /// An open document; `None` if it is not open or not handled by this server.
    pub(super) fn document(&self, uri: &Uri) -> Option<Arc<DocumentSnapshot>> {
        self.documents.get(uri).cloned()
    }

    /// The open document with this path.
    pub(super) fn open_document_at(&self, path: &Path) -> Option<Arc<DocumentSnapshot>> {
        self.documents.values().find(|open| open.path() == Some(path)).cloned()
    }

    /// A document as it is on the disk, if it is in the workspace. Blocks on I/O.
    pub(super) fn read_document(&self, path: &Path) -> Option<Arc<DocumentSnapshot>> {
        let location = DocumentLocation::new(path.to_path_buf(), &self.folders);
        let text = DiskFiles::within(path.parent()?, &location.roots).read(path.file_name()?.to_str()?)?;
        let text = DocumentText::new(Rope::from(&*text), self.client.encoding);
        let (text, settings) = (text.with_catalog(self.catalog.clone()), Arc::clone(&self.settings));
        Some(DocumentSnapshot::new(Uri::from_file_path(path)?, 0, text, settings, Some(location)))
    }

    /// The client's version of an open file; `None` if it is not open.
    pub(super) fn version(&self, uri: &Uri) -> Option<i32> {
        let document = self.documents.get(uri).map(|open| open.version);
        document.or_else(|| self.code_files.get(uri).map(|file| file.version))
    }

    /// The changes of a fix: of the document, open or not, and of other files.
    ///
    /// # Errors
    /// Why the client does not support the changes, for the user.
    pub(super) fn changes(
        &self,
        document: &DocumentSnapshot,
        verified: &Verified,
    ) -> Result<Vec<FileChange>, String> {
        workspace_edit::changes(&self.client, &|uri| self.version(uri), document, verified)
    }

    /// The state after the first scan, if that is queued or running. Blocks.
    pub(super) fn after_first_scan(&self) -> Self {
        if self.index.is_some() {
            return self.clone();
        }
        self.wait_for_index(IndexWait::FirstScan).unwrap_or_else(|| self.clone())
    }

    /// The state after another scan of the workspace, as notifications may have been missed. Blocks; `None` on a timeout.
    pub(super) fn after_rescan(&self) -> Option<Self> {
        self.wait_for_index(IndexWait::Rescan)
    }

    fn wait_for_index(&self, wait: IndexWait) -> Option<Self> {
        let (done, ready) = mpsc::channel();
        self.events.send(Event::IndexAwaited(wait, done));
        ready.recv_timeout(INDEX_TIMEOUT).ok()
    }
}

/// The whole state. Changed only in `main_loop`.
pub(super) struct State {
    pub(super) shared: StateSnapshot,
    /// Whether the client has sent `initialize`.
    pub(super) initialize_received: bool,
    /// Whether the client has sent `initialized`: before, no request may be sent to it.
    pub(super) initialized: bool,
    /// Whether the client has sent `shutdown`.
    pub(super) shutdown_requested: bool,
    /// Whether the client wants `$/logTrace`.
    pub(super) trace: bool,
    /// Number of `workspace/configuration` requests; only the response to the last one is used.
    pub(super) settings_requests: u64,
    /// Messages that were shown to the user.
    pub(super) shown_messages: HashSet<String>,
    pub(super) index_work: IndexWork,
    pub(super) types: TypeSources,
    /// Progress on tokens that the client has not created yet; `None` if it refused to.
    pub(super) progress: HashMap<ProgressToken, Option<Vec<WorkDoneProgress>>>,
    pub(super) schedule: Schedule,
}

impl State {
    /// The state before `initialize`.
    pub(super) fn new(shared: StateSnapshot) -> Self {
        Self {
            shared,
            initialize_received: false,
            initialized: false,
            shutdown_requested: false,
            trace: false,
            settings_requests: 0,
            shown_messages: HashSet::default(),
            index_work: IndexWork::default(),
            types: TypeSources::default(),
            progress: HashMap::default(),
            schedule: Schedule::default(),
        }
    }
}

/// What the next task that updates the index will do, and who waits for it.
#[derive(Default)]
pub(super) struct IndexWork {
    /// Scan the whole workspace.
    pub(super) scan: bool,
    /// Files to index again, and paths of removed files or directories.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Cancels the current scan.
    pub(super) stop: Arc<AtomicBool>,
    /// The progress token of the current scan.
    pub(super) token: Option<ProgressToken>,
    /// Requests that wait for the index.
    pub(super) waiting: Vec<(IndexWait, Sender<StateSnapshot>)>,
}

/// What the catalog was built from.
#[derive(Default)]
pub(super) struct TypeSources {
    /// The organization's resource types.
    pub(super) organization: Organization,
    /// `organization` was fetched during this session.
    pub(super) is_fetched: bool,
    /// The resource types defined in the workspace.
    pub(super) local: Vec<Arc<ResourceType>>,
}

/// Background work. At most one task of each value runs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Work {
    /// Publishes the diagnostics of an open document.
    Publish(Uri),
    /// Loads the files that the analysis of a document queried and its cache lacks.
    Load(Uri),
    /// Loads all files again that a document depends on.
    Reload(Uri),
    /// Updates the index.
    Index,
    /// Publishes the diagnostics of the documents that are not open.
    PublishClosed,
    /// Fetches the organization's resource types.
    FetchTypes,
}

impl Work {
    /// What a panic in this work means, for the user.
    pub(super) fn failure(&self) -> &'static str {
        match self {
            Self::Index => "Indexing the workspace failed",
            Self::Load(_) | Self::Reload(_) => "Loading files failed",
            Self::Publish(_) | Self::PublishClosed => "Analysis failed",
            Self::FetchTypes => "Fetching the resource types failed",
        }
    }
}

/// The work to start when all events are handled, and the work that runs. Work that is wanted again while it runs starts
/// again afterwards.
#[derive(Default)]
pub(super) struct Schedule {
    wanted: Vec<Work>,
    running: HashSet<Work>,
}

impl Schedule {
    /// Adds work.
    pub(super) fn want(&mut self, work: Work) {
        if !self.wanted.contains(&work) {
            self.wanted.push(work);
        }
    }

    /// Takes the next work that does not run already, and notes that it runs.
    pub(super) fn start_next(&mut self) -> Option<Work> {
        let next = self.wanted.iter().position(|work| !self.running.contains(work))?;
        let work = self.wanted.remove(next);
        self.running.insert(work.clone());
        Some(work)
    }

    /// Notes that work runs. `false` if it runs already.
    pub(super) fn start(&mut self, work: Work) -> bool {
        self.running.insert(work)
    }

    /// Notes that work has ended.
    pub(super) fn ended(&mut self, work: &Work) {
        self.running.remove(work);
    }

    /// Whether work is wanted or runs.
    pub(super) fn is_active(&self, work: &Work) -> bool {
        self.wanted.contains(work) || self.running.contains(work)
    }
}

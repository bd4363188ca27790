//! What changes in a session.

use crate::lsp::document::View;
use crate::lsp::workspace::code_files::CodeBuffer;
use crate::lsp::workspace::diagnostics::Checks;
use crate::lsp::workspace::index::Workspace;
use crate::settings::Settings;
use foldhash::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::ls_types::Uri;

/// What changes.
#[derive(Default)]
pub(super) struct State {
    /// The open documents that are ours.
    pub(super) documents: HashMap<Uri, Open>,
    /// The open files of code.
    pub(super) code: HashMap<Uri, CodeBuffer>,
    /// The user's choices.
    pub(super) settings: Arc<Settings>,
    /// How often the settings were asked for; only the last answer counts.
    pub(super) fetches: u64,
    /// The workspace.
    pub(super) folders: Vec<PathBuf>,
    /// What is known of all of it.
    pub(super) workspace: Workspace,
    /// What is known of the findings of documents that are not open.
    pub(super) checks: Checks,
    /// Whether the client wants `$/logTrace`.
    pub(super) traced: bool,
    /// Messages that the user was shown.
    pub(super) told: HashSet<String>,
}

/// An open document.
pub(super) struct Open {
    /// As it is now.
    pub(super) view: Arc<View>,
    /// Somebody is about to publish its diagnostics.
    pub(super) publishing: bool,
    /// Somebody is about to look at the disk for it.
    pub(super) looking: bool,
}

impl Open {
    /// A document that nobody works on yet.
    pub(super) fn new(view: Arc<View>) -> Self {
        Self { view, publishing: false, looking: false }
    }
}

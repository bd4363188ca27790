//! The files around a document as they are at the moment of a request: open files, else the disk. Requests use these, so that
//! the first response is complete; the analysis on a keystroke uses the cache in [`super::file_cache`].

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::open_files::open_texts;
use crate::workspace::{DiskFiles, FileKind, Files, join};
use foldhash::HashMap;
use ropey::Rope;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The current files around a document. Each is read at most once, so that one response is based on one version of it.
pub(crate) struct FreshFiles {
    /// The directory of the document, and the files around it; `None` if it is not on a disk.
    disk: Option<(PathBuf, DiskFiles)>,
    /// The texts of the open files.
    open: HashMap<PathBuf, Rope>,
    read: Mutex<HashMap<String, Option<Arc<str>>>>,
}

impl FreshFiles {
    /// The current files around a document.
    pub(crate) fn new(state: &StateSnapshot, document: &DocumentSnapshot) -> Self {
        let disk = document.location.as_ref().and_then(|location| {
            let directory = location.path.parent()?.to_path_buf();
            Some((directory, DiskFiles::around(&location.path, &location.roots)?))
        });
        Self { disk, open: open_texts(state), read: Mutex::default() }
    }
}

impl Files for FreshFiles {
    fn kind(&self, path: &str) -> FileKind {
        let Some((directory, disk)) = &self.disk else { return FileKind::Unknown };
        match disk.kind(path) {
            FileKind::Missing if join(directory, path).is_some_and(|path| self.open.contains_key(&path)) => {
                FileKind::File
            }
            kind => kind,
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let (directory, disk) = self.disk.as_ref()?;
        let mut names: BTreeSet<String> = disk.list(path)?.into_iter().collect();
        let directory = join(directory, path)?;
        let inside = self.open.keys().filter(|path| path.parent() == Some(&directory));
        names.extend(inside.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)));
        Some(names.into_iter().collect())
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        let (directory, disk) = self.disk.as_ref()?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let text = || {
            let open = join(directory, path).and_then(|path| self.open.get(&path));
            let open = open.map(|rope| rope.to_string().into());
            open.or_else(|| disk.read(path))
        };
        read.entry(path.to_owned()).or_insert_with(text).clone()
    }
}

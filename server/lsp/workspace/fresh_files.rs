//! The files around a document as they are at the moment of a request: what open buffers say, else the disk. Requests read
//! these, so that the first answer is as complete as any later one; what a keystroke needs is answered from the picture in
//! [`crate::lsp::workspace::file_cache`].

use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::open_files::open_files;
use crate::workspace::{DiskFiles, Files, Look, join};
use foldhash::HashMap;
use ropey::Rope;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Reads each file at most once, so that everything in one answer rests on the same text.
pub(crate) struct FreshFiles {
    /// Where the document lies, and what may be read from there; `None` for a document that is on no disk.
    disk: Option<(PathBuf, DiskFiles)>,
    /// What the client has open.
    open: HashMap<PathBuf, Rope>,
    read: Mutex<HashMap<String, Option<Arc<str>>>>,
}

impl FreshFiles {
    /// The files around a document.
    pub(crate) fn new(session: &Session, view: &View) -> Self {
        let place = view.place.as_ref();
        let directory = place.and_then(|place| Some((place.document.parent()?.to_path_buf(), &place.roots)));
        let disk = directory.map(|(directory, roots)| {
            let disk = DiskFiles::within(&directory, roots);
            (directory, disk)
        });
        Self { disk, open: open_files(&session.state()), read: Mutex::default() }
    }
}

impl Files for FreshFiles {
    fn look(&self, path: &str) -> Look {
        let Some((directory, disk)) = &self.disk else { return Look::Unknown };
        match disk.look(path) {
            Look::Missing if join(directory, path).is_some_and(|path| self.open.contains_key(&path)) => {
                Look::File
            }
            look => look,
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

//! Files in memory, for tests.

use super::path::normalize;
use super::{FileKind, Files};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files by path; every prefix of a path is a directory. All other paths are missing.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Arc<str>>,
}

impl MemoryFiles {
    /// Files by path relative to the document's directory, and their texts.
    #[must_use]
    pub fn new<P: Into<String>, T: Into<Arc<str>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path.into(), text.into())).collect() }
    }
}

impl Files for MemoryFiles {
    fn kind(&self, path: &str) -> FileKind {
        let path = normalize(path);
        if self.files.contains_key(&path) {
            return FileKind::File;
        }
        match self.list(&path) {
            Some(_) => FileKind::Directory,
            None => FileKind::Missing,
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let path = normalize(path);
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let below = self.files.keys().filter_map(|file| file.strip_prefix(&prefix));
        let mut names: Vec<String> =
            below.map(|rest| rest.split('/').next().unwrap_or(rest).to_owned()).collect();
        names.dedup();
        if names.is_empty() && !path.is_empty() { None } else { Some(names) }
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.files.get(&normalize(path)).cloned()
    }
}

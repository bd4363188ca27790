//! Files with pending changes.

use super::{FileKind, Files};
use std::sync::Arc;

/// Files of which some are replaced or added.
pub(crate) struct ChangedFiles<'a> {
    files: &'a dyn Files,
    /// Paths and texts.
    written: Vec<(&'a str, String)>,
}

impl<'a> ChangedFiles<'a> {
    /// `written`: paths relative to the document's directory, with `/`, and texts.
    #[must_use]
    pub(crate) fn new(files: &'a dyn Files, written: Vec<(&'a str, String)>) -> Self {
        Self { files, written }
    }

    /// The names of written files and their directories directly in a directory.
    fn names(&self, directory: &str) -> impl Iterator<Item = &'a str> {
        let prefix = if directory == "." { String::new() } else { format!("{directory}/") };
        let below = self.written.iter().filter_map(move |(path, _)| path.strip_prefix(prefix.as_str()));
        below.filter_map(|rest| rest.split('/').next())
    }
}

impl Files for ChangedFiles<'_> {
    fn kind(&self, path: &str) -> FileKind {
        if self.written.iter().any(|(written, _)| *written == path) {
            FileKind::File
        } else if self.names(path).next().is_some() {
            FileKind::Directory
        } else {
            self.files.kind(path)
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let mut names = self.files.list(path).unwrap_or_default();
        names.extend(self.names(path).map(str::to_owned));
        names.sort();
        names.dedup();
        let is_known = !names.is_empty() || self.files.list(path).is_some();
        is_known.then_some(names)
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        let written = self.written.iter().find(|(written, _)| *written == path);
        written.map_or_else(|| self.files.read(path), |(_, text)| Some(Arc::from(text.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::MemoryFiles;

    #[test]
    fn written_files_are_seen_with_the_others() {
        let files = MemoryFiles::new([("src/a.tf", "a")]);
        let files =
            ChangedFiles::new(&files, vec![("src/b.tf", "b".to_owned()), ("new/c/d.tf", String::new())]);
        assert_eq!(files.list("src"), Some(vec!["a.tf".to_owned(), "b.tf".to_owned()]));
        assert_eq!(
            (files.kind("new"), files.kind("new/c"), files.kind("x")),
            (FileKind::Directory, FileKind::Directory, FileKind::Missing)
        );
        assert_eq!(
            (files.read("src/b.tf").as_deref(), files.read("src/a.tf").as_deref()),
            (Some("b"), Some("a"))
        );
        assert_eq!(files.list("nowhere"), None);
    }
}

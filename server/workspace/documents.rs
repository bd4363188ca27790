//! The names of documents.

use ignore::{DirEntry, Error, Walk, WalkBuilder};
use std::path::{Path, PathBuf};

/// The file names of bundles and resource types.
pub(crate) const DOCUMENTS: [&str; 2] = ["massdriver.yaml", "massdriver.yml"];

/// Whether a path has the name of a bundle or a resource type.
#[must_use]
pub(crate) fn is_document(path: &Path) -> bool {
    path.file_name().is_some_and(|name| DOCUMENTS.iter().any(|document| name == *document))
}

/// The documents below a directory; see [`files_below`].
///
/// # Errors
/// For each directory that cannot be read.
pub(crate) fn documents_below(root: &Path) -> impl Iterator<Item = Result<PathBuf, Error>> {
    files_below(root, |name| DOCUMENTS.contains(&name))
}

/// The files below a directory with wanted names, without hidden and ignored ones. Symbolic links to directories are not
/// followed: they may form cycles.
///
/// # Errors
/// For each directory that cannot be read.
pub(crate) fn files_below(
    root: &Path,
    wanted: fn(&str) -> bool,
) -> impl Iterator<Item = Result<PathBuf, Error>> {
    let is_wanted =
        move |entry: &DirEntry| entry.file_name().to_str().is_some_and(wanted) && !entry.path().is_dir();
    walker(root).filter_map(move |entry| match entry {
        Ok(entry) => is_wanted(&entry).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(error)),
    })
}

/// Walks everything below a directory but hidden and ignored files, whether or not it is a Git repository.
pub(super) fn walker(root: &Path) -> Walk {
    WalkBuilder::new(root).require_git(false).build()
}

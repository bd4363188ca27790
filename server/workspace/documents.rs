//! Which files are ours.

use ignore::{DirEntry, Error, Walk, WalkBuilder};
use std::path::{Path, PathBuf};

/// The names that a bundle or a resource type may have.
pub const DOCUMENTS: [&str; 2] = ["massdriver.yaml", "massdriver.yml"];

/// Whether a path has the name of a bundle or a resource type.
#[must_use]
pub fn is_document(path: &Path) -> bool {
    path.file_name().is_some_and(|name| DOCUMENTS.iter().any(|document| name == *document))
}

/// Documents below a directory, as [`files_below`] finds them.
///
/// # Errors
/// For each directory that cannot be read.
pub fn documents_below(root: &Path) -> impl Iterator<Item = Result<PathBuf, Error>> {
    files_below(root, |name| DOCUMENTS.contains(&name))
}

/// Files below a directory whose names are wanted, but for hidden and ignored ones. Directories behind symlinks are not
/// entered: they may lead in circles.
///
/// # Errors
/// For each directory that cannot be read.
pub fn files_below(root: &Path, wanted: fn(&str) -> bool) -> impl Iterator<Item = Result<PathBuf, Error>> {
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

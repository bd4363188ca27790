//! Which files are ours.

use ignore::{DirEntry, Error, WalkBuilder};
use std::path::{Path, PathBuf};

/// The names that a bundle or a resource type may have.
pub const DOCUMENTS: [&str; 2] = ["massdriver.yaml", "massdriver.yml"];

/// Documents below a directory, but for hidden and ignored ones. Directories behind symlinks are not entered: they may
/// lead in circles.
///
/// # Errors
/// For each directory that cannot be read.
pub fn documents_below(root: &Path) -> impl Iterator<Item = Result<PathBuf, Error>> {
    let is_ours =
        |entry: &DirEntry| DOCUMENTS.iter().any(|name| entry.file_name() == *name) && !entry.path().is_dir();
    let entries = WalkBuilder::new(root).require_git(false).build();
    entries.filter_map(move |entry| match entry {
        Ok(entry) => is_ours(&entry).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(error)),
    })
}

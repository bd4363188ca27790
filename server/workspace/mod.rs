//! The files around a bundle, seen through a trait: the command line reads the disk, the editor a cached picture of it,
//! tests a map in memory. Rules ask; they never open anything themselves.

mod changed;
mod definitions;
mod disk;
mod documents;
mod memory;
mod path;
pub mod scan;

pub use changed::WithChanged;
pub use definitions::{DEFINITION_DIRECTORIES, Definitions};
pub use disk::{DiskFiles, repository_of};
pub use documents::{DOCUMENTS, documents_below, files_below, is_document};
pub use memory::MemoryFiles;
pub use path::{join, normalize};

use std::sync::Arc;

/// Longer files (bytes) are not read: a variables file, a chart's values or a definition come nowhere near.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// Not known (yet), or outside the workspace: say nothing about it.
    Unknown,
    /// Nothing is there.
    Missing,
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// Files around one document. Paths are relative to the document's directory and use `/`.
pub trait Files: Sync {
    /// What stands at a path.
    fn look(&self, path: &str) -> Look;

    /// Names in a directory (`"."` is the document's own), sorted; `None` when unknown or not a directory.
    fn list(&self, path: &str) -> Option<Vec<String>>;

    /// Text of a file; `None` when unknown, missing, too large or not UTF-8.
    fn read(&self, path: &str) -> Option<Arc<str>>;
}

/// Knows nothing: for documents that are not on a disk.
pub struct NoFiles;

impl Files for NoFiles {
    fn look(&self, _: &str) -> Look {
        Look::Unknown
    }

    fn list(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn read(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

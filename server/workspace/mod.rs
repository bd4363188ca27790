//! The files around a bundle, behind the trait [`Files`]: the command line reads the disk, the language server a cache, tests
//! a map in memory. Rules never open files themselves.

mod changed;
mod definitions;
mod disk;
mod documents;
pub(crate) mod file_cache;
mod memory;
mod path;
pub(crate) mod scan;

pub(crate) use changed::ChangedFiles;
pub(crate) use definitions::DefinitionPaths;
pub use disk::DiskFiles;
pub(crate) use disk::repository_of;
pub(crate) use documents::{DOCUMENTS, documents_below, files_below, is_document};
pub use memory::MemoryFiles;
pub(crate) use path::{join, normalize};

use std::sync::Arc;

/// Longer files (bytes) are not read: a variables file, a chart's values or a definition come nowhere near.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The kind of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// Not known (yet), or outside the workspace: no finding may rest on it.
    Unknown,
    /// The file does not exist.
    Missing,
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// Files around one document. Paths are relative to the document's directory and use `/`.
pub trait Files: Sync {
    /// The kind of a file.
    fn kind(&self, path: &str) -> FileKind;

    /// The names in a directory (`"."` is the document's own), sorted; `None` if unknown or not a directory.
    fn list(&self, path: &str) -> Option<Vec<String>>;

    /// The text of a file; `None` if unknown, missing, too large or not UTF-8.
    fn read(&self, path: &str) -> Option<Arc<str>>;

    /// Identifies the answers: what was derived from files of the same revision is still valid. `None` if unknown.
    fn revision(&self) -> Option<u64> {
        None
    }
}

/// No known files: for documents that are not on a disk.
pub struct NoFiles;

impl Files for NoFiles {
    fn kind(&self, _: &str) -> FileKind {
        FileKind::Unknown
    }

    fn list(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn read(&self, _: &str) -> Option<Arc<str>> {
        None
    }

    fn revision(&self) -> Option<u64> {
        Some(0)
    }
}

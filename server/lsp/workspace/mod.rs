//! Beyond one document: the index, files around documents, open files, diagnostics.

pub(crate) mod code_files;
pub(crate) mod diagnostics;
pub(crate) mod file_cache;
pub(crate) mod file_loader;
pub(crate) mod fresh_files;
pub(crate) mod index;
pub(crate) mod open_files;
pub(crate) mod publish;

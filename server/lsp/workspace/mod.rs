//! Beyond one document: the index, files around documents, open files, diagnostics. Nothing here changes the state.

pub(crate) mod diagnostics;
pub(crate) mod file_loader;
pub(crate) mod fresh_files;
pub(crate) mod index;
pub(crate) mod open_files;

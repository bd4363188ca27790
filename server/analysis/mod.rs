//! The whole API of the core on one page: plain data in, plain data out. Offsets are bytes; nothing here knows LSP.

use crate::rules::{Finding, Severity};
use crate::settings::Settings;
use crate::syntax::Span;
use crate::workspace::Files;
use std::path::Path;
use std::sync::Arc;

/// One version of one document, read once. Immutable and cheap to share (`Arc`); every feature starts from it.
#[derive(Debug)]
pub struct Snapshot {
    text: Arc<str>,
}

impl Snapshot {
    /// Reads a text. `path` is where it lives, if it lives on a disk: the kind of document may depend on it (`spec §1`).
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>, path: Option<&Path>) -> Self {
        let _ = path;
        Self { text: text.into() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Every finding of a document, in source order.
#[must_use]
pub fn findings(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
    let _ = (files, settings);
    snapshot
        .text
        .match_indices('\t')
        .map(|(at, _)| Finding::new("yaml-syntax", Severity::Error, Span::new(at, at + 1), "tab"))
        .collect()
}

//! Locations in files beside a document.

use crate::lsp::convert::position;
use crate::lsp::document::DocumentSnapshot;
use crate::rules::File;
use crate::syntax::Span;
use ropey::Rope;
use tower_lsp::ls_types::{Location, Uri};

/// The URI of a file, by its path relative to the directory of the document.
pub(crate) fn file_uri(document: &DocumentSnapshot, path: &str) -> Option<Uri> {
    let directory = document.path()?.parent()?;
    Uri::from_file_path(directory.join(path))
}

/// Locations in other files, grouped by file: each text is indexed once per group.
pub(crate) fn locations<'f>(
    document: &DocumentSnapshot,
    found: impl IntoIterator<Item = (&'f File, Span)>,
) -> Vec<Location> {
    let mut known: Option<(&str, Rope)> = None;
    let mut locations = Vec::new();
    for (file, span) in found {
        let (_, rope) = match known.take().filter(|(path, _)| *path == file.path) {
            Some(same) => known.insert(same),
            None => known.insert((&file.path, Rope::from(&*file.text))),
        };
        let range = position::range(rope, document.text.encoding, span);
        locations.extend(file_uri(document, &file.path).map(|uri| Location::new(uri, range)));
    }
    locations
}

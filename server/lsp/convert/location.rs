//! Places in files beside a document.

use crate::lsp::convert::position;
use crate::lsp::document::View;
use crate::rules::File;
use crate::syntax::Span;
use ropey::Rope;
use tower_lsp::ls_types::{Location, Uri};

/// The name of a file, by its path from the document's directory.
pub(crate) fn beside(view: &View, path: &str) -> Option<Uri> {
    let directory = view.path()?.parent()?;
    Uri::from_file_path(directory.join(path))
}

/// Places in other files; those of one file stand together, so that each text is prepared once for many look-ups.
pub(crate) fn places<'f>(view: &View, found: impl IntoIterator<Item = (&'f File, Span)>) -> Vec<Location> {
    let mut known: Option<(&str, Rope)> = None;
    let mut places = Vec::new();
    for (file, span) in found {
        let (_, rope) = match known.take().filter(|(path, _)| *path == file.path) {
            Some(same) => known.insert(same),
            None => known.insert((&file.path, Rope::from(&*file.text))),
        };
        let range = position::range(rope, view.text.encoding, span);
        places.extend(beside(view, &file.path).map(|uri| Location::new(uri, range)));
    }
    places
}

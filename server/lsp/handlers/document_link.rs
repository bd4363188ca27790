//! `textDocument/documentLink`.

use crate::analysis::links::{self, LinkTarget};
use crate::lsp::convert::location::file_uri;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::ls_types::DocumentLink;

/// The links to files and web pages.
pub(crate) fn document_links(state: &StateSnapshot, document: &DocumentSnapshot) -> Vec<DocumentLink> {
    let links = links::links(document.snapshot(), &FreshFiles::new(state, document)).into_iter();
    links
        .filter_map(|link| {
            let target = match &link.to {
                LinkTarget::Web(address) => address.parse().ok()?,
                LinkTarget::Beside(path) => file_uri(document, path)?,
            };
            Some(DocumentLink {
                range: document.range(link.span),
                target: Some(target),
                tooltip: None,
                data: None,
            })
        })
        .collect()
}

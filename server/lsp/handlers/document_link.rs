//! `textDocument/documentLink`.

use crate::analysis::links::{self, LinkTarget};
use crate::lsp::convert::location::beside;
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use tower_lsp::ls_types::DocumentLink;

/// What can be followed out of the document.
pub(crate) fn document_links(session: &Session, view: &View) -> Vec<DocumentLink> {
    let links = links::links(view.snapshot(), &FreshFiles::new(session, view)).into_iter();
    links
        .filter_map(|link| {
            let target = match &link.to {
                LinkTarget::Web(address) => address.parse().ok()?,
                LinkTarget::Beside(path) => beside(view, path)?,
            };
            Some(DocumentLink {
                range: view.range(link.span),
                target: Some(target),
                tooltip: None,
                data: None,
            })
        })
        .collect()
}

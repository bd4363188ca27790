//! `textDocument/documentSymbol`.

use crate::analysis::symbols::Sort;
use crate::analysis::{self, DocumentSymbol as Symbol};
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::visible::one_line;
use tower_lsp::ls_types::*;

/// The symbols of a document: as a tree if the client supports it, else as a list.
pub(crate) fn symbols(state: &StateSnapshot, document: &DocumentSnapshot) -> DocumentSymbolResponse {
    if state.client.hierarchical_symbols {
        let symbols = analysis::document_symbols(document.snapshot());
        return DocumentSymbolResponse::Nested(
            symbols.into_iter().map(|symbol| nested(document, symbol)).collect(),
        );
    }
    DocumentSymbolResponse::Flat(flat_symbols(document))
}

/// The symbols of a document as a list, each with the name of its parent.
pub(crate) fn flat_symbols(document: &DocumentSnapshot) -> Vec<SymbolInformation> {
    let mut list = Vec::new();
    let symbols = analysis::document_symbols(document.snapshot());
    symbols.into_iter().for_each(|symbol| flat(document, symbol, None, &mut list));
    list
}

#[expect(deprecated, reason = "the struct requires a deprecated field")]
fn nested(document: &DocumentSnapshot, symbol: Symbol) -> DocumentSymbol {
    let children = symbol.children.into_iter().map(|child| nested(document, child)).collect();
    DocumentSymbol {
        name: one_line(symbol.name),
        detail: (!symbol.detail.is_empty()).then(|| one_line(symbol.detail)),
        kind: kind(symbol.sort),
        tags: None,
        deprecated: None,
        range: document.range(symbol.span),
        selection_range: document.range(symbol.name_span),
        children: Some(children),
    }
}

#[expect(deprecated, reason = "the struct requires a deprecated field")]
fn flat(
    document: &DocumentSnapshot,
    symbol: Symbol,
    container_name: Option<String>,
    list: &mut Vec<SymbolInformation>,
) {
    let range = document.range(symbol.span);
    let (name, kind) = (one_line(symbol.name), kind(symbol.sort));
    let location = Location::new(document.uri.clone(), range);
    let inner = Some(name.clone());
    list.push(SymbolInformation { name, kind, tags: None, deprecated: None, location, container_name });
    symbol.children.into_iter().for_each(|child| flat(document, child, inner.clone(), list));
}

fn kind(sort: Sort) -> SymbolKind {
    match sort {
        Sort::Block => SymbolKind::NAMESPACE,
        Sort::Field => SymbolKind::FIELD,
        Sort::Text => SymbolKind::STRING,
        Sort::Number => SymbolKind::NUMBER,
        Sort::Boolean => SymbolKind::BOOLEAN,
        Sort::Object => SymbolKind::OBJECT,
        Sort::List => SymbolKind::ARRAY,
        Sort::Preset => SymbolKind::ENUM_MEMBER,
        Sort::Port => SymbolKind::INTERFACE,
        Sort::Step => SymbolKind::MODULE,
        Sort::Env => SymbolKind::CONSTANT,
        Sort::Policy => SymbolKind::EVENT,
        Sort::Secret => SymbolKind::KEY,
        Sort::Ui => SymbolKind::PROPERTY,
    }
}

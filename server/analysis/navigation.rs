//! Definitions and references of params, connections, artifacts, anchors and pointers, and the files and directories
//! that a document names.

use super::target::{SymbolReference, Target};
use super::{Snapshot, code};
use crate::bundle::{BuiltIn, Document, OccurrenceRole, Symbol, definition};
use crate::rules::File;
use crate::syntax::cursor::{TokenKind, token_touching};
use crate::syntax::{Kind, Node, Span};
use crate::workspace::{FileKind, Files};

/// The definition that a name refers to.
pub(super) enum Definition<'a> {
    /// A param, connection, dependency, artifact or resource.
    Symbol(&'a Symbol),
    /// An anchored node, named by its anchor or by an alias.
    Anchor(Node<'a>),
    /// The target of a `#/…` pointer.
    Pointer(Node<'a>),
    /// A file or directory, relative to the document.
    Path(String),
}

/// The definition that the name at a byte offset refers to, and the span of the name.
pub(super) fn definition_at(document: &Document, offset: usize) -> Option<(Span, Definition<'_>)> {
    if let Some((symbol, here)) = document.symbols().touching(offset) {
        return Some((here.span, Definition::Symbol(symbol)));
    }
    if let Some(found) = anchor(document, offset) {
        return Some(found);
    }
    let token = token_touching(&document.syntax, offset);
    let token = token.filter(|token| matches!(token.kind, TokenKind::Value) && token.node.is_scalar());
    let value = token?.node;
    let definition = reference(document, value)
        .or_else(|| step_path(document, value))
        .or_else(|| file_of_type(document, value))?;
    Some((value.span(), definition))
}

fn anchor(document: &Document, offset: usize) -> Option<(Span, Definition<'_>)> {
    document.syntax.nodes().find_map(|node| {
        let name = if node.kind() == Kind::Alias { Some(node.span()) } else { node.anchor() };
        let name = name.filter(|name| name.touches(offset))?;
        node.target().anchor()?;
        Some((Span::new(name.start() + 1, name.end()), Definition::Anchor(node.target())))
    })
}

/// The target of a schema's `$ref`: a node of the document, or a file.
fn reference<'a>(document: &'a Document, value: Node<'a>) -> Option<Definition<'a>> {
    let entry = value.entry().filter(|entry| entry.name() == "$ref")?;
    let text = value.value();
    if text.starts_with('#') {
        let schema = document.schemas.at(entry.key().parent()?)?;
        let target = document.schemas.get(schema).reference?;
        return Some(Definition::Pointer(document.node(document.schemas.get(target).node)));
    }
    is_local(&text).then(|| Definition::Path(text.trim_start_matches("./").to_owned()))
}

/// Whether a `$ref` is a local file path.
pub(super) fn is_local(reference: &str) -> bool {
    let path = reference.split('#').next().unwrap_or_default();
    path.starts_with("./") && !path.contains("..") || path.ends_with(".json") && !path.contains(':')
}

fn step_path<'a>(document: &'a Document, value: Node<'a>) -> Option<Definition<'a>> {
    let is_it = |path: crate::syntax::NodeId| document.node(path).target() == value;
    document.steps.iter().find(|step| step.path.is_some_and(is_it))?;
    Some(Definition::Path(value.value().trim_start_matches("./").trim_end_matches('/').to_owned()))
}

fn file_of_type<'a>(document: &'a Document, value: Node<'a>) -> Option<Definition<'a>> {
    definition::files(document)
        .contains(&value)
        .then(|| Definition::Path(value.value().trim_start_matches("./").to_owned()))
}

/// The definitions of the name at a byte offset, and the span of the name. A param has several if it is defined in
/// several branches of a condition.
#[must_use]
pub fn definitions(snapshot: &Snapshot, files: &dyn Files, offset: usize) -> Option<(Span, Vec<Target>)> {
    let document = snapshot.document();
    let (name, definition) = definition_at(document, offset)?;
    let targets = match definition {
        Definition::Symbol(symbol) => {
            let own = symbol.occurrences.iter().filter(|one| one.role == OccurrenceRole::Definition);
            let own = own.map(|one| here(document.node(one.node)));
            own.chain(code::declarations(document, files, symbol)).collect()
        }
        Definition::Anchor(node) => vec![Target::Here(anchor_name(node)?, node.full_span())],
        Definition::Pointer(node) => vec![named(node)],
        Definition::Path(path) => vec![Target::Beside(opened(files, path)?)],
    };
    Some((name, targets))
}

/// The target of a key, with its value.
fn here(key: Node<'_>) -> Target {
    Target::Here(key.span(), key.entry().map_or(key.span(), |entry| entry.span()))
}

/// The target of a node: its key, if it has one.
fn named(node: Node<'_>) -> Target {
    match node.entry() {
        Some(entry) => here(entry.key()),
        None => Target::Here(Span::at(node.span().start()), node.span()),
    }
}

fn anchor_name(node: Node<'_>) -> Option<Span> {
    node.anchor().map(|anchor| Span::new(anchor.start() + 1, anchor.end()))
}

/// The file to open for a path: itself, or the main file of a directory. `None` if nothing is known to exist there.
pub(super) fn opened(files: &dyn Files, path: String) -> Option<String> {
    match files.kind(&path) {
        FileKind::File => Some(path),
        FileKind::Directory => {
            let names = files.list(&path)?;
            let mut main_files = BuiltIn::ALL.into_iter().flat_map(BuiltIn::main_files);
            let main = main_files.find(|main| names.iter().any(|name| name == *main));
            let first = names.iter().find(|name| name.contains('.') && !name.starts_with('.'));
            let file = main.map(|main| (*main).to_owned()).or_else(|| first.cloned())?;
            Some(format!("{path}/{file}"))
        }
        FileKind::Missing | FileKind::Unknown => None,
    }
}

/// All references in the document to the symbol, anchor or pointer target at a byte offset, in source order.
#[must_use]
pub fn references(snapshot: &Snapshot, offset: usize) -> Vec<SymbolReference> {
    let document = snapshot.document();
    let Some((_, definition)) = definition_at(document, offset) else { return Vec::new() };
    let mut references: Vec<SymbolReference> = match definition {
        Definition::Symbol(symbol) => {
            let all = symbol.occurrences.iter();
            let reference =
                |span, role| SymbolReference { span, is_definition: role == OccurrenceRole::Definition };
            all.map(|one| reference(one.span, one.role)).collect()
        }
        Definition::Anchor(anchored) => anchor_references(document, anchored),
        Definition::Pointer(node) => pointer_references(document, node),
        Definition::Path(_) => Vec::new(),
    };
    references.sort_by_key(|reference| reference.span);
    references
}

/// The references to a param, connection or artifact that can be edited together (linked editing). Empty unless all of
/// them are spelled exactly like the name, without quotes or escapes.
#[must_use]
pub(crate) fn linked(snapshot: &Snapshot, offset: usize) -> Vec<Span> {
    let document = snapshot.document();
    let Some((symbol, _)) = document.symbols().touching(offset) else { return Vec::new() };
    let mut spans: Vec<Span> = symbol.occurrences.iter().map(|one| one.span).collect();
    spans.sort_unstable();
    spans.dedup();
    let is_plain = spans.iter().all(|span| document.syntax.slice(*span) == symbol.name);
    if is_plain { spans } else { Vec::new() }
}

/// All references in step code to the symbol at a byte offset, grouped by file.
#[must_use]
pub(crate) fn references_in_code(
    snapshot: &Snapshot,
    files: &dyn Files,
    offset: usize,
) -> Vec<(File, SymbolReference)> {
    let document = snapshot.document();
    match definition_at(document, offset) {
        Some((_, Definition::Symbol(symbol))) => code::references(document, files, symbol),
        _ => Vec::new(),
    }
}

pub(super) fn anchor_references(document: &Document, anchored: Node<'_>) -> Vec<SymbolReference> {
    let of = document.syntax.nodes().filter(|node| node.target() == anchored);
    of.filter_map(|node| match node.kind() {
        Kind::Alias => Some(SymbolReference {
            span: Span::new(node.span().start() + 1, node.span().end()),
            is_definition: false,
        }),
        _ => Some(SymbolReference { span: anchor_name(node)?, is_definition: true }),
    })
    .collect()
}

fn pointer_references(document: &Document, pointed: Node<'_>) -> Vec<SymbolReference> {
    let target = document.schemas.at(pointed);
    let pointers = document.schemas.iter().filter(|(_, schema)| schema.reference == target);
    let pointers = pointers.filter_map(|(id, _)| document.keyword(id, "$ref"));
    let uses = pointers.map(|(_, value)| SymbolReference { span: value.span(), is_definition: false });
    let declared = match named(pointed) {
        Target::Here(span, _) => Some(SymbolReference { span, is_definition: true }),
        Target::Beside(_) | Target::InCode(..) => None,
    };
    uses.chain(declared).collect()
}

#[cfg(test)]
mod tests;

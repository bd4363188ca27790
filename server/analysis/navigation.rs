//! From a name to what it means and to everything else that means the same: params, connections, artifacts, anchors,
//! pointers, and the files and directories that a document names.

use super::{Snapshot, code};
use crate::bundle::{Document, Symbol, Use, definition};
use crate::rules::File;
use crate::syntax::cursor::{TokenKind, token_touching};
use crate::syntax::{Kind, Node, Span};
use crate::workspace::{Files, Look};

/// A place in the same document that names the thing in question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mention {
    /// The name (bytes).
    pub span: Span,
    /// Whether the thing is declared here, not only used.
    pub declares: bool,
}

/// Where something is defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// In the same document: the name, and all that belongs to it (bytes).
    Here(Span, Span),
    /// The beginning of a file; the path from the document's directory.
    Beside(String),
    /// In the code of a step: the name, and all that belongs to it (bytes of that file).
    InCode(File, Span, Span),
}

/// What a cursor is on.
pub(super) enum Subject<'a> {
    /// A param, connection, dependency, artifact or resource.
    Symbol(&'a Symbol),
    /// An anchored node, seen from its anchor or from an alias.
    Anchor(Node<'a>),
    /// What a `#/…` pointer points at.
    Pointed(Node<'a>),
    /// A file, or a directory, beside the document.
    Path(String),
}

/// Files that one looks at first in a step's directory.
const MAIN_FILES: [&str; 6] =
    ["main.tf", "main.tofu", "main.tf.json", "main.bicep", "Chart.yaml", "values.yaml"];

/// What the cursor at an offset (bytes) is on, and the token that says so.
pub(super) fn subject(document: &Document, offset: usize) -> Option<(Span, Subject<'_>)> {
    if let Some((symbol, here)) = document.symbols().touching(offset) {
        return Some((here.span, Subject::Symbol(symbol)));
    }
    if let Some(found) = anchor(document, offset) {
        return Some(found);
    }
    let token = token_touching(&document.syntax, offset);
    let token = token.filter(|token| matches!(token.kind, TokenKind::Value) && token.node.is_scalar());
    let value = token?.node;
    let subject = reference(document, value)
        .or_else(|| step_path(document, value))
        .or_else(|| file_of_type(document, value))?;
    Some((value.span(), subject))
}

fn anchor(document: &Document, offset: usize) -> Option<(Span, Subject<'_>)> {
    document.syntax.nodes().find_map(|node| {
        let name = if node.kind() == Kind::Alias { Some(node.span()) } else { node.anchor() };
        let name = name.filter(|name| name.touches(offset))?;
        node.target().anchor()?;
        Some((Span::new(name.start() + 1, name.end()), Subject::Anchor(node.target())))
    })
}

/// The value of a schema's `$ref`: a pointer into the document, or a file beside it.
fn reference<'a>(document: &'a Document, value: Node<'a>) -> Option<Subject<'a>> {
    let entry = value.entry().filter(|entry| entry.name() == "$ref")?;
    let text = value.value();
    if text.starts_with('#') {
        let schema = document.schemas.at(entry.key().parent()?)?;
        let target = document.schemas.get(schema).reference?;
        return Some(Subject::Pointed(document.node(document.schemas.get(target).node)));
    }
    is_local(&text).then(|| Subject::Path(text.trim_start_matches("./").to_owned()))
}

/// Whether a `$ref` names a file beside the document.
pub(super) fn is_local(reference: &str) -> bool {
    let path = reference.split('#').next().unwrap_or_default();
    path.starts_with("./") && !path.contains("..") || path.ends_with(".json") && !path.contains(':')
}

fn step_path<'a>(document: &'a Document, value: Node<'a>) -> Option<Subject<'a>> {
    let is_it = |path: crate::syntax::NodeId| document.node(path).target() == value;
    document.steps.iter().find(|step| step.path.is_some_and(is_it))?;
    Some(Subject::Path(value.value().trim_start_matches("./").trim_end_matches('/').to_owned()))
}

fn file_of_type<'a>(document: &'a Document, value: Node<'a>) -> Option<Subject<'a>> {
    definition::files(document)
        .contains(&value)
        .then(|| Subject::Path(value.value().trim_start_matches("./").to_owned()))
}

/// Where the thing under a cursor (bytes) is defined, with the token that names it there. A thing can be defined several
/// times: a param once in each branch of a condition.
#[must_use]
pub fn definitions(snapshot: &Snapshot, files: &dyn Files, offset: usize) -> Option<(Span, Vec<Target>)> {
    let document = snapshot.document();
    let (token, subject) = subject(document, offset)?;
    let targets = match subject {
        Subject::Symbol(symbol) => {
            let declared = symbol.occurrences.iter().filter(|place| place.role == Use::Definition);
            let declared = declared.map(|place| here(document.node(place.node)));
            declared.chain(code::declarations(document, files, symbol)).collect()
        }
        Subject::Anchor(node) => vec![Target::Here(anchor_name(node)?, node.full_span())],
        Subject::Pointed(node) => vec![named(node)],
        Subject::Path(path) => vec![Target::Beside(opened(files, path)?)],
    };
    Some((token, targets))
}

/// A key, with its value.
fn here(key: Node<'_>) -> Target {
    Target::Here(key.span(), key.entry().map_or(key.span(), |entry| entry.span()))
}

/// A node, by the key that it stands at.
fn named(node: Node<'_>) -> Target {
    match node.entry() {
        Some(entry) => here(entry.key()),
        None => Target::Here(Span::at(node.span().start()), node.span()),
    }
}

fn anchor_name(node: Node<'_>) -> Option<Span> {
    node.anchor().map(|anchor| Span::new(anchor.start() + 1, anchor.end()))
}

/// The file to open for a path: itself, or the main file of a directory. `None` when nothing is known to be there.
pub(super) fn opened(files: &dyn Files, path: String) -> Option<String> {
    match files.look(&path) {
        Look::File => Some(path),
        Look::Directory => {
            let names = files.list(&path)?;
            let main = MAIN_FILES.iter().find(|main| names.iter().any(|name| name == *main));
            let first = names.iter().find(|name| name.contains('.') && !name.starts_with('.'));
            let file = main.map(|main| (*main).to_owned()).or_else(|| first.cloned())?;
            Some(format!("{path}/{file}"))
        }
        Look::Missing | Look::Unknown => None,
    }
}

/// Everything in the document that names the thing under a cursor (bytes), in source order. Empty when there is none.
#[must_use]
pub fn mentions(snapshot: &Snapshot, offset: usize) -> Vec<Mention> {
    let document = snapshot.document();
    let Some((_, subject)) = subject(document, offset) else { return Vec::new() };
    let mut mentions: Vec<Mention> = match subject {
        Subject::Symbol(symbol) => {
            let all = symbol.occurrences.iter();
            all.map(|place| Mention { span: place.span, declares: place.role == Use::Definition }).collect()
        }
        Subject::Anchor(anchored) => anchor_mentions(document, anchored),
        Subject::Pointed(node) => pointer_mentions(document, node),
        Subject::Path(_) => Vec::new(),
    };
    mentions.sort_by_key(|mention| mention.span);
    mentions
}

/// Places that can be typed into at once so that a name stays one name: where a param, connection or artifact stands in
/// the text exactly as it is called, without quotes or escapes. Empty where not every place is of that kind.
#[must_use]
pub fn linked(snapshot: &Snapshot, offset: usize) -> Vec<Span> {
    let document = snapshot.document();
    let Some((symbol, _)) = document.symbols().touching(offset) else { return Vec::new() };
    let mut places: Vec<Span> = symbol.occurrences.iter().map(|place| place.span).collect();
    places.sort_unstable();
    places.dedup();
    let is_plain = places.iter().all(|place| document.syntax.slice(*place) == symbol.name);
    if is_plain { places } else { Vec::new() }
}

/// Everything in the code of the steps that names the thing under a cursor (bytes), file by file.
#[must_use]
pub fn mentions_in_code(snapshot: &Snapshot, files: &dyn Files, offset: usize) -> Vec<(File, Mention)> {
    let document = snapshot.document();
    match subject(document, offset) {
        Some((_, Subject::Symbol(symbol))) => code::mentions(document, files, symbol),
        _ => Vec::new(),
    }
}

pub(super) fn anchor_mentions(document: &Document, anchored: Node<'_>) -> Vec<Mention> {
    let of = document.syntax.nodes().filter(|node| node.target() == anchored);
    of.filter_map(|node| match node.kind() {
        Kind::Alias => {
            Some(Mention { span: Span::new(node.span().start() + 1, node.span().end()), declares: false })
        }
        _ => Some(Mention { span: anchor_name(node)?, declares: true }),
    })
    .collect()
}

fn pointer_mentions(document: &Document, pointed: Node<'_>) -> Vec<Mention> {
    let target = document.schemas.at(pointed);
    let pointers = document.schemas.iter().filter(|(_, schema)| schema.reference == target);
    let pointers = pointers.filter_map(|(id, _)| document.keyword(id, "$ref"));
    let uses = pointers.map(|(_, value)| Mention { span: value.span(), declares: false });
    let declared = match named(pointed) {
        Target::Here(span, _) => Some(Mention { span, declares: true }),
        Target::Beside(_) | Target::InCode(..) => None,
    };
    uses.chain(declared).collect()
}

#[cfg(test)]
mod tests;

//! Access to the top-level keys of a bundle, for rules about their presence.

use super::{Context, Finding, Rule};
use crate::bundle::{Document, Kind};
use crate::edit::Edits;
use crate::edit::build::{fill, insert_key};
use crate::reference;
use crate::syntax::{Entry, Kind as NodeKind, Node, Scalar, Span, Syntax};

/// The state of a top-level key.
#[derive(Clone, Copy)]
pub(super) enum Written<'a> {
    /// Not written.
    Absent,
    /// Without a value, or null. The platform treats it as absent.
    Null(Entry<'a>),
    /// With a value, aliases followed.
    Value(Entry<'a>, Node<'a>),
    /// Unfinished, or an unresolved alias.
    Unknown,
}

/// The document, if it is a bundle and its root is a mapping or empty.
pub(super) fn bundle<'a>(context: &Context<'a>) -> Option<&'a Document> {
    let document = context.document;
    let root = document.syntax.root().map(Node::target);
    let readable = root.is_none_or(|root| root.is_mapping() || root.kind() == NodeKind::Null);
    (document.kind == Kind::Bundle && readable).then_some(document)
}

/// Looks a key up, in any case, as the platform does.
pub(super) fn lookup<'a>(document: &'a Document, key: &str) -> Written<'a> {
    let Some(root) = document.syntax.root() else { return Written::Absent };
    let other_case = || root.target().fields().find(|entry| entry.name().eq_ignore_ascii_case(key));
    let Some(entry) = document.entry(key).or_else(other_case) else { return Written::Absent };
    let value = entry.value().target();
    if entry.colon().is_none() || value.kind() == NodeKind::Alias {
        return Written::Unknown;
    }
    if is_null(document, value) { Written::Null(entry) } else { Written::Value(entry, value) }
}

/// The first line of a span, so that a long value is not marked as a whole.
pub(super) fn first_line(span: Span, syntax: &Syntax) -> Span {
    let length = syntax.slice(span).lines().next().map_or(0, str::len);
    Span::new(span.start(), span.start() + length)
}

/// Whether a value is missing or null.
pub(super) fn is_null(document: &Document, value: Node<'_>) -> bool {
    match value.kind() {
        NodeKind::Null => true,
        NodeKind::Scalar(_) => value.resolve(document.dialect()) == Scalar::Null,
        _ => false,
    }
}

/// Reports a key that is null, at the key, or absent, at the first key of the document.
pub(super) fn missing(
    document: &Document,
    rule: &'static Rule,
    key: &str,
    message: impl Into<String>,
) -> Option<Finding> {
    match lookup(document, key) {
        Written::Absent => {
            let first = document.syntax.root().and_then(|root| root.target().entries().next());
            Some(rule.at(first.map_or(Span::at(0), |entry| entry.key().span()), message))
        }
        Written::Null(entry) => Some(rule.at(entry.key().span(), message)),
        Written::Value(..) | Written::Unknown => None,
    }
}

/// A bundle with more keys than this is not edited: comparing all of them with the absent key takes too long.
const MAX_KEYS: usize = 1_000;

/// Gives an absent or null key a value, in the form of [`insert_key`]. `None` if the key may be present after all: in
/// text with a syntax error, or misspelled.
pub(super) fn supply(document: &Document, key: &str, value: &str) -> Option<Edits> {
    match lookup(document, key) {
        Written::Absent => {
            let bundle = reference::get().object("bundle")?;
            let root = document.syntax.root()?.target();
            if root.entries().len() > MAX_KEYS {
                return None;
            }
            let unknown = root.fields().filter(|entry| bundle.key(&entry.name()).is_none());
            let is_misspelled = unknown
                .map(|entry| entry.name().into_owned())
                .any(|name| reference::closest(name.trim_start_matches('-'), [key]).is_some());
            if is_misspelled || document.syntax.fatal_errors().next().is_some() {
                return None;
            }
            insert_key(root, bundle, key, value)
        }
        Written::Null(entry) => fill(entry, value),
        Written::Value(..) | Written::Unknown => None,
    }
}

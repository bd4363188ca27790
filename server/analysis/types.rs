//! Resource types as names shared by many documents: the type at a cursor, its references in a document, and the
//! edits that rename it.

use super::Snapshot;
use super::rename::in_yaml;
use super::target::{SymbolReference, Target};
use super::verify::{Verified, Verifier};
use crate::bundle::references::refs;
use crate::bundle::type_ref::split_version;
use crate::bundle::{self, Document, RefForm, definition};
use crate::edit::{Applicability, Edits, Fix};
use crate::reference::{self, Source, bare};
use crate::settings::Settings;
use crate::syntax::{Kind, Node, ScalarStyle, Span};
use crate::workspace::NoFiles;
use std::path::Path;
use std::sync::Arc;

/// A resource type at a cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NamedType {
    /// The whole reference (bytes).
    pub token: Span,
    /// The reference as written.
    pub reference: String,
    /// Its name without organization and version.
    pub name: String,
    /// The workspace file that defines it.
    pub defined_in: Option<Arc<Path>>,
}

/// The resource type named at a byte offset, in a reference or in its definition.
#[must_use]
pub(crate) fn type_at(snapshot: &Snapshot, offset: usize) -> Option<NamedType> {
    let document = snapshot.document();
    let named = refs(document).into_iter().filter(|reference| reference.names_type());
    let mut nodes = named.map(|reference| reference.value).chain(definition::name(document));
    named_type(document, nodes.find(|node| node.span().touches(offset))?)
}

/// The resource type of the connection, artifact, dependency or resource named at a byte offset, else the result of
/// [`type_at`].
#[must_use]
pub(crate) fn type_of(snapshot: &Snapshot, offset: usize) -> Option<NamedType> {
    let document = snapshot.document();
    if let Some(found) = type_at(snapshot, offset) {
        return Some(found);
    }
    let (symbol, here) = document.symbols().touching(offset)?;
    let declared =
        |port: &&crate::bundle::Port| symbol.occurrences.iter().any(|place| place.node == port.key);
    let (_, value) = document.ports.iter().find(declared)?.type_ref?;
    let value = document.node(value).target();
    let found = named_type(document, value).filter(|_| is_type(&value.value()))?;
    Some(NamedType { token: here.span, ..found })
}

fn is_type(reference: &str) -> bool {
    matches!(RefForm::of(split_version(reference).0), RefForm::Type(_))
}

fn named_type(document: &Document, node: Node<'_>) -> Option<NamedType> {
    let reference = node.value().into_owned();
    let defined_in = match document.catalog().get(&reference).map(|found| &found.source) {
        Some(Source::Workspace(path)) => Some(Arc::clone(path)),
        _ => None,
    };
    let name = bare(&reference).to_owned();
    Some(NamedType { token: node.span(), reference, name, defined_in })
}

/// The name of the resource type in its own definition, and the whole entry.
#[must_use]
pub(crate) fn definition_name(snapshot: &Snapshot) -> Option<Target> {
    let name = definition::name(snapshot.document())?;
    Some(Target::Here(name.span(), name.entry().map_or(name.span(), |entry| entry.span())))
}

/// All references in a document to the resource type that `reference` names, in source order.
#[must_use]
pub(crate) fn type_references(snapshot: &Snapshot, reference: &str) -> Vec<SymbolReference> {
    let document = snapshot.document();
    let found = same(document, reference).into_iter();
    found.map(|(node, is_definition)| SymbolReference { span: node.span(), is_definition }).collect()
}

/// The line of the first syntax error that may hide references to resource types.
pub(super) fn broken_line(document: &Document) -> Option<usize> {
    let error = document.syntax.fatal_errors().next()?;
    let names_types = matches!(document.kind, bundle::Kind::Bundle | bundle::Kind::ResourceType);
    names_types.then(|| document.syntax.lines().line_of(error.span.start()) + 1)
}

/// The edits that rename a resource type in one document, in source order.
///
/// # Errors
/// The reason why the name cannot be written in this document, for the user.
pub(crate) fn rename_type(snapshot: &Snapshot, reference: &str, name: &str) -> Result<Verified, String> {
    let document = snapshot.document();
    let may_name = snapshot.text().contains(bare(split_version(reference).0));
    if let Some(line) = broken_line(document).filter(|_| may_name) {
        return Err(format!(
            "Line {line} has a syntax error; fix it first, so that no use of the name is missed."
        ));
    }
    let respelled = |(node, _): (Node<'_>, bool)| {
        let text = node.value();
        let (whole, _) = split_version(&text);
        let start = whole.len() - bare(whole).len();
        let renamed = format!("{}{name}{}", text.get(..start)?, text.get(whole.len()..)?);
        match node.kind() {
            Kind::Scalar(ScalarStyle::Plain | ScalarStyle::Single | ScalarStyle::Double) => {
                in_yaml(document, node, &renamed)
            }
            _ => None,
        }
    };
    let edits = same(document, reference).into_iter().try_fold(Edits::default(), |edits, place| {
        let line = document.syntax.lines().line_of(place.0.span().start()) + 1;
        let edit = respelled(place).ok_or_else(|| {
            format!("Line {line} writes the name in a way that cannot be changed; put it in quotes first.")
        })?;
        Ok::<_, String>(edits.and(edit))
    })?;
    let (title, applicability) = (format!("Rename to `{name}`"), Applicability::Safe);
    let fix = Fix { title, edits, files: Vec::new(), applicability };
    Verifier::new(snapshot, &NoFiles, &Settings::default()).edits(fix)
}

/// Checks that a resource type can have a name.
///
/// # Errors
/// The reason why it cannot, for the user.
pub(crate) fn may_be_called(snapshot: &Snapshot, name: &str) -> Result<(), String> {
    let identifier = reference::get().identifiers.get("resource-type");
    let (least, most) =
        identifier.map_or((3, 100), |found| (found.min_length.unwrap_or(3), found.max_length.unwrap_or(100)));
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !name.bytes().all(legal) || !(least..=most).contains(&name.len()) {
        return Err(format!(
            "Names of resource types are {least} to {most} lower-case letters, digits and hyphens."
        ));
    }
    match snapshot.document().catalog().get(name) {
        Some(found) if found.is_own() => Err(format!("A resource type `{name}` already exists.")),
        _ => Ok(()),
    }
}

/// The nodes that name the same type as a reference, and whether each is the definition.
fn same<'a>(document: &'a Document, reference: &str) -> Vec<(Node<'a>, bool)> {
    let types = document.catalog().types();
    let wanted = types.identity(reference);
    let used = refs(document).into_iter().filter(|one| one.names_type()).map(|one| (one.value, false));
    let defined = definition::name(document).map(|name| (name, true));
    let mut all: Vec<(Node<'_>, bool)> = used.chain(defined).collect();
    all.retain(|(node, _)| types.identity(&node.value()) == wanted);
    all.sort_by_key(|(node, _)| node.span());
    all
}

#[cfg(test)]
mod tests;

//! Refactorings at the cursor: edits that keep the meaning of a document, or that take a likely next step.

mod anchors;
mod bundle_format;
mod choices;
mod condition;
mod form;
mod presets;
mod steps;

pub(crate) use steps::rename_directory;

use super::Snapshot;
use crate::bundle::{Document, OccurrenceRole, PropertyId, SymbolKind};
use crate::edit::Fix;
use crate::syntax::{Entry, Node, Span};

/// The refactorings at a byte offset; none where the surrounding text has syntax errors.
#[must_use]
pub fn refactorings(snapshot: &Snapshot, offset: usize) -> Vec<Fix> {
    let document = snapshot.document();
    if document.syntax.fatal_errors().next().is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(property) = param(document, offset) {
        form::of_param(document, property, &mut found);
        condition::of_param(document, property, &mut found);
        anchors::extract(document, property, &mut found);
    }
    form::of_order(document, offset, &mut found);
    choices::rewrite(document, offset, &mut found);
    presets::create(document, offset, &mut found);
    anchors::inline(document, offset, &mut found);
    bundle_format::migrate(document, offset, &mut found);
    found
}

/// The param whose name is declared at an offset.
fn param(document: &Document, offset: usize) -> Option<PropertyId> {
    let (symbol, here) = document.symbols().touching(offset)?;
    if symbol.kind != SymbolKind::Param || here.role != OccurrenceRole::Definition {
        return None;
    }
    let schemas = symbol.schemas.iter().map(|&id| document.schemas.get(id));
    schemas.flat_map(|schema| &schema.parents).find_map(|(role, _)| match role {
        crate::bundle::Role::Property(id) if document.schemas.property(*id).key == here.node => Some(*id),
        _ => None,
    })
}

/// The entry of a schema's mapping at an offset, if it is written in that mapping itself.
fn entry_at<'a>(mapping: Node<'a>, key: &str, offset: usize) -> Option<Entry<'a>> {
    let line = |entry: &Entry<'_>| entry.key().span().touches(offset) || entry.value().span().touches(offset);
    mapping.entries().find(|entry| entry.name() == key).filter(line)
}

/// Whether an entry begins its line.
fn begins_line(entry: Entry<'_>) -> bool {
    let syntax = entry.key().syntax();
    let start = syntax.lines().start(syntax.lines().line_of(entry.span().start()));
    syntax.slice(Span::new(start, entry.span().start())).trim().is_empty()
}

#[cfg(test)]
mod tests;

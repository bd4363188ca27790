//! Changes that keep what a document says, or take a next step that its author has in mind: offered where the cursor is.

mod choices;
mod form;
mod presets;
mod steps;

pub use steps::rename_directory;

use super::Snapshot;
use crate::bundle::{Block, Document, PropertyId, SymbolKind, Use};
use crate::rules::Edit;
use crate::rules::migrate::to_current;
use crate::syntax::{Entry, Node, Span};

/// A change that can be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refactoring {
    /// What it does, as an imperative.
    pub title: String,
    /// Its edits, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Refactoring {
    fn new(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), edits }
    }
}

/// What can be changed at an offset (bytes). Nothing where the text around is broken.
#[must_use]
pub fn refactorings(snapshot: &Snapshot, offset: usize) -> Vec<Refactoring> {
    let document = snapshot.document();
    if document.syntax.fatal_errors().next().is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(property) = param(document, offset) {
        form::of_param(document, property, &mut found);
    }
    form::of_order(document, offset, &mut found);
    choices::rewrite(document, offset, &mut found);
    presets::create(document, offset, &mut found);
    migrate(document, offset, &mut found);
    found
}

/// With the cursor on a block of the older edition: its form in the current one, where nothing would be lost.
fn migrate(document: &Document, offset: usize, found: &mut Vec<Refactoring>) {
    for old in [Block::Connections, Block::Artifacts] {
        let Some(nodes) = document.block(old).filter(|_| document.block(old.sibling()).is_none()) else {
            continue;
        };
        if document.node(nodes.key).span().touches(offset)
            && let Some(edits) = to_current(document, old)
        {
            found.push(Refactoring::new(format!("Turn into `{}`", old.sibling().key()), edits));
        }
    }
}

/// The param whose name, where it is declared, is at an offset.
fn param(document: &Document, offset: usize) -> Option<PropertyId> {
    let (symbol, here) = document.symbols().touching(offset)?;
    if symbol.kind != SymbolKind::Param || here.role != Use::Definition {
        return None;
    }
    let schemas = symbol.schemas.iter().map(|&id| document.schemas.get(id));
    schemas.flat_map(|schema| &schema.parents).find_map(|(role, _)| match role {
        crate::bundle::Role::Property(id) if document.schemas.property(*id).key == here.node => Some(*id),
        _ => None,
    })
}

/// The entry of a schema's mapping, if it is written there itself.
fn entry_at<'a>(mapping: Node<'a>, key: &str, offset: usize) -> Option<Entry<'a>> {
    let line = |entry: &Entry<'_>| entry.key().span().touches(offset) || entry.value().span().touches(offset);
    mapping.entries().find(|entry| entry.name() == key).filter(line)
}

/// Whether an entry's lines are its own: it begins its line.
fn begins_line(entry: Entry<'_>) -> bool {
    let syntax = entry.key().syntax();
    let start = syntax.lines().start(syntax.lines().line_of(entry.span().start()));
    syntax.slice(Span::new(start, entry.span().start())).trim().is_empty()
}

#[cfg(test)]
mod tests;

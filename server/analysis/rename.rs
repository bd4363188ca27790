//! Rename: all references at once, or none.
//!
//! A new name can be illegal, reserved, taken, or read differently by a schema at the same position. Instead of
//! predicting these cases, the renamed document is analysed: it must have the same names with the same references,
//! and no new findings.

use super::navigation::{Definition, anchor_references, definition_at};
use super::verify::{Verified, Verifier, first_error};
use super::{Snapshot, code, programs};
use crate::bundle::{Document, Occurrence, OccurrenceRole, Symbol, SymbolKind};
use crate::edit::{Applicability, Change, Edit, Edits, Fix};
use crate::settings::Settings;
use crate::syntax::{Entry, Kind, Node, ScalarStyle, Span, encode};
use crate::workspace::Files;
use foldhash::HashMap;

/// A symbol or anchor that can be renamed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renamable {
    /// The name under the cursor (bytes).
    pub span: Span,
    /// The name without quotes and escapes.
    pub name: String,
}

/// The symbol or anchor at a byte offset that can be renamed.
///
/// # Errors
/// The reason why there is none, for the user.
pub fn prepare_rename(snapshot: &Snapshot, offset: usize) -> Result<Renamable, String> {
    let document = snapshot.document();
    match definition_at(document, offset) {
        Some((span, Definition::Symbol(symbol))) => {
            let quoted =
                document.symbols().touching(offset).is_some_and(|(_, here)| is_quoted(document, here));
            let span = if quoted { Span::new(span.start() + 1, span.end() - 1) } else { span };
            Ok(Renamable { span, name: symbol.name.clone() })
        }
        Some((span, Definition::Anchor(_))) => {
            Ok(Renamable { span, name: document.syntax.slice(span).to_owned() })
        }
        Some((_, Definition::Pointer(_))) => {
            Err("Rename the definition that this reference points to by hand.".to_owned())
        }
        Some((_, Definition::Path(_))) => {
            Err("This names a file or directory; rename the file or directory instead.".to_owned())
        }
        None => {
            Err("This cannot be renamed; only params, connections, artifacts and anchors can.".to_owned())
        }
    }
}

/// Whether a name is written in YAML quotes.
fn is_quoted(document: &Document, place: Occurrence) -> bool {
    let style = document.node(place.node).kind();
    let quotes = matches!(style, Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double));
    place.role != OccurrenceRole::Jq && quotes && place.span.len() > 1
}

/// Renames the symbol or anchor at a byte offset: in the document, in the code and the jq files of its steps, and in
/// the names of jq files. `files` must be the current files, not cached ones.
///
/// # Errors
/// The reason why it cannot have that name, for the user.
pub fn rename(
    snapshot: &Snapshot,
    files: &dyn Files,
    settings: &Settings,
    offset: usize,
    name: &str,
) -> Result<Verified, String> {
    let document = snapshot.document();
    if let Some(error) = first_error(&document.syntax) {
        let line = document.syntax.lines().line_of(error) + 1;
        return Err(format!(
            "Line {line} has a syntax error; fix it first, so that no use of the name is missed."
        ));
    }
    if let Some((entry, _)) = repeated_key(document) {
        let (name, line) = (entry.name(), document.syntax.lines().line_of(entry.span().start()) + 1);
        return Err(format!(
            "Line {line} has the key `{name}`, which is repeated further down; remove one of them first."
        ));
    }
    let current = prepare_rename(snapshot, offset)?;
    may_be_written(name)?;
    let (edits, changed) = match definition_at(document, offset) {
        _ if name == current.name => (Edits::default(), Vec::new()),
        Some((_, Definition::Symbol(symbol))) => {
            may_be_called(document, symbol, name)?;
            (respell(document, symbol, name)?, code::rename(document, files, symbol, name)?)
        }
        Some((_, Definition::Anchor(node))) => (rename_anchor(document, node, name)?, Vec::new()),
        _ => return Err("There is nothing to rename here.".to_owned()),
    };
    let title = format!("Rename to `{name}`");
    let fix = Fix { title, edits, files: changed, applicability: Applicability::Safe };
    // Step code is renamed together with the document, so findings about step code do not count.
    let settings = Settings { iac: false, ..settings.clone() };
    let verifier = Verifier::new(snapshot, files, &settings);
    let renamed = verifier.checked(&fix).map_err(|reason| format!("Not renamed: {reason}."))?;
    compare(snapshot, &renamed, name)?;
    verifier.without_news(fix, &renamed).map_err(|reason| format!("{reason}."))
}

/// A key that its mapping has twice: names in the ignored entry would be missed.
fn repeated_key(document: &Document) -> Option<(Entry<'_>, Entry<'_>)> {
    document.syntax.nodes().filter(|node| node.is_mapping()).find_map(|mapping| mapping.duplicates().next())
}

/// Checks that a name can be written.
fn may_be_written(name: &str) -> Result<(), String> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if name.is_empty() || name.contains(breaks) {
        return Err(
            "A name needs at least one character, and no line breaks or control characters.".to_owned()
        );
    }
    if name.trim() != name {
        return Err("A name must not begin or end with a space.".to_owned());
    }
    if name == "<<" {
        return Err("`<<` is the merge key of YAML; choose another name.".to_owned());
    }
    Ok(())
}

/// Checks that no other symbol in the same scope has the name.
fn may_be_called(document: &Document, symbol: &Symbol, name: &str) -> Result<(), String> {
    let is_input = |symbol: &Symbol| match symbol.kind {
        SymbolKind::Port(block) => block.is_input(),
        SymbolKind::Param => is_top(document, symbol),
    };
    let competes = |other: &&Symbol| {
        let same_kind = other.kind == symbol.kind && other.kind != SymbolKind::Param;
        other.name == name && (same_kind || is_input(other) && is_input(symbol))
    };
    let Some(other) = document.symbols().all.iter().find(competes) else { return Ok(()) };
    let at = other.occurrences.first().map_or(0, |place| document.syntax.lines().line_of(place.span.start()));
    Err(format!("`{name}` already exists in line {}.", at + 1))
}

/// Whether a param is a top-level param.
fn is_top(document: &Document, symbol: &Symbol) -> bool {
    let known = document.params.and_then(|params| document.names(params).known.get(&symbol.name));
    let is_it = |one: &Symbol| std::ptr::eq(one, symbol);
    known.is_some_and(|ids| ids.iter().any(|id| document.symbols().of_property(*id).is_some_and(is_it)))
}

fn respell(document: &Document, symbol: &Symbol, name: &str) -> Result<Edits, String> {
    let nodes: Vec<_> = symbol.occurrences.iter().map(|place| place.node).collect();
    let mut edits = Edits::default();
    for place in &symbol.occurrences {
        let node = document.node(place.node);
        if node.kind() == Kind::Alias && nodes.contains(&node.target().id()) {
            continue; // The alias follows the scalar that it refers to.
        }
        let edit = if place.role == OccurrenceRole::Jq {
            in_expression(document, place, name)
        } else {
            in_yaml(document, node, name)
        };
        let line = document.syntax.lines().line_of(place.span.start()) + 1;
        let edit = edit.ok_or_else(|| {
            format!(
                "`{name}` cannot be written where line {line} uses the name; put that value in quotes first."
            )
        })?;
        edits = edits.and(edit);
    }
    Ok(edits)
}

/// Replaces the text of a scalar and keeps its quotes.
pub(super) fn in_yaml(document: &Document, node: Node<'_>, name: &str) -> Option<Edits> {
    let text = match node.kind() {
        Kind::Scalar(ScalarStyle::Single) => format!("'{}'", encode::within(node, name)?),
        Kind::Scalar(ScalarStyle::Double) => format!("\"{}\"", encode::within(node, name)?),
        Kind::Scalar(ScalarStyle::Plain) => {
            encode::string(name, encode::in_flow(node), document.dialect()).into_owned()
        }
        _ => return None,
    };
    let is_key = node.entry().is_some_and(|entry| entry.key() == node);
    let change = if is_key { Change::Key } else { Change::Text };
    Some(Edits::new(node.span(), text, [change(node.id(), name.to_owned())]))
}

/// Renames the reference to a name in a jq program of the document.
fn in_expression(document: &Document, place: &Occurrence, name: &str) -> Option<Edits> {
    let expression = document.expressions().at(place.span.start())?;
    let mut uses = expression.report(document).uses.iter();
    let one = uses.find(|one| {
        let written = expression.source(one.span);
        written == place.span
            || written.covers(place.span) && expression.program().slice(one.span).starts_with('"')
    })?;
    let (span, text) = programs::rename_step(document, expression, one, name)?;
    Some(Edits::new(span, text, expression.node.map(Change::Value)))
}

fn rename_anchor(document: &Document, anchored: Node<'_>, name: &str) -> Result<Edits, String> {
    // The characters that libyaml does not accept in an anchor's name.
    let is_wrong = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if let Some(wrong) = name.chars().find(is_wrong) {
        return Err(format!(
            "An anchor's name can contain only letters, digits, `_` and `-`, not `{wrong}`."
        ));
    }
    let mark = format!("&{name}");
    let taken = |node: &Node<'_>| node.anchor().is_some_and(|anchor| document.syntax.slice(anchor) == mark);
    if let Some(other) = document.syntax.nodes().find(taken) {
        let line = document.syntax.lines().line_of(other.full_span().start()) + 1;
        return Err(format!("An anchor `{name}` already exists in line {line}."));
    }
    let references = anchor_references(document, anchored);
    let edits = references.into_iter().map(|reference| Edit { span: reference.span, text: name.to_owned() });
    Ok(Edits::layout(edits.collect()))
}

/// Checks that both versions have the same symbols with the same number of references.
fn compare(before: &Snapshot, after: &Snapshot, name: &str) -> Result<(), String> {
    let uses = |snapshot: &Snapshot| -> Vec<(SymbolKind, usize)> {
        let symbols = &snapshot.document().symbols().all;
        symbols.iter().map(|symbol| (symbol.kind, symbol.occurrences.len())).collect()
    };
    if uses(before) == uses(after) {
        return Ok(());
    }
    let document = after.document();
    let of_name = document.symbols().all.iter().filter(|symbol| symbol.name == name);
    let mut lines: Vec<usize> = of_name
        .flat_map(|symbol| &symbol.occurrences)
        .map(|place| document.syntax.lines().line_of(place.span.start()) + 1)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let known = mention_lines(before, after, &lines);
    let places = if known.len() == 1 { "line" } else { "lines" };
    let shown: Vec<String> = known.iter().map(usize::to_string).collect();
    Err(format!("`{name}` would be confused with another name in {places} {}.", shown.join(", ")))
}

/// The lines whose number of references differs between both versions; if there are none, all lines that use the
/// name.
fn mention_lines(before: &Snapshot, after: &Snapshot, lines: &[usize]) -> Vec<usize> {
    let count = |snapshot: &Snapshot| {
        let mut counts: HashMap<usize, usize> = HashMap::default();
        let document = snapshot.document();
        for place in document.symbols().all.iter().flat_map(|symbol| &symbol.occurrences) {
            *counts.entry(document.syntax.lines().line_of(place.span.start()) + 1).or_default() += 1;
        }
        counts
    };
    let (old, new) = (count(before), count(after));
    let mut differing: Vec<usize> =
        old.keys().chain(new.keys()).filter(|line| old.get(*line) != new.get(*line)).copied().collect();
    differing.sort_unstable();
    differing.dedup();
    if differing.is_empty() { lines.to_vec() } else { differing }
}

#[cfg(test)]
mod tests;

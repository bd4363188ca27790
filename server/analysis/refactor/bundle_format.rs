//! Converts a block between the `connections`/`artifacts` format and the `dependencies`/`resources` format, if
//! nothing is lost.

use crate::bundle::{Block, BlockNodes, Document, OccurrenceRole};
use crate::edit::build::{column, end_of_lines, is_sound, line_break};
use crate::edit::{Edit, Edits, Fix};
use crate::rules::migrate::{holds_alias, lines, own, remove_lines, replaced, to_current};
use crate::syntax::{Entry, Kind, Node, Span, json, parse};

/// With the cursor on the key of a block: converts it to the other format.
pub(super) fn migrate(document: &Document, offset: usize, found: &mut Vec<Fix>) {
    for old in [Block::Connections, Block::Artifacts] {
        let new = old.sibling();
        let (block, edits) = match (document.block(old), document.block(new)) {
            (Some(nodes), None) if touches(document, nodes, offset) => (old, to_current(document, old)),
            (None, Some(nodes)) if touches(document, nodes, offset) => (new, to_connections(document, new)),
            _ => continue,
        };
        let title = format!("Convert to `{}`", block.sibling().key());
        found.extend(Fix::unsafe_(title, edits));
    }
}

fn touches(document: &Document, nodes: BlockNodes, offset: usize) -> bool {
    document.node(nodes.key).span().touches(offset)
}

/// The edits that convert a block of the `dependencies`/`resources` format in place. `None` if something would be
/// lost: a version, an anchor, a comment on a removed line, or a program that reads `.dependencies`.
fn to_connections(document: &Document, new: Block) -> Option<Edits> {
    let syntax = &document.syntax;
    let block = own(syntax.root()?, new.key())?;
    let value = block.value();
    if !is_sound(syntax, block.span())
        || crate::edit::build::holds_anchor(value)
        || holds_alias(value)
        || is_named(document)
    {
        return None;
    }
    let changes = replaced(syntax, block, new.sibling());
    let mut edits = vec![Edit { span: block.key().span(), text: new.sibling().key().to_owned() }];
    if value.is_mapping() && value.entries().len() == 0 {
        let text = format!("{}  properties: {{}}", line_break(syntax));
        edits.push(Edit { span: Span::new(block.colon()? + 1, value.span().end()), text });
        return Some(Edits { list: edits, changes });
    }
    let first = value.entries().next().filter(|_| value.kind() == (Kind::Mapping { flow: false }))?;
    let mut removed = Vec::new();
    let mut required = Vec::new();
    for member in value.entries() {
        let line = entry_to_connections(member, &mut edits)?;
        removed.push(line.span);
        if member.value().get("required").is_some_and(|required| required.value().source() == "true") {
            required.push(member.key().source());
        }
        edits.push(line);
    }
    let (indent, line_break) =
        (" ".repeat(column(syntax, first.key().full_span().start())), line_break(syntax));
    let mut head = String::new();
    if !required.is_empty() {
        head = format!("{indent}required:{line_break}");
        required.iter().for_each(|name| head.push_str(&format!("{indent}  - {name}{line_break}")));
    }
    head.push_str(&format!("{indent}properties:{line_break}"));
    let body = Span::new(first.key().full_span().start(), end_of_lines(syntax, block));
    for (index, line) in lines(syntax, body).enumerate() {
        let is_blank = syntax.slice(line).trim().is_empty();
        let deeper = if is_blank || removed.contains(&line) { "" } else { "  " };
        let head = if index == 0 { head.as_str() } else { "" };
        edits.push(Edit { span: Span::at(line.start()), text: format!("{head}{deeper}") });
    }
    edits.retain(|edit| !edit.span.is_empty() || !edit.text.is_empty());
    let edits = Edits { list: edits, changes };
    is_reversible(document, new, &edits).then_some(edits)
}

/// Whether a program or `$md.enum` uses `dependencies` or `dependency`, which the `connections`/`artifacts` format
/// does not have.
fn is_named(document: &Document) -> bool {
    let in_program = document.expressions().iter().any(|one| one.program().text().contains("dependencies"));
    let mut places = document.symbols().all.iter().flat_map(|symbol| &symbol.occurrences);
    in_program
        || places.any(|place| {
            let entry = document.node(place.node).entry();
            place.role == OccurrenceRole::EnumConnection
                && entry.is_some_and(|entry| entry.name() == "dependency")
        })
}

/// Renames the key of the type, and returns the edit that removes the `required` line.
fn entry_to_connections(member: Entry<'_>, edits: &mut Vec<Edit>) -> Option<Edit> {
    let entry = member.value();
    let (kind, required) = (entry.get("resource_type")?, entry.get("required")?);
    let is_plain = |node: Node<'_>| node.is_scalar() && !node.source().contains(['@', '\n']);
    if entry.entries().len() != 2
        || entry.kind() != (Kind::Mapping { flow: false })
        || !is_plain(kind.value())
    {
        return None;
    }
    edits.push(Edit { span: kind.key().span(), text: "$ref".to_owned() });
    remove_lines(entry.syntax(), required)
}

/// Whether converting back yields the same values.
fn is_reversible(document: &Document, new: Block, edits: &Edits) -> bool {
    let value = |document: &Document| json::to_json(document.syntax.root()?, document.dialect()).ok();
    let edited = |document: &Document, edits: &Edits| {
        Some(Document::new(parse(edits.apply(document.syntax.text())?), None))
    };
    let back = edited(document, edits).and_then(|converted| {
        let back = to_current(&converted, new.sibling())?;
        edited(&converted, &back)
    });
    back.is_some_and(|back| value(&back).is_some() && value(&back) == value(document))
}

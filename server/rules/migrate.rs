//! Migrates `connections` and `artifacts` to `dependencies` and `resources`, keeping comments and layout.
//!
//! Every function returns `None` if something would be lost: constraints, references to files, anchors, or comments in
//! lines that are removed.

use crate::bundle::{Block, Document, RefForm};
use crate::edit::build::{
    column, end_of_lines, holds_anchor, is_sound, line_break, moved_lines, remove_entry,
};
use crate::edit::{Change, Edit, Edits};
use crate::syntax::{Entry, Kind, Node, Span, Syntax};
use foldhash::HashSet;
use std::borrow::Cow;

/// Edits that convert `connections` or `artifacts` to its sibling in place; `None` if the sibling exists, even half
/// typed.
pub(crate) fn to_current(document: &Document, old: Block) -> Option<Edits> {
    let is_there = document.syntax.root()?.entries().any(|entry| entry.name() == old.sibling().key());
    if is_there { None } else { in_place(document, old) }
}

fn in_place(document: &Document, old: Block) -> Option<Edits> {
    let syntax = &document.syntax;
    let (block, parts) = read(document, old)?;
    let rename = Edit { span: block.key().span(), text: old.sibling().key().to_owned() };
    let changes = replaced(syntax, block, old.sibling());
    let Some(properties) = parts.properties.filter(|properties| has_members(*properties)) else {
        return Some(Edits { list: vec![rename, empty(syntax, block)?], changes });
    };
    let mut edits = vec![rename];
    if let Some(required) = parts.required {
        edits.push(remove_lines(syntax, required)?);
    }
    edits.push(remove_key(syntax, properties)?);
    let shift = dedent(syntax, properties, &mut edits)?;
    let required = required_names(parts.required);
    for member in properties.value().entries() {
        let required = required.contains(&member.name());
        migrate_entry(syntax, member, required, shift, &mut edits)?;
    }
    Some(Edits { list: edits, changes })
}

/// The changes when one block replaces another.
pub(crate) fn replaced(syntax: &Syntax, block: Entry<'_>, new: Block) -> Vec<Change> {
    let removed = Change::Removed(block.key().id());
    let added = syntax.root().map(|root| Change::Entry(root.id(), new.key().to_owned()));
    std::iter::once(removed).chain(added).collect()
}

/// Edits that move the entries of `connections` or `artifacts` to the end of its sibling, which exists.
pub(super) fn into_existing(document: &Document, old: Block) -> Option<Edits> {
    let syntax = &document.syntax;
    let root = syntax.root()?;
    let (block, parts) = read(document, old)?;
    let removed = remove_entry(root, block)?;
    let Some(properties) = parts.properties.filter(|properties| has_members(*properties)) else {
        return Some(removed);
    };
    let new = own(root, old.sibling().key())?;
    if properties.value().entries().any(|member| new.value().field(&member.name()).is_some()) {
        return None;
    }
    let names = properties.value().entries();
    let added = names.map(|member| Change::Entry(new.value().id(), member.name().into_owned())).collect();
    let span = removed.list.first()?.span;
    let moved = applied(syntax, span, in_place(document, old)?.list);
    let (first, lines) = moved.split_once('\n')?;
    if first.contains('#') {
        return None;
    }
    let from = column(syntax, properties.key().span().start());
    let line_break = line_break(syntax);
    match new.value().kind() {
        Kind::Mapping { flow: false } => {
            let to = column(syntax, new.value().entries().next()?.key().full_span().start());
            let at = end_of_lines(syntax, new);
            let before = if syntax.text()[..at].ends_with('\n') { "" } else { line_break };
            let text = format!("{before}{}", moved_lines(lines, from, to));
            Some(Edits { list: vec![Edit { span: Span::at(at), text }], changes: added }.and(removed))
        }
        Kind::Mapping { flow: true } if new.value().entries().len() == 0 => {
            let (after, end) = (new.colon()? + 1, new.value().span().end());
            let rest = syntax.slice(Span::new(end, end_of_lines(syntax, new)));
            if !rest.trim().is_empty() {
                return None;
            }
            let text = format!("{line_break}{}", lines.trim_end());
            Some(Edits::new(Span::new(after, end), text, [Change::Value(new.value().id())]).and(removed))
        }
        _ => None,
    }
}

/// The entries of a block that can be migrated; it has no others.
struct Parts<'a> {
    required: Option<Entry<'a>>,
    properties: Option<Entry<'a>>,
}

fn read(document: &Document, old: Block) -> Option<(Entry<'_>, Parts<'_>)> {
    let block = own(document.syntax.root()?, old.key())?;
    let value = block.value();
    let is_flow = value.kind() == (Kind::Mapping { flow: true }) && value.entries().len() > 0;
    let is_sound = is_sound(&document.syntax, block.span());
    if !value.is_mapping() || is_flow || !is_sound || holds_anchor(value) || holds_alias(value) {
        return None;
    }
    let parts = Parts { required: value.get("required"), properties: value.get("properties") };
    let known = parts.required.iter().len() + parts.properties.iter().len();
    let is_list =
        |required: Entry<'_>| required.value().is_sequence() || required.value().kind() == Kind::Null;
    (value.entries().len() == known && parts.required.is_none_or(is_list)).then_some((block, parts))
}

/// The entry of a block-style mapping with this key, if it is written there exactly once.
pub(crate) fn own<'a>(mapping: Node<'a>, key: &str) -> Option<Entry<'a>> {
    let mut found = mapping.entries().filter(|entry| entry.name() == key && entry.colon().is_some());
    let entry = found.next()?;
    (found.next().is_none() && mapping.kind() == (Kind::Mapping { flow: false })).then_some(entry)
}

pub(crate) fn holds_alias(value: Node<'_>) -> bool {
    let mut work = vec![value];
    while let Some(node) = work.pop() {
        if node.kind() == Kind::Alias {
            return true;
        }
        work.extend(node.items());
        for entry in node.entries() {
            work.extend([entry.key(), entry.value()]);
        }
    }
    false
}

fn has_members(properties: Entry<'_>) -> bool {
    properties.value().entries().len() > 0
}

fn required_names(required: Option<Entry<'_>>) -> HashSet<Cow<'_, str>> {
    let items = required.into_iter().flat_map(|required| required.value().items());
    items.map(Node::value).collect()
}

/// A block without members becomes `{}`.
fn empty(syntax: &Syntax, block: Entry<'_>) -> Option<Edit> {
    let (after, end) = (block.colon()? + 1, block.value().span().end());
    let span = Span::new(after, end);
    (!has_comment(syntax, span)).then(|| Edit { span, text: " {}".to_owned() })
}

pub(crate) fn remove_lines(syntax: &Syntax, entry: Entry<'_>) -> Option<Edit> {
    let start = syntax.lines().start(syntax.lines().line_of(entry.span().start()));
    let span = Span::new(start, end_of_lines(syntax, entry));
    (!has_comment(syntax, span)).then(|| Edit { span, text: String::new() })
}

/// Removes the line `properties:`, or only the key if a comment follows.
fn remove_key(syntax: &Syntax, entry: Entry<'_>) -> Option<Edit> {
    let line = syntax.lines().span(syntax.lines().line_of(entry.key().span().start()));
    let after = syntax.slice(Span::new(entry.colon()? + 1, line.end()));
    let comment = after.trim_start_matches([' ', '\t']);
    let span = match comment.starts_with('#') {
        true => Span::new(entry.key().span().start(), line.end() - comment.len()),
        false => line,
    };
    (entry.value().kind() == (Kind::Mapping { flow: false })).then(|| Edit { span, text: String::new() })
}

/// Moves the members of `properties` to the column of `properties`. Returns the number of columns.
fn dedent(syntax: &Syntax, properties: Entry<'_>, edits: &mut Vec<Edit>) -> Option<usize> {
    let first = properties.value().entries().next()?;
    let from = column(syntax, first.key().full_span().start());
    let shift = from.checked_sub(column(syntax, properties.key().span().start()))?;
    let begin = properties.key().span().end();
    for line in lines(syntax, Span::new(begin, end_of_lines(syntax, properties))).skip(1) {
        let text = syntax.slice(line);
        let blanks = text.len() - text.trim_start_matches(' ').len();
        edits.push(Edit {
            span: Span::new(line.start(), line.start() + blanks.min(shift)),
            text: String::new(),
        });
    }
    Some(shift)
}

fn migrate_entry(
    syntax: &Syntax,
    member: Entry<'_>,
    required: bool,
    shift: usize,
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let entry = member.value();
    let Kind::Mapping { flow } = entry.kind() else { return None };
    let reference = entry.get("$ref").filter(|reference| reference.value().is_scalar())?;
    let is_type = matches!(RefForm::of(&reference.value().value()), RefForm::Type(_));
    if !is_type || flow && entry.entries().len() > 1 {
        return None;
    }
    edits.push(Edit { span: reference.key().span(), text: "resource_type".to_owned() });
    if flow {
        let text = format!(", required: {required}");
        edits.push(Edit { span: Span::at(reference.value().span().end()), text });
        return Some(());
    }
    let indent = " ".repeat(column(syntax, reference.key().span().start()).checked_sub(shift)?);
    let line_break = line_break(syntax);
    let at = end_of_lines(syntax, reference);
    let text = match syntax.text()[..at].ends_with('\n') {
        true => format!("{indent}required: {required}{line_break}"),
        false => format!("{line_break}{indent}required: {required}"),
    };
    edits.push(Edit { span: Span::at(at), text });
    for other in entry.entries().filter(|other| other.name() != "$ref") {
        if !matches!(&*other.name(), "title" | "description") {
            return None;
        }
        comment_out(syntax, other, edits);
    }
    Some(())
}

/// Turns `title` and `description`, which `dependencies` and `resources` do not have, into comments.
fn comment_out(syntax: &Syntax, entry: Entry<'_>, edits: &mut Vec<Edit>) {
    let start = entry.key().span().start();
    let column = column(syntax, start);
    for line in lines(syntax, Span::new(start, end_of_lines(syntax, entry))) {
        let at = line.start() + column;
        if at < line.end() && !syntax.slice(line).trim().is_empty() {
            edits.push(Edit { span: Span::at(at), text: "# ".to_owned() });
        }
    }
}

/// The whole lines that a span touches.
pub(crate) fn lines(syntax: &Syntax, span: Span) -> impl Iterator<Item = Span> {
    let first = syntax.lines().line_of(span.start());
    let last = syntax.lines().line_of(span.end().saturating_sub(1));
    (first..=last).map(|line| syntax.lines().span(line))
}

fn has_comment(syntax: &Syntax, span: Span) -> bool {
    syntax.comments().iter().any(|&comment| span.covers(comment))
}

/// The text of a span after edits that all lie in it.
fn applied(syntax: &Syntax, span: Span, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.span);
    let mut text = String::new();
    let mut at = span.start();
    for edit in &edits {
        text.push_str(syntax.slice(Span::new(at, edit.span.start())));
        text.push_str(&edit.text);
        at = edit.span.end();
    }
    text.push_str(syntax.slice(Span::new(at, span.end())));
    text
}

//! Sharing a schema with an anchor and aliases, and inlining aliases.

use crate::bundle::{Document, PropertyId, Role};
use crate::edit::build::{column, holds_anchor, line_break, moved};
use crate::edit::{Edit, Edits, Fix};
use crate::syntax::{Entry, Kind, Node, Span, json};
use serde_json::Value;

/// With the cursor on a param: replaces its schema and all equal ones with one anchored schema and aliases. The
/// schema with comments is kept; nothing is offered if several have comments, which would be lost.
pub(super) fn extract(document: &Document, property: PropertyId, found: &mut Vec<Fix>) {
    let name = document.node(document.schemas.property(property).key).value();
    if let Some((edits, others)) = shared(document, property, &name) {
        let title = match others {
            1 => format!("Share the schema of `{name}` with the identical one"),
            _ => format!("Share the schema of `{name}` with the {others} identical ones"),
        };
        found.extend(Fix::unsafe_(title, Edits::layout(edits)));
    }
}

fn shared(document: &Document, property: PropertyId, name: &str) -> Option<(Vec<Edit>, usize)> {
    let entry = document.node(document.schemas.property(property).key).entry()?;
    let wanted = own_value(document, entry)?;
    let (keys, here) = (entry.value().entries().len(), entry.key());
    let schemas = document.schemas.iter().filter_map(|(_, schema)| match schema.role {
        Role::Property(id) => document.node(document.schemas.property(id).key).entry(),
        _ => None,
    });
    let alike = schemas.filter(|other| {
        let value = other.value();
        other.key() == here
            || value.entries().len() == keys && own_value(document, *other).as_ref() == Some(&wanted)
    });
    let mut alike: Vec<Entry<'_>> = alike.collect();
    alike.sort_by_key(|entry| entry.span());
    alike.dedup_by_key(|entry| entry.key());
    let (first, others) = alike.split_first().filter(|(_, others)| !others.is_empty())?;
    let mut commented = alike.iter().filter(|entry| has_comment(document, **entry));
    let kept = commented.next().unwrap_or(first);
    if commented.next().is_some() {
        return None;
    }
    let anchor = free_name(document, name);
    let whole = |entry: &Entry<'_>| Some(Span::new(entry.colon()? + 1, content_end(entry.value())));
    let mut edits = if kept.key() == first.key() {
        vec![Edit { span: Span::at(first.colon()? + 1), text: format!(" &{anchor}") }]
    } else {
        // An alias must follow its anchor.
        let indent = |entry: &Entry<'_>| column(&document.syntax, entry.key().full_span().start());
        let text = moved(document.syntax.slice(whole(kept)?), indent(kept), indent(first));
        vec![Edit { span: whole(first)?, text: format!(" &{anchor}{text}") }]
    };
    for other in others {
        edits.push(Edit { span: whole(other)?, text: format!(" *{anchor}") });
    }
    Some((edits, others.len()))
}

/// The value of an entry, if it can be moved without a loss.
fn own_value(document: &Document, entry: Entry<'_>) -> Option<Value> {
    let value = entry.value();
    if !value.is_mapping() || value.entries().len() == 0 || holds_anchor(value) || value.tag().is_some() {
        return None;
    }
    json::to_json(value, document.dialect()).ok()
}

fn has_comment(document: &Document, entry: Entry<'_>) -> bool {
    let whole = Span::new(entry.key().span().end(), content_end(entry.value()));
    document.syntax.comments().iter().any(|comment| whole.covers(*comment))
}

fn free_name(document: &Document, name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    let name: String = name.chars().map(word).collect();
    let is_taken = |name: &str| {
        let mut anchors = document.syntax.nodes().filter_map(Node::anchor);
        anchors.any(|anchor| document.syntax.slice(anchor).strip_prefix('&') == Some(name))
    };
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

/// With the cursor on an alias: replaces it with the anchored value. On an anchor: does so for every alias of it.
pub(super) fn inline(document: &Document, offset: usize, found: &mut Vec<Fix>) {
    let touched = |node: &Node<'_>| {
        let mark = if node.kind() == Kind::Alias { Some(node.span()) } else { node.anchor() };
        mark.is_some_and(|mark| mark.touches(offset))
    };
    let Some(node) = document.syntax.nodes().find(touched) else { return };
    let Some(anchor) = node.target().anchor() else { return };
    let name = document.syntax.slice(anchor).trim_start_matches('&');
    let offer = if node.kind() == Kind::Alias {
        inlined(node).map(|edit| (format!("Write out `*{name}`"), vec![edit]))
    } else {
        everywhere(document, node, anchor).map(|edits| (format!("Write out `*{name}` everywhere"), edits))
    };
    found.extend(offer.and_then(|(title, edits)| Fix::unsafe_(title, Edits::layout(edits))));
}

fn everywhere(document: &Document, anchored: Node<'_>, anchor: Span) -> Option<Vec<Edit>> {
    let of_it = |node: &Node<'_>| node.kind() == Kind::Alias && node.target() == anchored;
    let mut edits: Vec<Edit> = document.syntax.nodes().filter(of_it).map(inlined).collect::<Option<_>>()?;
    if edits.is_empty() {
        return None;
    }
    let blank = usize::from(document.syntax.slice(Span::new(0, anchor.start())).ends_with(' '));
    edits.push(Edit { span: Span::new(anchor.start() - blank, anchor.end()), text: String::new() });
    Some(edits)
}

/// The edit that replaces an alias with the anchored value.
fn inlined(alias: Node<'_>) -> Option<Edit> {
    let (syntax, target) = (alias.syntax(), alias.target());
    if target == alias || target.tag().is_some() || target.entries().any(|entry| holds_anchor(entry.value()))
    {
        return None;
    }
    let entry = alias.entry().filter(|entry| entry.value() == alias);
    if let Some(entry) = entry.filter(|entry| entry.name() == "<<") {
        return merged(entry, target);
    }
    let text = syntax.slice(Span::new(target.span().start(), content_end(target)));
    if !text.contains('\n') {
        return Some(Edit { span: alias.span(), text: text.to_owned() });
    }
    let Some(entry) = entry else {
        let text = moved(text, column(syntax, target.span().start()), column(syntax, alias.span().start()));
        return Some(Edit { span: alias.span(), text });
    };
    let to = column(syntax, entry.key().full_span().start());
    let is_block = matches!(target.kind(), Kind::Mapping { flow: false } | Kind::Sequence { flow: false });
    if !is_block {
        let from = column(syntax, target.entry()?.key().full_span().start());
        return Some(Edit { span: alias.span(), text: moved(text, from, to) });
    }
    let inner = to + 2;
    let text = moved(text, column(syntax, target.span().start()), inner);
    let text = format!("{}{}{text}", line_break(syntax), " ".repeat(inner));
    Some(Edit { span: Span::new(entry.colon()? + 1, alias.span().end()), text })
}

/// The edit that replaces a merge with the merged entries.
fn merged(merge: Entry<'_>, target: Node<'_>) -> Option<Edit> {
    let syntax = target.syntax();
    let (at, around) = (merge.key().span().start(), merge.key().parent()?);
    let to = column(syntax, at);
    let is_own = |name: &str| around.entries().any(|own| own.key() != merge.key() && own.name() == name);
    let brought = target.entries().filter(|entry| !is_own(&entry.name()));
    let lines = brought.map(|entry| {
        let start = entry.key().full_span().start();
        moved(syntax.slice(Span::new(start, content_end(entry.value()))), column(syntax, start), to)
    });
    let text = lines.collect::<Vec<_>>().join(&format!("{}{}", line_break(syntax), " ".repeat(to)));
    let is_block = around.kind() == (Kind::Mapping { flow: false });
    (is_block && !text.is_empty()).then(|| Edit { span: Span::new(at, merge.value().span().end()), text })
}

/// The end of a node's visible text.
fn content_end(node: Node<'_>) -> usize {
    let span = node.full_span();
    span.start() + node.syntax().slice(span).trim_end().len()
}

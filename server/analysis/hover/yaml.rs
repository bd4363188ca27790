//! YAML's own tokens: aliases, anchors and merges.

use super::markdown::{Page, code, codes};
use crate::syntax::{Entry, Node};

/// The page of `*name`.
pub(super) fn alias(node: Node<'_>) -> Page {
    let mut page = Page::titled(node.source(), &["alias"]);
    let target = node.target();
    if target == node {
        page.paragraph("No anchor of this name is defined before it.");
        return page;
    }
    page.paragraph(&format!("Refers to {} on line {}.", code(&anchor_text(target)), line(target)));
    contents(&mut page, target);
    page
}

/// The page of `&name`.
pub(super) fn anchor(node: Node<'_>) -> Page {
    let mut page = Page::titled(&anchor_text(node), &["anchor"]);
    let alias = anchor_text(node).replacen('&', "*", 1);
    page.paragraph(&format!("Names this value; {} refers to it further down.", code(&alias)));
    page
}

/// The page of `<<`.
pub(super) fn merge(entry: Entry<'_>) -> Page {
    let mut page = Page::titled("<<", &["merge"]);
    page.paragraph("Merges the keys of another mapping, except those written here.");
    let value = entry.value();
    let sources: Vec<Node<'_>> = if value.is_sequence() { value.items().collect() } else { vec![value] };
    for source in sources {
        let keys = source.fields().map(|entry| entry.name().into_owned());
        let keys: Vec<String> = keys.collect();
        if !keys.is_empty() {
            page.fact(&code(source.source().lines().next().unwrap_or_default()), &codes(keys));
        }
    }
    page
}

fn contents(page: &mut Page, target: Node<'_>) {
    if target.is_scalar() {
        page.fact("Value", &code(&target.value()));
    } else if target.is_mapping() {
        page.fact("Keys", &codes(target.fields().map(|entry| entry.name().into_owned())));
    }
}

fn anchor_text(node: Node<'_>) -> String {
    node.anchor().map(|anchor| node.syntax().slice(anchor)).unwrap_or_default().to_owned()
}

fn line(node: Node<'_>) -> usize {
    node.syntax().lines().line_of(node.span().start()) + 1
}

//! The cursor where nothing is written: its column decides to which of the blocks above a new line belongs.

use super::{Cursor, Place, block_column, column, content, is_flow, path_to};
use crate::syntax::span::Span;
use crate::syntax::tree::{Kind, Node, ScalarStyle, Syntax};

pub(super) fn at<'a>(syntax: &'a Syntax, root: Option<Node<'a>>, offset: usize, line: usize) -> Cursor<'a> {
    let wanted = column(syntax, offset);
    let above = root.and_then(|root| last_text_above(syntax, line, root));
    let Some(mut node) = above.and_then(|end| content::find(root, end)).map(|found| found.node).or(root)
    else {
        return Cursor {
            offset,
            place: Place::Blank,
            path: Vec::new(),
            container: None,
            entry: None,
            node: None,
            indent: wanted,
            can_open: true,
        };
    };
    if let Some(cursor) = in_block_text(node, offset, wanted) {
        return cursor;
    }
    if above.is_none() {
        node = root.unwrap_or(node);
    }
    // The innermost block that the column is deep enough for.
    loop {
        let parent = node.parent().filter(|parent| !is_value_of(*parent, node));
        if let Some(parent) = parent {
            node = parent;
            continue;
        }
        if let Some(indent) = room(node, wanted) {
            let can_open = !node.is_mapping() && !node.is_sequence();
            let path = path_to(node);
            return Cursor {
                offset,
                place: Place::Blank,
                path,
                container: Some(node),
                entry: None,
                node: None,
                indent,
                can_open,
            };
        }
        match node.parent() {
            Some(parent) => node = parent,
            None => {
                let indent = if node.is_mapping() || node.is_sequence() { block_column(node) } else { 0 };
                return Cursor {
                    offset,
                    place: Place::Blank,
                    path: Vec::new(),
                    container: Some(node),
                    entry: None,
                    node: None,
                    indent,
                    can_open: false,
                };
            }
        }
    }
}

/// The end of the last line above that holds text of the tree.
fn last_text_above(syntax: &Syntax, line: usize, root: Node<'_>) -> Option<usize> {
    (0..line).rev().find_map(|line| {
        let span = syntax.lines().span(line);
        let text = syntax.slice(span);
        let indent = text.len() - text.trim_start_matches([' ', '\t']).len();
        let end = span.start() + text.trim_end().len();
        let is_text =
            !text.trim().is_empty() && !text[indent..].starts_with('#') && end > root.full_span().start();
        is_text.then_some(end)
    })
}

/// Whether a node is a value or item of its parent rather than a key.
fn is_value_of(parent: Node<'_>, node: Node<'_>) -> bool {
    parent.is_sequence() || parent.entries().any(|entry| entry.value() == node)
}

/// The column of a new line in a block, if the wanted column is deep enough to belong to it.
fn room(node: Node<'_>, wanted: usize) -> Option<usize> {
    match node.kind() {
        Kind::Mapping { flow: false } | Kind::Sequence { flow: false } => {
            let own = block_column(node);
            let below_parent =
                node.parent().is_some_and(|parent| block_column(parent) < wanted && !is_flow(parent));
            // Above the block's first line any column counts that is deeper than the key.
            let first = wanted < own && below_parent;
            (wanted >= own || first).then_some(own)
        }
        Kind::Null => {
            let parent = node.parent().filter(|parent| !is_flow(*parent))?;
            (wanted > block_column(parent)).then_some(wanted)
        }
        _ => None,
    }
}

/// Below the text of a block scalar, deep enough to continue it.
fn in_block_text<'a>(node: Node<'a>, offset: usize, wanted: usize) -> Option<Cursor<'a>> {
    let Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded) = node.kind() else { return None };
    let syntax = node.syntax();
    let parent = node.parent()?;
    let first = syntax.lines().span(syntax.lines().line_of(node.span().start()) + 1);
    let text = syntax.slice(Span::new(first.start(), first.end().min(node.span().end())));
    let depth = match text.trim().is_empty() {
        true => block_column(parent) + 1,
        false => text.len() - text.trim_start_matches(' ').len(),
    };
    if wanted < depth {
        return None;
    }
    let entry = parent.entries().find(|entry| entry.value() == node);
    Some(Cursor {
        offset,
        place: Place::Value,
        path: path_to(node),
        container: Some(parent),
        entry,
        node: Some(node),
        indent: block_column(parent),
        can_open: false,
    })
}

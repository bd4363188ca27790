//! A tree as text, for snapshots.

use massdriver_ls::internals::syntax::{Kind, Node, Syntax};
use std::fmt::Write;

/// One line per node, indented by depth, then the errors with line and column (from 1, in bytes).
pub(crate) fn dump(syntax: &Syntax) -> String {
    let mut out = String::new();
    for document in syntax.documents() {
        out.push_str("document\n");
        node(syntax.document_root(document), 1, "", &mut out);
    }
    for error in syntax.errors() {
        let line = syntax.lines().line_of(error.span.start());
        let column = error.span.start() - syntax.lines().start(line);
        let text = syntax.slice(error.span);
        writeln!(out, "error {}:{} {text:?}: {}", line + 1, column + 1, error.kind.message()).unwrap();
    }
    out
}

fn node(node: Node<'_>, depth: usize, label: &str, out: &mut String) {
    let indent = "  ".repeat(depth);
    let text = |span| node.syntax().slice(span);
    let mut head = format!("{indent}{label}");
    if let Some(anchor) = node.anchor() {
        write!(head, "{} ", text(anchor)).unwrap();
    }
    if let Some(tag) = node.tag() {
        write!(head, "{} ", text(tag)).unwrap();
    }
    match node.kind() {
        Kind::Null => writeln!(out, "{head}null"),
        Kind::Alias => writeln!(out, "{head}{}", node.source()),
        Kind::Scalar(style) => writeln!(out, "{head}{style:?} {:?}", node.value()),
        Kind::Sequence { flow } => writeln!(out, "{head}{}", if flow { "[]" } else { "sequence" }),
        Kind::Mapping { flow } => writeln!(out, "{head}{}", if flow { "{}" } else { "mapping" }),
    }
    .unwrap();
    for entry in node.entries() {
        let colon = if entry.colon().is_some() { ":" } else { " (no colon)" };
        if entry.key().is_scalar() {
            self::node(entry.value(), depth + 1, &format!("{:?}{colon} ", entry.name()), out);
        } else {
            self::node(entry.key(), depth + 1, "? ", out);
            self::node(entry.value(), depth + 1, &format!("{colon} "), out);
        }
    }
    for item in node.items() {
        self::node(item, depth + 1, "- ", out);
    }
}

/// Decodes every scalar of a tree.
pub(crate) fn walk(node: Node<'_>) {
    let _ = node.value();
    for entry in node.entries() {
        walk(entry.key());
        walk(entry.value());
    }
    node.items().for_each(walk);
}

//! The event stream of a tree in the notation of the YAML test suite.

use massdriver_ls::internals::syntax::{Document, Kind, Node, ScalarStyle, Syntax};
use std::fmt::Write;

/// Formats one line per event: `+MAP`, `=VAL :text`, `-MAP`…
pub(crate) fn events(syntax: &Syntax) -> String {
    let mut out = String::from("+STR\n");
    for document in syntax.documents() {
        out.push_str(if document.explicit_start { "+DOC ---\n" } else { "+DOC\n" });
        node_events(syntax.document_root(document), document, &mut out);
        out.push_str(if document.explicit_end { "-DOC ...\n" } else { "-DOC\n" });
    }
    out.push_str("-STR\n");
    out
}

fn node_events(node: Node<'_>, document: &Document, out: &mut String) {
    let properties = properties(node, document);
    match node.kind() {
        Kind::Null => line(out, format_args!("=VAL{properties} :")),
        Kind::Alias => line(out, format_args!("=ALI {}", node.source())),
        Kind::Scalar(style) => {
            let mark = match style {
                ScalarStyle::Plain => ':',
                ScalarStyle::Single => '\'',
                ScalarStyle::Double => '"',
                ScalarStyle::Literal => '|',
                ScalarStyle::Folded => '>',
            };
            line(out, format_args!("=VAL{properties} {mark}{}", escaped(&node.value())));
        }
        Kind::Sequence { flow } => {
            line(out, format_args!("+SEQ{}{properties}", if flow { " []" } else { "" }));
            node.items().for_each(|item| node_events(item, document, out));
            out.push_str("-SEQ\n");
        }
        Kind::Mapping { flow } => {
            line(out, format_args!("+MAP{}{properties}", if flow { " {}" } else { "" }));
            for entry in node.entries() {
                node_events(entry.key(), document, out);
                node_events(entry.value(), document, out);
            }
            out.push_str("-MAP\n");
        }
    }
}

fn line(out: &mut String, event: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{event}");
}

fn properties(node: Node<'_>, document: &Document) -> String {
    let mut text = String::new();
    if let Some(anchor) = node.anchor() {
        let _ = write!(text, " {}", node.syntax().slice(anchor));
    }
    if let Some(tag) = node.tag() {
        let _ = write!(text, " <{}>", full_tag(node.syntax().slice(tag), document));
    }
    text
}

/// Resolves the handle of a tag with the document's `%TAG` directives.
fn full_tag(tag: &str, document: &Document) -> String {
    if let Some(verbatim) = tag.strip_prefix("!<") {
        return verbatim.trim_end_matches('>').to_owned();
    }
    let handle_end = tag[1..].find('!').map_or(1, |index| index + 2);
    let (handle, suffix) = tag.split_at(handle_end);
    let declared =
        document.tags.iter().rev().find(|(name, _)| name == handle).map(|(_, prefix)| prefix.as_str());
    let standard = if handle == "!!" { "tag:yaml.org,2002:" } else { handle };
    format!("{}{}", declared.unwrap_or(standard), percent_decoded(suffix))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
        .replace('\r', "\\r")
        .replace('\x08', "\\b")
}

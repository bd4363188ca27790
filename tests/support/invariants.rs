//! Invariants of the tree of any text.

use massdriver_ls::internals::syntax::{Dialect, Kind, Node, Span, Syntax, cursor, parse, strict, to_json};

/// Parses a text in all ways the API offers, and checks the invariants.
pub(crate) fn check(text: &str, offset: usize) {
    let syntax = parse(text);
    let sound = |span: Span| {
        let within = span.end() <= text.len();
        assert!(
            within && text.is_char_boundary(span.start()) && text.is_char_boundary(span.end()),
            "{span:?} in {text:?}"
        );
    };
    let mut last = Span::at(0);
    for error in syntax.errors() {
        sound(error.span);
        assert!(last <= error.span, "errors out of order in {text:?}");
        assert!(!error.kind.message().is_empty());
        last = error.span;
    }
    syntax.comments().iter().copied().for_each(sound);
    for document in syntax.documents() {
        node(&syntax, syntax.document_root(document), &sound);
    }
    if let Some(root) = syntax.root() {
        let _ = to_json(root, Dialect::GoYaml2);
        let _ = to_json(root, Dialect::GoYaml3);
    }
    let _ = cursor::at(&syntax, offset);
    let _ = strict::second_opinion(&syntax);
}

fn node<'a>(syntax: &'a Syntax, root: Node<'a>, sound: &dyn Fn(Span)) {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        sound(node.full_span());
        let mut before = node.full_span().start();
        let mut child = |child: Node<'a>| {
            assert_eq!(child.parent(), Some(node), "parent of {child:?} in {:?}", syntax.text());
            assert!(before <= child.full_span().start(), "{child:?} out of order in {:?}", syntax.text());
            assert!(
                child.span().end() <= node.span().end().max(child.span().start()),
                "{child:?} in {node:?} of {:?}",
                syntax.text()
            );
            before = child.full_span().start();
            pending.push(child);
        };
        for entry in node.entries() {
            child(entry.key());
            child(entry.value());
        }
        node.items().for_each(&mut child);
        assert!(node.fields().count() <= syntax.node_count());
        let decoded = node.decoded();
        assert_eq!(decoded.text, node.value());
        if let Kind::Scalar(_) = node.kind() {
            let mut last = node.span().start();
            for (offset, char) in decoded.text.char_indices() {
                let source = decoded.source_span(offset..offset + char.len_utf8());
                sound(source);
                assert!(
                    last <= source.start() && node.span().start() <= source.start(),
                    "{node:?} at {offset} in {:?}",
                    syntax.text()
                );
                last = source.start();
            }
        }
    }
}

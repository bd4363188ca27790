use crate::syntax::parse;

/// Checks the text of the scalar at key `a`, and the source of each given part.
fn check(text: &str, expected: &str, sources: &[(&str, &str)]) {
    let syntax = parse(text);
    let node = syntax.root().and_then(|root| root.get("a")).expect("an entry `a`").value();
    let decoded = node.decoded();
    assert_eq!(decoded.text, expected);
    assert_eq!(node.value(), expected);
    for (part, source) in sources {
        let start = decoded.text.find(part).expect("a part of the text");
        let span = decoded.source_span(start..start + part.len());
        assert_eq!(syntax.slice(span), *source, "source of {part:?}");
        assert_eq!(decoded.source_offset(start), span.start());
        assert_eq!(decoded.decoded_offset(span.start()), start);
    }
}

#[test]
fn plain() {
    check("a: one two", "one two", &[("two", "two")]);
    check(
        "a: one\n  two\n\n\n  three",
        "one two\n\nthree",
        &[("two", "two"), ("three", "three"), (" ", "\n  ")],
    );
    check("a: one  \r\n  two", "one two", &[("two", "two"), (" ", "  \r\n  ")]);
}

#[test]
fn single_quoted() {
    check("a: 'it''s'", "it's", &[("'", "''"), ("s", "s")]);
    check("a: 'one\n\n  two'", "one\ntwo", &[("\n", "\n\n  "), ("two", "two")]);
    check("a: ''", "", &[]);
    check("a: 'open", "open", &[("open", "open")]);
}

#[test]
fn double_quoted() {
    check(r#"a: "x\ty\u00e9z""#, "x\ty\u{e9}z", &[("\t", r"\t"), ("\u{e9}", r"\u00e9"), ("z", "z")]);
    check("a: \"one\\\n    two\"", "onetwo", &[("two", "two")]);
    check("a: \"one \\\n\n   two\"", "one \ntwo", &[("two", "two")]);
    check("a: \"one\n  two\"", "one two", &[("two", "two")]);
    check(r#"a: "\\d\d""#, r"\d\d", &[]);
    check(r#"a: "\U0001f600!""#, "\u{1f600}!", &[("!", "!")]);
    check(r#"a: "open\""#, "open\"", &[]);
}

#[test]
fn literal() {
    check(
        "a: |\n  one\n    two\n\n  three\n",
        "one\n  two\n\nthree\n",
        &[("two", "two"), ("three", "three")],
    );
    check("a: |-\n  one\n\n", "one", &[("one", "one")]);
    check("a: |+\n  one\n\n\nb: 1", "one\n\n\n", &[("\n\n\n", "\n\n\n")]);
    check("a: |2\n    one\n", "  one\n", &[("one", "one")]);
    check("a: |\n  one\r\n  two\r\n", "one\ntwo\n", &[("two", "two"), ("one\ntwo", "one\r\n  two")]);
    check("a: |\nb: 1", "", &[]);
    check("a: | # note\n  one", "one", &[("one", "one")]);
}

#[test]
fn folded() {
    check(
        "a: >\n  one\n  two\n\n  three\n",
        "one two\nthree\n",
        &[("one two", "one\n  two"), ("three", "three")],
    );
    check("a: >-\n  one\n    - two\n  three\n", "one\n  - two\nthree", &[("two", "two"), ("three", "three")]);
    check("a: >+\n  one\n\n", "one\n\n", &[]);
}

#[test]
fn offsets_at_the_ends() {
    let syntax = parse("a: >\n  one\n  two\n");
    let decoded = syntax.root().and_then(|root| root.get("a")).expect("an entry").value().decoded();
    assert_eq!(decoded.text, "one two\n");
    assert_eq!(decoded.source_offset(0), 7);
    assert_eq!(decoded.source_offset(8), 17);
    assert_eq!(decoded.source_offset(99), 17);
    // In the indentation: the offset of the text that follows.
    assert_eq!(decoded.decoded_offset(11), 4);
    assert_eq!(decoded.decoded_offset(0), 0);
    assert_eq!(decoded.source_span(3..3), crate::syntax::Span::at(10));
}

use super::*;
use crate::syntax::parse;
use expect_test::{Expect, expect};

/// Asks at `$0`: place, path, the container's kind, what it is on, the column of a sibling, and the siblings.
fn check(text: &str, expected: Expect) {
    let offset = text.find("$0").expect("a cursor");
    let syntax = parse(text.replacen("$0", "", 1));
    let cursor = at(&syntax, offset);
    let container = cursor.container.map_or("nothing", |node| match node.kind() {
        Kind::Mapping { .. } => "mapping",
        Kind::Sequence { .. } => "sequence",
        Kind::Null => "null",
        _ => "word",
    });
    let node = cursor.node.map_or(String::new(), |node| format!(" on {:?}", node.source()));
    let siblings: Vec<_> = cursor.siblings().map(|entry| entry.name().into_owned()).collect();
    let open = if cursor.can_open { " can open" } else { "" };
    let answer = format!(
        "{:?} /{} in {container}{node} indent {} {siblings:?}{open}",
        cursor.place,
        cursor.path_text(),
        cursor.indent
    );
    expected.assert_eq(&answer);
}

#[test]
fn keys() {
    check("na$0me: x\ntype: y\n", expect![[r#"Key / in mapping on "name" indent 0 ["type"]"#]]);
    check("name: x\nty$0\n", expect![[r#"Key / in mapping on "ty" indent 0 ["name"]"#]]);
    check("name$0: x\n", expect![[r#"Key / in mapping on "name" indent 0 []"#]]);
    check("params:\n  pro$0\n", expect![[r#"Key /params in word on "pro" indent 2 [] can open"#]]);
    check(
        "params:\n  pro$0\n  required: []\n",
        expect![[r#"Key /params in mapping on "pro" indent 2 ["required"]"#]],
    );
    check("na$0", expect![[r#"Key / in word on "na" indent 0 [] can open"#]]);
    check(
        "steps:\n  - path: src\n    prov$0\n",
        expect![[r#"Key /steps/0 in mapping on "prov" indent 4 ["path"]"#]],
    );
    check("a: {b: 1, $0}\n", expect![[r#"Key /a in mapping indent 10 ["b"]"#]]);
    check("a: {b: 1, c$0}\n", expect![[r#"Key /a in mapping on "c" indent 4 ["b"]"#]]);
    check("a: {$0}\n", expect!["Key /a in mapping indent 4 []"]);
}

#[test]
fn values() {
    check("name: $0\n", expect![[r#"Value /name in mapping on "" indent 0 []"#]]);
    check("name: x$0\n", expect![[r#"Value /name in mapping on "x" indent 0 []"#]]);
    check("name: $0x\n", expect![[r#"Value /name in mapping on "x" indent 0 []"#]]);
    check("name: 'some $0text'\n", expect![[r#"Value /name in mapping on "'some text'" indent 0 []"#]]);
    check(
        "steps:\n  - path: a\n    provisioner: $0",
        expect![[r#"Value /steps/0/provisioner in mapping on "" indent 4 ["path"]"#]],
    );
    check("enum:\n  - a\n  - $0\n", expect![[r#"Value /enum/1 in sequence on "" indent 2 [] can open"#]]);
    check("enum:\n  - a\n  - b$0\n", expect![[r#"Value /enum/1 in sequence on "b" indent 2 [] can open"#]]);
    check("enum: [a, $0]\n", expect!["Value /enum/1 in sequence indent 10 []"]);
    check("enum: [$0]\n", expect!["Value /enum/0 in sequence indent 7 []"]);
    check("enum: [a, b$0]\n", expect![[r#"Value /enum/1 in sequence on "b" indent 6 []"#]]);
    check("a: {b: $0}\n", expect![[r#"Value /a/b in mapping on "" indent 4 []"#]]);
    check(
        "params:$0\n  required: []\n",
        expect![[r#"Value /params in mapping on "required: []" indent 0 []"#]],
    );
    check(
        "envs:\n  A: |\n    .params$0\n  B: x\n",
        expect![[r#"Value /envs/A in mapping on "|\n    .params" indent 2 ["B"]"#]],
    );
    check(
        "envs:\n  A: |\n    .params\n    $0\n  B: x\n",
        expect![[r#"Value /envs/A in mapping on "|\n    .params" indent 2 ["B"]"#]],
    );
    check("envs:\n  A: >-\n    $0\n", expect![[r#"Value /envs/A in mapping on ">-" indent 2 []"#]]);
}

#[test]
fn blank_lines() {
    check("$0", expect!["Blank / in nothing indent 0 [] can open"]);
    check("$0\nname: x\n", expect![[r#"Blank / in mapping indent 0 ["name"]"#]]);
    check("name: x\n$0", expect![[r#"Blank / in mapping indent 0 ["name"]"#]]);
    check("params:\n  $0\n", expect!["Blank /params in null indent 2 [] can open"]);
    check("params:\n  $0\n  required: []\n", expect![[r#"Blank /params in mapping indent 2 ["required"]"#]]);
    check(
        "params:\n  required: []\n  $0\nui: {}\n",
        expect![[r#"Blank /params in mapping indent 2 ["required"]"#]],
    );
    check(
        "params:\n  required: []\n$0\nui: {}\n",
        expect![[r#"Blank / in mapping indent 0 ["params", "ui"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      type: x\n    $0\n",
        expect![[r#"Blank /params/properties in mapping indent 4 ["a"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      type: x\n  $0\n",
        expect![[r#"Blank /params in mapping indent 2 ["properties"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      type: x\n      $0",
        expect![[r#"Blank /params/properties/a in mapping indent 6 ["type"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      $0",
        expect!["Blank /params/properties/a in null indent 6 [] can open"],
    );
    check("steps:\n  - path: a\n    $0\n", expect![[r#"Blank /steps/0 in mapping indent 4 ["path"]"#]]);
    check("steps:\n  - path: a\n  $0\n", expect!["Blank /steps in sequence indent 2 []"]);
    check("steps:\n- path: a\n$0\n", expect!["Blank /steps in sequence indent 0 []"]);
    check("a:\n  b: 1\n\n  # note\n\n  $0\nc: 2\n", expect![[r#"Blank /a in mapping indent 2 ["b"]"#]]);
}

#[test]
fn comments() {
    check("a: 1 # not$0e\nb: 2\n", expect![[r#"Comment / in mapping indent 0 ["a", "b"]"#]]);
    check("a:\n  # $0\n  b: 2\n", expect![[r#"Comment /a in mapping indent 2 ["b"]"#]]);
}

#[test]
fn offset_in_decoded_text() {
    let text = "a: >-\n  one\n  two three\n";
    let syntax = parse(text);
    let (node, offset) = at(&syntax, text.find("three").expect("in the text")).scalar().expect("a scalar");
    assert_eq!((&*node.value(), offset), ("one two three", 8));
}

/// Every offset of a text with all kinds of nodes has an answer.
#[test]
fn everywhere() {
    let text = "a: &x [1, {b: 'c'}]\nd:\n- *x\n- |\n  e\n? f\n: g\nh\n  i: \"j\n";
    let syntax = parse(text);
    for offset in 0..=text.len() + 1 {
        let cursor = at(&syntax, offset);
        assert!(cursor.container.is_some());
    }
}

use super::*;
use crate::syntax::parse;
use expect_test::{Expect, expect};

/// Compares the cursor at `$0`: what can be inserted, the path, the text before the cursor that it replaces, and the column.
fn check(text: &str, expected: Expect) {
    let offset = text.find("$0").expect("a cursor");
    let syntax = parse(text.replacen("$0", "", 1));
    let answer = at(&syntax, offset).map_or("nothing".to_owned(), |cursor| {
        let path: String = cursor.path.iter().map(|step| step_text(*step)).collect();
        let siblings: Vec<_> =
            cursor.container.into_iter().flat_map(Node::entries).map(Entry::name).collect();
        let word = cursor.word;
        let end = syntax.slice(Span::new(word.cursor, word.end));
        let mut answer = format!("{:?} {path}, {:?}{end:?}", cursor.insertion, word.prefix);
        let notes = [
            (!cursor.in_flow, format!(", column {}", cursor.column)),
            (!siblings.is_empty(), format!(", in {siblings:?}")),
            (cursor.indentation.is_some(), ", reindented".to_owned()),
            (cursor.block_scalar.is_some(), ", in a block scalar".to_owned()),
            (word.has_colon, ", has a colon".to_owned()),
            (word.padding > 0, format!(", padding {}", word.padding)),
            (word.lacks_comma, ", lacks a comma".to_owned()),
            (word.quote.is_some(), if word.unclosed { ", unclosed" } else { ", quoted" }.to_owned()),
        ];
        notes.into_iter().filter(|(shown, _)| *shown).for_each(|(_, note)| answer.push_str(&note));
        answer
    });
    expected.assert_eq(&answer);
}

fn step_text(step: Step<'_>) -> String {
    match step {
        Step::Entry(entry) => format!("/{}", entry.name()),
        Step::Item(Some(item)) => {
            let index = item.parent().and_then(|list| list.items().position(|other| other == item));
            format!("/{}", index.expect("an item of its parent"))
        }
        Step::Item(None) => "/new".to_owned(),
    }
}

#[test]
fn keys() {
    check("na$0me: x\ntype: y\n", expect![[r#"Key , "na""me", column 0, in ["name", "type"], has a colon"#]]);
    check("name: x\nty$0\n", expect![[r#"Key , "ty""", column 0, in ["name", "ty"]"#]]);
    check("name$0: x\n", expect![[r#"Key , "name""", column 0, in ["name"], has a colon"#]]);
    check("params:\n  pro$0\n", expect![[r#"Start /params, "pro""", column 2"#]]);
    check(
        "params:\n  pro$0\n  required: []\n",
        expect![[r#"Key /params, "pro""", column 2, in ["pro", "required"]"#]],
    );
    check("na$0", expect![[r#"Start , "na""", column 0"#]]);
    check(
        "steps:\n  - path: src\n    prov$0\n",
        expect![[r#"Key /steps/0, "prov""", column 4, in ["path", "prov"]"#]],
    );
    check("a: {b: 1, $0}\n", expect![[r#"Key /a, """", in ["b"]"#]]);
    check("a: {b: 1, c$0}\n", expect![[r#"Key /a, "c""", in ["b", "c"]"#]]);
    check("a: {$0}\n", expect![[r#"Key /a, """""#]]);
    check("a: {\n  $0\n  b: 1}\n", expect!["nothing"]);
    check("'na$0': x\n", expect![[r#"Key , "na""", column 0, in ["na"], has a colon, quoted"#]]);
}

#[test]
fn values() {
    check("name: $0\n", expect![[r#"Value /name, """", column 0"#]]);
    check("name:$0\n", expect![[r#"Value /name, """", column 0, padding 1"#]]);
    check("name: x$0\n", expect![[r#"Value /name, "x""", column 0"#]]);
    check("name: $0x\n", expect![[r#"Value /name, """x", column 0"#]]);
    check("name: 'some $0text'\n", expect![[r#"Value /name, "some ""text", column 0, quoted"#]]);
    check("name: \"some$0\n", expect![[r#"Value /name, "some""", column 0, unclosed"#]]);
    check("name: x $0 y\n", expect![[r#"Value /name, "x "" y", column 0"#]]);
    check(
        "steps:\n  - path: a\n    provisioner: $0",
        expect![[r#"Value /steps/0/provisioner, """", column 4"#]],
    );
    check("enum:\n  - a\n  - $0\n", expect![[r#"Start /enum/1, """", column 4"#]]);
    check("enum:\n  - a\n  - b$0\n", expect![[r#"Start /enum/1, "b""", column 4"#]]);
    check("enum:\n  -$0\n", expect![[r#"Start /enum/0, """", column 4, padding 1"#]]);
    check("enum: [a, $0]\n", expect![[r#"Value /enum/new, """""#]]);
    check("enum: [$0]\n", expect![[r#"Value /enum/new, """""#]]);
    check("enum: [a, b$0]\n", expect![[r#"Value /enum/1, "b""""#]]);
    check("enum: [\n  a$0\n  b]\n", expect![[r#"Value /enum/0, "a""", lacks a comma"#]]);
    check("a: {b: $0}\n", expect![[r#"Value /a/b, """""#]]);
    check("params:$0\n  required: []\n", expect!["nothing"]);
    check(
        "envs:\n  A: |\n    .params$0\n  B: x\n",
        expect![[r#"Value /envs/A, ".params""", column 4, in a block scalar"#]],
    );
    check(
        "envs:\n  A: |\n    .params\n    $0\n  B: x\n",
        expect![[r#"Value /envs/A, """", column 4, in a block scalar"#]],
    );
    check("envs:\n  A: >-\n    $0\n", expect![[r#"Value /envs/A, """", column 4, in a block scalar"#]]);
}

#[test]
fn blank_lines() {
    check("$0", expect![[r#"Start , """", column 0"#]]);
    check("$0\nname: x\n", expect![[r#"Key , """", column 0, in ["name"]"#]]);
    check("name: x\n$0", expect![[r#"Key , """", column 0, in ["name"]"#]]);
    check("params:\n  $0\n", expect![[r#"Start /params, """", column 2"#]]);
    check("params:\n  $0\n  required: []\n", expect![[r#"Key /params, """", column 2, in ["required"]"#]]);
    check(
        "params:\n  required: []\n  $0\nui: {}\n",
        expect![[r#"Key /params, """", column 2, in ["required"]"#]],
    );
    check("params:\n  required: []\n$0\nui: {}\n", expect![[r#"Key , """", column 0, in ["params", "ui"]"#]]);
    check(
        "params:\n  properties:\n    a:\n      type: x\n    $0\n",
        expect![[r#"Key /params/properties, """", column 4, in ["a"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      type: x\n  $0\n",
        expect![[r#"Key /params, """", column 2, in ["properties"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      type: x\n      $0",
        expect![[r#"Key /params/properties/a, """", column 6, in ["type"]"#]],
    );
    check(
        "params:\n  properties:\n    a:\n      $0",
        expect![[r#"Start /params/properties/a, """", column 6"#]],
    );
    check("name: x\n   $0\n", expect![[r#"Key , """", column 0, in ["name"], reindented"#]]);
    check("steps:\n  - path: a\n    $0\n", expect![[r#"Key /steps/0, """", column 4, in ["path"]"#]]);
    check("steps:\n  - path: a\n  $0\n", expect![[r#"Item /steps, """", column 2"#]]);
    check("steps:\n- path: a\n$0\n", expect![[r#"Key , """", column 0, in ["steps"]"#]]);
    check("steps:\n$0\n  - path: a\n", expect!["nothing"]);
    check("a:\n  b: 1\n\n  # note\n\n  $0\nc: 2\n", expect![[r#"Key /a, """", column 2, in ["b"]"#]]);
}

#[test]
fn nothing_to_insert() {
    check("a: 1 # not$0e\nb: 2\n", expect!["nothing"]);
    check("a:\n  # $0\n  b: 2\n", expect!["nothing"]);
    check("a: 1\n---\nb$0\n", expect!["nothing"]);
    check("a: *x$0\n", expect!["nothing"]);
}

#[test]
fn unfinished_keys() {
    let syntax = parse("ui:\n  ui:\n");
    let cursor = at(&syntax, 9).and_then(|cursor| cursor.with_unfinished_key()).expect("a key");
    assert_eq!((cursor.insertion, cursor.word.prefix, cursor.path.len()), (Insertion::Key, "ui:", 1));
    let syntax = parse("ui: x\n");
    assert!(at(&syntax, 3).and_then(|cursor| cursor.with_unfinished_key()).is_none());
}

#[test]
fn tokens() {
    let text = "a: &x [b, 'c']\nd: |\n  e\nf: *x\n";
    let syntax = parse(text);
    let source = |token: Option<Token<'_>>| token.map(|token| syntax.slice(token.span).to_owned());
    let touched: Vec<_> =
        (0..=text.len()).filter_map(|offset| source(token_touching(&syntax, offset))).collect();
    expect![[r#"
        a a &x &x &x b b 'c' 'c' 'c' 'c' d d |
          e |
          e f f *x *x *x"#]]
    .assert_eq(&touched.join(" "));
    let pointed: Vec<_> = (0..=text.len()).filter_map(|offset| source(token_at(&syntax, offset))).collect();
    expect![[r#"
        a &x &x b 'c' 'c' 'c' d |
          e f *x *x"#]]
    .assert_eq(&pointed.join(" "));
}

/// No offset of a text with nodes of all kinds makes it panic.
#[test]
fn everywhere() {
    let text = "a: &x [1, {b: 'c'}]\nd:\n- *x\n- |\n  e\n? f\n: g\nh\n  i: \"j\n";
    let syntax = parse(text);
    for offset in 0..=text.len() + 1 {
        let _ = (at(&syntax, offset), token_touching(&syntax, offset));
    }
}

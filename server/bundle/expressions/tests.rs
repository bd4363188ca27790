use super::*;
use crate::bundle::OccurrenceRole;
use crate::syntax::parse;
use expect_test::expect;

fn document(text: &str) -> Document {
    Document::new(parse(text), None)
}

/// Lists the place and the text of every program.
fn listed(document: &Document) -> String {
    let line = |one: &Expression| format!("{:?}: {}\n", one.place, one.program().text().escape_debug());
    document.expressions().iter().map(line).collect()
}

#[test]
fn every_string_is_found_once() {
    let text = "\
x: &x {a: .merged}
steps:
- path: a
  config:
    <<: *x
    b: [.one, 'true', true, 5, ~, yes, [.deep]]
    c:
      d: |
        .block
    e: &e .shared
- path: b
  config: {a: *e}
  other: .no
app:
  envs: {A: .env, B: *e, C: 8080, D: [.no], E: !!str .tagged, F}
  policies: [.policy, {a: .no}]
  secrets: {S: {title: .no}}
params:
  properties:
    p:
      description: .no
      $md.enum: {connection: c, options: .options, value: .value, label: '.label', other: .no}
connections: {properties: {c: {$md.enum: {options: .no}}}}
";
    expect![[r#"
        Config(0): .merged
        Config(0): .one
        Config(0): true
        Config(0): .deep
        Config(0): .block\n
        Config(0): .shared
        Env: .env
        Env: .tagged
        Policy: .policy
        EnumOptions(SchemaId(1)): .options
        EnumOption(SchemaId(1)): .value
        EnumOption(SchemaId(1)): .label
    "#]]
    .assert_eq(&listed(&document(text)));
    assert_eq!(
        listed(&document("schema: {a: b}\napp: {envs: {A: .a}}\n")),
        "",
        "resource types have no programs"
    );
}

#[test]
fn half_typed_strings_are_programs() {
    let text = "app:\n  envs:\n    A: .params.\n    B: '.par\n    C:\n";
    expect![[r#"
        Env: .params.
        Env: .par
    "#]]
    .assert_eq(&listed(&document(text)));
}

#[test]
fn a_cursor_finds_its_program() {
    let document = document("é: é\napp: {envs: {A: '.params', B: .x}}\n");
    let text = document.syntax.text();
    let at = |what: &str, into: usize| {
        let offset = text.find(what).unwrap() + into;
        let found = document.expressions().at(offset)?;
        Some((found.program().text().to_owned(), found.offset(offset)))
    };
    assert_eq!(at("'.params", 1), Some((".params".to_owned(), 0)));
    assert_eq!(at("'.params", 8), Some((".params".to_owned(), 7)));
    assert_eq!(at(".x", 2), Some((".x".to_owned(), 2)));
    assert_eq!(at("A:", 0), None);
    assert_eq!(at("é", 0), None);
}

#[test]
fn options_are_recognized_by_their_provisioner() {
    let text = "\
connections: {properties: {net: {$ref: aws-vpc}}}
params:
  properties:
    a: {$md.enum: {connection: net, options: '.data.infrastructure.private_subnets', value: .arn, label: '.'}}
    b: {$md.enum: {connection: net, options: '.data.infrastructure.private_subnets[]', value: .arn}}
    c: {$md.enum: {connection: gone, options: '.x', value: .y}}
    d: {$md.enum: {dependency: net, connection: gone, options: '.data | keys', value: .}}
";
    let document = document(text);
    let outputs: String = document
        .expressions()
        .iter()
        .map(|one| format!("{}: {}\n", one.program().text(), one.report(&document).output))
        .collect();
    expect![[r#"
        .data.infrastructure.private_subnets: array<{arn: string, …}> | null
        .arn: string | null
        .: {arn: string, …} | null
        .data.infrastructure.private_subnets[]: {arn: string, …}
        .arn: string
        .x: any
        .y: any
        .data | keys: array<any>
        .: any
    "#]]
    .assert_eq(&outputs);
}

#[test]
fn paths_are_references_to_symbols() {
    let text = "\
params:
  properties:
    size: {type: object, properties: {cpu: {}, 'a b': {}}}
    list: {type: array, items: {properties: {cpu: {}}}}
connections: {properties: {db: {$ref: x}, size: {}}}
app:
  envs:
    A: '.params.size[\"a b\"] + .params[\"size\"].cpu'
    B: >-
      \"é\" + .params.size +
      (.params.list[] | .cpu)
    C: \"\\\"\\\" + .connections.size.x + .dependencies.\\\"db\\\"\"
    D: '. as {params: {list: $l}} | .params | {size}'
";
    let document = document(text);
    let lines = document.symbols().all.iter().map(|symbol| {
        let uses = symbol.occurrences.iter().filter(|place| place.role == OccurrenceRole::Jq);
        let at = |offset| document.syntax.lines().line_of(offset) + 1;
        let uses =
            uses.map(|place| format!(" {}:{}", at(place.span.start()), document.syntax.slice(place.span)));
        format!("{}{}\n", symbol.name, uses.collect::<String>())
    });
    expect![[r#"
        size 8:size 8:size 10:size 13:size
        list 11:list 13:list
        cpu 8:cpu
        a b 8:a b
        cpu 11:cpu
        db 12:db
        size 12:size
    "#]]
    .assert_eq(&lines.collect::<String>());
    let offset = text.find("\"].cpu").unwrap() + 4;
    let (symbol, place) = document.symbols().touching(offset).unwrap();
    assert_eq!((symbol.name.as_str(), document.syntax.slice(place.span)), ("cpu", "cpu"));
    assert!(document.symbols().touching(text.find("\" +").unwrap()).is_none());
}

#[test]
fn a_limit_keeps_hostile_documents_short() {
    let mut text = "app:\n  envs:\n".to_owned();
    (0..2_000).for_each(|index| text += &format!("    E{index}: '{}'\n", "def f: f; f | ".repeat(20)));
    let document = document(&text);
    let read: usize = document.expressions().iter().map(|one| one.program().text().len()).sum();
    assert!(read <= MAX_BYTES);
}

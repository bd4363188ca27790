use super::{Target, definitions, references};
use crate::analysis::Snapshot;
use crate::workspace::MemoryFiles;
use expect_test::{Expect, expect};
use std::fmt::Write;

/// Marks the references to the symbol at `$0` in the text: `‹definition›` and `«reference»`.
fn check(marked: &str, expected: Expect) {
    let offset = marked.find("$0").unwrap();
    let text = marked.replacen("$0", "", 1);
    let snapshot = Snapshot::new(text.as_str(), None);
    let mut out = text.clone();
    for reference in references(&snapshot, offset).into_iter().rev() {
        let (open, close) = if reference.is_definition { ('‹', '›') } else { ('«', '»') };
        out.insert(reference.span.end(), close);
        out.insert(reference.span.start(), open);
    }
    expected.assert_eq(&out);
}

fn defined(marked: &str) -> String {
    let offset = marked.find("$0").unwrap();
    let text = marked.replacen("$0", "", 1);
    let snapshot = Snapshot::new(text.as_str(), None);
    let files = MemoryFiles::new([
        ("src/main.tf", ""),
        ("src/variables.tf", ""),
        ("chart/x.yaml", ""),
        ("azure/a.bicep", ""),
        ("azure/template.bicep", ""),
        ("a.json", "{}"),
    ]);
    let mut out = String::new();
    if let Some((token, targets)) = definitions(&snapshot, &files, offset) {
        let _ = write!(out, "{:?}:", &text[token.range()]);
        for target in targets {
            let _ = match target {
                Target::Here(name, whole) => {
                    write!(out, " {:?} in {:?}", &text[name.range()], &text[whole.range()])
                }
                Target::Beside(path) => write!(out, " {path}"),
                Target::InCode(file, name, _) => write!(out, " {} {:?}", file.path, &file.text[name.range()]),
            };
        }
    }
    out
}

const BUNDLE: &str = "\
params:
  required: [size]
  examples:
    - __name: Dev
      size: 1
  properties:
    size: {type: integer}
    net:
      properties: {cidr: {type: string}}
  dependencies:
    size: [net]
connections:
  properties:
    db: {$ref: massdriver/postgresql-authentication}
ui:
  ui:order: [size, 'net']
  net:
    cidr: {ui:field: cidr}
app:
  envs:
    SIZE: '.params.size + (.params[\"size\"])'
    CIDR: .params.net.cidr
    DB: .connections.db.data
";

#[test]
fn references_to_a_param() {
    for place in ["size: 1", "size: [net", "size, 'net", "size + "] {
        check(
            &BUNDLE.replacen(place, &format!("$0{place}"), 1),
            expect![[r#"
                params:
                  required: [«size»]
                  examples:
                    - __name: Dev
                      «size»: 1
                  properties:
                    ‹size›: {type: integer}
                    net:
                      properties: {cidr: {type: string}}
                  dependencies:
                    «size»: [net]
                connections:
                  properties:
                    db: {$ref: massdriver/postgresql-authentication}
                ui:
                  ui:order: [«size», 'net']
                  net:
                    cidr: {ui:field: cidr}
                app:
                  envs:
                    SIZE: '.params.«size» + (.params["«size»"])'
                    CIDR: .params.net.cidr
                    DB: .connections.db.data
            "#]],
        );
    }
}

#[test]
fn references_to_nested_params_and_connections() {
    let found = |place: &str| {
        let marked = BUNDLE.replacen(place, &format!("$0{place}"), 1);
        let offset = marked.find("$0").unwrap();
        references(&Snapshot::new(BUNDLE, None), offset).len()
    };
    assert_eq!(found("cidr: {type"), 3);
    assert_eq!(found("net:\n      prop"), 5);
    assert_eq!(found("db.data"), 2);
}

#[test]
fn anchors_and_pointers() {
    check(
        "a: &x {b: 1}\nc: *$0x\nd:\n  <<: *x\n",
        expect![[r#"
            a: &‹x› {b: 1}
            c: *«x»
            d:
              <<: *«x»
        "#]],
    );
    check(
        "params:\n  definitions:\n    port: {type: integer}\n  properties:\n    a: {$ref: '#/definitions/$0port'}\n    b: {$ref: '#/definitions/port'}\n",
        expect![[r##"
            params:
              definitions:
                ‹port›: {type: integer}
              properties:
                a: {$ref: «'#/definitions/port'»}
                b: {$ref: «'#/definitions/port'»}
        "##]],
    );
}

#[test]
fn definitions_lead_to_the_declaration() {
    expect![[r#""size": "size" in "size: {type: integer}""#]].assert_eq(&defined(&BUNDLE.replacen(
        "size + ",
        "$0size + ",
        1,
    )));
    expect![[r#""x": "x" in "&x {b: 1}""#]].assert_eq(&defined("a: &x {b: 1}\nc: *$0x\n"));
}

#[test]
fn paths_lead_to_files() {
    assert_eq!(defined("steps:\n  - path: $0src\n    provisioner: opentofu\n"), "\"src\": src/main.tf");
    assert_eq!(defined("steps:\n  - path: $0azure\n"), "\"azure\": azure/template.bicep");
    assert_eq!(defined("steps:\n  - path: ./$0chart\n"), "\"./chart\": chart/x.yaml");
    assert_eq!(defined("steps:\n  - path: $0gone\n"), "");
    assert_eq!(defined("params:\n  properties:\n    a: {$ref: ./$0a.json}\n"), "\"./a.json\": a.json");
    assert_eq!(defined("params:\n  properties:\n    a: {$ref: '../$0a.json'}\n"), "");
}

#[test]
fn prose_and_described_keys_have_no_references() {
    for text in ["na$0me: x\n", "name: x$0y\n", "# com$0ment\n", "$0"] {
        assert_eq!(references(&Snapshot::new(text.replace("$0", ""), None), text.find("$0").unwrap()), []);
        assert_eq!(defined(text), "");
    }
}

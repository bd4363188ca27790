use super::{prepare_rename, rename};
use crate::analysis::Snapshot;
use crate::settings::Settings;
use crate::workspace::NoFiles;
use expect_test::expect;

/// The text after renaming the symbol at `$0`, or the error.
fn renamed(marked: &str, name: &str) -> Result<String, String> {
    let offset = marked.find("$0").unwrap();
    let text = marked.replacen("$0", "", 1);
    let snapshot = Snapshot::new(text.as_str(), None);
    let renamed = rename(&snapshot, &NoFiles, &Settings::default(), offset, name)?;
    Ok(renamed.fix().edits.apply(&text).unwrap())
}

const BUNDLE: &str = "\
schema: draft-07
name: a-queue
description: A queue for messages that wait.
version: 1.0.0
steps:
  - path: src
    provisioner: opentofu
params:
  required: [size]
  examples:
    - __name: Dev
      size: 1
  properties:
    $0size: {type: integer, title: Size, description: How many.}
    'net': {type: string, title: Net, description: Which one.}
connections:
  required: [db]
  properties:
    db: {$ref: massdriver/postgresql-authentication}
artifacts:
  properties: {}
ui:
  ui:order: [size, 'net', \"*\"]
app:
  envs:
    SIZE: '.params.size + (.params[\"size\"]) | {a: .}'
    BOTH: '.params | {size, net}'
    DB: .connections.db.authentication.hostname
    PLAIN: .params.size | tostring
    QUOTED: \".params.size | tostring\"
";

#[test]
fn every_reference_is_renamed() {
    expect![[r#"
        schema: draft-07
        name: a-queue
        description: A queue for messages that wait.
        version: 1.0.0
        steps:
          - path: src
            provisioner: opentofu
        params:
          required: [nodes]
          examples:
            - __name: Dev
              nodes: 1
          properties:
            nodes: {type: integer, title: Size, description: How many.}
            'net': {type: string, title: Net, description: Which one.}
        connections:
          required: [db]
          properties:
            db: {$ref: massdriver/postgresql-authentication}
        artifacts:
          properties: {}
        ui:
          ui:order: [nodes, 'net', "*"]
        app:
          envs:
            SIZE: '.params.nodes + (.params["nodes"]) | {a: .}'
            BOTH: '.params | {size:.nodes, net}'
            DB: .connections.db.authentication.hostname
            PLAIN: .params.nodes | tostring
            QUOTED: ".params.nodes | tostring"
    "#]]
    .assert_eq(&renamed(BUNDLE, "nodes").unwrap());
}

#[test]
fn names_that_jq_must_quote() {
    expect![[r#"
        schema: draft-07
        name: a-queue
        description: A queue for messages that wait.
        version: 1.0.0
        steps:
          - path: src
            provisioner: opentofu
        params:
          required: [node-count]
          examples:
            - __name: Dev
              node-count: 1
          properties:
            node-count: {type: integer, title: Size, description: How many.}
            'net': {type: string, title: Net, description: Which one.}
        connections:
          required: [db]
          properties:
            db: {$ref: massdriver/postgresql-authentication}
        artifacts:
          properties: {}
        ui:
          ui:order: [node-count, 'net', "*"]
        app:
          envs:
            SIZE: '.params["node-count"] + (.params["node-count"]) | {a: .}'
            BOTH: '.params | {size:.["node-count"], net}'
            DB: .connections.db.authentication.hostname
            PLAIN: .params["node-count"] | tostring
            QUOTED: ".params[\"node-count\"] | tostring"
    "#]]
    .assert_eq(&renamed(BUNDLE, "node-count").unwrap());
}

#[test]
fn impossible_renames_are_refused_with_a_reason() {
    let refused = |name: &str| renamed(BUNDLE, name).unwrap_err();
    let all = ["net", "db", "md_metadata", "version", "a b", "", "x\ny"].map(refused).join("\n");
    expect![[r#"
        `net` already exists in line 15.
        `db` already exists in line 19.
        `md_metadata` is reserved for the platform; choose another name.
        OpenTofu and Terraform reserve the name `version`; choose another.
        `a b` cannot be the name of a variable: it contains a space.
        A name needs at least one character, and no line breaks or control characters.
        A name needs at least one character, and no line breaks or control characters."#]]
    .assert_eq(&all);
}

#[test]
fn broken_text_is_not_renamed_in() {
    let text = BUNDLE.replace("version: 1.0.0", "version 1.0.0");
    expect!["Line 4 has a syntax error; fix it first, so that no use of the name is missed."]
        .assert_eq(&renamed(&text, "nodes").unwrap_err());
}

#[test]
fn names_that_anchors_cannot_have() {
    for name in ["v1.0", "größe", "a+b", "a b", "[x]", "a*"] {
        let reason = renamed("a: &x$0 {b: 1}\nc: *x\n", name).unwrap_err();
        assert!(reason.starts_with("An anchor's name can contain only"), "{reason}");
    }
}

#[test]
fn a_refusal_names_the_line() {
    let reason = renamed(BUNDLE, "db").unwrap_err();
    assert!(reason.contains("line 19"), "{reason}");
}

#[test]
fn connections_and_anchors() {
    let text = BUNDLE.replace("$0", "").replace("    db: {", "    $0db: {");
    let done = renamed(&text, "database").unwrap();
    assert!(done.contains("required: [database]") && done.contains(".connections.database.auth"), "{done}");
    assert_eq!(renamed("a: &x$0 {b: 1}\nc: *x\n", "y").unwrap(), "a: &y {b: 1}\nc: *y\n");
    assert!(renamed("a: &x$0 {b: 1}\nb: &y 1\nc: *x\n", "y").is_err());
}

#[test]
fn words_that_yaml_reads_otherwise_get_quotes() {
    let done = renamed(BUNDLE, "yes").unwrap();
    assert!(done.contains("\"yes\": {type: integer"), "{done}");
}

#[test]
fn only_names_can_be_renamed() {
    let ask = |marked: &str| {
        let snapshot = Snapshot::new(marked.replace("$0", ""), None);
        prepare_rename(&snapshot, marked.find("$0").unwrap())
    };
    let found = ask(&BUNDLE.replace("$0", "").replace("'net', ", "'n$0et', ")).unwrap();
    assert_eq!((found.name.as_str(), found.span.len()), ("net", 3));
    assert!(ask("na$0me: x\n").is_err());
    assert!(ask("params:\n  properties: {}\n# si$0ze\n").is_err());
}

#[test]
fn keys_that_presets_merge_or_share_are_renamed() {
    let text = "\
base: &base {size: 1}
more: &more {size: 2}
inner: &inner {x: 1, y: 2}
params:
  examples:
    - {<<: *base, __name: One, a: *inner}
    - {<<: [*more, *base], __name: Two, size: 3, b: *inner}
  properties:
    size: {type: integer}
    a: {type: object, properties: {x: {type: integer}}}
    b: {type: object, properties: {y: {type: integer}}}
";
    let of_root = renamed(&text.replace("    size: {type", "    $0size: {type"), "length").unwrap();
    assert_eq!(of_root, text.replace("size:", "length:"));
    let of_shared = renamed(&text.replace("{y: {type", "{$0y: {type"), "z").unwrap();
    assert_eq!(of_shared, text.replace("y: 2", "z: 2").replace("{y: {type", "{z: {type"));
}

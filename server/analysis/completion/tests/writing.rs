//! Tests of the text after an item is accepted.

use super::{accept, accept_snippet, accepted, complete};
use expect_test::expect;

#[test]
fn keeps_the_layout() {
    accept(
        "params:\n    required: []\n    ex$0\nui:\n    ui:order: []\n",
        "examples",
        expect![[r#"
        params:
            required: []
            examples:
                - 
        ui:
            ui:order: []
    "#]],
    );
    accept(
        "steps:\n- path: src\nparams:\n  ex$0\n",
        "examples",
        expect![[r#"
        steps:
        - path: src
        params:
          examples:
          - 
    "#]],
    );
    assert_eq!(accepted("steps:\n  - path: src\n$0", "ui"), "steps:\n  - path: src\nui:\n  ");
    accept(
        "params:\n  properties:\n    $0\n",
        "Choice",
        expect![[r#"
        params:
          properties:
            name:
              type: string
              title: Title
              enum:
                - small
                - large
              default: small
    "#]],
    );
    assert_eq!(
        accepted("steps:\r\n  - path: src\r\n    con$0\r\nui: {}\r\n", "config"),
        "steps:\r\n  - path: src\r\n    config:\r\n      \r\nui: {}\r\n"
    );
}

#[test]
fn corrects_missing_spaces_and_indentation() {
    accept(
        "steps:\n  -$0\n",
        "path",
        expect![[r#"
        steps:
          - path: 
    "#]],
    );
    accept(
        "steps:\n  - path: src\n    provisioner:$0\n",
        "helm",
        expect![[r#"
        steps:
          - path: src
            provisioner: helm
    "#]],
    );
    accept(
        "steps:\n  - path: src\n   pro$0\n",
        "provisioner",
        expect![[r#"
        steps:
          - path: src
            provisioner: 
    "#]],
    );
    accept(
        "name: web\n   st$0\nparams: {}\n",
        "steps",
        expect![[r#"
        name: web
        steps:
          - 
        params: {}
    "#]],
    );
    accept(
        "steps:\n  - path: src\n  $0\n",
        "path",
        expect![[r#"
        steps:
          - path: src
          - path: 
    "#]],
    );
}

#[test]
fn quotes_where_yaml_requires_them() {
    let choices = "params:\n  properties:\n    a:\n      enum: ['5', yes, \"no\", it's]\n      default: $0\n";
    assert!(accepted(choices, "5").ends_with("default: \"5\"\n"));
    assert!(accepted(choices, "yes").ends_with("default: yes\n"));
    assert!(accepted(choices, "no").ends_with("default: \"no\"\n"));
    assert!(accepted(choices, "it's").ends_with("default: it's\n"));
    let open = "params:\n  properties:\n    a:\n      enum: ['5', yes, it's]\n      default: '$0\n";
    assert!(accepted(open, "it's").ends_with("default: 'it''s'\n"));
    let order = "params:\n  properties:\n    a: {}\nui:\n  ui:order: [$0]\n";
    assert!(accepted(order, "*").ends_with("ui:order: [\"*\"]\n"));
    assert!(accepted("app:\n  envs:\n    A: $0\n", "@text \"…\"").ends_with("A: '@text \"text\"'\n"));
}

#[test]
fn does_not_repeat_existing_text() {
    accept(
        "steps:\n  - pa$0: src\n",
        "path",
        expect![[r#"
        steps:
          - path: src
    "#]],
    );
    accept(
        "steps:\n  - path: s$0\n",
        "src",
        expect![[r#"
        steps:
          - path: src
    "#]],
    );
    // What is below belongs to `params` and not to a new key.
    assert!(complete("params:\n$0\n  properties: {}\n").1.is_empty());
    accept(
        "params:\n  properties:\n    a:\n      $md.en$0\n        connection: net\n",
        "$md.enum",
        expect![[r#"
            params:
              properties:
                a:
                  $md.enum:
                    connection: net
        "#]],
    );
}

#[test]
fn inserts_or_replaces_a_word() {
    let (text, items) = complete("steps:\n  - path: src\n    provisioner: op$0entofu\n");
    let item = items.iter().find(|item| item.label == "opentofu").expect("offered");
    assert_eq!((&text[item.insert.range()], &text[item.replace.range()]), ("op", "opentofu"));
}

#[test]
fn inserts_whole_blocks() {
    accept(
        "$0",
        "Resource type",
        expect![[r#"
        name: example-type
        label: Example
        ui:
          connectionOrientation: link
        schema:
          type: object
          required:
            - id
          properties:
            id:
              type: string
              title: Id"#]],
    );
    accept(
        "steps:\n  - path: src\n    provisioner: opentofu\n  $0\n",
        "Helm step",
        expect![[r#"
        steps:
          - path: src
            provisioner: opentofu
          - path: chart
            provisioner: helm
            config:
              namespace: .params.namespace
              release_name: .params.md_metadata.name_prefix
    "#]],
    );
    let bundle = "params:\n  examples:\n    - $0\n  properties:\n    size: {enum: [small, large], default: large}\n    \
                  count: {type: integer, minimum: 2}\n    tls: {type: boolean}\n    tags: {type: object}\n    \
                  who: {type: string}\n";
    accept(
        bundle,
        "Preset with every param",
        expect![[r#"
            params:
              examples:
                - __name: Name
                  size: large
                  count: 2
                  tls: true
                  tags: {}
                  who: ""
              properties:
                size: {enum: [small, large], default: large}
                count: {type: integer, minimum: 2}
                tls: {type: boolean}
                tags: {type: object}
                who: {type: string}
        "#]],
    );
}

#[test]
fn tab_stops_for_clients_with_snippets() {
    accept_snippet(
        "steps:\n  $0\n",
        "OpenTofu step",
        expect![[r#"
        steps:
          - path: ${1:src}
            provisioner: opentofu
    "#]],
    );
    accept_snippet(
        "params:\n  properties:\n    $0\n",
        "Switch",
        expect![[r#"
        params:
          properties:
            ${1:name}:
              type: boolean
              title: ${2:Title}
              default: ${3|false,true|}
    "#]],
    );
    accept_snippet(
        "steps:\n  - path: src\n    skip$0\n",
        "skip_on_delete",
        expect![[r#"
        steps:
          - path: src
            skip_on_delete: ${1|true,false|}
    "#]],
    );
    accept_snippet(
        "connections:\n  properties:\n    net:\n      $0\n",
        "$ref",
        expect![[r#"
        connections:
          properties:
            net:
              $ref: 
    "#]],
    );
}

//! A text with `$0` for the cursor, and what may be written there.

use super::*;
use crate::settings::Settings;
use crate::workspace::MemoryFiles;
use expect_test::{Expect, expect};
use std::path::Path;

/// Completes at `$0`, with the files of a small bundle beside the text.
fn complete_with(text: &str, options: &CompletionOptions) -> (String, Vec<Completion>) {
    let offset = text.find("$0").expect("a cursor");
    let text = text.replacen("$0", "", 1);
    let files = MemoryFiles::new([
        ("src/main.tf", ""),
        ("chart/Chart.yaml", ""),
        ("infra/main.bicep", ""),
        ("docs/readme.md", ""),
        ("types/net.json", "{}"),
        ("massdriver.yaml", ""),
    ]);
    let snapshot = Snapshot::new(text.as_str(), Some(Path::new("/bundles/aws_redis/massdriver.yaml")));
    let found = completion(&snapshot, &files, &Settings::default(), offset, options);
    (text, found.items)
}

fn complete(text: &str) -> (String, Vec<Completion>) {
    complete_with(text, &CompletionOptions::default())
}

/// The labels, best first; the last word of the typed text filters as editors do.
fn labels(text: &str) -> Vec<String> {
    let (text, items) = complete(text);
    let matches = |item: &Completion| {
        let typed = text[item.insert.start()..item.insert.end()].trim_start().to_lowercase();
        let filter = item.filter.as_ref().unwrap_or(&item.label).to_lowercase();
        filter.starts_with(&typed) || filter.split(['/', '-', '_', ':']).any(|part| part.starts_with(&typed))
    };
    items.into_iter().filter(|item| matches(item)).map(|item| item.label).collect()
}

/// The first labels.
fn first(text: &str, expected: Expect) {
    let mut labels = labels(text);
    let more = labels.len().saturating_sub(8);
    labels.truncate(8);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    expected.assert_eq(&format!("{}{more}", labels.join(", ")));
}

/// The text after the item with this label was accepted.
fn accepted(text: &str, label: &str) -> String {
    accepted_with(text, label, &CompletionOptions::default())
}

fn accepted_with(text: &str, label: &str, options: &CompletionOptions) -> String {
    let (text, items) = complete_with(text, options);
    let item = items.iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| {
        panic!("no {label} among {:?}", items.iter().map(|i| &i.label).collect::<Vec<_>>())
    });
    apply(&text, item)
}

/// The text after an item was accepted.
fn apply(text: &str, item: &Completion) -> String {
    let mut out = text.to_owned();
    out.replace_range(item.insert.range(), &item.text);
    for edit in &item.edits {
        // All of them stand before the cursor, and do not overlap.
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

fn accept(text: &str, label: &str, expected: Expect) {
    expected.assert_eq(&accepted(text, label));
}

#[test]
fn keys_that_are_missing_come_required_first() {
    first(
        "$0",
        expect![
            "Infrastructure bundle, Application bundle, Bundle with dependencies and resources, Resource type, name, description, params, connections and 12 more"
        ],
    );
    first(
        "name: x\n$0",
        expect!["description, params, connections, artifacts, steps, version, ui, source_url and 7 more"],
    );
    first(
        "steps:\n  - $0",
        expect![
            "path, provisioner, config, skip_on_delete, OpenTofu step, Terraform step, Helm step, Bicep step"
        ],
    );
    first("app:\n  secrets:\n    A:\n      $0", expect!["required, json, title, description"]);
}

#[test]
fn values_are_those_that_fit() {
    first(
        "steps:\n  - path: src\n    provisioner: $0",
        expect!["opentofu, terraform, bicep, helm, opentofu:1.10, terraform:1.5, bicep:0.30, helm:3"],
    );
    first("steps:\n  - path: $0", expect!["chart, src, docs, infra, types"]);
    first("params:\n  properties:\n    a:\n      type: s$0", expect!["string"]);
    first(
        "params:\n  properties:\n    a:\n      type: string\n      enum: [x, y]\n      default: $0",
        expect!["x, y"],
    );
    first(
        "connections:\n  properties:\n    db:\n      $ref: post$0",
        expect![
            "postgresql-authentication, postgres-database, postgres, massdriver/postgresql-authentication"
        ],
    );
}

#[test]
fn names_are_those_not_listed_yet() {
    let params =
        "params:\n  properties:\n    a: {type: string}\n    b: {type: string}\n  required: [a, $0]\n";
    first(params, expect!["b"]);
    first("params:\n  properties:\n    a: {type: string}\nui:\n  ui:order:\n    - $0", expect!["a, *"]);
    first(
        "params:\n  properties:\n    a: {type: string}\napp:\n  envs:\n    X: .params.$0",
        expect!["a, md_metadata"],
    );
}

#[test]
fn prose_is_left_alone() {
    first("description: a $0", expect![[""]]);
    first("name: x # $0", expect![[""]]);
}

#[test]
fn an_accepted_item_leaves_sound_text() {
    accept(
        "steps:\n  - path: src\n    prov$0\n",
        "provisioner",
        expect![[r#"
        steps:
          - path: src
            provisioner: 
    "#]],
    );
    accept(
        "params:\n  properties:\n    a: {type: string}\nui:\n  ui:order:\n    - $0\n",
        "*",
        expect![[r#"
        params:
          properties:
            a: {type: string}
        ui:
          ui:order:
            - "*"
    "#]],
    );
    accept(
        "steps:\n  - provisioner: hel$0\n",
        "helm",
        expect![[r#"
        steps:
          - provisioner: helm
    "#]],
    );
}

#[test]
fn every_block_is_sound_yaml() {
    for (place, label, block) in snippets::all() {
        let plain = snippets::without_stops(block);
        let errors = crate::syntax::parse(plain.as_str()).errors().len();
        assert_eq!(errors, 0, "{place}, {label}:\n{plain}");
    }
}

//! Tests of completion; `$0` is the cursor.

mod contexts;
mod writing;

use super::*;
use crate::settings::Settings;
use crate::workspace::MemoryFiles;
use expect_test::Expect;
use std::path::Path;

/// Completes at `$0`, next to the files of a small bundle.
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

/// The labels, best first, filtered by the typed text as editors do.
fn labels(text: &str) -> Vec<String> {
    let (text, items) = complete(text);
    let matches = |item: &Completion| {
        let typed = text[item.insert.start()..item.insert.end()].trim_start().to_lowercase();
        let filter = item.filter.as_ref().unwrap_or(&item.label).to_lowercase();
        filter.starts_with(&typed) || filter.split(['/', '-', '_', ':']).any(|part| part.starts_with(&typed))
    };
    items.into_iter().filter(|item| matches(item)).map(|item| item.label).collect()
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
        // They are all before the cursor, and do not overlap.
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

fn accept_snippet(text: &str, label: &str, expected: Expect) {
    expected.assert_eq(&accepted_with(text, label, &CompletionOptions { snippets: true }));
}

fn accept(text: &str, label: &str, expected: Expect) {
    expected.assert_eq(&accepted(text, label));
}

#[test]
fn every_block_is_valid_yaml() {
    for (place, label, block) in snippets::all() {
        let plain = snippets::without_stops(block);
        let errors = crate::syntax::parse(plain.as_str()).errors().len();
        assert_eq!(errors, 0, "{place}, {label}:\n{plain}");
    }
}

#[test]
fn keys_whose_description_depends_on_their_context() {
    let params = "params:\n  properties:\n    size: {type: string}\n";
    let widgets = labels(&format!("{params}ui:\n  size:\n    ui:options:\n      widget: $0\n"));
    assert!(widgets.contains(&"textarea".to_owned()), "{widgets:?}");
    assert_eq!(labels("steps:\n  - path: a\n    <<: {prov$0}\n"), ["provisioner"]);
}

/// Outside of its tags, a template is completed like a bundle and has no findings.
#[test]
fn templates() {
    let before = "name: {{ name }}\ndescription: {{ description }}\nsteps:\n  - path: src\n    $0\n";
    let after = "params:\n{{ paramsSchema }}\nconnections:\n  properties:\n{%- for one in connections %}\n    {{ one.name }}:\n      $ref: {{ one.artifact_definition }}\n{%- endfor %}\n";
    let template = format!("{before}{after}");
    assert_eq!(labels(&template)[..2], ["provisioner", "config"]);
    assert!(labels(&template.replace("    $0\n", "    provisioner: $0\n")).contains(&"opentofu".to_owned()));
    assert!(labels(&format!("{}ver$0\n", template.replace("$0", ""))).contains(&"version".to_owned()));
    let snapshot = Snapshot::new(template.replace("$0", ""), None);
    assert_eq!(snapshot.document().kind, Kind::Template);
    assert_eq!(crate::analysis::findings(&snapshot, &MemoryFiles::default(), &Settings::default()), []);
}

//! Completion anywhere in real bundles, whole and half typed: it answers without a panic, in range, and whatever it
//! offers leaves the text at least as good as it was.
//!
//! By default a seeded sample of places; `MASSDRIVER_COMPLETION=full` looks at every byte of every file.

use massdriver_ls::analysis::{Completion, CompletionOptions, Snapshot, completion};
use massdriver_ls::settings::Settings;
use massdriver_ls::syntax::{self, Span};
use massdriver_ls::workspace::MemoryFiles;
use std::path::Path;
use support::{Random, edits, setting};

mod support;

/// Bundles of our own, for machines without the real ones.
const OWN: &[&str] = &[
    "",
    "name: web\nparams:\n  required: [port]\n  properties:\n    port:\n      type: integer\n      default: 80\n\
     steps:\n- path: src\n  provisioner: opentofu\n  config: {checkov: {enable: true}}\napp:\n  envs:\n    \
     PORT: .params.port | tostring\n    NAME: '@text \"x\"'\n    LONG: >-\n      .params.port\n\nui:\n  ui:order: [\"*\"]\n",
    "name: web\r\nparams:\r\n  properties:\r\n    a: &a\r\n      type: string\r\n    b:\r\n      <<: *a\r\n      \
     title: \"x\r\n  examples:\r\n  - __name: One\r\n    a: x\r\ndependencies:\r\n  net:\r\n    resource_type: aws-vpc\r\n",
    "name: type\nlabel: Type\nschema:\n  type: object\n  properties:\n    id: {type: string, $md.sensitive: true}\nui:\n  \
     connectionOrientation: link\n",
    "name: über\n# ein Kommentar 😀\nparams:\n    properties:\n        größe:\n            enum: [klein, \"groß\"]\n",
];

fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = support::corpus();
    let own = OWN.iter().enumerate().map(|(number, text)| (format!("own {number}"), (*text).to_owned()));
    texts.extend(own);
    texts
}

fn files() -> MemoryFiles {
    MemoryFiles::new([("src/main.tf", ""), ("chart/Chart.yaml", ""), ("types/a.json", "{}")])
}

#[test]
fn anywhere() {
    let full = std::env::var("MASSDRIVER_COMPLETION").is_ok_and(|value| value == "full");
    let places = setting("MASSDRIVER_COMPLETION_PLACES", 40) as usize;
    let mut random = Random::new(setting("MASSDRIVER_COMPLETION_SEED", 1));
    let (mut checked, mut broken) = (0, Vec::new());
    for (name, text) in texts() {
        let snapshot = Snapshot::new(text.as_str(), Some(Path::new("/bundles/web/massdriver.yaml")));
        let offsets: Vec<usize> = match full {
            true => (0..=text.len()).collect(),
            false => (0..places).map(|_| random.below(text.len() + 1)).collect(),
        };
        for offset in offsets {
            checked += check(&name, &snapshot, offset, &mut random, &mut broken);
        }
    }
    println!("{checked} items applied");
    report(&broken);
    assert!(checked > 1_000, "only {checked} items");
}

#[test]
fn half_typed() {
    let texts = texts();
    let variants = setting("MASSDRIVER_COMPLETION_VARIANTS", 500) as usize;
    let mut random = Random::new(setting("MASSDRIVER_COMPLETION_SEED", 2));
    let (mut checked, mut broken) = (0, Vec::new());
    for _ in 0..variants {
        let (name, text) = random.pick(&texts);
        if text.is_empty() {
            continue;
        }
        let (what, edited) = edits::edit(text, &mut random);
        let at = text.bytes().zip(edited.bytes()).take_while(|(before, after)| before == after).count();
        let snapshot = Snapshot::new(edited.as_str(), None);
        for step in 0..2 {
            let offset = (at + step).min(edited.len());
            checked += check(&format!("{name} ({what})"), &snapshot, offset, &mut random, &mut broken);
        }
    }
    println!("{checked} items applied");
    report(&broken);
    assert!(checked > 300, "only {checked} items");
}

/// Completes at an offset and applies some of the items. Returns how many.
fn check(
    name: &str,
    snapshot: &Snapshot,
    offset: usize,
    random: &mut Random,
    broken: &mut Vec<String>,
) -> usize {
    let files = &files();
    let text = snapshot.text();
    let mut applied = 0;
    // What no editor asks for has an answer, too; where it is does not matter.
    if !text.is_char_boundary(offset) || text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
        let _ = completion(snapshot, files, &Settings::default(), offset, &CompletionOptions::default());
        return 0;
    }
    for snippets in [false, true] {
        let options = CompletionOptions { snippets };
        let found = completion(snapshot, files, &Settings::default(), offset, &options);
        for item in &found.items {
            in_range(name, text, offset, item);
        }
        let shown: Vec<&Completion> =
            found.items.iter().filter(|item| is_shown(text, offset, item)).collect();
        if snippets || shown.is_empty() {
            continue;
        }
        let before = snapshot.document().syntax.errors().len();
        for _ in 0..3 {
            let item = random.pick(&shown);
            let span = if random.below(2) == 0 { item.insert } else { item.replace };
            let after = apply(text, item, span);
            let errors = syntax::parse(after.as_str());
            let errors = errors.errors();
            if errors.len() > before {
                broken.push(format!(
                    "{name}: {} at {offset} breaks the text: {:?}\n--- before\n{}\n--- after\n{}\n",
                    item.label,
                    errors.iter().map(|error| error.kind).collect::<Vec<_>>(),
                    around(text, offset, "$0"),
                    around(&after, offset, ""),
                ));
            }
            applied += 1;
        }
    }
    applied
}

fn in_range(name: &str, text: &str, offset: usize, item: &Completion) {
    let (insert, replace) = (item.insert, item.replace);
    let place = || format!("{name}: {} at {offset}: {insert:?} {replace:?}", item.label);
    assert!(text.is_char_boundary(insert.start()) && text.is_char_boundary(insert.end()), "{}", place());
    assert!(text.is_char_boundary(replace.end()) && replace.end() <= text.len(), "{}", place());
    assert!(insert.start() == replace.start() && insert.end() <= replace.end(), "{}", place());
    assert!(insert.start() <= offset && offset <= insert.end(), "{}", place());
    assert!(!text[replace.range()].contains(['\n', '\r']), "{} crosses lines", place());
    assert!(!item.label.is_empty() && !item.label.contains(['\n', '\r']), "{}", place());
    for edit in &item.edits {
        assert!(edit.span.end() <= insert.start(), "{} is edited twice", place());
    }
}

/// Whether an editor lists an item: what is typed must be found, letter by letter, in what the item filters by.
fn is_shown(text: &str, offset: usize, item: &Completion) -> bool {
    let filter = item.filter.as_ref().unwrap_or(&item.label).to_lowercase();
    let mut letters = filter.chars();
    let typed = text[item.insert.start()..offset].trim_start().to_lowercase();
    typed.chars().all(|typed| letters.any(|letter| letter == typed))
}

fn apply(text: &str, item: &Completion, span: Span) -> String {
    let mut out = text.to_owned();
    out.replace_range(span.range(), &item.text);
    for edit in &item.edits {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

fn around(text: &str, offset: usize, mark: &str) -> String {
    let offset = offset.min(text.len());
    let start = text.char_indices().map(|(at, _)| at).rfind(|at| at + 120 < offset).unwrap_or(0);
    format!("{}{mark}{}", &text[start..offset], text[offset..].chars().take(160).collect::<String>())
}

fn report(broken: &[String]) {
    let first = broken.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(broken.is_empty(), "{} items break the text, such as\n{first}", broken.len());
}

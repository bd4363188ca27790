//! Renaming only the declaration of a symbol makes exactly its references in jq programs findings.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use massdriver_ls::internals::analysis::{Snapshot, findings};
use massdriver_ls::internals::bundle::OccurrenceRole;
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::NoFiles;

const TEXT: &str = "\
params:
  required: [size, mode]
  properties:
    size: {type: integer}
    mode: {type: string}
    disk: {type: object, properties: {speed: {type: integer}}}
  dependencies:
    mode: {oneOf: [{properties: {mode: {const: a}, replicas: {type: integer}}}]}
connections:
  required: [store]
  properties:
    store: {$ref: massdriver/aws-s3-bucket}
steps:
- path: src
  provisioner: helm
  config:
    é: '\"é😀\\(.params.size)\" + (.params[\"size\"] | tostring)'
    list: [.params.mode, '.params as {$mode, disk: {$speed}} | $mode']
app:
  envs:
    A: >-
      .params.size +

      .params.disk.speed
    B: |
      # é .params.size
      .params | .size, .replicas
    C: \".connections.\\u0073tore.data, (.connections | .store)\"
    D: '.params | map_values(.size?) | has(\"size\")'
  policies:
  - .connections.store.data.security.iam.read
";

/// Findings about names: offset and text.
fn found(text: &str) -> Vec<(usize, String)> {
    let snapshot = Snapshot::new(text, None);
    let found = findings(&snapshot, &NoFiles, &Settings::default()).into_iter();
    let found = found.filter(|one| one.rule.starts_with("jq-unknown-"));
    found.map(|one| (one.span.start(), text[one.span.range()].to_owned())).collect()
}

#[test]
fn exactly_the_references_are_found() {
    assert_eq!(found(TEXT), []);
    let snapshot = Snapshot::new(TEXT, None);
    let document = snapshot.document();
    let mut renamed = 0;
    for symbol in &document.symbols().all {
        let uses: Vec<_> = symbol.occurrences.iter().filter(|one| one.role == OccurrenceRole::Jq).collect();
        let declared: Vec<_> =
            symbol.occurrences.iter().filter(|one| one.role != OccurrenceRole::Jq).collect();
        if uses.is_empty() {
            continue;
        }
        renamed += 1;
        // Same length as the name, so that offsets do not change.
        let other: String = "zyxwvutsrq".chars().take(symbol.name.len()).collect();
        let mut text = TEXT.to_owned();
        for one in declared {
            let written = &TEXT[one.span.range()];
            text.replace_range(one.span.range(), &written.replace(&symbol.name, &other));
        }
        let mut expected: Vec<usize> = uses.iter().map(|one| one.span.start()).collect();
        expected.sort_unstable();
        let mut starts: Vec<usize> = found(&text)
            .into_iter()
            .map(|(start, token)| start + usize::from(token.starts_with('"')))
            .collect();
        starts.sort_unstable();
        assert_eq!(starts, expected, "{}: {:?}", symbol.name, found(&text));
    }
    assert_eq!(renamed, 6);
}

//! The jq expressions of real bundles, each in its context; all reported findings are listed.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use expect_test::expect;
use massdriver_ls::internals::analysis::{Snapshot, findings};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::MemoryFiles;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A bundle whose declarations are unknown, so that any param and connection may exist.
const OPEN: &str = "\
params:
  $ref: https://example.com/params.json
  properties:
    drop_down:
      $md.enum: {connection: any, OPTION}
connections:
  $ref: https://example.com/connections.json
  properties: {}
steps:
- path: a
  provisioner: helm
  config: {option: CONFIG}
app:
  envs: {NAME: ENV}
  policies: [POLICY]
";

/// The bundle with a program at one place, quoted for YAML; the table holds the programs without quotes.
fn bundle(place: &str, program: &str) -> Option<String> {
    let written = format!("'{}'", program.replace('\'', "''").replace('\n', "\n\n    "));
    let (mark, text) = match place {
        _ if place.starts_with("app.envs") => ("ENV", written),
        _ if place.starts_with("app.policies") => ("POLICY", written),
        _ if place.starts_with("steps") => ("CONFIG", written),
        "$md.enum.options" => ("OPTION", format!("options: {written}")),
        "$md.enum.value" => ("OPTION", format!("options: '.[]', value: {written}")),
        "$md.enum.label" => ("OPTION", format!("options: '.[]', label: {written}")),
        _ => return None,
    };
    let marks = [
        ("OPTION", "options: '.[]'"),
        ("CONFIG", "true"),
        ("ENV", "'.params.x'"),
        ("POLICY", ".connections.x"),
    ];
    let filled = marks.into_iter().fold(OPEN.to_owned(), |bundle, (other, usual)| {
        bundle.replacen(other, if other == mark { "\u{0}" } else { usual }, 1)
    });
    Some(filled.replacen('\u{0}', &text, 1))
}

#[test]
fn real_expressions_have_only_real_mistakes() {
    let Some(table) = crate::support::shared("spec/jq_expressions.tsv") else { return };
    let table = fs::read_to_string(table).unwrap();
    // The files that a program in a `.jq` file sees.
    let around = MemoryFiles::new([("../massdriver.yaml", OPEN)]);
    let (mut checked, mut found) = (0, String::new());
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t');
        let [name, place, program] = [(); 3].map(|()| cells.next().unwrap());
        let program: String = serde_json::from_str(program).unwrap();
        let (text, path) = match place.strip_prefix("file:") {
            Some(path) => (program.clone(), Some(Path::new(path))),
            None => (bundle(place, &program).unwrap(), None),
        };
        checked += 1;
        let snapshot = Snapshot::new(text.as_str(), path);
        let read = snapshot.document().expressions().iter().filter(|one| one.program().text() == program);
        assert_eq!(read.count(), 1, "{text}");
        for finding in findings(&snapshot, &around, &Settings::default()) {
            if finding.rule.starts_with("jq-") {
                let token = snapshot.document().syntax.slice(finding.span);
                let severity = finding.severity.word();
                assert_ne!(token, "", "{text}");
                writeln!(found, "{name} {place} {} {severity}: {token}", finding.rule).unwrap();
            }
        }
    }
    assert_eq!(checked, 290);
    expect![[r#"
        massdriver-cloud__application-examples__k8s-rails-spree app.envs.REDIS_URL jq-unknown-format error: @test
        massdriver-cloud__massdriver-catalog__bundles-fivetran-agent steps.config.helm.release_name jq-unknown-root warning: md
        massdriver-cloud__massdriver-catalog__templates-helm-chart steps.config.helm.release_name jq-unknown-root warning: md
        massdriver-cloud__massdriver-catalog__templates-helm-chart__rev-2026-04 steps.config.helm.release_name jq-unknown-root warning: md
        massdriver-cloud__massdriver-catalog__templates-helm-chart__rev-2026-05a steps.config.helm.release_name jq-unknown-root warning: md
        massdriver-cloud__massdriver-catalog__templates-kubernetes-deployment__deleted steps.config.helm.release_name jq-unknown-root warning: md
        massdriver-cloud__webinar-aks-in-minutes__deploy app.envs.REDIS_URL jq-unknown-format error: @test
    "#]]
    .assert_eq(&found);
}

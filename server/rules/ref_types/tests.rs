use crate::analysis::{Snapshot, findings};
use crate::bundle::Catalog;
use crate::reference::{Definition, Organization, ResourceType, Source};
use crate::rules::testing::{everything_on, report};
use crate::workspace::NoFiles;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const IDS: &[&str] = &["ref-unknown-type", "connection-constraint", "jq-unknown-connection"];

fn defined(name: &str, schema: Value, source: Source) -> Arc<ResourceType> {
    let definition = Definition { name: name.to_owned(), schema, ..Definition::default() };
    Arc::new(ResourceType::defined(definition, source))
}

/// A workspace that defines `our-db`, with or without room for other fields.
fn catalog(closed: bool, complete: bool) -> Arc<Catalog> {
    let mut schema = json!({
        "required": ["auth"],
        "properties": {
            "auth": {"type": "object", "properties": {"hostname": {"type": "string"}, "port": {"type": "integer"}}},
            "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        }
    });
    if closed {
        schema["additionalProperties"] = json!(false);
        schema["properties"]["auth"]["additionalProperties"] = json!(false);
    }
    let published = defined("acme-net", json!({"properties": {"cidr": {}}}), Source::Organization);
    let organization =
        Organization { id: Some("acme".to_owned()), types: vec![published], complete, ..Default::default() };
    let ours = defined("our-db", schema, Source::Workspace(Path::new("/w/massdriver.yaml").into()));
    Catalog::layered(organization, vec![ours])
}

fn found(catalog: &Arc<Catalog>, text: &str, expected: Expect) {
    let found = findings(&Snapshot::new(text, None).knowing(catalog), &NoFiles, &everything_on());
    let mut out = String::new();
    for finding in found.iter().filter(|finding| IDS.contains(&finding.rule)) {
        let before = &text[..finding.span.start()];
        let line = before.matches('\n').count() + 1;
        let named = &text[finding.span.range()];
        let _ = writeln!(
            out,
            "{line} {named}: {} {}: {}",
            finding.rule,
            finding.severity.word(),
            finding.message
        );
    }
    expected.assert_eq(&out);
}

#[test]
fn names_that_may_be_wrong() {
    let text = "\
connections:
  properties:
    a: {$ref: our-bd}
    b: {$ref: acme/acme-nets}
    c: {$ref: other/acme-nets2}
    d: {$ref: something-else}
    e: {$ref: our-db}
    f: {$ref: massdriver/aws-vpc}
    g: {$ref: aws-vpc}
    h: {$ref: ./x.json}
    i: {$ref: OUR-BD}
    j: {$ref: your-org/our-bd}
resources:
  k: {resource_type: our-bd@~1, required: true}
";
    found(
        &catalog(false, false),
        text,
        expect![[r#"
            3 our-bd: ref-unknown-type hint: There is no known resource type `our-bd`; did you mean `our-db`?
            4 acme/acme-nets: ref-unknown-type hint: There is no known resource type `acme/acme-nets`; did you mean `acme-net`?
            5 other/acme-nets2: ref-unknown-type hint: There is no known resource type `other/acme-nets2`; did you mean `acme-net`?
            14 our-bd@~1: ref-unknown-type hint: There is no known resource type `our-bd`; did you mean `our-db`?
        "#]],
    );
    found(
        &catalog(false, true),
        text,
        expect![[r#"
            3 our-bd: ref-unknown-type warning: The organization has no resource type `our-bd`; did you mean `our-db`?
            4 acme/acme-nets: ref-unknown-type warning: The organization has no resource type `acme/acme-nets`; did you mean `acme-net`?
            5 other/acme-nets2: ref-unknown-type hint: There is no known resource type `other/acme-nets2`; did you mean `acme-net`?
            6 something-else: ref-unknown-type warning: The organization has no resource type `something-else`.
            9 aws-vpc: ref-unknown-type warning: The organization has no resource type `aws-vpc`.
            14 our-bd@~1: ref-unknown-type warning: The organization has no resource type `our-bd`; did you mean `our-db`?
        "#]],
    );
}

#[test]
fn fixes_keep_organization_and_version() {
    let text = "resources:\n  k: {resource_type: acme/our-bd@~1, required: true}\n";
    let found =
        findings(&Snapshot::new(text, None).knowing(&catalog(false, false)), &NoFiles, &everything_on());
    let finding = found.iter().find(|finding| finding.rule == "ref-unknown-type").unwrap();
    assert_eq!(finding.fixes[0].edits.list[0].text, "acme/our-db@~1");
    assert!(!finding.fixes[0].is_safe());
}

const CONSTRAINED: &str = "\
connections:
  properties:
    db:
      $ref: our-db
      properties:
        host: {const: a}
        tags: {properties: {any: {const: b}}}
        auth:
          type: object
          properties:
            hostnam: {const: c}
            port: {minimum: 1}
app:
  envs:
    A: .connections.db.auth.host
    B: .connections.db.auth.port
    C: .connections.db.tags.whatever
    D: .connections.db.data.x
    E: .connections.db.data? // \"none\"
";

#[test]
fn fields_that_the_workspace_does_not_define() {
    found(
        &catalog(true, false),
        CONSTRAINED,
        expect![[r#"
            6 host: connection-constraint warning: The payload of `our-db` has no `host`; known names: `auth`, `tags`.
            11 hostnam: connection-constraint warning: The payload of `our-db` has no `hostnam`; did you mean `hostname`?
            15 host: jq-unknown-connection warning: The payload of `our-db` has no `host`; known names: `hostname`, `port`.
            18 data: jq-unknown-connection warning: The payload of `our-db` has no `data`; known names: `auth`, `tags`.
            19 data: jq-unknown-connection hint: The payload of `our-db` has no `data`; known names: `auth`, `tags`.
        "#]],
    );
    found(
        &catalog(false, false),
        CONSTRAINED,
        expect![[r#"
            6 host: connection-constraint hint: The payload of `our-db` has no `host`; known names: `auth`, `tags`.
            11 hostnam: connection-constraint hint: The payload of `our-db` has no `hostnam`; did you mean `hostname`?
            15 host: jq-unknown-connection hint: The payload of `our-db` has no `host`; known names: `hostname`, `port`.
            18 data: jq-unknown-connection hint: The payload of `our-db` has no `data`; known names: `auth`, `tags`.
            19 data: jq-unknown-connection hint: The payload of `our-db` has no `data`; known names: `auth`, `tags`.
        "#]],
    );
}

#[test]
fn built_in_types_report_only_likely_typos() {
    let text = "\
connections:
  properties:
    vpc: {$ref: aws-vpc, properties: {other: {}, data: {properties: {infrastrukture: {}}}}}
    x: {$ref: no-such-type, properties: {other: {}}}
";
    expect![[r#"
        3:70-3:84 connection-constraint hint: The payload of `aws-vpc` has no `infrastrukture`; did you mean `infrastructure`?
            unsafe fix: Rename to `infrastructure`
    "#]]
    .assert_eq(&report(IDS, text));
}

use super::*;
use crate::bundle::Catalog;
use crate::reference::{Definition, Organization, ResourceType};
use serde_json::json;

const BUNDLE: &str = "\
connections:
  required: [db]
  properties:
    db: {$ref: our-db}
    other: {$ref: \"acme/our-db\"}
    public: {$ref: massdriver/aws-vpc}
    own: {$ref: aws-vpc}
resources:
  copy: {resource_type: our-db@~1, required: true}
app:
  envs:
    HOST: .connections.db.host
";
const TYPE: &str = "name: our-db\nlabel: Ours\nschema: {properties: {host: {type: string}}}\n";

fn read(text: &str) -> Snapshot {
    let types = ["our-db", "aws-vpc"].map(|name| {
        let definition = Definition { name: name.to_owned(), schema: json!({}), ..Definition::default() };
        Arc::new(ResourceType::defined(definition, Source::Workspace(Path::new("/w/massdriver.yaml").into())))
    });
    Snapshot::new(text, None).knowing(&Catalog::layered(Organization::default(), types.to_vec()))
}

fn at(text: &str, mark: &str) -> usize {
    text.find(mark).unwrap() + 1
}

#[test]
fn the_type_under_a_cursor() {
    let (bundle, definition) = (read(BUNDLE), read(TYPE));
    let found = type_at(&bundle, at(BUNDLE, "our-db@")).unwrap();
    assert_eq!((found.reference.as_str(), found.name.as_str()), ("our-db@~1", "our-db"));
    assert!(found.defined_in.is_some());
    assert!(type_at(&bundle, at(BUNDLE, "massdriver/")).unwrap().defined_in.is_none());
    assert_eq!(type_at(&definition, at(TYPE, "our-db")).unwrap().name, "our-db");
    for mark in ["required", "HOST", "db: {$ref"] {
        assert_eq!(type_at(&bundle, at(BUNDLE, mark)), None, "{mark}");
    }
    assert_eq!(type_at(&definition, at(TYPE, "Ours")), None);
}

#[test]
fn the_type_of_a_connection() {
    let bundle = read(BUNDLE);
    for mark in ["db]", "db: {$ref", "db.host", "our-db}"] {
        assert_eq!(type_of(&bundle, at(BUNDLE, mark)).unwrap().name, "our-db", "{mark}");
    }
    assert_eq!(type_of(&bundle, at(BUNDLE, "copy:")).unwrap().reference, "our-db@~1");
    assert_eq!(type_of(&bundle, at(BUNDLE, "host")), None);
}

#[test]
fn every_form_of_a_name_but_not_another_type() {
    let named = |reference: &str| -> Vec<&str> {
        type_references(&read(BUNDLE), reference).iter().map(|one| &BUNDLE[one.span.range()]).collect()
    };
    assert_eq!(named("our-db"), ["our-db", "\"acme/our-db\"", "our-db@~1"]);
    assert_eq!(named("aws-vpc"), ["aws-vpc"]);
    assert_eq!(named("massdriver/aws-vpc"), ["massdriver/aws-vpc"]);
    assert!(type_references(&read(TYPE), "our-db")[0].is_definition);
}

#[test]
fn another_name_keeps_organization_version_and_quotes() {
    let edits = rename_type(&read(BUNDLE), "our-db", "their-db").unwrap();
    let texts: Vec<&str> = edits.fix().edits.list.iter().map(|edit| edit.text.as_str()).collect();
    assert_eq!(texts, ["their-db", "\"acme/their-db\"", "their-db@~1"]);
    assert_eq!(rename_type(&read(TYPE), "our-db", "x").unwrap().fix().edits.list[0].text, "x");
    let odd = read("connections:\n  properties:\n    a:\n      $ref: >-\n        our-db\n");
    assert!(rename_type(&odd, "our-db", "x").unwrap_err().contains("Line 4"));
}

#[test]
fn names_that_a_type_cannot_have() {
    let snapshot = read(TYPE);
    for name in ["", "ab", "A-b-c", "a_b_c", "acme/abc", "aws-vpc", &"a".repeat(101)] {
        assert!(may_be_called(&snapshot, name).is_err(), "{name}");
    }
    assert_eq!(may_be_called(&snapshot, "aws-subnet-2"), Ok(()));
}

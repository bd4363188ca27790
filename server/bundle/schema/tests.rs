use super::*;
use crate::bundle::Document;
use crate::syntax::parse;

fn document(text: &str) -> Document {
    Document::new(parse(text), None)
}

/// Lists every schema: its role, its first line (1-based) and the ids of its parents.
fn listed(text: &str) -> Vec<String> {
    let document = document(text);
    let describe = |(_, schema): (SchemaId, &Schema)| {
        let line = document.syntax.lines().line_of(document.node(schema.node).span().start()) + 1;
        let parents: Vec<_> =
            schema.parents.iter().map(|(role, id)| format!("{role:?} of {}", id.0)).collect();
        format!("{line} {:?} {}", schema.area, parents.join(", ")).trim_end().to_owned()
    };
    document.schemas.iter().map(describe).collect()
}

#[test]
fn every_place_of_a_schema_is_read() {
    let text = "\
params:
  properties: {a: {}, b: [], c:}
  patternProperties: {a: {}}
  additionalProperties: {}
  propertyNames: {}
  items: [{}, true]
  additionalItems: {}
  contains: {}
  if: {}
  then: {}
  else: {}
  not: {}
  $defs: {a: {}}
  definitions: {a: {}}
  default: {properties: {x: {}}}
  examples: [{properties: {x: {}}}]
";
    expect_test::expect![[r#"
            [
                "2 Params",
                "2 Params Property(PropertyId(0)) of 0",
                "2 Params Property(PropertyId(1)) of 0",
                "2 Params Property(PropertyId(2)) of 0",
                "3 Params PatternProperty of 0",
                "4 Params AdditionalProperties of 0",
                "5 Params PropertyNames of 0",
                "6 Params Items of 0",
                "7 Params AdditionalItems of 0",
                "8 Params Contains of 0",
                "9 Params If of 0",
                "10 Params Then of 0",
                "11 Params Else of 0",
                "12 Params Not of 0",
                "13 Params NewerDefinition of 0",
                "14 Params Definition of 0",
            ]
        "#]]
    .assert_debug_eq(&listed(text));
}

#[test]
fn a_shared_schema_appears_once_with_all_its_parents() {
    let text = "\
params:
  properties:
    a: &a {properties: {x: {}}}
    b: *a
    c: {<<: *a}
    d: {$ref: '#/properties/a'}
    e: {$ref: '#'}
connections: &ports
  properties: {f: *a}
artifacts: *ports
";
    expect_test::expect![[r#"
            [
                "2 Params Reference of 4",
                "3 Params Property(PropertyId(0)) of 0, Property(PropertyId(1)) of 0, Reference of 3, Property(PropertyId(7)) of 6",
                "5 Params Property(PropertyId(2)) of 0",
                "6 Params Property(PropertyId(3)) of 0",
                "7 Params Property(PropertyId(4)) of 0",
                "3 Params Property(PropertyId(5)) of 1, Property(PropertyId(6)) of 2",
                "9 Ports(Connections)",
            ]
        "#]]
        .assert_debug_eq(&listed(text));
}

#[test]
fn half_typed_keywords_and_members_are_left_out() {
    let document = document("params:\n  typ\n  properties:\n    a: {}\n    b\n");
    let root = document.schemas.get(document.params.unwrap());
    assert_eq!((root.keywords.len(), root.properties.len()), (1, 1));
}

#[test]
fn merges_cannot_multiply_the_work() {
    let mut text = "base: &base\n".to_owned();
    (0..2_000).for_each(|index| text += &format!("  x-{index}: 1\n"));
    text += "params:\n  properties:\n";
    (0..2_000).for_each(|index| text += &format!("    p{index}: {{<<: *base}}\n"));
    let document = document(&text);
    let keywords: usize = document.schemas.iter().map(|(_, schema)| schema.keywords.len()).sum();
    assert!(keywords < 100_000, "{keywords}");
    assert_eq!(document.schemas.iter().count(), 2_001);
}

#[test]
fn pointers_are_followed_through_maps_lists_and_aliases() {
    let syntax = parse("a: {'x/y': [{b: &b {c: 1}}, *b]}\n");
    let at = |pointer| follow(syntax.root().unwrap(), pointer).map(|node| node.source().to_owned());
    assert_eq!(at("/a/x~1y/0/b/c").as_deref(), Some("1"));
    assert_eq!(at("/a/x~1y/1/c").as_deref(), Some("1"));
    assert_eq!(at("/a/nowhere"), None);
    assert_eq!(at("a"), None);
    assert!(at("").is_some());
}

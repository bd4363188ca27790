use super::refactorings;
use crate::analysis::Snapshot;
use crate::analysis::rename::apply;
use expect_test::expect;

const BUNDLE: &str = "\
params:
  properties:
    size:
      type: string
      enum: [s, extra_large, no]
      default: s
    net:
      type: object
      required:
        - cidr
      properties:
        cidr: {type: string, default: 10.0.0.0/16}
        mode:
          oneOf:
            - title: One
              const: 1
            - {title: Two, const: 2}
ui:
  ui:order:
    - net
    - other
  net:
    ui:order: [mode]
";

/// What is offered at a place of the bundle.
fn offered(place: &str) -> String {
    let offset = BUNDLE.find(place).unwrap();
    let titles = refactorings(&Snapshot::new(BUNDLE, None), offset).into_iter().map(|offer| offer.title);
    titles.collect::<Vec<_>>().join("\n")
}

/// The lines that one of the offers at a place changes.
fn done(place: &str, title: &str) -> String {
    let offset = BUNDLE.find(place).unwrap();
    let offers = refactorings(&Snapshot::new(BUNDLE, None), offset);
    let offer = offers.into_iter().find(|offer| offer.title == title).unwrap();
    let mut edits = offer.edits;
    edits.sort_by_key(|edit| edit.span);
    let after = apply(BUNDLE, &edits);
    assert!(Snapshot::new(after.as_str(), None).document().syntax.errors().is_empty(), "{after}");
    let before: Vec<&str> = BUNDLE.lines().collect();
    let lines: Vec<&str> = after.lines().collect();
    let same = before.iter().zip(&lines).take_while(|(a, b)| a == b).count();
    let tail =
        before[same..].iter().rev().zip(lines[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    lines[same..lines.len() - tail].iter().map(|line| format!("|{line}\n")).collect()
}

#[test]
fn what_is_offered_where() {
    expect![[r#"
        Add `size` to `required`
        Add `size` to `ui:order`"#]]
    .assert_eq(&offered("size:"));
    expect!["Add `cidr` to `ui:order`"].assert_eq(&offered("cidr: {"));
    expect!["Give the values labels (`oneOf`)"].assert_eq(&offered("enum"));
    expect!["Drop the labels (`enum`)"].assert_eq(&offered("oneOf"));
    expect!["Add every missing param to `ui:order`"].assert_eq(&offered("ui:order:\n"));
    expect!["Add every missing param to `ui:order`"].assert_eq(&offered("ui:order: ["));
    expect!["Create a preset from the defaults"].assert_eq(&offered("params"));
    assert_eq!(offered("type: string"), "");
}

#[test]
fn required_and_order() {
    expect![[r#"
        |  required: [size]
    "#]]
    .assert_eq(&done("size:", "Add `size` to `required`"));
    expect![[r#"
        |        - mode
    "#]]
    .assert_eq(&done("mode:", "Add `mode` to `required`"));
    expect![[r#"
        |    - size
    "#]]
    .assert_eq(&done("size:", "Add `size` to `ui:order`"));
    expect![[r#"
        |    ui:order: []
    "#]]
    .assert_eq(&done("mode:", "Remove `mode` from `ui:order`"));
    expect![[r#"
        |    ui:order: [mode, cidr]
    "#]]
    .assert_eq(&done("ui:order: [", "Add every missing param to `ui:order`"));
}

#[test]
fn an_order_is_sorted_as_the_params_are() {
    let text = "params:\n  properties: {a: {}, b: {}, c: {}}\nui:\n  ui:order: [\"*\", c, 'b', a]\n";
    let offers = refactorings(&Snapshot::new(text, None), text.find("order").unwrap());
    assert_eq!(offers.len(), 1);
    let sorted = apply(text, &offers[0].edits);
    assert!(sorted.ends_with("ui:order: [a, 'b', c, \"*\"]\n"), "{sorted}");
}

#[test]
fn choices_and_presets() {
    expect![[r#"
        |      oneOf:
        |        - title: S
        |          const: s
        |        - title: Extra large
        |          const: extra_large
        |        - title: "No"
        |          const: no
    "#]]
    .assert_eq(&done("enum", "Give the values labels (`oneOf`)"));
    expect![[r#"
        |          enum: [1, 2]
    "#]]
    .assert_eq(&done("oneOf", "Drop the labels (`enum`)"));
    expect![[r#"
        |  examples:
        |    - __name: Defaults
        |      size: s
        |      net:
        |        cidr: 10.0.0.0/16
    "#]]
    .assert_eq(&done("params", "Create a preset from the defaults"));
}

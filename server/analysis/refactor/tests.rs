use super::refactorings;
use crate::analysis::{Snapshot, Verifier};
use crate::settings::Settings;
use crate::workspace::NoFiles;
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

/// The refactorings offered at a position of the bundle.
fn offered(place: &str) -> String {
    let offset = BUNDLE.find(place).unwrap();
    let titles = refactorings(&Snapshot::new(BUNDLE, None), offset).into_iter().map(|offer| offer.title);
    titles.collect::<Vec<_>>().join("\n")
}

/// The lines that one of the refactorings at a position changes.
fn done(place: &str, title: &str) -> String {
    let offset = BUNDLE.find(place).unwrap();
    let offers = refactorings(&Snapshot::new(BUNDLE, None), offset);
    let offer = offers.into_iter().find(|offer| offer.title == title).unwrap();
    let after = offer.edits.apply(BUNDLE).unwrap();
    assert!(Snapshot::new(after.as_str(), None).document().syntax.errors().is_empty(), "{after}");
    let before: Vec<&str> = BUNDLE.lines().collect();
    let lines: Vec<&str> = after.lines().collect();
    let same = before.iter().zip(&lines).take_while(|(a, b)| a == b).count();
    let tail =
        before[same..].iter().rev().zip(lines[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    lines[same..lines.len() - tail].iter().map(|line| format!("|{line}\n")).collect()
}

#[test]
fn refactorings_at_each_position() {
    expect![[r#"
        Add `size` to `required`
        Add `size` to `ui:order`"#]]
    .assert_eq(&offered("size:"));
    expect![[r#"
        Remove `cidr` from `required`
        Add `cidr` to `ui:order`"#]]
    .assert_eq(&offered("cidr: {"));
    expect!["Add labels to the values (`oneOf`)"].assert_eq(&offered("enum"));
    expect!["Remove the labels (`enum`)"].assert_eq(&offered("oneOf"));
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
    let sorted = offers[0].edits.apply(text).unwrap();
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
    .assert_eq(&done("enum", "Add labels to the values (`oneOf`)"));
    expect![[r#"
        |          enum: [1, 2]
    "#]]
    .assert_eq(&done("oneOf", "Remove the labels (`enum`)"));
    expect![[r#"
        |  examples:
        |    - __name: Defaults
        |      size: s
        |      net:
        |        cidr: 10.0.0.0/16
    "#]]
    .assert_eq(&done("params", "Create a preset from the defaults"));
}

/// The text after applying the only refactoring at a position whose title contains a word.
fn changed(text: &str, place: &str, word: &str) -> Option<String> {
    let snapshot = Snapshot::new(text, None);
    let offers = refactorings(&snapshot, text.find(place)?);
    let offer = offers.into_iter().find(|offer| offer.title.contains(word))?;
    let settings = Settings::default();
    let verifier = Verifier::new(&snapshot, &NoFiles, &settings);
    let after = verifier.edits(offer).ok()?.fix().edits.apply(text)?;
    assert!(Snapshot::new(after.as_str(), None).document().syntax.errors().is_empty(), "{after}");
    Some(after)
}

const ALIKE: &str = "\
params:
  properties:
    first:
      type: object
      properties: {a: {type: string}}
    second:
      type: object
      properties:
        a:
          type: string
    third: {properties: {a: {type: string}}, type: object}
    other: {type: object}
";

#[test]
fn equal_schemas_are_shared_and_separated_again() {
    let shared = changed(ALIKE, "second", "Share").unwrap();
    expect![[r#"
        params:
          properties:
            first: &second
              type: object
              properties: {a: {type: string}}
            second: *second
            third: *second
            other: {type: object}
    "#]]
    .assert_eq(&shared);
    expect![[r#"
        params:
          properties:
            first: &second
              type: object
              properties: {a: {type: string}}
            second:
              type: object
              properties: {a: {type: string}}
            third: *second
            other: {type: object}
    "#]]
    .assert_eq(&changed(&shared, "*second", "Write out").unwrap());
    expect![[r#"
        params:
          properties:
            first:
              type: object
              properties: {a: {type: string}}
            second:
              type: object
              properties: {a: {type: string}}
            third:
              type: object
              properties: {a: {type: string}}
            other: {type: object}
    "#]]
    .assert_eq(&changed(&shared, "&second", "everywhere").unwrap());
    assert_eq!(changed(ALIKE, "other", "Share"), None);
}

#[test]
fn of_equal_schemas_the_one_with_comments_stays() {
    let with = |at: &str, comment: &str| ALIKE.replacen(at, &format!("{at}{comment}"), 1);
    expect![[r#"
        params:
          properties:
            first: &third # the first
              type: object
              properties: {a: {type: string}}
            second: *third
            third: *third
            other: {type: object}
    "#]]
    .assert_eq(&changed(&with("first:", " # the first"), "third", "Share").unwrap());
    let last =
        with("        a:\n", "          # not empty\n").replace("    second:\n", "    second: # the other\n");
    expect![[r#"
        params:
          properties:
            first: &second # the other
              type: object
              properties:
                a:
                  # not empty
                  type: string
            second: *second
            third: *second
            other: {type: object}
    "#]]
    .assert_eq(&changed(&last, "second", "Share").unwrap());
    let deeper = "\
params:
  properties:
    a: {type: object, properties: {b: {const: 1}}}
    c:
      type: object
      properties:
        d:
          # why
          type: object
          properties:
            b:
              const: 1
";
    expect![[r#"
        params:
          properties:
            a: &d
              # why
              type: object
              properties:
                b:
                  const: 1
            c:
              type: object
              properties:
                d: *d
    "#]]
    .assert_eq(&changed(deeper, "d:", "Share").unwrap());
    let both = with("first:", " # one").replace("    second:", "    second: # two");
    assert_eq!(changed(&both, "third", "Share"), None);
    // A flow mapping cannot contain a block.
    let braces = "\
params:
  properties: {a: {const: 1, type: string}}
  if:
    properties:
      b:
        # why
        const: 1
        type: string
";
    assert_eq!(changed(braces, "b:", "Share"), None);
    assert!(changed(&braces.replace("        # why\n", ""), "b:", "Share").is_some());
}

#[test]
fn aliases_of_every_shape_are_written_out() {
    let written = |text: &str| {
        let offset = text.find('*').unwrap();
        let (snapshot, settings) = (Snapshot::new(text, None), Settings::default());
        let verifier = Verifier::new(&snapshot, &NoFiles, &settings);
        let offer = refactorings(&snapshot, offset).into_iter().next()?;
        verifier.edits(offer).ok()?.fix().edits.apply(text)
    };
    for (text, wanted) in [
        ("a: &m\n  x: 1\n\n  y: |\n    t\nb:\n  <<: *m\n  x: 2\n", "b:\n  y: |\n    t\n  x: 2\n"),
        ("a: &m\n  x: 1\n  y: |\n    t\nb:\n    c: *m\n", "b:\n    c:\n      x: 1\n      y: |\n        t\n"),
        ("a: &m\n  x: 1\n  y: [2,\n    3]\nb:\n- *m\n", "b:\n- x: 1\n  y: [2,\n    3]\n"),
        ("a: &m\n- 1\n- 2\nb: {c: 1}\nd: *m # e\n", "d:\n  - 1\n  - 2 # e\n"),
        ("a: &s 'it''s'\nb: [*s, c]\n", "b: ['it''s', c]\n"),
        ("a: &t |-\n  x\n   y\nb:\n  c: *t\n", "b:\n  c: |-\n    x\n     y\n"),
        ("a: &f {x: 1}\nb:\n  <<: *f\n", "b:\n  x: 1\n"),
    ] {
        let after = written(text).unwrap_or_default();
        assert!(after.ends_with(wanted), "{text} became {after}");
    }
    for text in ["a: &s x, y\nb: [*s]\n", "a: &m {b: &n 1}\nc: *m\n", "a: *m\n"] {
        assert_eq!(written(text), None, "{text}");
    }
}

#[test]
fn a_param_moves_below_a_boolean() {
    let text = "\
params:
  required:
    - size
  properties:
    on:
      type: boolean
    size: # how much
      type: string
    deep: {type: string}
";
    let once = changed(text, "size:", "only when").unwrap();
    expect![[r#"
        params:
          properties:
            on:
              type: boolean
            deep: {type: string}
          dependencies:
            on:
              oneOf:
                - properties:
                    on:
                      const: false
                - properties:
                    on:
                      const: true
                    size: # how much
                      type: string
                  required: [size]
    "#]]
    .assert_eq(&once);
    expect![[r#"
        params:
          properties:
            on:
              type: boolean
          dependencies:
            on:
              oneOf:
                - properties:
                    on:
                      const: false
                - properties:
                    on:
                      const: true
                    size: # how much
                      type: string
                    deep: {type: string}
                  required: [size]
    "#]]
    .assert_eq(&changed(&once, "deep", "only when `on`").unwrap());
    assert_eq!(changed("params: {properties: {on: {type: boolean}, a: {}}}", "a:", "only when"), None);
}

#[test]
fn blocks_convert_to_the_other_format_and_back() {
    let text = "\
dependencies:
  # where
  net:
    resource_type: aws-vpc # x
    required: true

  db:
    required: false
    resource_type: acme/postgres
params: {}
";
    let converted = changed(text, "dependencies", "connections").unwrap();
    expect![[r#"
        connections:
          # where
          required:
            - net
          properties:
            net:
              $ref: aws-vpc # x

            db:
              $ref: acme/postgres
        params: {}
    "#]]
    .assert_eq(&converted);
    expect![[r#"
        dependencies:
          # where
          net:
            resource_type: aws-vpc # x
            required: true

          db:
            resource_type: acme/postgres
            required: false
        params: {}
    "#]]
    .assert_eq(&changed(&converted, "connections", "dependencies").unwrap());
    assert_eq!(changed("resources: {}\n", "res", "artifacts").unwrap(), "artifacts:\n  properties: {}\n");
    for lost in [
        "dependencies: {a: {resource_type: b@~1, required: true}}\n",
        "dependencies:\n  a:\n    resource_type: b@~1\n    required: true\n",
        "dependencies:\n  a:\n    resource_type: b\n    required: true # why\n",
        "dependencies:\n  a:\n    resource_type: b\n    required: true\napp: {envs: {A: .dependencies.a}}\n",
    ] {
        assert_eq!(changed(lost, "dependencies", "connections"), None, "{lost}");
    }
}

#[test]
fn defaults_that_yaml_reads_as_another_type_are_quoted_in_presets() {
    let text = "params:\n  examples:\n  - __name: A\n  required:  # c\n  - a\n  properties:\n    a: {type: string, default: y}\n";
    let after = changed(text, "examples", "preset").unwrap();
    assert!(after.contains("  - __name: Defaults\n    a: \"y\"\n  required:  # c\n"), "{after}");
}

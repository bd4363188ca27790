use crate::rules::testing::{fixed, report};
use expect_test::expect;

const IDS: &[&str] = &["schema-keyword-type", "schema-type-unknown"];

#[test]
fn values_have_the_types_of_draft_07() {
    let text = "\
params:
  title: Yes
  required: a
  properties:
    a:
      minLength: '3'
      maxLength: -1
      multipleOf: 0
      uniqueItems: \"true\"
      enum: x
      allOf: []
      items: []
      pattern: {}
      readOnly:
    b: string
    c:
    d: [1]
    e: {type: object, properties: [a], additionalProperties: 3}
  dependencies:
    a: [a, a, 1]
    b: text
  examples: 3
";
    expect![[r#"
        3:13-3:14 schema-keyword-type error: `required` must be a list of property names, not text.
            fix: Convert to a list
        6:18-6:21 schema-keyword-type error: `minLength` must be a whole number, not text.
            fix: Remove the quotes
        7:18-7:20 schema-keyword-type error: `maxLength` must be 0 or more.
        8:19-8:20 schema-keyword-type error: `multipleOf` must be more than 0.
        9:20-9:26 schema-keyword-type error: `uniqueItems` must be true or false, not text.
            fix: Remove the quotes
        10:13-10:14 schema-keyword-type error: `enum` must be a list, not text.
            fix: Convert to a list
        11:14-11:16 schema-keyword-type error: `allOf` is an empty list; it needs an item.
        12:14-12:16 schema-keyword-type error: `items` is an empty list; it needs an item.
        13:16-13:18 schema-keyword-type error: `pattern` must be a regular expression, not a mapping.
        14:7-14:15 schema-keyword-type error: `readOnly` is empty; it must be true or false.
        15:8-15:14 schema-keyword-type error: `b` must be a schema, such as `{ type: string }`, not text.
            fix: Convert to a schema
        16:5-16:6 schema-keyword-type error: `c` is empty; it must be a schema, such as `{ type: string }`.
        17:8-17:11 schema-keyword-type error: `d` must be a schema, such as `{ type: string }`, not a list.
        18:35-18:38 schema-keyword-type error: `properties` must be a mapping of names to schemas, not a list.
        18:62-18:63 schema-keyword-type error: `additionalProperties` must be a schema, such as `{ type: string }`, not a number.
        20:12-20:13 schema-keyword-type error: `a` lists `a` twice.
            fix: Remove it
        20:15-20:16 schema-keyword-type error: Item 3 of `a` must be the name of a property, not a number.
            fix: Add quotes
        21:8-21:12 schema-keyword-type error: `b` must be a schema or a list of names, not text.
            fix: Convert to a list
        22:13-22:14 schema-keyword-type error: `examples` must be a list, not a number.
            fix: Convert to a list
    "#]]
        .assert_eq(&report(IDS, text));
    let after = fixed("schema-keyword-type", "params:\n  properties:\n    b: string # why\n");
    assert_eq!(after, "params:\n  properties:\n    b: { type: string } # why\n");
}

#[test]
fn unknown_types_are_reported() {
    let text = "\
params:
  properties:
    a: {type: int}
    b: {type: [str, null, Boolean]}
    c: {type: thing}
    d: {type: 5}
    e: {type: [string, string]}
    f: {type: [string, integer]}
    g:
      type:
";
    expect![[r#"
        3:15-3:18 schema-type-unknown error: `int` is not a type; did you mean `integer`?
            fix: Replace with `integer`
        4:16-4:19 schema-type-unknown error: `str` is not a type; did you mean `string`?
            fix: Replace with `string`
        4:21-4:25 schema-type-unknown error: YAML reads a plain `null` as no value; write `"null"` in quotes.
            unsafe fix: Add quotes
        4:27-4:34 schema-type-unknown error: `Boolean` is not a type; did you mean `boolean`?
            fix: Replace with `boolean`
        5:15-5:20 schema-type-unknown error: `thing` is not a type; write one of `string`, `integer`, `number`, `boolean`, `object`, `array`, `null`.
        6:15-6:16 schema-keyword-type error: `type` must be one of `string`, `integer`, `number`, `boolean`, `object`, `array`, `null`.
        7:24-7:30 schema-keyword-type error: `type` lists `string` twice.
            fix: Remove it
        10:7-10:11 schema-keyword-type error: `type` is empty; it must be a type, such as `string`.
    "#]]
        .assert_eq(&report(IDS, text));
}

#[test]
fn boolean_keywords_of_older_drafts_are_converted() {
    let text = "\
params:
  properties:
    a:
      type: integer
      minimum: 1 # at least
      exclusiveMinimum: true
      required: true
    b: {}
";
    expect![[r#"
        6:25-6:29 schema-keyword-type error: `exclusiveMinimum` must be a number, such as `exclusiveMinimum: 0`; it replaces `minimum`.
            fix: Move the value of the bound here
        7:17-7:21 schema-keyword-type error: `required` is a list of property names; to require `a`, add it to the `required` next to the `properties` that declare it.
            fix: Add it to `required`
    "#]]
        .assert_eq(&report(IDS, text));
    let once = fixed("schema-keyword-type", text);
    expect![[r#"
            params:
              properties:
                a:
                  type: integer
                  exclusiveMinimum: 1
                  required: true
                b: {}
        "#]]
    .assert_eq(&once);
    let twice = fixed("schema-keyword-type", &once);
    expect![[r#"
        params:
          properties:
            a:
              type: integer
              exclusiveMinimum: 1
            b: {}
          required:
            - a
    "#]]
    .assert_eq(&twice);
    let listed = "params:\n  required: [b]\n  properties:\n    a:\n      type: string\n      required: true\n    b: {}\n";
    expect![[r#"
            params:
              required: [b, a]
              properties:
                a:
                  type: string
                b: {}
        "#]]
    .assert_eq(&fixed("schema-keyword-type", listed));
    let never = "params:\n  properties:\n    a:\n      required: false\n      type: string\n";
    assert_eq!(fixed("schema-keyword-type", never), "params:\n  properties:\n    a:\n      type: string\n");
}

#[test]
fn valid_values_are_not_reported() {
    let text = "\
base: &base {minLength: 1.0}
params:
  required: []
  properties:
    a: {<<: *base, maximum: 1.5, default: null, const: null, enum: [], examples: []}
    b: true
    c: {items: {}, additionalProperties: false, title: \"\", $ref: [1], $comment: \"\"}
    d: *nowhere
    half
    typed:
      ty
    e: {message: 3, $md.immutable: 5}
connections:
  properties:
    f:
    g: string
artifacts:
  properties:
";
    assert_eq!(report(IDS, text), "");
}

#[test]
fn shared_values_are_reported_once_and_as_warnings_in_definitions() {
    let text = "\
base: &base {minLength: x}
params:
  properties:
    a: {<<: *base}
    b: {<<: *base}
    c: &c {title: 3}
    d: *c
  $defs:
    e: {title: 4}
";
    expect![[r#"
            1:25-1:26 schema-keyword-type error: `minLength` must be a whole number, not text.
            6:19-6:20 schema-keyword-type error: `title` must be a string, not a number.
                fix: Add quotes
            9:16-9:17 schema-keyword-type warning: `title` must be a string, not a number.
                fix: Add quotes
        "#]]
    .assert_eq(&report(IDS, text));
}

#[test]
fn resource_types_have_another_dialect() {
    assert_eq!(report(IDS, "schema:\n  properties:\n    a: {title: yes}\n"), "");
    assert_eq!(report(IDS, "schema:\n  properties:\n    a: {title: true}\n").lines().count(), 2);
}

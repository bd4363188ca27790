use crate::rules::testing::{fixed, report};
use expect_test::expect;

const IDS: &[&str] = &["dependency-unknown-field", "dependency-impossible", "if-then-orphan"];

#[test]
fn conditions_name_existing_properties() {
    let text = "\
params:
  properties:
    backups: {type: boolean}
    size: {type: object, dependencies: {x: [y]}, additionalProperties: true}
  dependencies:
    backup: [backups, days]
    extra: [backups]
    backups:
      oneOf:
        - properties: {backups: {const: true}, extra: {type: string}}
          dependencies: {size: [extra]}
connections:
  dependencies: {a: [b]}
";
    expect![[r#"
        6:5-6:11 dependency-unknown-field warning: `dependencies` names `backup`, which `properties` does not declare; did you mean `backups`?
        6:23-6:27 dependency-unknown-field warning: `dependencies` names `days`, which `properties` does not declare.
    "#]]
        .assert_eq(&report(IDS, text));
}

#[test]
fn conditions_test_for_possible_values() {
    let text = "\
params:
  properties:
    tier: {type: string, enum: [dev, prod]}
    on: {type: boolean}
    count: {type: number, enum: [1, 2.0]}
    label: {oneOf: [{const: a, title: A}, {const: b, title: B}]}
    free: {type: string}
    unknown: {$ref: things}
  dependencies:
    tier: {oneOf: [{properties: {tier: {const: prodd}}}, {properties: {tier: {enum: [dev, test]}}}]}
    \"on\": {oneOf: [{properties: {\"on\": {const: 'true'}}}, {properties: {\"on\": {const: false}}}]}
    count: {oneOf: [{properties: {count: {const: 2}}}, {properties: {count: {const: 1.0}}}]}
    label: {anyOf: [{properties: {label: {const: c}}}]}
    free: {oneOf: [{properties: {free: {const: anything}}}, {properties: {free: {const: ''}}}]}
    unknown: {oneOf: [{properties: {unknown: {const: x}, tier: {const: elsewhere}}}]}
  if: {properties: {tier: {const: stage}}}
  then: {required: [free]}
";
    expect![[r#"
        10:48-10:53 dependency-impossible warning: `prodd` is never a value of `tier`; did you mean `prod`?
            3:5: `tier` is defined here
            unsafe fix: Replace with `prod`
            unsafe fix: Add `prodd` to the `enum` of the property
        10:91-10:95 dependency-impossible warning: `test` is never a value of `tier`; it must be one of `dev`, `prod`.
            3:5: `tier` is defined here
            unsafe fix: Add `test` to the `enum` of the property
        11:48-11:54 dependency-impossible warning: `true` is never a value of `on`, which has another type.
            4:5: `on` is defined here
        13:50-13:51 dependency-impossible warning: `c` is never a value of `label`; it must be one of `a`, `b`.
            6:5: `label` is defined here
        16:35-16:40 dependency-impossible warning: `stage` is never a value of `tier`; it must be one of `dev`, `prod`.
            3:5: `tier` is defined here
            unsafe fix: Add `stage` to the `enum` of the property
    "#]]
        .assert_eq(&report(IDS, &text.replace("    on:", "    'on':")));
}

#[test]
fn branches_without_a_condition_are_reported_once() {
    let text = "\
orphan: &orphan
  then: {required: [a]}
params:
  properties:
    a: {<<: *orphan}
    b: {<<: *orphan}
  if:
  else: {}
";
    expect![[r#"
        2:3-2:7 if-then-orphan warning: `then` has no effect without an `if` in the same schema.
    "#]]
    .assert_eq(&report(IDS, text));
    let used_once = text.replace("    b: {", "    b: {if: {required: [a]}, ");
    assert_eq!(report(IDS, &used_once), "");
}

#[test]
fn a_number_is_replaced_by_a_number() {
    let text = "\
params:
  properties:
    port: {type: integer, enum: [5432, 3306]}
  dependencies:
    port: {oneOf: [{properties: {port: {const: 54322}}}, {properties: {port: {const: 3306}}}]}
";
    let fixed = fixed("dependency-impossible", text);
    assert!(fixed.contains("{const: 5432}"), "{fixed}");
}

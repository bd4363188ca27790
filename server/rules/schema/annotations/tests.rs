use crate::rules::testing::{fixed, report};
use expect_test::expect;

const IDS: &[&str] = &["md-unknown", "md-scope", "md-type", "md-enum-connection", "md-nested"];

#[test]
fn annotations_exist_and_have_valid_values() {
    let text = "\
params:
  $md.immutable: true
  properties:
    a: {$md.imutable: true, $md.secret: yes, $md.copyable: no}
    b: {$md.immutable: 'true', $md.sensitive: 3}
    c:
      $md.immutable:
      $md:
        immutable: true
    d: {type: array, items: {$md.immutable: true}}
    e: {type: array, items: {type: object, properties: {f: {$md.immutable: true}}}}
connections:
  properties:
    g: {$ref: h, $md.immutable: true, $md.sensitive: true}
";
    expect![[r#"
        2:3-2:16 md-scope warning: `$md.immutable` has no effect here; write it in a param.
            fix: Remove it
        4:9-4:21 md-unknown warning: There is no annotation `$md.imutable`; did you mean `$md.immutable`?
            fix: Rename to `$md.immutable`
        4:29-4:39 md-unknown warning: There is no annotation `$md.secret`; known annotations: `$md.immutable`, `$md.enum`, `$md.copyable`, `$md.sensitive`.
        5:24-5:30 md-type error: `$md.immutable` must be `true` or `false`.
            fix: Remove the quotes
        5:47-5:48 md-type error: `$md.sensitive` must be `true` or `false`.
        7:7-7:20 md-type error: `$md.immutable` is empty; write `true` or `false`.
        8:7-8:10 md-nested hint: An annotation is a single key, such as `$md.immutable: true`.
        10:30-10:43 md-scope warning: `$md.immutable` has no effect here; write it in a param.
            fix: Remove it
        14:18-14:31 md-scope warning: `$md.immutable` has no effect here; it is for `params`.
            fix: Remove it
        14:39-14:52 md-scope warning: `$md.sensitive` has no effect here; it is for `params` and resource types.
            fix: Remove it
    "#]]
        .assert_eq(&report(IDS, text));
    expect![[r#"
            params:
              properties:
                a:
                  $md.immutable: true
                  $md.copyable: false
                  type: string
        "#]]
        .assert_eq(&fixed(
            "md-nested",
            "params:\n  properties:\n    a:\n      $md:\n        immutable: true\n        copyable: false\n      type: string\n",
        ));
}

#[test]
fn resource_types_have_their_own_annotations() {
    let text = "\
schema:
  $md: {name: x}
  properties:
    a: {$md.sensitive: true, $md.copyable: false}
    b: {$md: {sensitive: true}}
    c: {$md.immutable: true, $md.enum: {connection: x, options: .}}
";
    expect![[r#"
        6:9-6:22 md-scope warning: `$md.immutable` has no effect here; it is for `params`.
            fix: Remove it
        6:30-6:38 md-scope warning: `$md.enum` has no effect here; it is for `params`.
            fix: Remove it
    "#]]
    .assert_eq(&report(IDS, text));
}

#[test]
fn computed_options_are_complete() {
    let text = "\
params:
  properties:
    a: {$md.enum: {connection: buckets, options: .policies, value: 3}}
    b: {$md.enum: {option: .x}}
    c: {$md.enum: .policies}
    d: {$md.enum: {connection: bucket, options: .x, colour: red, label: .y}}
    e: {$md.enum: {dependency: other, options: '.'}}
    f:
      $md.enum:
        connection:
        options: .x
    g:
      $md.enum:
        conn
connections:
  properties:
    bucket: {$ref: aws-s3-bucket}
";
    expect![[r#"
        3:32-3:39 md-enum-connection warning: There is no connection `buckets`; did you mean `bucket`?
            unsafe fix: Replace with `bucket`
        3:68-3:69 md-type error: `value` must be a jq expression.
            fix: Add quotes
        4:9-4:17 md-type error: `$md.enum` needs `connection`: the connection whose payload is read.
        4:9-4:17 md-type error: `$md.enum` needs `options`: jq program that gives the options.
        4:20-4:26 md-unknown warning: `$md.enum` has no key `option`; did you mean `options`?
            fix: Rename to `options`
        5:19-5:28 md-type error: `$md.enum` must be a mapping with `connection` and `options`.
        6:53-6:59 md-unknown warning: `$md.enum` has no key `colour`; known keys: `connection`, `dependency`, `options`, `value`, `label`.
        7:32-7:37 md-enum-connection warning: There is no connection `other`; declared: `bucket`.
            unsafe fix: Replace with `bucket`
        10:9-10:19 md-type error: `connection` is empty; it must be the name of a connection.
    "#]]
        .assert_eq(&report(IDS, text));
}

#[test]
fn connection_and_dependency_are_interchangeable() {
    let text = "\
params:
  properties:
    a: {$md.enum: {connection: bucket, options: .x}}
    b: {$md.enum: {dependency: bucket, options: 'keys', value: .}}
dependencies:
  bucket: {resource_type: aws-s3-bucket, required: true}
";
    assert_eq!(report(IDS, text), "");
}

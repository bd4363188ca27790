//! Tests of all jq families on one bundle, in every style of scalars.

use crate::rules::testing::{fixed, report};
use expect_test::{Expect, expect};

const IDS: &[&str] = &[
    "jq-bare-literal",
    "jq-syntax",
    "jq-unknown-function",
    "jq-unknown-format",
    "jq-newer-function",
    "jq-unknown-root",
    "jq-unknown-param",
    "jq-unknown-connection",
    "jq-md-metadata",
    "jq-enum-root",
    "jq-legacy-root",
    "jq-hyphen",
    "jq-type-clash",
];

/// The bundle of the programs below; 24 lines.
const BUNDLE: &str = "\
params:
  required: [port, mode]
  properties:
    port: {type: integer}
    mode: {type: string, enum: [a, b]}
    flag: {type: boolean}
    size: {type: integer}
    storage:
      type: object
      properties: {disk_gb: {type: integer, default: 5}, labels: {additionalProperties: {type: string}}}
    users: {type: array, items: {type: object, properties: {name: {type: string}}}}
  dependencies:
    mode: {oneOf: [{properties: {mode: {const: a}, replicas: {type: integer}}}]}
connections:
  required: [db]
  properties:
    db: {$ref: massdriver/postgresql-authentication}
    my-net: {$ref: aws-vpc}
    own: {$ref: acme/some-type}
artifacts:
  properties:
    out: {$ref: aws-vpc}
app:
  secrets: {TOKEN: {}}
";

fn app(rest: &str) -> String {
    format!("{BUNDLE}{}", rest.lines().map(|line| format!("  {line}\n")).collect::<String>())
}

/// Findings for environment variables; the first is in line 26.
fn check(envs: &[&str], expected: Expect) {
    let envs: String = envs.iter().enumerate().map(|(n, env)| format!("  E{n}: {env}\n")).collect();
    expected.assert_eq(&report(IDS, &app(&format!("envs:\n{envs}"))));
}

/// The value of a variable after the first fix.
fn fixed_env(id: &str, env: &str) -> String {
    let text = fixed(id, &app(&format!("envs:\n  E: {env}")));
    text.split("    E: ").nth(1).unwrap().trim_end().to_owned()
}

#[test]
fn valid_programs_have_no_findings() {
    check(
        &[
            ".params.port | tostring",
            ".params.storage.disk_gb",
            ".params.storage.labels.any",
            ".params.replicas",
            ".params.users[0].name",
            "'.params.users | map(.name) | join(\",\")'",
            ".connections.db.data.authentication.hostname",
            ".connections.own.whatever.there.is",
            ".connections[\"my-net\"].data.infrastructure.arn",
            ".dependencies.db",
            ".secrets.TOKEN",
            ".params.md_metadata.default_tags[\"md-project\"]",
            ".params.md_metadata.default_tags.anything",
            "'@text \"é\" + .params.mode'",
            "'\"size \" + .params.size'",
            "8080",
            "true",
            "''",
            "|\n      # why\n      .params.mode",
            "'if .params.flag then \"a\" else empty end'",
            "*gone",
        ],
        expect![""],
    );
}

#[test]
fn syntax() {
    check(
        &[
            ".params.",
            "'.params.port |'",
            "\"'a' + .params.mode\"",
            "'''a\"'' + .b'",
            "5m0s",
            "it's 10.0.0.0/16",
            "|\n      if .params.flag then 1",
            "$nope",
            "'.params.mode as $m | $n'",
        ],
        expect![[r#"
            26:16-26:17 jq-syntax error: A name is missing here.
            27:23-27:24 jq-syntax error: An expression is missing here.
            28:10-28:11 jq-syntax error: jq has no single-quoted strings; use double quotes.
                unsafe fix: Use double quotes
            29:10-29:12 jq-syntax error: jq has no single-quoted strings; use double quotes.
            30:9-30:13 jq-syntax error: `5m0s` is not a jq program; write fixed text as `'@text "…"'`.
                fix: Convert to text
            31:9-31:25 jq-syntax error: `it's 10.0.0.0/16` is not a jq program; write fixed text as `'@text "…"'`.
                fix: Convert to text
            33:9-33:11 jq-syntax error: This is never closed; `end` is missing.
            34:9-34:14 jq-syntax error: `$nope` is not defined in this program.
            35:31-35:33 jq-syntax error: `$n` is not defined in this program.
        "#]],
    );
    assert_eq!(fixed_env("jq-syntax", "5m0s # x"), r#"'@text "5m0s"' # x"#);
}

#[test]
fn plain_words_that_run_as_jq() {
    check(
        &["us-east-1", "info", "hello big world", "a.b-c"],
        expect![[r#"
            26:9-26:18 jq-bare-literal warning: `us-east-1` is run as jq, which fails; write fixed text as `'@text "…"'`.
                fix: Convert to text
            27:9-27:13 jq-bare-literal warning: `info` is run as jq, which calls a function; to get the text, write `'@text "info"'`.
                fix: Convert to text
            28:9-28:24 jq-syntax error: `hello big world` is not a jq program; write fixed text as `'@text "…"'`.
                fix: Convert to text
            29:9-29:14 jq-bare-literal warning: `a.b-c` is run as jq, which fails; write fixed text as `'@text "…"'`.
                fix: Convert to text
        "#]],
    );
    assert_eq!(fixed_env("jq-bare-literal", "us-east-1"), r#"'@text "us-east-1"'"#);
}

#[test]
fn functions_and_formats() {
    check(
        &[
            ".params.mode | to_string",
            ".params.mode | split",
            ".params.mode | sub(\"a\")",
            "connections.db.id",
            "'@test \"a\"'",
            "'.params | @basse64'",
            "'@nothing_like_it \"a\"'",
            ".params.mode | frobnicate(1)",
            "'def f(g): g; f(1), f'",
        ],
        expect![[r#"
            26:24-26:33 jq-unknown-function warning: jq has no function `to_string`; did you mean `tostring`?
                fix: Replace with `tostring`
            27:24-27:29 jq-unknown-function warning: `split` takes 1 or 2 arguments, separated by `;`, not 0.
            28:24-28:27 jq-unknown-function warning: `sub` takes 2 or 3 arguments, separated by `;`, not 1.
            29:9-29:20 jq-unknown-function warning: `connections` calls a function that jq does not have; to read the field, write `.connections`.
                fix: Add the dot
            30:10-30:15 jq-unknown-format error: jq has no format `@test`; did you mean `@text`?
                fix: Replace with `@text`
            31:20-31:28 jq-unknown-format error: jq has no format `@basse64`; did you mean `@base64`?
                fix: Replace with `@base64`
            32:10-32:26 jq-unknown-format error: jq has no format `@nothing_like_it`; use `@text`, `@json`, `@html`, `@uri`, `@urid`, `@csv`, `@tsv`, `@sh`, `@base64`, `@base64d`, `@base32` or `@base32d`.
            33:24-33:34 jq-unknown-function warning: jq has no function `frobnicate`; paths begin with a dot, and text is in double quotes.
            34:29-34:30 jq-unknown-function warning: jq has no function `f`; paths begin with a dot, and text is in double quotes.
        "#]],
    );
    assert_eq!(fixed_env("jq-unknown-function", "connections.db.id"), ".connections.db.id");
    assert_eq!(fixed_env("jq-unknown-function", ".params.mode | to_string"), ".params.mode | tostring");
    assert_eq!(fixed_env("jq-unknown-format", "'@tet \"a\"'"), "'@text \"a\"'");
}

#[test]
fn paths() {
    check(
        &[
            ".param.port",
            ".outputs.x",
            ".params.prot",
            ".params.namespace",
            ".params.storage.disk",
            ".params.storage.dik_gb",
            ".params.users[].nam",
            ".params.users[] | .nam",
            ".params.prot // 5",
            ".params.prot?",
            ".connections.bd.data",
            ".dependencies.nothing",
            ".connections.db.data.authentcation.hostname",
            ".params.md_metadata.prefix",
            ".params.md_metadata.target.mail",
            "'{mode: .params.mode, x: (.params | {prot})}'",
            "'.params as {prot: $x} | $x'",
            "'.params | has(\"prot\")'",
            ".params.mode.x",
        ],
        expect![[r#"
            26:10-26:15 jq-unknown-root warning: `.param` is not available here; did you mean `.params`?
                fix: Replace with `params`
            27:10-27:17 jq-unknown-root warning: `.outputs` is not available here; known names: `.params`, `.connections`, `.secrets`.
            28:17-28:21 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            29:17-29:26 jq-unknown-param warning: There is no param `namespace`; known names: `flag`, `mode`, `port`, `replicas`, `size`, `storage`, `users`.
            30:25-30:29 jq-unknown-param warning: The param `storage` has no `disk`; known names: `disk_gb`, `labels`.
            31:25-31:31 jq-unknown-param warning: The param `storage` has no `dik_gb`; did you mean `disk_gb`?
                fix: Replace with `disk_gb`
            32:25-32:28 jq-unknown-param warning: An item of `users` has no `nam`; did you mean `name`?
                fix: Replace with `name`
            33:28-33:31 jq-unknown-param warning: An item of `users` has no `nam`; did you mean `name`?
                fix: Replace with `name`
            34:17-34:21 jq-unknown-param hint: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            35:17-35:21 jq-unknown-param hint: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            36:23-36:25 jq-unknown-connection warning: There is no connection `bd`; known names: `db`, `my-net`, `own`.
            37:24-37:31 jq-unknown-connection warning: There is no dependency `nothing`; known names: `db`, `my-net`, `own`.
            38:31-38:44 jq-unknown-connection hint: The payload has no known field `authentcation`; did you mean `authentication`?
                fix: Replace with `authentication`
            39:30-39:36 jq-md-metadata warning: `md_metadata` has no `prefix`; known names: `default_tags`, `deployment`, `environment`, `name_prefix`, `observability`, `organization`, `package`, `target`.
            40:37-40:41 jq-md-metadata warning: `md_metadata.target` has no `mail`; known names: `contact_email`.
            41:47-41:51 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            42:23-42:27 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            43:25-43:31 jq-unknown-param hint: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            44:23-44:24 jq-type-clash warning: `x` is read from a string, which has no fields.
        "#]],
    );
    assert_eq!(fixed_env("jq-unknown-root", ".param.port"), ".params.port");
    assert_eq!(fixed_env("jq-unknown-param", "'.params[\"prot\"]'"), "'.params[\"port\"]'");
    assert_eq!(fixed_env("jq-unknown-param", r#"".params[\"prot\"]""#), r#"".params[\"port\"]""#);
    assert_eq!(
        fixed_env("jq-unknown-connection", ".connections.my_net.data"),
        r#".connections["my-net"].data"#
    );
    assert_eq!(
        fixed_env("jq-unknown-connection", r#"".connections.my_net""#),
        r#"".connections[\"my-net\"]""#
    );
}

#[test]
fn programs_that_do_not_compile_or_run() {
    check(
        &[
            "'.params.size | break $out'",
            "'label $out | .params.users[] | if . == null then break $out else .name end'",
            "'(label $out | 1) | break $out'",
            "'def f: break $x; label $x | f'",
            "'label $x | def f: break $x; f'",
            "'{(1): 2}'",
            "'{(.params.port): 2}'",
            "'{(.params.mode): 2, (.params.port | tostring): 3, (.connections.own.x): 4}'",
            "'try {(1): 2} catch \"\"'",
            "'.params.flag | toboolean'",
            "'.params.mode | trim'",
            "'.params.mode | trimstr(1; 2)'",
            "'def trim: .; .params.mode | trim'",
        ],
        expect![[r#"
            26:31-26:35 jq-syntax error: `break` needs a `label $out` around it.
            28:35-28:39 jq-syntax error: `break` needs a `label $out` around it.
            29:23-29:25 jq-syntax error: `break` needs a `label $x` around it.
            31:11-31:14 jq-type-clash warning: A key of an object must be a string; this is a number.
            32:11-32:25 jq-type-clash warning: A key of an object must be a string; this is a number.
            35:25-35:34 jq-newer-function hint: jq has `toboolean` since version 1.8; the platform may run an older one.
            36:26-36:30 jq-newer-function hint: jq has `trim` since version 1.8; the platform may run an older one.
            37:26-37:33 jq-unknown-function warning: `trimstr` takes 1 argument, separated by `;`, not 2.
        "#]],
    );
    let step = format!(
        "{BUNDLE}steps:\n  - {{path: src, provisioner: helm, config: {{namespace: .params.mode | trim}}}}\n"
    );
    expect![[r#"
        26:71-26:75 jq-newer-function warning: jq has `trim` since version 1.8; the platform may run an older one.
    "#]].assert_eq(&report(IDS, &step));
}

#[test]
fn hyphens() {
    check(
        &[
            ".connections.my-net.data",
            ".params.md_metadata.default_tags.md-project",
            ".params.port-1",
            ".params.port - 1",
        ],
        expect![[r#"
            26:22-26:28 jq-hyphen warning: jq reads the hyphen in `my-net` as a minus sign; write `["my-net"]`.
                fix: Use brackets
            27:42-27:52 jq-hyphen warning: jq reads the hyphen in `md-project` as a minus sign; write `["md-project"]`.
                fix: Use brackets
        "#]],
    );
    assert_eq!(fixed_env("jq-hyphen", ".connections.my-net.data"), r#".connections["my-net"].data"#);
    assert_eq!(fixed_env("jq-hyphen", r#"".connections.my-net""#), r#"".connections[\"my-net\"]""#);
}

#[test]
fn types() {
    check(
        &[
            "'\"http://h:\" + .params.port'",
            "'\"\\(.params.port)\" + (.params.port|tostring)'",
            "'.params.port + .params.mode'",
            "'\"p\" + .params.flag'",
            "'.params.port.x'",
            "'.params.mode[]'",
            "'\"p\" + .connections.db.data.authentication.port'",
            "'(\"p\" + .params.port)? // \"x\"'",
        ],
        expect![[r#"
            26:22-26:23 jq-type-clash warning: `+` cannot add a string and a number; convert the number with `(… | tostring)`.
                fix: Convert the number to text
            28:23-28:24 jq-type-clash warning: `+` cannot add a string and a number; convert the number with `(… | tostring)`.
                fix: Convert the number to text
            29:14-29:15 jq-type-clash warning: `+` cannot be applied to a string and a boolean.
            30:23-30:24 jq-type-clash warning: `x` is read from a number, which has no fields.
            31:22-31:24 jq-type-clash warning: `[]` iterates over arrays and objects; this is a string.
            32:14-32:15 jq-type-clash hint: `+` cannot add a string and a number; convert the number with `(… | tostring)`.
                fix: Convert the number to text
        "#]],
    );
    assert_eq!(
        fixed_env("jq-type-clash", "'\"a\" + .params.port + \"b\"'"),
        "'\"a\" + (.params.port | tostring) + \"b\"'"
    );
    assert_eq!(fixed_env("jq-type-clash", "'.params.port + \"b\"'"), "'(.params.port | tostring) + \"b\"'");
}

#[test]
fn places_are_exact_in_every_style() {
    check(
        &[
            ".params.prot # é",
            "'\"é''\" + .params.prot'",
            r#""\"é\\u00e9\" + .params.prot""#,
            ">-\n      \"é\" +\n      .params.prot +\n\n      .params.mdoe",
            "|\n      # é\n      .params.prot\n        | .nope",
            "\".params\n      .prot\"",
        ],
        expect![[r#"
            26:17-26:21 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            27:27-27:31 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            28:34-28:38 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            31:17-31:21 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            33:17-33:21 jq-unknown-param warning: There is no param `mdoe`; did you mean `mode`?
                fix: Replace with `mode`
            36:17-36:21 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
            39:10-39:14 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
                fix: Replace with `port`
        "#]],
    );
    let folded = ">-\n    \"é\" +\n    .params.prot";
    assert_eq!(fixed_env("jq-unknown-param", folded), ">-\n      \"é\" +\n      .params.port");
    let text = app("envs: {É: .params.prot, F: .connections.my-net}");
    expect![[r#"
        25:22-25:26 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
            fix: Replace with `port`
        25:44-25:50 jq-hyphen warning: jq reads the hyphen in `my-net` as a minus sign; write `["my-net"]`.
    "#]]
    .assert_eq(&report(IDS, &text));
}

#[test]
fn policies() {
    let text = app(
        "policies:\n- .connections.db.data.security.iam.read\n- .connections.bd.x\n- .connections.my-net.x\n- connections.db.x\n- '@text \"x'",
    );
    expect![[r#"
        27:18-27:20 jq-unknown-connection warning: There is no connection `bd`; known names: `db`, `my-net`, `own`.
        28:18-28:24 jq-hyphen hint: jq reads the hyphen in `my-net` as a minus sign; write `["my-net"]`.
            fix: Use brackets
        29:5-29:21 policy-not-path warning: A policy path must begin with a dot; write `.connections.db.x`.
            fix: Add the dot
        30:12-30:13 jq-syntax error: This is never closed; `"` is missing.
    "#]]
    .assert_eq(&report(&[IDS, &["policy-not-path"]].concat(), &text));
}

#[test]
fn options_of_drop_downs() {
    let with = |query: &str| {
        let text = format!(
            "connections:\n  properties:\n    net: {{$ref: aws-vpc}}\nparams:\n  properties:\n    s:\n      $md.enum: {{connection: net, {query}}}\n"
        );
        report(IDS, &text)
    };
    for fine in [
        "options: .data.infrastructure.private_subnets, value: .arn, label: .arn | ascii_upcase",
        "options: '.policies', value: '.id'",
        "options: '.data.security.iam | keys', value: ., label: ascii_upcase",
        "options: '[.a, .b] | .[]', label: '\"\\(.name) - \\(.description)\"'",
    ] {
        assert_eq!(with(fine), "", "{fine}");
    }
    expect![[r#"
        7:45-7:56 jq-enum-root warning: A query of `$md.enum` has no `.connections`; its paths start at the queried data.
            fix: Start at the payload
    "#]].assert_eq(&with("options: .connections.net.data.x"));
    expect![[r#"
        7:66-7:80 jq-unknown-connection hint: The payload has no known field `privat_subnets`; did you mean `private_subnets`?
            fix: Replace with `private_subnets`
        7:93-7:99 jq-enum-root warning: A query of `$md.enum` has no `.params`; its paths start at the queried data.
        7:110-7:114 jq-unknown-function warning: jq has no function `name`; paths begin with a dot, and text is in double quotes.
    "#]]
        .assert_eq(&with("options: '.data.infrastructure.privat_subnets[]', value: .params.x, label: name"));
    let bad = "connections: {properties: {net: {}}}\nparams:\n  properties:\n    s:\n      $md.enum:\n        connection: net\n        options: ";
    for (query, better) in [
        (".connections.net.subnets", ".subnets"),
        (".connections.net[\"a\"]", ".[\"a\"]"),
        (".connections.net", "."),
    ] {
        assert_eq!(fixed("jq-enum-root", &format!("{bad}{query}")), format!("{bad}{better}"));
    }
}

#[test]
fn config() {
    let text = format!(
        "{BUNDLE}steps:\n- path: a\n  provisioner: helm\n  config: {{a: .secrets.TOKEN, b: .id, c: [{{d: .params.prot}}], e: .artifacts.out}}\n\
         - path: b\n  provisioner: acme/custom\n  config: {{a: .params.prot, b: 5m0s, c: 5}}\n"
    );
    expect![[r#"
        28:16-28:23 jq-unknown-root warning: `.secrets` is not available here; known names: `.params`, `.connections`.
        28:55-28:59 jq-unknown-param warning: There is no param `prot`; did you mean `port`?
            fix: Replace with `port`
        31:23-31:27 jq-unknown-param hint: There is no param `prot`; did you mean `port`?
            fix: Replace with `port`
        31:32-31:36 jq-syntax hint: `5m0s` is not a jq program; write fixed text as `'@text "…"'`.
            fix: Convert to text
    "#]].assert_eq(&report(IDS, &text));
}

#[test]
fn old_names() {
    let text = "\
dependencies:
  db: {resource_type: postgresql-authentication, required: true}
params: {properties: {}}
app:
  envs:
    A: .connections.db.auth
    B: '.params.md_metadata.default_tags[\"md-target\"]'
    C: .dependencies.bd
";
    expect![[r#"
        6:9-6:20 jq-legacy-root hint: `connections` is the old name of `dependencies`.
            fix: Replace with `dependencies`
        7:42-7:53 jq-legacy-root hint: `md-target` is the old name of `md-environment`.
            fix: Replace with `md-environment`
        8:22-8:24 jq-unknown-connection warning: There is no dependency `bd`; known names: `db`.
    "#]]
    .assert_eq(&report(IDS, text));
    assert!(fixed("jq-legacy-root", text).contains("A: .dependencies.db.auth\n"));
}

#[test]
fn shared_strings_are_reported_once() {
    let text = app("envs:\n  A: &a .params.prot\n  B: *a");
    assert_eq!(report(IDS, &text).matches("jq-unknown-param").count(), 1);
}

#[test]
fn unknown_params_and_unfinished_blocks_are_left_alone() {
    for before in [
        "",
        "params:\n",
        "params: *gone\n",
        "params: {$ref: elsewhere}\n",
        "params: {patternProperties: {a: {}}}\n",
    ] {
        let text = format!("{before}app:\n  envs:\n    A: .params.x\n    B: .params.\n    C\n");
        assert!(!report(IDS, &text).contains("jq-unknown-param"), "{before}");
    }
}

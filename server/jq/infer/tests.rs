//! Inference: what paths lead to, what programs produce, and what must fail.

use super::{Environment, Report, Target, VariableSource, infer};
use crate::jq::parse;
use crate::jq::types::{Shape, Types};
use expect_test::{Expect, expect};
use std::fmt::Write;

/// What the programs of these tests are given.
fn input() -> Shape {
    let replica = Shape::object([("host", Shape::STRING), ("port", Shape::NUMBER)]);
    let params = Shape::object([
        ("name", Shape::STRING.with_origin(1)),
        ("port", Shape::NUMBER.with_origin(2)),
        ("tags", Shape::array(Shape::STRING)),
        ("replicas", Shape::array(replica)),
        ("note", Shape::STRING.or_null()),
        ("md_metadata", Shape::object([("default_tags", Shape::map_of(Shape::STRING))])),
    ]);
    let auth = Shape::open_object([("hostname", Shape::STRING), ("port", Shape::NUMBER)]);
    let connections = Shape::object([("db", Shape::object([("auth", auth)])), ("other", Shape::UNKNOWN)]);
    Shape::object([("params", params), ("connections", connections)])
}

fn report(text: &str) -> Report {
    infer(&parse(text), &Environment::from(input()))
}

/// The output of a program.
fn output(text: &str, expected: Expect) {
    expected.assert_eq(&report(text).output.to_string());
}

/// What is noted of a program: its paths, then whatever is wrong.
fn check(text: &str, expected: Expect) {
    let program = parse(text);
    let report = infer(&program, &Environment::from(input()));
    let mut out = String::new();
    for one in &report.uses {
        let after = match &one.after {
            None => "missing".to_owned(),
            Some(after) if after.types() == Types::OBJECT => "{…}".to_owned(),
            Some(after) => after.to_string(),
        };
        let guarded = if one.guarded { " (guarded)" } else { "" };
        let (span, style, root) = (program.slice(one.span), one.style, one.root);
        let _ = writeln!(out, "{span} {style:?} {root:?} -> {after}{guarded}");
    }
    for call in report.calls.iter().filter(|call| matches!(call.target, Target::Unknown)) {
        let _ = writeln!(out, "unknown function {}/{}", program.slice(call.span), call.arity);
    }
    for variable in report.variables.iter().filter(|one| one.source == VariableSource::Unknown) {
        let _ = writeln!(out, "unknown variable {}", program.slice(variable.span));
    }
    for format in report.formats.iter().filter(|one| one.format.is_none()) {
        let _ = writeln!(out, "unknown format {}", program.slice(format.span));
    }
    for clash in &report.clashes {
        let _ = writeln!(out, "{:?} {}", clash.span, clash.message(&program));
    }
    for hyphen in &report.hyphens {
        let _ = writeln!(out, "{:?} write {}", hyphen.replace, hyphen.replacement);
    }
    expected.assert_eq(&out);
}

#[test]
fn paths() {
    check(
        ".params.port",
        expect![[r#"
            params Dot Input -> {…}
            port Dot Input -> number
        "#]],
    );
    check(
        ".params.prot",
        expect![[r#"
            params Dot Input -> {…}
            prot Dot Input -> missing
        "#]],
    );
    check(
        ".params.nope.deeper",
        expect![[r#"
            params Dot Input -> {…}
            nope Dot Input -> missing
            deeper Dot Input -> any
        "#]],
    );
    check(
        ".connections.other.data.x",
        expect![[r#"
            connections Dot Input -> {…}
            other Dot Input -> any
            data Dot Input -> any
            x Dot Input -> any
        "#]],
    );
    check(
        r#".params["name"], .params."port", ."params".tags[0], .params.tags[1:]"#,
        expect![[r#"
            params Dot Input -> {…}
            "name" Bracket Input -> string
            params Dot Input -> {…}
            "port" Quoted Input -> number
            "params" Quoted Input -> {…}
            tags Dot Input -> array<string>
            [0] Index Input -> string | null
            params Dot Input -> {…}
            tags Dot Input -> array<string>
            [1:] Slice Input -> array<string>
        "#]],
    );
    check(
        ".params.replicas[].hots",
        expect![[r#"
            params Dot Input -> {…}
            replicas Dot Input -> array<{host: string, port: number}>
            [] Iterate Input -> {…}
            hots Dot Input -> missing
        "#]],
    );
    check(
        ".params.md_metadata.default_tags[\"md-target\"]",
        expect![[r#"
            params Dot Input -> {…}
            md_metadata Dot Input -> {…}
            default_tags Dot Input -> {…}
            "md-target" Bracket Input -> string | null
        "#]],
    );
    check(
        ".params.name.first",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            first Dot Input -> missing
            13..18 `first` is looked up in a string, which has no fields.
        "#]],
    );
    check(
        ".params.",
        expect![[r#"
            params Dot Input -> {…}
             Dot Input -> any
        "#]],
    );
}

#[test]
fn changed_roots() {
    check(
        ".params | .port",
        expect![[r#"
            params Dot Input -> {…}
            port Dot Stage -> number
        "#]],
    );
    check(
        ".params.replicas | map(.host, .nope)",
        expect![[r#"
            params Dot Input -> {…}
            replicas Dot Input -> array<{host: string, port: number}>
            host Dot Stage -> string
            nope Dot Stage -> missing
        "#]],
    );
    check(
        ".params.replicas[] | select(.port == 1) | .host",
        expect![[r#"
            params Dot Input -> {…}
            replicas Dot Input -> array<{host: string, port: number}>
            [] Iterate Input -> {…}
            port Dot Stage -> number
            host Dot Stage -> string
        "#]],
    );
    check(
        ".params as $p | $p.port + $q",
        expect![[r#"
            params Dot Input -> {…}
            port Dot Variable(16..18) -> number
            unknown variable $q
        "#]],
    );
    check(
        ".params as {name: $n, $prot} | $n",
        expect![[r#"
            params Dot Input -> {…}
            name Pattern Term -> string
            prot Pattern Term -> missing
        "#]],
    );
    check(
        ".params | {name, port, nope}",
        expect![[r#"
            params Dot Input -> {…}
            name Shorthand Stage -> string
            port Shorthand Stage -> number
            nope Shorthand Stage -> missing
        "#]],
    );
    check(
        ".params | to_entries[] | .key, .valeu",
        expect![[r#"
            params Dot Input -> {…}
            [] Iterate Term -> {…}
            key Dot Stage -> string
            valeu Dot Stage -> missing
        "#]],
    );
}

#[test]
fn guards() {
    check(
        ".params.nope // \"x\"",
        expect![[r#"
            params Dot Input -> {…} (guarded)
            nope Dot Input -> missing (guarded)
        "#]],
    );
    check(
        ".params.nope?",
        expect![[r#"
            params Dot Input -> {…} (guarded)
            nope Dot Input -> missing (guarded)
        "#]],
    );
    check(
        "try .params.nope catch .",
        expect![[r#"
            params Dot Input -> {…} (guarded)
            nope Dot Input -> missing (guarded)
        "#]],
    );
    check(
        ".params | has(\"nope\")",
        expect![[r#"
            params Dot Input -> {…}
            "nope" Argument Stage -> missing (guarded)
        "#]],
    );
    check(
        "if .params.nope then .params.nope else .params.zip end",
        expect![[r#"
            params Dot Input -> {…}
            nope Dot Input -> missing
            params Dot Input -> {…}
            nope Dot Input -> missing (guarded)
            params Dot Input -> {…}
            zip Dot Input -> missing
        "#]],
    );
    check(
        ".params.extra = .params.nope | .params.extra",
        expect![[r#"
            params Dot Input -> {…} (guarded)
            extra Dot Input -> missing (guarded)
            params Dot Input -> {…}
            nope Dot Input -> missing
            params Dot Stage -> {…}
            extra Dot Stage -> any
        "#]],
    );
    check(
        "getpath([\"params\", \"nope\"])",
        expect![[r#"
            "params" Argument Input -> {…} (guarded)
            "nope" Argument Input -> missing (guarded)
        "#]],
    );
}

#[test]
fn certain_failures() {
    check(
        "\"http://\" + .params.name + \":\" + .params.port",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            params Dot Input -> {…}
            port Dot Input -> number
            31..32 `+` cannot join a string and a number; write `(… | tostring)` around the number.
        "#]],
    );
    check(
        "\"a\" + (.params.port | tostring) + .params.note + .connections.other",
        expect![[r#"
            params Dot Input -> {…}
            port Dot Input -> number
            params Dot Input -> {…}
            note Dot Input -> string | null
            connections Dot Input -> {…}
            other Dot Input -> any
        "#]],
    );
    check(
        ".params + \"x\"",
        expect![[r#"
            params Dot Input -> {…}
            8..9 `+` has no meaning between an object and a string.
        "#]],
    );
    check(
        ".params.tags | split(\",\")",
        expect![[r#"
            params Dot Input -> {…}
            tags Dot Input -> array<string>
            15..20 `split` takes a string; this is an array.
        "#]],
    );
    check(
        ".params.name[]",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            [] Iterate Input -> any
            12..14 `[]` goes through arrays and objects; this is a string.
        "#]],
    );
    check(
        ".params.name | join(\",\"), @csv",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            15..19 `join` takes an array; this is a string.
            26..30 `@csv` takes an array; this is a string.
        "#]],
    );
    check(
        ".params.name | startswith(1)",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            26..27 This argument should be a string; it is a number.
        "#]],
    );
    check(
        "-.params.name",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            0..1 `-` goes before numbers; this is a string.
        "#]],
    );
    check(
        ".params.tags[\"x\"]",
        expect![[r#"
            params Dot Input -> {…}
            tags Dot Input -> array<string>
            "x" Bracket Input -> missing
            13..16 `"x"` is looked up in an array, which has no fields.
        "#]],
    );
    check(
        "(.params.name + 1)?",
        expect![[r#"
            params Dot Input -> {…} (guarded)
            name Dot Input -> string (guarded)
        "#]],
    );
}

#[test]
fn names() {
    check(
        "tosting, map(1; 2), @test \"x\", @text \"y\"",
        expect![[r#"
        unknown function tosting/0
        unknown function map/2
        unknown format @test
    "#]],
    );
    check(
        "def f($a; g): $a, a, g, h; f(1; .params.nope)",
        expect![[r#"
        params Dot Stage -> any
        nope Dot Stage -> any
        unknown function h/0
    "#]],
    );
    check(
        "$ENV.PATH, $__loc__.file, $nope",
        expect![[r#"
            PATH Dot Variable(0..4) -> string | null
            file Dot Variable(11..19) -> any
            unknown variable $nope
        "#]],
    );
    check("true, false, null | not", expect![[r#""#]]);
}

#[test]
fn hyphens() {
    check(
        ".params.md_metadata.default_tags.md-target",
        expect![[r#"
            params Dot Input -> {…}
            md_metadata Dot Input -> {…}
            default_tags Dot Input -> {…}
            md Dot Input -> any
            32..42 write ["md-target"]
        "#]],
    );
    check(
        ".connections.other.md-first-name.x + 1",
        expect![[r#"
            connections Dot Input -> {…}
            other Dot Input -> any
            md Dot Input -> any
            18..32 write ["md-first-name"]
        "#]],
    );
    check(
        ".params.my-env, .params.md_metadata.default_tags.md-type",
        expect![[r#"
        params Dot Input -> {…}
        my Dot Input -> any
        params Dot Input -> {…}
        md_metadata Dot Input -> {…}
        default_tags Dot Input -> {…}
        md Dot Input -> any
        7..14 write ["my-env"]
        48..56 write ["md-type"]
    "#]],
    );
    check(
        ".my-name",
        expect![[r#"
        my Dot Input -> any
        0..8 write .["my-name"]
    "#]],
    );
    check(
        ".params.port-length, .params.port - nope, .params.port -nope",
        expect![[r#"
            params Dot Input -> {…}
            port Dot Input -> number
            params Dot Input -> {…}
            port Dot Input -> number
            params Dot Input -> {…}
            port Dot Input -> number
            unknown function nope/0
            unknown function nope/0
        "#]],
    );
}

#[test]
fn outputs() {
    output(
        ".params",
        expect![
            "{md_metadata: {default_tags: object<string>}, name: string, note: string | null, port: number, replicas: array<{host: string, port: number}>, tags: array<string>}"
        ],
    );
    output(".params.note // \"x\"", expect!["string"]);
    output("if .params.port > 1 then \"a\" else .params.note end", expect!["string | null"]);
    output("[.params.replicas[] | {host, n: 1}]", expect!["array<{host: string, n: number}>"]);
    output(
        "{a: 1} + {b: \"x\"} + (if .params.port then {c: 1} else {} end)",
        expect!["{a: number, b: string, c: number} | {a: number, b: string}"],
    );
    output(".params.name | split(\",\")[0]", expect!["string | null"]);
    output(
        ".params | del(.md_metadata, .tags, .replicas) | .port |= tostring",
        expect!["{name: string, note: string | null, port: string}"],
    );
    output(".params.replicas | map(.host) | join(\",\") | ascii_downcase", expect!["string"]);
    output("reduce .params.tags[] as $t (\"\"; . + $t)", expect!["string"]);
    output("[foreach .params.tags[] as $t (0; . + 1)]", expect!["array<number>"]);
    output("def double: . + .; .params.name | double", expect!["string"]);
    output("def apply(f): f; .params | apply(.port)", expect!["number"]);
    output("def f: f; f", expect!["any"]);
    output(".params | with_entries(.value = 1) | .anything", expect!["number | null"]);
    output(". += {labels: .params.md_metadata} | .labels.default_tags", expect!["object<string>"]);
    output("[.params.tags[], 1] | first, length, (.[] | numbers)", expect!["string | number | null"]);
    output("error(\"x\")", expect!["nothing"]);
}

#[test]
fn origins_pass_through() {
    let origins = |text: &str| report(text).output.origins().collect::<Vec<_>>();
    assert_eq!(origins(".params.name"), [1]);
    assert_eq!(origins(".params | (.name, .port)"), [1, 2]);
    assert_eq!(origins(".params as $p | $p.port // 1"), [2]);
}

#[test]
fn hostile_programs_are_bounded() {
    let deep = 126;
    let texts = [
        "def f: f, f; f".to_owned(),
        "def f(g): g, f(g); f(f(f(.)))".to_owned(),
        "{a: ., b: .} | ".repeat(5000) + ".",
        "[.] | ".repeat(5000) + ".a",
        ". as $x | ".repeat(5000) + "$nope",
        "def f: f; ".repeat(5000) + "f | g",
        ".a".repeat(50_000),
        "1 + ".repeat(50_000) + "1",
        format!("{}.{}", "(1 == 1 + 1 * [".repeat(deep / 2), "])".repeat(deep / 2)),
        format!("{{{}}}", (0..20_000).map(|n| format!("k{n}: 1, ")).collect::<String>()),
        (0..5000).map(|n| format!("{{k{n}: 1}} + ")).collect::<String>() + "{}",
        format!("{}.{}", "reduce . as $x (0; ".repeat(100), ")".repeat(100)),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let _ = report(&text);
        let (elapsed, head) = (start.elapsed(), text.get(..20));
        assert!(elapsed.as_millis() < 5000, "{head:?}: {elapsed:?}");
    }
}

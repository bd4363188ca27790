//! Outputs of programs, their origins, and the limits of inference.

use super::{output, report};
use expect_test::expect;

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

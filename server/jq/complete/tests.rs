//! Completions at the cursor `|`, applied to the text.

use super::*;
use crate::jq::infer::{BoundKind, Environment, infer};
use crate::jq::parse;
use expect_test::{Expect, expect};

/// `|` marks the cursor, `‖` stands for a pipe.
fn check(text: &str, expected: Expect) {
    let text = text.replace('‖', "\u{1}");
    let offset = text.find('|').unwrap();
    let text = text.replace('|', "").replace('\u{1}', "|");
    let program = parse(&text);
    let db = Shape::open_object([("host", Shape::STRING), ("md-port", Shape::NUMBER)]);
    let input = Shape::object([("db", db), ("list", Shape::array(Shape::object([("id", Shape::STRING)])))]);
    let report = infer(&program, &Environment::from(input));
    let apply = |edit: (Span, String)| {
        let mut out = text.clone();
        out.replace_range(edit.0.range(), &edit.1);
        out
    };
    let out = match place(&program, &report, offset) {
        Place::Field(field) => {
            let names: Vec<&str> = field.input.fields().map(|(name, _)| name).collect();
            let edits: Vec<String> = names.iter().map(|name| apply(field.edit(name))).collect();
            format!("field {:?}\n{}", field.style, edits.join("\n"))
        }
        Place::Expression { replace, input, at_root, scope } => {
            let bound = report.scope(scope).map(|bound| program.slice(bound.span)).collect::<Vec<_>>();
            let root = if at_root { " root" } else { "" };
            format!("expression{root} {} {input} {bound:?}", apply((replace, "X".into())))
        }
        Place::Format { replace } => format!("format {}", apply((replace, "@X".into()))),
        Place::Variable { replace, scope } => {
            let bound = report.scope(scope);
            let bound = bound.filter(|bound| matches!(bound.kind, BoundKind::Variable(_)));
            let bound = bound.map(|bound| program.slice(bound.span)).collect::<Vec<_>>();
            format!("variable {} {bound:?}", apply((replace, "$X".into())))
        }
        Place::Nothing => "nothing".to_owned(),
    };
    expected.assert_eq(&out);
}

#[test]
fn fields() {
    check(
        ".|",
        expect![[r#"
        field Dot
        .db
        .list"#]],
    );
    check(
        ".d|",
        expect![[r#"
        field Dot
        .db
        .list"#]],
    );
    check(
        ".db.|",
        expect![[r#"
        field Dot
        .db.host
        .db["md-port"]"#]],
    );
    check(
        ".db.| + \"x\"",
        expect![[r#"
        field Dot
        .db.host + "x"
        .db["md-port"] + "x""#]],
    );
    check(
        ".db.h|os ‖ tostring",
        expect![[r#"
        field Dot
        .db.host | tostring
        .db["md-port"] | tostring"#]],
    );
    check(
        ".db.|.x",
        expect![[r#"
        field Dot
        .db.host.x
        .db["md-port"].x"#]],
    );
    check(
        ".|.host",
        expect![[r#"
        field Dot
        .db.host
        .list.host"#]],
    );
    check(
        "\"a\\(.db.|)b\"",
        expect![[r#"
        field Dot
        "a\(.db.host)b"
        "a\(.db["md-port"])b""#]],
    );
    check(
        "\"a\\(.db.|\"",
        expect![[r#"
        field Dot
        "a\(.db.host"
        "a\(.db["md-port"]""#]],
    );
    check(
        ".list ‖ map(.|)",
        expect![[r#"
        field Dot
        .list | map(.id)"#]],
    );
    check(
        ".list[] ‖ select(.i|",
        expect![[r#"
        field Dot
        .list[] | select(.id"#]],
    );
    check(
        ".list[0].|",
        expect![[r#"
        field Dot
        .list[0].id"#]],
    );
    check(
        ".db as $d ‖ $d.|",
        expect![[r#"
        field Dot
        .db as $d | $d.host
        .db as $d | $d["md-port"]"#]],
    );
}

#[test]
fn quoted_names() {
    check(
        ".db[\"|\"]",
        expect![[r#"
        field Bracket
        .db["host"]
        .db["md-port"]"#]],
    );
    check(
        ".db[\"md-|",
        expect![[r#"
        field Bracket
        .db["host
        .db["md-port"#]],
    );
    check(
        ".db[|",
        expect![[r#"
        field Bracket
        .db["host"]
        .db["md-port"]"#]],
    );
    check(
        ".db[|]",
        expect![[r#"
        field Iterate
        .db["host"]
        .db["md-port"]"#]],
    );
    check(
        ".db.\"h|\"",
        expect![[r#"
        field Quoted
        .db."host"
        .db."md-port""#]],
    );
    check(
        ".db ‖ has(\"|\")",
        expect![[r#"
        field Argument
        .db | has("host")
        .db | has("md-port")"#]],
    );
}

#[test]
fn object_keys() {
    check(
        ".db ‖ {|}",
        expect![[r#"
        field Shorthand
        .db | {host}
        .db | {"md-port"}"#]],
    );
    check(
        ".db ‖ {x: [1, 2], |}",
        expect![[r#"
        field Shorthand
        .db | {x: [1, 2], host}
        .db | {x: [1, 2], "md-port"}"#]],
    );
    check(".db ‖ {x: [1, |]}", expect!["expression .db | {x: [1, X]} {host: string, md-port: number, …} []"]);
    check(
        ".db ‖ {h|, x: 1}",
        expect![[r#"
        field Shorthand
        .db | {host, x: 1}
        .db | {"md-port", x: 1}"#]],
    );
    check(
        ".db ‖ {\"|\"}",
        expect![[r#"
        field Shorthand
        .db | {"host"}
        .db | {"md-port"}"#]],
    );
    check(".db ‖ {x|: 1}", expect!["nothing"]);
    check(
        ".db as {ho|: $x} ‖ .",
        expect![[r#"
        field Pattern
        .db as {host: $x} | .
        .db as {"md-port": $x} | ."#]],
    );
}

#[test]
fn expressions() {
    check(
        "|",
        expect!["expression root X {db: {host: string, md-port: number, …}, list: array<{id: string}>} []"],
    );
    check(".db ‖ |", expect!["expression .db | X {host: string, md-port: number, …} []"]);
    check(".db ‖ to|st", expect!["expression .db | X {host: string, md-port: number, …} []"]);
    check(".db ‖ | ‖ .x", expect!["expression .db | X | .x {host: string, md-port: number, …} []"]);
    check(
        ".db as $d ‖ def f: 1; 1 + |",
        expect![[
            r#"expression root .db as $d | def f: 1; 1 + X {db: {host: string, md-port: number, …}, list: array<{id: string}>} ["f", "$d"]"#
        ]],
    );
    check(
        "select(|)",
        expect![
            "expression root select(X) {db: {host: string, md-port: number, …}, list: array<{id: string}>} []"
        ],
    );
    check(
        "{a: |}",
        expect![
            "expression root {a: X} {db: {host: string, md-port: number, …}, list: array<{id: string}>} []"
        ],
    );
    check(
        "if | then",
        expect![
            "expression root if X then {db: {host: string, md-port: number, …}, list: array<{id: string}>} []"
        ],
    );
    check(".db as $d ‖ $|", expect![[r#"variable .db as $d | $X ["$d"]"#]]);
    check(".db ‖ @te|", expect!["format .db | @X"]);
}

#[test]
fn nothing() {
    check("\"te|xt\"", expect!["nothing"]);
    check(".db # comment|", expect!["nothing"]);
    check("1|2", expect!["nothing"]);
    check(".db as $d| ‖ .", expect!["nothing"]);
    check("def na|", expect!["nothing"]);
    check(".db |", expect!["nothing"]);
}

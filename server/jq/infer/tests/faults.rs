//! Type errors: operators, arguments, names and hyphens.

use super::check;
use expect_test::expect;

#[test]
fn certain_failures() {
    check(
        "\"http://\" + .params.name + \":\" + .params.port",
        expect![[r#"
            params Dot Input -> {…}
            name Dot Input -> string
            params Dot Input -> {…}
            port Dot Input -> number
            31..32 `+` cannot add a string and a number; convert the number with `(… | tostring)`.
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
            8..9 `+` cannot be applied to an object and a string.
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
            12..14 `[]` iterates over arrays and objects; this is a string.
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
            0..1 `-` applies to numbers; this is a string.
        "#]],
    );
    check(
        ".params.tags[\"x\"]",
        expect![[r#"
            params Dot Input -> {…}
            tags Dot Input -> array<string>
            "x" Bracket Input -> missing
            13..16 `"x"` is read from an array, which has no fields.
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

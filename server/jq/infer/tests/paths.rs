//! Path targets, from the input and from values derived from it.

use super::check;
use expect_test::expect;

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
            13..18 `first` is read from a string, which has no fields.
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

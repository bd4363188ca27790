//! The parser: trees, recovery, limits, and a comparison with jq on the same texts.

use super::{MAX_DEPTH, parse};
use crate::jq::ast::{
    Binding, ExprId, ExprKind, ObjectKey, PathStep, Pattern, Program, Stage, StepKind, Text, TextPart,
};
use expect_test::{Expect, expect};
use std::fmt::Write;

/// Checks a program's tree (as an S-expression) and its errors.
fn check(text: &str, expected: Expect) {
    let program = parse(text);
    let mut out = tree(&program, program.root());
    for error in program.errors() {
        let _ = write!(out, "\n{:?} {}", error.span, error.kind);
    }
    expected.assert_eq(&out);
}

fn tree(program: &Program, id: ExprId) -> String {
    let list = |ids: &[ExprId]| ids.iter().map(|&id| tree(program, id)).collect::<Vec<_>>().join(" ");
    let expr = program.expr(id);
    match &expr.kind {
        ExprKind::Error => "_".into(),
        ExprKind::Identity => ".".into(),
        ExprKind::Recurse | ExprKind::Number | ExprKind::Variable | ExprKind::Format => {
            program.slice(expr.span).into()
        }
        ExprKind::Text(text) => text_tree(program, text),
        ExprKind::Call { name, args } if args.is_empty() => program.slice(*name).into(),
        ExprKind::Call { name, args } => format!("({} {})", program.slice(*name), list(args)),
        ExprKind::Array(inner) => format!("[{}]", inner.map(|id| tree(program, id)).unwrap_or_default()),
        ExprKind::Object(entries) => {
            let entries = entries.iter().map(|entry| match entry.value {
                Some(value) => format!("{}:{}", key(program, entry.key), tree(program, value)),
                None => key(program, entry.key),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        ExprKind::Group(inner) => tree(program, *inner),
        ExprKind::Signed { sign, operand } => {
            format!("({} {})", program.slice(*sign), tree(program, *operand))
        }
        ExprKind::Path { head, steps } => path_tree(program, *head, steps),
        ExprKind::Pipe(stages) => {
            let stages = stages.iter().map(|stage| match stage {
                Stage::Expr(id) => tree(program, *id),
                Stage::Bind(binding) => format!("(as {})", bind(program, binding)),
                Stage::Label(name) => format!("(label {})", program.slice(*name)),
                Stage::Def(def) => {
                    let params = def.params.iter().map(|span| format!(" {}", program.slice(*span)));
                    let params = params.collect::<String>();
                    format!("(def {}{params}: {})", program.slice(def.name), tree(program, def.body))
                }
            });
            format!("(| {})", stages.collect::<Vec<_>>().join(" "))
        }
        ExprKind::Comma(items) => format!("(, {})", list(items)),
        ExprKind::Binary { first, rest } => {
            let rest = rest
                .iter()
                .map(|operand| format!(" {} {}", program.slice(operand.span), tree(program, operand.expr)));
            format!("({}{})", tree(program, *first), rest.collect::<String>())
        }
        ExprKind::If { branches, otherwise } => {
            let mut out = "(if".to_owned();
            for (condition, body) in branches {
                out += &format!(" {} {}", tree(program, *condition), tree(program, *body));
            }
            if let Some(otherwise) = otherwise {
                out += &format!(" else {}", tree(program, *otherwise));
            }
            out + ")"
        }
        ExprKind::Try { body, handler } => {
            let handler = handler.map(|id| format!(" {}", tree(program, id))).unwrap_or_default();
            format!("(try {}{handler})", tree(program, *body))
        }
        ExprKind::Reduce { binding, init, update } => {
            format!("(reduce {} {})", bind(program, binding), list(&[*init, *update]))
        }
        ExprKind::Foreach { binding, init, update, extract } => {
            let states: Vec<ExprId> = [*init, *update].into_iter().chain(*extract).collect();
            format!("(foreach {} {})", bind(program, binding), list(&states))
        }
        ExprKind::Break(label) => format!("(break {})", program.slice(*label)),
    }
}

fn text_tree(program: &Program, text: &Text) -> String {
    let mut out: String = text.format.map(|span| program.slice(span).into()).unwrap_or_default();
    out.push('"');
    for part in &text.parts {
        match part {
            TextPart::Text(span) => out.push_str(program.slice(*span)),
            TextPart::Interpolation(id) => out += &format!("\\({})", tree(program, *id)),
        }
    }
    out + "\""
}

fn path_tree(program: &Program, head: ExprId, steps: &[PathStep]) -> String {
    let mut out = tree(program, head);
    for step in steps {
        match &step.kind {
            StepKind::Field(name) => out += &format!("/{}", program.slice(*name)),
            StepKind::Quoted(id) | StepKind::Index(id) => out += &format!("/{}", tree(program, *id)),
            StepKind::Slice(from, to) => {
                let side = |id: &Option<ExprId>| id.map(|id| tree(program, id)).unwrap_or_default();
                out += &format!("/{}:{}", side(from), side(to));
            }
            StepKind::Iterate => out += "/[]",
            StepKind::Try => out += "?",
        }
    }
    out
}

fn bind(program: &Program, binding: &Binding) -> String {
    let patterns = binding.patterns.iter().map(|one| pattern(program, one)).collect::<Vec<_>>();
    format!("{} {}", tree(program, binding.source), patterns.join(" ?// "))
}

fn pattern(program: &Program, one: &Pattern) -> String {
    match one {
        Pattern::Error => "_".into(),
        Pattern::Variable(span) => program.slice(*span).into(),
        Pattern::Array(items) => {
            format!("[{}]", items.iter().map(|item| pattern(program, item)).collect::<Vec<_>>().join(" "))
        }
        Pattern::Object(entries) => {
            let entries = entries.iter().map(|(at, inner)| match inner {
                Some(inner) => format!("{}:{}", key(program, *at), pattern(program, inner)),
                None => key(program, *at),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

fn key(program: &Program, key: ObjectKey) -> String {
    match key {
        ObjectKey::Name(span) | ObjectKey::Variable(span) => program.slice(span).into(),
        ObjectKey::Text(id) => tree(program, id),
        ObjectKey::Expr(id) => format!("({})", tree(program, id)),
        ObjectKey::Error(_) => "_".into(),
    }
}

#[test]
fn precedence() {
    check(
        "1 + 2 * 3 - 4 == 5 and 6 or 7 // 8, 9 | 10",
        expect!["(| (, (((((1 + (2 * 3) - 4) == 5) and 6) or 7) // 8) 9) 10)"],
    );
    check(".a = .b // .c", expect!["((./a = ./b) // ./c)"]);
    check(".a // .b // .c | .d, .e", expect!["(| (./a // ./b // ./c) (, ./d ./e))"]);
    check("-1 - -.a", expect!["((- 1) - (- ./a))"]);
    check("try error(\"x\") // 1", expect![[r#"((try (error "x")) // 1)"#]]);
    check("1 + def f: 2; f, 3", expect!["(1 + (| (def f: 2) (, f 3)))"]);
    check("1 + 2 as $x | $x, 4", expect!["(1 + (| (as 2 $x) (, $x 4)))"]);
    check("1 as $x | 2 as $y | [$x, $y]", expect!["(| (as 1 $x) (as 2 $y) [(, $x $y)])"]);
    check("label $out | 1, break $out", expect!["(| (label $out) (, 1 (break $out)))"]);
}

#[test]
fn paths() {
    check(".a.b[0].c[]?.d", expect!["./a/b/0/c/[]?/d"]);
    check(r#".a."b-c".["d"]["e"]"#, expect![[r#"./a/"b-c"/"d"/"e""#]]);
    check(r#"."a" | .[1:2], .[:2], .[1:], .[.i]"#, expect![[r#"(| ./"a" (, ./1:2 ./:2 ./1: ././i))"#]]);
    check(
        r#". as {a: $x, "b": [$y, {$z}]} ?// [$x] | $x"#,
        expect![[r#"(| (as . {a:$x "b":[$y {$z}]} ?// [$x]) $x)"#]],
    );
    check("..[0], .and.if", expect!["(, ../0 ./and/if)"]);
}

#[test]
fn strings_and_formats() {
    check(r#"@text "a\(.b + "c\(1)")d" + @json"#, expect![[r#"(@text"a\((./b + "c\(1)"))d" + @json)"#]]);
    check(r#""caf\u00e9 \"x\" ü""#, expect![[r#""caf\u00e9 \"x\" ü""#]]);
}

#[test]
fn objects() {
    check(
        r#"{a, $x, "b", @base64 "c": 1, (.k): -.v, "d\(1)": 2 | 3, if: 4, $__loc__,}"#,
        expect![[r#"{a $x "b" @base64"c":1 (./k):(- ./v) "d\(1)":(| 2 3) if:4 $__loc__}"#]],
    );
    check(
        "{a: reduce .[] as $x (0; . + $x), b: if . then 1 end, c: foreach .[] as $x (0; 1; 2)}",
        expect!["{a:(reduce ./[] $x 0 (. + $x)) b:(if . 1) c:(foreach ./[] $x 0 1 2)}"],
    );
}

#[test]
fn bodies() {
    check(
        "def f($a; g): def h: 1; h; def k: 2; f(1; k)",
        expect!["(| (def f $a g: (| (def h: 1) h)) (def k: 2) (f 1 k))"],
    );
    check("if 1 then 2 elif 3 then 4 else 5 end.a", expect!["(if 1 2 3 4 else 5)/a"]);
    check("try .a catch . | limit(1; .[])", expect!["(| (try ./a .) (limit 1 ./[]))"]);
    check("# why\n.a # because\n| .b", expect!["(| ./a ./b)"]);
    check("def f: 1;", expect!["(| (def f: 1))"]);
}

#[test]
fn half_typed_paths_and_calls() {
    check("", expect!["_"]);
    check(
        ".params.",
        expect![[r#"
        ./params/
        8..8 A name is missing here."#]],
    );
    check(
        ".params..a, ..b.c, .d..[0], .e..",
        expect![[r#"
        (, ./params//a .//b/c ./d//0 ./e//)
        8..8 A name is missing here.
        13..13 A name is missing here.
        22..22 A name is missing here.
        31..31 A name is missing here."#]],
    );
    check(".. | ..[0], ..", expect!["(| .. (, ../0 ..))"]);
    check(
        ".params.a | ",
        expect![[r#"
        (| ./params/a _)
        11..11 An expression is missing here."#]],
    );
    check(
        "select(.x ==",
        expect![[r#"
        (select (./x == _))
        12..12 An expression is missing here."#]],
    );
    check(
        "\"abc \\(.a",
        expect![[r#"
        "abc \(./a)"
        5..7 This is never closed; `)` is missing."#]],
    );
    check(
        ".a[\"md-",
        expect![[r#"
        ./a/"md-"
        3..4 This is never closed; `"` is missing."#]],
    );
    check(
        ".a[",
        expect![[r#"
        ./a/_
        3..3 An expression is missing here."#]],
    );
}

#[test]
fn half_typed_objects_and_keywords() {
    check(
        "{a: 1, b",
        expect![[r#"
        {a:1 b}
        0..1 This is never closed; `}` is missing."#]],
    );
    check(
        "{a: , b: .c}",
        expect![[r#"
        {a:_ b:./c}
        3..3 An expression is missing here."#]],
    );
    check(
        "{a: 1 b: 2}",
        expect![[r#"
        {a:1 b:2}
        5..5 `,` is missing here."#]],
    );
    check(
        "if .a then",
        expect![[r#"
        (if ./a _)
        10..10 An expression is missing here."#]],
    );
    check(
        "reduce .[] as $x",
        expect![[r#"
        (reduce ./[] $x _ _)
        16..16 `(` is missing here."#]],
    );
    check(
        "map(.a.) | join(\",\")",
        expect![[r#"
        (| (map ./a/) (join ","))
        7..7 A name is missing here."#]],
    );
    check(
        "$ | @ | .a",
        expect![[r#"
        (| $ @ ./a)
        0..1 A name is missing here.
        4..5 A name is missing here."#]],
    );
    check(
        "def f(: .a; f",
        expect![[r#"
        (| (def f: ./a) f)
        6..6 A name is missing here."#]],
    );
    check(
        ".a as [$x, | $x",
        expect![[r#"
        (| (as ./a [$x _]) $x)
        10..10 `$name` is missing here."#]],
    );
}

#[test]
fn mistakes() {
    check(
        "hello big wide world",
        expect![[r#"
        (| hello big wide world)
        6..9 `big` follows a complete expression; join the two with `|` or an operator."#]],
    );
    check(
        "https://example.com/a",
        expect![[r#"
            (| https (_ // (example/com / a)))
            5..6 Unexpected `:`."#]],
    );
    check(
        ".a) | tostring",
        expect![[r#"
            (| ./a tostring)
            2..3 Unexpected `)`."#]],
    );
    check(
        "(.a] | .b",
        expect![[r#"
            (| ./a ./b)
            3..4 Unexpected `]`.
            0..1 This is never closed; `)` is missing."#]],
    );
    check(
        "1 < 2 < 3",
        expect![[r#"
        (1 < 2 < 3)
        6..7 `<` cannot follow another operator of its kind; add parentheses."#]],
    );
    check(
        "{a: 1 + 2, b: 3}",
        expect![[r#"
        {a:(1 + 2) b:3}
        4..9 Put parentheses around this value: `{key: (…)}`."#]],
    );
    check(
        "{1: 2}",
        expect![[r#"
        {_:2}
        1..2 This key needs quotes, or parentheses around an expression."#]],
    );
    check(
        r#""a\qb""#,
        expect![[r#"
            "a\qb"
            2..4 This is not a valid escape; write `\\` for a backslash."#]],
    );
    check(
        ".a?//1",
        expect![[r#"
            (./a? ?// 1)
            2..5 jq reads `?//` as one operator; write `? //`."#]],
    );
    check(
        "import \"a\" as a; .b",
        expect![[r#"
        ./b
        0..16 Modules cannot be loaded here."#]],
    );
    check(
        ".a && .b",
        expect![[r#"
            (| ./a _ ./b)
            3..4 Unexpected `&`."#]],
    );
}

#[test]
fn hostile_texts_are_bounded() {
    for unit in [
        "(",
        "[",
        "{",
        "{a:",
        "\"\\(",
        "if ",
        "try ",
        "-",
        ".a.",
        "1+",
        "def f:",
        ".[",
        ")",
        "1 as $x|",
        "1+2 as $x|",
        "reduce ",
        "<",
        ". as [",
        "a ",
        "#\n.",
        ":",
        "{]",
        "@",
        "f(",
        "1,",
        "1//",
        "then ",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        let program = parse(&text);
        assert!(program.errors().len() <= super::MAX_ERRORS, "{unit}");
    }
    assert_eq!(parse(&"(".repeat(super::MAX_BYTES + 1)).errors().len(), 1);
    let deep = MAX_DEPTH - 2;
    let text = format!("{}1{}", "(".repeat(deep), ")".repeat(deep));
    assert_eq!(parse(&text).errors(), []);
}

#[test]
fn an_alternative_after_many_errors_is_skipped() {
    // So many errors that no more are reported.
    let program = parse(&format!("{}a?//b", "x=== ".repeat(100)));
    assert!(program.slice(program.expr(program.root()).span).ends_with('b'));
}

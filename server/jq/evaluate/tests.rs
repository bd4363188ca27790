//! Compares the evaluator with the examples of the built-in functions and with another engine.

use super::*;
use crate::jq::{builtins, parse};
use serde_json::json;

fn run(text: &str, input: &Value) -> Outcome {
    evaluate(&parse(text), input)
}

/// The results of jaq; `None` if it fails or does not support the program.
fn in_jaq(text: &str, input: &Value) -> Option<Vec<Value>> {
    use jaq_core::load::{Arena, File, Loader};
    use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: text, path: () }).ok()?;
    let filter = Compiler::default().with_funs(funs).compile(modules).ok()?;
    let input = jaq_json::read::parse_single(input.to_string().as_bytes()).ok()?;
    let context = Ctx::<data::JustLut<jaq_json::Val>>::new(&filter.lut, Vars::new([]));
    let out = filter.id.run((context, input)).map(unwrap_valr);
    out.map(|value| serde_json::from_str(&value.ok()?.to_string()).ok()).collect()
}

#[test]
fn examples_of_the_functions() {
    let mut checked = 0;
    for function in builtins::functions() {
        let Some([program, input, output]) = &function.example else { continue };
        let input: Value = serde_json::from_str(input).unwrap();
        let outcome = run(program, &input);
        if matches!(outcome.stop, Some(Stop::Unsupported)) {
            continue;
        }
        checked += 1;
        let results: Vec<String> = outcome.results.iter().map(Value::to_string).collect();
        let wanted: Value = serde_json::from_str(output).unwrap_or_else(|_| json!(output.to_string()));
        assert_eq!((results.join(","), outcome.stop), (wanted.to_string(), None), "{program}");
    }
    assert!(checked >= 60, "only {checked}");
}

fn input() -> Value {
    json!({
        "params": {
            "name": "é-x", "port": 8080, "ratio": 0.5, "flag": false, "none": null,
            "tags": ["b", "a", "b"], "users": [{"name": "Ann", "age": 3}, {"name": "Bo", "age": 1}],
            "labels": {"x": "1", "a-b": "2"},
        },
        "connections": {"db": {"host": "h", "port": 5432}},
    })
}

#[test]
fn the_same_as_another_engine() {
    for text in [
        ".params.port",
        ".params.port | tostring",
        "\"http://\\(.params.name):\\(.params.port)\"",
        ".params.missing // \"x\"",
        ".params.flag // .params.none // 3",
        ".params.users | map(.name) | join(\",\")",
        "[.params.users[] | select(.age > 2) | .name]",
        "[.params.tags[] as $t | \"\\($t)!\"]",
        "if .params.flag then 1 elif .params.port > 80 then 2 else 3 end",
        ".params.labels | to_entries",
        ".params.labels | keys",
        "{a: .params.port, \"b\": (1, 2), (.params.name): [.]|length}",
        "[.params | .. | numbers]",
        ".params.tags | unique | sort",
        ".params.users | sort_by(.age) | .[0].name",
        "@base64 \"\\(.params.name)\"",
        "@uri \"\\(.params.name)/\"",
        "@json \"\\(.params.tags)\"",
        ".params.name | split(\"-\") | .[1]",
        "[.params.users[].age] | add",
        ".params.port / 2",
        ".params.port % 7",
        "-(.params.port)",
        ".params.port - 0.5",
        "[1, 2] + [3] - [2]",
        "{} + {a: 1}",
        "{a: {b: 1}} * {a: {c: 2}}",
        "reduce .params.users[] as {$name, age: $a} (0; . + $a)",
        "[.params.users[] as [$x] ?// $x | 1]",
        "try error(\"x\") catch .",
        "(.params.name.x)?, 1",
        "[.params.tags[]?, .params.port[]?]",
        ".params.name[1:]",
        ".params.tags[-1]",
        ".params.tags[:2]",
        ".params[\"port\"]",
        ".params.\"port\"",
        "[range(3)]",
        "first(range(10; 12))",
        ".params.tags | index(\"a\")",
        ".params.labels | with_entries(.value |= .)",
        ".params.labels | map_values(. + \"!\")",
        ".params.tags | any(. == \"a\")",
        ".params | has(\"port\")",
        ".params.name | test(\"^.-\")",
        ".params.name | gsub(\"x\"; \"y\")",
        ".params.name | ascii_upcase | length",
        "[.params.tags, .params.tags] | flatten",
        ".params.users | group_by(.age) | length",
        ".params.tags | reverse",
        "1 == 1.0",
        "[{}, [], \"a\", 1, true, false, null] | sort",
        "\"a\" * 3",
        "\"a,b\" / \",\"",
        "[.params.users[] | {name, n: .age}]",
        ".params as $p | $p.port",
        "1 as $x | 2 as $y | [$x, $y]",
        ".params.tags | first, last",
        ".params.users | min_by(.age).name",
        "not",
        "[true, null] | all",
        "1.0, 1e3, 1.5",
        "10 / 4 | floor",
        "\"\\u00e9\\n\\\"\"",
        ".connections.db | \"\\(.host):\\(.port)\"",
        "[limit(2; 1, 2, 3)]",
    ] {
        let ours = run(text, &input());
        if ours.stop == Some(Stop::Unsupported) {
            continue;
        }
        assert_eq!(ours.stop, None, "{text}");
        let theirs = in_jaq(text, &input()).unwrap_or_else(|| panic!("{text}"));
        let same = ours.results.len() == theirs.len()
            && ours.results.iter().zip(&theirs).all(|(a, b)| operators::compare(a, b).is_eq());
        assert!(same, "{text}: {:?} and not {theirs:?}", ours.results);
    }
}

#[test]
fn formats() {
    for (text, result) in [
        ("[\"a\\\"b\", null, true, 1] | @csv", "\"a\"\"b\",,true,1"),
        ("[\"a\\tb\", 1] | @tsv", "a\\tb\t1"),
        ("[\"it's\", 1] | @sh", "'it'\\''s' 1"),
        ("\"<a&'>\" | @html", "&lt;a&amp;&#39;&gt;"),
        ("[\"a\", \"ab\", \"abc\", \"\"] | map(@base64) | join(\" \")", "YQ== YWI= YWJj "),
    ] {
        assert_eq!(run(text, &Value::Null).results, [json!(result)], "{text}");
    }
}

#[test]
fn errors_have_messages() {
    for (text, error) in [
        ("\"a\" + 1", "string (\"a\") and number (1) cannot be added"),
        ("\"a\".b", "Cannot index string with \"b\""),
        ("1[]", "Cannot iterate over number (1)"),
        ("1 / 0", "number (1) and number (0) cannot be divided because the divisor is zero"),
        ("\"x\" | tonumber", "string (\"x\") cannot be parsed as a number"),
    ] {
        assert_eq!(run(text, &Value::Null).stop, Some(Stop::Error(json!(error))), "{text}");
    }
}

#[test]
fn hostile_programs_end() {
    let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let doubling = format!("\"x\" | {} 1", ". + . | ".repeat(40));
    let listed = format!("[1] | {} 1", ". + . | ".repeat(40));
    let product = format!("[{} 1] | length", "range(1000) as $x | ".repeat(6));
    for text in [
        "[range(1e9)]",
        "\"x\" * 1e9",
        "def f: f; f",
        "[limit(1e9; repeat(1))]",
        "last(range(1e12))",
        "reduce range(1e9) as $x (0; . + 1)",
        "reduce range(100) as $x (\"x\"; . + .)",
        &doubling,
        &listed,
        &product,
        "[..] | [.[], .[]] | [.[], .[]] | [.[], .[]] | [range(300)] | map([range(300)])",
        &deep,
        "\"a{1000}{1000}{1000}\" as $r | \"a\" | test($r)",
        "[range(20000)] | [.[] as $x | .[] as $y | 1]",
        "[range(3000)] as $a | $a - $a",
        "[range(9999)] | join(\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" * 100)",
    ] {
        let start = std::time::Instant::now();
        let outcome = run(text, &input());
        assert!(start.elapsed().as_millis() < 500, "{text}: {:?}", start.elapsed());
        let size: usize = outcome.results.iter().map(|value| value.to_string().len()).sum();
        assert!(size < 1 << 20, "{text}");
    }
}

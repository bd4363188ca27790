//! Compares the evaluator with the examples of the built-in functions and with another engine.

use super::*;
use crate::jq::{builtins, parse};
use serde_json::json;

mod engines;
mod programs;

fn run(text: &str, input: &Value) -> Outcome {
    evaluate(&parse(text), input)
}

/// What an engine makes of a program and an input.
#[derive(Clone, PartialEq, Debug)]
enum Verdict {
    Results(Vec<Value>),
    Fails,
}

type JaqData = jaq_core::data::JustLut<jaq_json::Val>;

/// A program, compiled by jaq.
struct Jaq(jaq_core::compile::Filter<jaq_core::Native<JaqData>>);

impl Jaq {
    /// `None` if jaq does not support the program.
    fn new(text: &str) -> Option<Self> {
        use jaq_core::load::{Arena, File, Loader};
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let modules = Loader::new(defs).load(&arena, File { code: text, path: () }).ok()?;
        jaq_core::Compiler::default().with_funs(funs).compile(modules).ok().map(Self)
    }

    fn run(&self, input: &Value) -> Verdict {
        use jaq_core::{Ctx, Vars, unwrap_valr};
        let input = jaq_json::read::parse_single(input.to_string().as_bytes()).unwrap();
        let context = Ctx::<JaqData>::new(&self.0.lut, Vars::new([]));
        let out = self.0.id.run((context, input)).map(unwrap_valr);
        let results: Option<Vec<Value>> =
            out.map(|value| serde_json::from_str(&value.ok()?.to_string()).ok()).collect();
        results.map_or(Verdict::Fails, Verdict::Results)
    }
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

const PROGRAMS: &[&str] = &[
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
];

#[test]
fn the_same_as_another_engine() {
    for text in PROGRAMS {
        let ours = run(text, &input());
        if ours.stop == Some(Stop::Unsupported) {
            continue;
        }
        assert_eq!(ours.stop, None, "{text}");
        let Some(Verdict::Results(theirs)) = Jaq::new(text).map(|jaq| jaq.run(&input())) else {
            panic!("{text}");
        };
        let same = ours.results.len() == theirs.len()
            && ours.results.iter().zip(&theirs).all(|(a, b)| operators::compare(a, b).is_eq());
        assert!(same, "{text}: {:?} and not {theirs:?}", ours.results);
    }
}

/// The results, all of them known from jq 1.6, 1.7, 1.8 and gojq; `None` where the engines disagree.
#[test]
fn results_of_jq() {
    for (text, input, wanted) in [
        (".foo |= . + 1", "{\"foo\": 42}", Some("[{\"foo\":43}]")),
        ("with_entries(.key |= \"K_\" + .)", "{\"a\": 1}", Some("[{\"K_a\":1}]")),
        ("sub(\"(?<x>b)\"; \"<\\(.x)>\")", "\"abc\"", Some("[\"a<b>c\"]")),
        ("gsub(\"(?<l>[a-z])(?<d>[0-9])\"; \"\\(.d)\\(.l)\")", "\"a1-b2\"", Some("[\"1a-2b\"]")),
        ("- -1, -(-(1)), - - -1", "null", Some("[1,1,-1]")),
        (".a?.b?, (.a.b)?, [.[]?]", "1", Some("[[]]")),
        ("[limit(2; 1, error(\"x\"))]", "null", None),
        ("[limit(1; 1, error(\"x\"))]", "null", Some("[[1]]")),
        ("[label $f | 1, break $f, 2]", "null", Some("[[1]]")),
        ("[label $a | label $b | 1, break $a, 2], 3", "null", Some("[[1],3]")),
        ("reduce .[] as [$k, $v] ({}; .[$k] += $v)", "[[\"a\",1],[\"a\",2]]", Some("[{\"a\":3}]")),
        ("[foreach .[] as $x (0; . + $x; [$x, .])]", "[1,2]", Some("[[[1,1],[2,3]]]")),
        ("def f(g; $x): [g, $x, x]; f(.a; 2)", "{\"a\": 1}", Some("[[1,2,2]]")),
        ("def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; fac", "5", Some("[120]")),
        ("1 as $x | def f: $x; 2 as $x | [f, $x]", "null", Some("[[1,2]]")),
        ("del(.a, .b[0])", "{\"a\": 1, \"b\": [1, 2]}", Some("[{\"b\":[2]}]")),
        ("del(.[1, 2])", "[1, 2, 3]", Some("[[1]]")),
        ("del(.[] | select(. > 1))", "[1, 2, 3]", Some("[[1]]")),
        ("[paths]", "{\"a\": [1]}", Some("[[[\"a\"],[\"a\",0]]]")),
        ("[path(.a[1:], .b?)]", "null", Some("[[[\"a\",{\"start\":1,\"end\":null}],[\"b\"]]]")),
        (".a.b.c = 1, (.a += 2), (.b //= 3)", "{}", Some("[{\"a\":{\"b\":{\"c\":1}}},{\"a\":2},{\"b\":3}]")),
        (".[1:] = [9]", "[1, 2, 3]", Some("[[1,9]]")),
        ("(.. | strings) |= ascii_upcase", "{\"a\": [\"b\"]}", Some("[{\"a\":[\"B\"]}]")),
        ("map_values(empty)", "{\"a\": 1}", Some("[{}]")),
        ("walk(if type == \"number\" then . + 1 else . end)", "[1,{\"a\":2}]", Some("[[2,{\"a\":3}]]")),
        ("[(1, 2) + (10, 20)]", "null", Some("[[11,12,21,22]]")),
        ("[.[] // 3]", "[null, 1, false, 2]", Some("[[1,2]]")),
        ("try error({a: 1}) catch .a", "null", Some("[1]")),
        ("try (1, error(\"x\"), 3) catch \"c\"", "null", Some("[1,\"c\"]")),
        ("getpath([\"a\", \"b\"]), [first(.a, 1)]", "{\"a\": {\"b\": 1}}", Some("[1,[{\"b\":1}]]")),
        ("try (.a + 1) catch .", "{\"a\": \"x\"}", None),
        ("map_values(empty)", "[1, 2]", None),
        ("limit(0; 1)", "null", None),
        ("9007199254740993", "null", None),
        ("\"\\(1.0)\"", "null", None),
        ("ltrimstr(1)", "\"a\"", None),
        ("input", "null", None),
        ("now", "null", None),
    ] {
        let outcome = run(text, &serde_json::from_str(input).unwrap());
        let results = outcome.stop.is_none().then(|| Value::Array(outcome.results).to_string());
        assert_eq!(results.as_deref(), wanted, "{text}: {:?}", outcome.stop);
    }
    for (text, input) in
        [(".a.b?", "1"), (".a // 1", "[]"), ("(try 1) | error(\"x\")", "null"), ("1 | .a?.b", "{}")]
    {
        let outcome = run(text, &serde_json::from_str(input).unwrap());
        let fails = matches!(outcome.stop, Some(Stop::Error(_)));
        assert!(fails || text.ends_with(".b"), "{text}: {outcome:?}");
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
    let chain = |unit: &str| format!("1{}", unit.repeat(40_000 / unit.len()));
    let (sum, path, tried) = (chain(" + 1"), format!(".{}", "a.".repeat(20_000) + "a"), chain("??"));
    let (elements, pipes, choices) = (format!("[{}]", chain(", 1")), chain(" | ."), chain(" // 1"));
    let (objects, defs) = (format!("{{{} a: 1}}", "a: 1,".repeat(8_000)), "def f: 1; ".repeat(4_000) + "f");
    let iterated = format!(".{}", "[]?".repeat(10_000));
    for text in [
        &sum,
        &path,
        &tried,
        &elements,
        &pipes,
        &choices,
        &objects,
        &defs,
        &iterated,
        "reduce range(5000) as $i (null; setpath([\"a\"]; {a: .}))",
        "setpath([range(5000)]; 1)",
        "setpath([1e9]; 1)",
        ".[100000000] = 1",
        "[limit(1e5; recurse([.]))] | length",
        "until(false; [.])",
        "def f: f | f; f",
        "def f(g): f(g | g); f(.)",
        "def f: [f]; f",
        "label $x | range(1e9) | if . < 0 then break $x else empty end",
        "[range(300)] | combinations(9)",
        "[range(9), range(9)] | [[., ., ., ., ., ., .] | combinations] | length",
        "[paths] | [range(500)] | .[] |= [range(500)]",
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" * 1000 | gsub(\"(?<x>a)\"; .x * 1000)",
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
        let shown: String = text.chars().take(60).collect();
        assert!(start.elapsed().as_millis() < 500, "{shown}: {:?}", start.elapsed());
        let size: usize = outcome.results.iter().map(|value| value.to_string().len()).sum();
        assert!(size < 1 << 20, "{shown}");
    }
}

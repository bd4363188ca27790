//! Tests of the whole language against real expressions, another engine's parser, and random text.

mod canonical;

use super::ast::Program;
use super::infer::{Root, Step, Target};
use super::{Environment, Shape, builtins, complete, infer, literal, parse, parser, read, signature, tokens};
use crate::syntax::Span;
use canonical::{canonical, canonical_in_jaq};
use proptest::prelude::*;

/// The expressions of real bundles; `None` if the shared test data is absent.
fn real_expressions() -> Option<Vec<String>> {
    let table = std::fs::read_to_string(crate::shared::shared("spec/jq_expressions.tsv")?).unwrap();
    let column = |line: &str| line.split('\t').nth(2).map(|json| serde_json::from_str(json).unwrap());
    Some(table.lines().skip(1).filter_map(column).collect())
}

#[test]
fn real_expressions_are_read() {
    let Some(expressions) = real_expressions() else { return };
    assert_eq!(expressions.len(), 290);
    let mut mistakes = Vec::new();
    for text in &expressions {
        let (program, report) = read(text, Shape::UNKNOWN);
        assert_eq!(program.errors(), [], "{text}");
        assert!(jaq_core::load::parse(text, |parser| parser.term()).is_some(), "{text}");
        assert_eq!(canonical(&program), canonical_in_jaq(text).unwrap(), "{text}");
        assert_eq!(report.clashes, [], "{text}");
        assert_eq!(report.hyphens, [], "{text}");
        assert_eq!(literal::bare(&program).filter(|_| text != "ascii_upcase"), None, "{text}");
        let unknown = report.formats.iter().filter(|one| one.format.is_none()).map(|one| one.span);
        let calls = report.calls.iter().filter(|call| matches!(call.target, Target::Unknown));
        mistakes
            .extend(unknown.chain(calls.map(|call| call.span)).map(|span| program.slice(span).to_owned()));
    }
    // Real errors, each in two bundles with the same text: a format that does not exist.
    assert_eq!(mistakes, ["@test", "@test"]);
}

/// Valid jq programs: nested expressions of every kind. Excludes deliberate differences between jaq and jq:
///
/// - jaq allows chained comparisons and assignments (`1 < 2 < 3`), jq does not;
/// - jaq allows any operator in the value of an object (`{a: 1 + 2}`), jq only terms and pipes;
/// - jaq parses `1 + 2 as $x | …` as `(1 + 2) as $x | …`, jq as `1 + (2 as $x | …)`;
/// - jaq associates `a // b // c` to the left, jq to the right, with the same result; here it is one node, printed as
///   left-associative;
/// - in jaq, `%` binds more tightly than `*` and `/`;
/// - jaq lacks `?//`, `foreach` patterns with alternatives, modules in a term, and the `+` sign.
fn programs() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(".".to_owned()),
        Just("..".to_owned()),
        Just(".a".to_owned()),
        Just(".\"b c\".if".to_owned()),
        Just("12.5".to_owned()),
        Just("\"text\"".to_owned()),
        Just("@base64".to_owned()),
        Just("$x".to_owned()),
        Just("f".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
    ];
    leaf.prop_recursive(5, 48, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let operator = prop::sample::select(vec!["|", ",", "//", "or", "and", "+", "-", "*", "/"]);
        prop_oneof![
            4 => (inner.clone(), operator.clone(), inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            2 => (two.clone(), (operator.clone(), operator, inner.clone()))
                .prop_map(|((a, b), (op, op2, c))| format!("{a} {op} {b} {op2} {c}")),
            1 => (inner.clone(), prop::sample::select(vec!["%", "==", "<", "=", "|=", "+=", "//="]), inner.clone())
                .prop_map(|(a, op, b)| format!("(({a}) {op} ({b}))")),
            2 => inner.clone().prop_map(|a| format!("({a})")),
            1 => inner.clone().prop_map(|a| format!("[{a}]")),
            1 => inner.clone().prop_map(|a| format!("-({a})")),
            2 => (inner.clone(), prop::sample::select(vec![".a", "[0]", "[]", "[]?", ".b?.c", "[1:]", "[\"k\"]", ".[2:3]"]))
                .prop_map(|(a, step)| format!("({a}){step}")),
            1 => two.clone().prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("{{a: ({a}), (\"k\"): [{b}] | ., c, $x, \"d\": -1}}")),
            1 => two.clone().prop_map(|(a, b)| format!("\"t\\({a})u\\({b})\"")),
            1 => two.clone().prop_map(|(a, b)| format!("f({a}; {b})")),
            1 => three.clone().prop_map(|(a, b, c)| format!("if {a} then {b} else {c} end")),
            1 => two.clone().prop_map(|(a, b)| format!("if {a} then {b} end")),
            1 => two.clone().prop_map(|(a, b)| format!("try ({a}) catch ({b})")),
            1 => three.clone().prop_map(|(a, b, c)| format!("reduce ({a}) as [$x, {{$y, k: $z}}] ({b}; {c})")),
            1 => three.prop_map(|(a, b, c)| format!("foreach ({a}) as $x ({b}; {c}; .)")),
            1 => two.clone().prop_map(|(a, b)| format!("(({a}) as $x | {b})")),
            1 => two.prop_map(|(a, b)| format!("(def f($a; g): {a}; {b})")),
            1 => inner.prop_map(|a| format!("(label $out | {a}, break $out)")),
        ]
    })
}

/// Incomplete and broken texts: fragments of programs in any order.
fn soups() -> impl Strategy<Value = String> {
    let pieces = vec![
        ".",
        "..",
        ".a",
        "a",
        "$x",
        "$",
        "@text",
        "@",
        "\"",
        "\\(",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ";",
        ",",
        "|",
        "|=",
        "//",
        "?//",
        "?",
        "+",
        "-",
        "==",
        "<",
        "if",
        "then",
        "elif",
        "else",
        "end",
        "reduce",
        "foreach",
        "as",
        "def",
        "label",
        "break",
        "try",
        "catch",
        "and",
        "import",
        "1",
        "1.5e3",
        "#c\n",
        " ",
        "é",
        "\\u00e9",
        "\\x",
        "map(",
        "select(.x ==",
        "has(\"",
        ".a.b-c",
        "{a: ",
        ".[\"k\"]",
        "getpath([\"a\"])",
        "del(.a)",
        "input.",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

/// Runs every operation on a program; checks that spans lie in the text, on character boundaries.
fn exercise(text: &str) {
    let input = Shape::object([("a", Shape::object([("b", Shape::STRING), ("b-c", Shape::NUMBER)]))]);
    let (program, report) = read(text, input);
    let spans = program.tokens().iter().map(|token| token.span);
    let spans = spans.chain(program.exprs().iter().map(|expr| expr.span));
    let spans = spans.chain(program.errors().iter().map(|error| error.span));
    let spans = spans.chain(report.uses.iter().flat_map(|one| [one.span, one.path_span]));
    let spans = spans.chain(report.calls.iter().map(|call| call.span));
    let spans = spans.chain(report.clashes.iter().map(|clash| clash.span));
    let spans = spans.chain(report.hyphens.iter().flat_map(|hyphen| [hyphen.span, hyphen.replace]));
    let spans = spans.chain(report.sites.iter().map(|site| site.span));
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
    }
    let covered: usize = program.tokens().iter().map(|token| token.span.len()).sum();
    assert_eq!(covered, text.len() - white_space(&program), "{text:?}");
    for clash in &report.clashes {
        assert!(!clash.message(&program).is_empty());
    }
    for (offset, _) in text.char_indices() {
        match complete::place(&program, &report, offset) {
            complete::Place::Field(field) => {
                let (span, _) = field.edit("x-y");
                assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
            }
            complete::Place::Expression { replace, .. }
            | complete::Place::Format { replace }
            | complete::Place::Variable { replace, .. } => assert!(replace.touches(offset), "{text:?}"),
            complete::Place::Nothing => {}
        }
        if let Some(call) = signature::call_at(&program, offset) {
            assert!(call.argument < call.written, "{text:?}");
            let _ = signature::candidates(&program, &report, &call);
        }
    }
    let classes = tokens::classes(&program);
    assert!(classes.windows(2).all(|pair| pair[0].0.end() <= pair[1].0.start()), "{text:?}");
    let _ = literal::bare(&program);
}

/// The number of bytes between tokens; checks that they are white space.
fn white_space(program: &Program) -> usize {
    let ends = program.tokens().iter().map(|token| token.span.end());
    let starts = program.tokens().iter().map(|token| token.span.start());
    let gaps = std::iter::once(0).chain(ends).zip(starts.chain([program.text().len()]));
    let gaps = gaps.map(|(end, start)| program.text().get(end..start).unwrap());
    gaps.map(|gap| if gap.trim_ascii().is_empty() { gap.len() } else { usize::MAX / 4 }).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_agree_with_jaq(text in programs()) {
        let program = parse(&text);
        prop_assert_eq!(program.errors(), &[], "{}", &text);
        prop_assert_eq!(Some(canonical(&program)), canonical_in_jaq(&text), "{}", &text);
        exercise(&text);
    }

    #[test]
    fn random_text_is_parsed(text in any::<String>()) {
        exercise(&text);
    }

    #[test]
    fn random_tokens_are_parsed(text in soups()) {
        exercise(&text);
    }
}

#[test]
fn every_prefix_of_a_real_expression_is_read() {
    for text in real_expressions().unwrap_or_default() {
        for (end, _) in text.char_indices() {
            let program = parse(&text[..end]);
            // `as` as a prefix of `ascii_upcase` happens to be a keyword.
            assert!(
                program.errors().len() <= 1 || &text[..end] == "as",
                "{:?}: {:?}",
                &text[..end],
                program.errors()
            );
        }
        exercise(&text);
    }
}

#[test]
fn every_builtin_is_called_by_its_signature() {
    for function in builtins::functions() {
        let args = vec!["."; function.params.len()].join("; ");
        let call =
            if args.is_empty() { function.name.to_string() } else { format!("{}({args})", function.name) };
        let (program, report) = read(&call, Shape::UNKNOWN);
        assert_eq!(program.errors(), [], "{call}");
        assert!(matches!(report.calls[0].target, Target::Builtin(_)), "{call}");
    }
}

/// The smallest shape that has all the paths.
fn shape_of(paths: &[&[Step]]) -> Shape {
    let rest = |step: &Step| {
        let rest = paths.iter().filter_map(|path| path.split_first().filter(|(first, _)| *first == step));
        shape_of(&rest.map(|(_, rest)| rest).collect::<Vec<_>>())
    };
    let first: Vec<&Step> = paths.iter().filter_map(|path| path.first()).collect();
    let fields = first.iter().filter_map(|step| match step {
        Step::Field(name) => Some((name.clone(), rest(step))),
        _ => None,
    });
    match first.first() {
        None => Shape::UNKNOWN,
        Some(Step::Field(_)) => Shape::object(fields),
        Some(step) => Shape::array(rest(step)),
    }
}

/// Every name in a path of a real expression is offered after it is deleted or half typed.
#[test]
fn deleted_names_are_offered() {
    let mut asked = 0;
    for text in real_expressions().unwrap_or_default() {
        let (program, report) = read(&text, Shape::UNKNOWN);
        let rooted = report.uses.iter().filter(|one| one.root == Root::Input);
        let paths: Vec<&[Step]> = rooted.clone().map(|one| report.path(one)).collect();
        let input = shape_of(&paths);
        for one in rooted {
            let Some(name) = report.field(one) else { continue };
            let quotes = usize::from(program.slice(one.span).starts_with('"'));
            let span = Span::new(one.span.start() + quotes, one.span.end() - quotes);
            for kept in 0..=name.len().min(3) {
                let mut typed = text.clone();
                typed.replace_range(span.start() + kept..span.end(), "");
                let (program, report) = read(&typed, input.clone());
                let place = complete::place(&program, &report, span.start() + kept);
                let complete::Place::Field(field) = place else { panic!("{typed}: {place:?}") };
                assert!(field.input.fields().any(|(field, _)| field == name), "{typed}: {name}");
                let (edited, written) = field.edit(name);
                typed.replace_range(edited.range(), &written);
                assert_eq!(canonical(&parse(&typed)), canonical(&parse(&text)));
                asked += 1;
            }
        }
    }
    eprintln!("{asked} completions");
}

/// Measures the cost of parsing. For meaningful numbers: `cargo test --release --lib jq::tests::speed --
/// --nocapture`.
#[test]
fn speed() {
    let start = std::time::Instant::now();
    assert!(!builtins::functions().is_empty());
    eprintln!("the built-ins: {:?}, once", start.elapsed());
    let environment = busy_environment();
    for unit in ["(.a | [.b, {c: 1}] + ", ".a.b + .c | map(.d) | "] {
        let text = unit.repeat(parser::MAX_BYTES / unit.len());
        let start = std::time::Instant::now();
        let program = parse(&text);
        let parsed = start.elapsed();
        let report = infer(&program, &environment);
        let (all, steps) = (start.elapsed(), report.uses.len());
        eprintln!("{} bytes, {steps} steps: {parsed:?} + {:?}", text.len(), all - parsed);
    }
}

/// The same for expressions of typical sizes.
#[test]
fn speed_of_real_expressions() {
    let Some(texts) = real_expressions() else { return };
    let typical: Vec<&String> = texts.iter().filter(|text| text.len() < 400).step_by(7).take(40).collect();
    let environment = busy_environment();
    let run = || typical.iter().map(|text| infer(&parse(text), &environment).uses.len()).sum::<usize>();
    assert!(run() > 0);
    let start = std::time::Instant::now();
    let rounds = if cfg!(debug_assertions) { 5 } else { 1000 };
    let steps: usize = (0..rounds).map(|_| run()).sum();
    let elapsed = start.elapsed() / rounds;
    eprintln!("{} expressions, {} steps: {elapsed:?}", typical.len(), steps / rounds as usize);
}

/// As many params and connections as a large bundle has.
fn busy_environment() -> Environment {
    let auth = Shape::open_object([("hostname", Shape::STRING), ("port", Shape::NUMBER)]);
    let connection = Shape::open_object([("authentication", auth)]);
    let params = Shape::open_object((0..40).map(|n| (format!("param_{n}"), Shape::STRING)));
    let connections = Shape::open_object((0..8).map(|n| (format!("connection_{n}"), connection.clone())));
    Environment::from(Shape::object([("params", params), ("connections", connections)]))
}

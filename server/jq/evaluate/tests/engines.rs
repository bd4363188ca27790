//! Compares the evaluator with jaq, and with jq where it is installed, on random programs.
//!
//! ```console
//! MASSDRIVER_JQ_PROGRAMS=5000 MASSDRIVER_SEED=7 cargo test --lib jq::evaluate::tests::engines -- --nocapture
//! ```
//!
//! `MASSDRIVER_JQ` is the path of another jq than the one on the `PATH`.

use super::programs::{INPUTS, Random, program};
use super::{Jaq, Outcome, Stop, Verdict, operators, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// The number of programs in `cargo test`; `MASSDRIVER_JQ_PROGRAMS` sets another.
const PROGRAMS: usize = 300;

/// How deeply random programs nest.
const DEPTH: usize = 4;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

impl Verdict {
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fails, Self::Fails) => true,
            (Self::Results(ours), Self::Results(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().zip(theirs).all(|(a, b)| operators::compare(a, b).is_eq())
            }
            _ => false,
        }
    }
}

/// Our verdict; `None` if the evaluator does not claim to know.
fn ours(outcome: Outcome) -> Option<Verdict> {
    match outcome.stop {
        None => Some(Verdict::Results(outcome.results)),
        Some(Stop::Error(_)) => Some(Verdict::Fails),
        Some(Stop::Budget | Stop::Unsupported) => None,
    }
}

fn generated() -> impl Iterator<Item = String> {
    let mut random = Random(setting("MASSDRIVER_SEED", 1) as u64);
    let count = setting("MASSDRIVER_JQ_PROGRAMS", PROGRAMS);
    (0..count).map(move |_| {
        let depth = 1 + random.below(DEPTH);
        program(&mut random, depth)
    })
}

/// Where jaq differs from all versions of jq: words of the program, and the difference.
const JAQ_DIFFERS: &[(&[&str], &str)] = &[
    (&["[0]", "[-1]", "[1]", "[(1", "first", "last", "[$p", "nth"], "a position in an object is null"),
    (&["=", "del(", "pick(", "delpaths", "setpath"], "paths through null, parts of text, missing parts"),
    (&["map_values", "1, 2", "0, 1"], "all results of an update count"),
    (
        &[") + (", ") - (", ") * (", ") / (", ") < (", ") <= (", ") > (", ") >= (", ") == (", ") != ("],
        "the left operand is evaluated first, so another one fails, and varies slowest",
    ),
    (&["path"], "a slice without a start has no `start`; no paths through null"),
    (&["[1:", "[:1]", "[:2]"], "a slice of null is an error"),
    (&["//"], "errors of the left side are suppressed"),
    (&["contains", "inside", "in(", "has("], "values of different types do not contain each other"),
    (&["%"], "remainders are not truncated"),
    (&["recurse", ".."], "parts are visited after an update of the whole"),
    (&["flatten"], "only arrays are flattened"),
    (&["match("], "groups without a name have no `name`"),
    (&["{a: "], "the values of an object are evaluated in another order, so another one fails"),
];

/// The verdicts of jaq on several inputs; `None` if it does not support the program, or does not end: its loops are
/// less lazy than those of jq.
fn in_jaq(text: &str, inputs: Vec<Value>) -> Option<Vec<Verdict>> {
    let (text, (send, receive)) = (text.to_owned(), std::sync::mpsc::channel());
    let body = move || {
        let verdicts = Jaq::new(&text).map(|jaq| inputs.iter().map(|input| jaq.run(input)).collect());
        let _ = send.send(verdicts);
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(body).ok()?;
    receive.recv_timeout(std::time::Duration::from_secs(5)).ok()?
}

#[test]
fn random_programs_give_the_same_as_in_jaq() {
    compare(
        "jaq",
        |text, inputs| in_jaq(text, inputs.to_vec()),
        |text| JAQ_DIFFERS.iter().any(|(words, _)| words.iter().any(|word| text.contains(word))),
    );
}

#[test]
fn random_programs_give_the_same_as_in_jq() {
    let binary = std::env::var("MASSDRIVER_JQ").unwrap_or_else(|_| "jq".to_owned());
    let Ok(version) = Command::new(&binary).arg("--version").output() else {
        eprintln!("skipped without jq");
        return;
    };
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    compare(
        &version,
        |text, inputs| in_jq(&binary, text, inputs),
        |text| JQ_DIFFERS.iter().any(|(of, word, _)| version.starts_with(of) && text.contains(word)),
    );
}

/// Compares the verdicts of the evaluator with those of an engine. `is_listed` tells for which programs they may
/// differ.
fn compare(
    engine: &str,
    verdicts: impl Fn(&str, &[Value]) -> Option<Vec<Verdict>>,
    is_listed: impl Fn(&str) -> bool,
) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for text in generated() {
        let inputs = INPUTS.iter().map(|input| serde_json::from_str(input).unwrap());
        let (inputs, claims): (Vec<Value>, Vec<Verdict>) =
            inputs.filter_map(|input| Some((ours(run(&text, &input))?, input))).map(|(a, b)| (b, a)).unzip();
        *counts.entry("programs and inputs").or_default() += INPUTS.len();
        if claims.is_empty() {
            continue;
        }
        let Some(theirs) = verdicts(&text, &inputs) else {
            *counts.entry("rejected by the engine").or_default() += claims.len();
            continue;
        };
        for ((input, ours), theirs) in inputs.iter().zip(&claims).zip(&theirs) {
            *counts.entry("compared").or_default() += 1;
            if ours.agrees(theirs) {
                continue;
            }
            if is_listed(&text) {
                *counts.entry("different as listed").or_default() += 1;
                continue;
            }
            differences.push(format!("{text}\n  {input}\n  ours {ours:?}\n  jq   {theirs:?}"));
        }
    }
    eprintln!("{engine}: {counts:?}, {} differ", differences.len());
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    assert!(count("compared") * 4 >= count("programs and inputs") * 3, "{counts:?}");
    assert!(count("different as listed") * 10 <= count("compared"), "{counts:?}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Runs jq once for all inputs of a program. `None` if it rejects the program.
fn in_jq(binary: &str, text: &str, inputs: &[Value]) -> Option<Vec<Verdict>> {
    let program = format!("try [({text}\n)] catch {{error: true}}");
    let mut child = Command::new(binary)
        .args(["-c", &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let lines: Vec<String> = inputs.iter().map(Value::to_string).collect();
    child.stdin.take()?.write_all(lines.join("\n").as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let verdict = |line: &str| match serde_json::from_str(line).ok()? {
        Value::Array(results) => Some(Verdict::Results(results)),
        _ => Some(Verdict::Fails),
    };
    let verdicts: Vec<Verdict> = text.lines().map(verdict).collect::<Option<_>>()?;
    (verdicts.len() == inputs.len()).then_some(verdicts)
}

/// Programs on which a version of jq differs from newer ones: its version, words that they contain, and the difference.
const JQ_DIFFERS: &[(&str, &str, &str)] = &[
    ("jq-1.6", "?", "also suppresses errors, and `break`, of the rest of the pipe"),
    ("jq-1.6", "try", "also catches errors, and `break`, of the rest of the pipe"),
    ("jq-1.6", "all(", "conditions without a result end the search"),
    ("jq-1.6", "any(", "conditions without a result end the search"),
];

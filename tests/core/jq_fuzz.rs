//! Any jq program is parsed, typed and evaluated without a panic. `MASSDRIVER_FUZZ_RUNS` sets the number of runs,
//! `MASSDRIVER_FUZZ_SEED` the seed.

#![allow(clippy::panic, clippy::print_stdout, reason = "tests say so by failing, and what they ran")]

use crate::support::Random;
use crate::support::programs;

const PIECES: &[&str] = &[
    ".",
    "..",
    ".a",
    ".b.c",
    ".params.d",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "|",
    ",",
    ":",
    ";",
    "?",
    "//",
    "\"",
    "\\(",
    "\\",
    "'",
    "#",
    "\n",
    " ",
    "@base64",
    "@json ",
    "$x",
    "$__loc__",
    "as",
    "as [$x, {a: $y}]",
    " ?// ",
    "reduce",
    "foreach",
    "if ",
    " then ",
    " elif ",
    " else ",
    " end",
    "try ",
    "catch ",
    "label $f | ",
    "break $f",
    "def f(g; $h): ",
    "and",
    "or",
    "not",
    "map(",
    "select(",
    "test(\"",
    "range(1; 9; 2)",
    "limit(3; ",
    "first",
    "split(\",\")",
    "to_entries",
    "=",
    "|=",
    "+=",
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "1",
    "1e999",
    "-0",
    "\"x\"",
    "null",
    "true",
    "é",
    "😀",
    "\0",
    "[]",
    "[1:]",
    "[\"a\"]",
    "env",
    "input",
    "getpath([\"a\"])",
    "ascii_downcase",
    "tojson",
    "fromjson",
    "@text \"\\(.a)\"",
];

#[test]
fn random_programs() {
    let runs = crate::support::setting("MASSDRIVER_FUZZ_RUNS", 20_000);
    let seed = crate::support::setting("MASSDRIVER_FUZZ_SEED", 1);
    let mut random = Random::new(seed);
    for run in 0..runs {
        let text: String = (0..random.below(24)).map(|_| *random.pick(PIECES)).collect();
        let offset = random.below(text.len() + 2);
        if std::panic::catch_unwind(|| programs::check(&text, offset)).is_err() {
            panic!("run {run} of seed {seed}, offset {offset}: {text:?}");
        }
    }
    println!("fuzz: {runs} runs without a panic");
}

/// Inputs that a fuzzer found.
#[test]
fn previous_fuzz_findings() {
    for (name, text) in crate::support::fuzzed("jq") {
        println!("{name}");
        (0..text.len()).for_each(|offset| programs::check(&text, offset));
    }
}

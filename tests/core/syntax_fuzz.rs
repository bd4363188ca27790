//! Any text is parsed without a panic into a consistent tree. `MASSDRIVER_FUZZ_RUNS` sets the number of runs,
//! `MASSDRIVER_FUZZ_SEED` the seed.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use crate::support::{Random, edits, invariants};

const BUNDLE: &str = include_str!("../syntax/bundle.yaml");

/// Pieces that texts are assembled from.
const PIECES: &[&str] = &[
    "a",
    "key",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n ",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "#",
    " # c",
    "'",
    "''",
    "\"",
    "\\",
    "\\\"",
    "\\n",
    "\\x4",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    ">",
    "|-",
    ">+",
    "|2",
    "&a",
    "&",
    "*a",
    "*",
    "!",
    "!!str ",
    "!<x>",
    "<<: ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "@",
    "`",
    "\0",
    "\u{feff}",
    "é",
    "😀",
    "\u{2028}",
    "{{ x }}",
    "{% if %}",
    "<<<<<<< \n",
    "=======\n",
    "key: value\n",
    "- item\n",
    "  nested: x\n",
    "1",
    "yes",
];

fn text(random: &mut Random) -> String {
    match random.below(4) {
        0 => (0..random.below(40)).map(|_| *random.pick(PIECES)).collect(),
        1 => {
            let bytes: Vec<u8> = (0..random.below(60)).map(|_| random.next() as u8).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => {
            let lines: Vec<&str> = BUNDLE.lines().collect();
            let from = random.below(lines.len());
            let mut text = lines[from..(from + 1 + random.below(20)).min(lines.len())].join("\n");
            for _ in 0..1 + random.below(6) {
                if !text.trim().is_empty() {
                    text = edits::edit(&text, random).1;
                }
                let at = random.below(text.len() + 1);
                if random.below(2) == 0 && text.is_char_boundary(at) {
                    text.insert_str(at, random.pick::<&str>(PIECES));
                }
            }
            text
        }
    }
}

#[test]
fn random_texts() {
    let runs = crate::support::setting("MASSDRIVER_FUZZ_RUNS", 20_000);
    let seed = crate::support::setting("MASSDRIVER_FUZZ_SEED", 1);
    let mut random = Random::new(seed);
    for run in 0..runs {
        let text = text(&mut random);
        let offset = random.below(text.len() + 2);
        if std::panic::catch_unwind(|| invariants::check(&text, offset)).is_err() {
            panic!("run {run} of seed {seed}, offset {offset}: {text:?}");
        }
    }
    println!("fuzz: {runs} runs without a panic");
}

/// Inputs that a fuzzer found.
#[test]
fn previous_fuzz_findings() {
    for (name, text) in crate::support::fuzzed("syntax") {
        println!("{name}");
        (0..text.len()).step_by(7).for_each(|offset| invariants::check(&text, offset));
    }
}

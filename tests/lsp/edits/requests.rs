//! Generates requests about a bundle.

use crate::edits::bundles::{BUNDLE, Files};
use crate::edits::session::Request;
use crate::support::Random;
use serde_json::json;

/// This many of the first [`NAMES`] are legal for every symbol.
const LEGAL: usize = 4;

/// New names: legal, unusual, illegal and taken ones.
const NAMES: &[&str] = &[
    "fresh",
    "new_name",
    "fresh",
    "zz",
    "with-dash",
    "größe2",
    "a\"b",
    "a'b",
    "${x}",
    "%{x}",
    "<<",
    "a\u{2028}b",
    "yes",
    "null",
    "~",
    "123",
    "1.5",
    "a b",
    " padded ",
    "",
    "a.b",
    "a: b",
    "a #b",
    "*",
    "&x",
    "[x]",
    "{x}",
    "!x",
    "x\\y",
    "x\ny",
    "é😀",
    "size",
    "count",
    "vpc",
    "bucket",
    "base",
    "md_metadata",
    "v1.0",
    "-",
    "_",
    "a/b",
    "a~b",
];

/// New names for directories.
const DIRECTORIES: &[&str] = &["infra", "new dir", "größe", "a: b", "x#y", "yes", "123", "*a"];

/// Requests of every kind for a bundle, in random order.
pub(crate) fn requests(files: &Files, random: &mut Random) -> Vec<Request> {
    let text = &files[BUNDLE];
    let mut all = vec![Request::QuickFixes, Request::FixAll, Request::Format];
    let words = words(text);
    if !words.is_empty() {
        for _ in 0..16 {
            let names = if random.below(2) == 0 { &NAMES[..LEGAL] } else { NAMES };
            all.push(Request::Rename(*random.pick(&words), (*random.pick(names)).to_owned()));
        }
        for _ in 0..12 {
            all.push(Request::Refactorings(*random.pick(&words)));
        }
        for _ in 0..2 {
            let (one, other) = (*random.pick(&words), *random.pick(&words));
            all.push(Request::FormatLines(one.min(other), one.max(other)));
        }
        all.extend((0..2).map(|_| Request::Complete(completed(text, *random.pick(&words), random))));
    }
    for name in ["Mine", "Small", "a: b # c"] {
        let size = *random.pick(&["small", "yes", "010", "a: b", "it's \"x\" # no", "", " x ", "a\nb", "😀"]);
        let values = json!({"size": size, "replicas": random.below(9), "backups": random.below(2) == 0});
        all.push(Request::SavePreset(name.to_owned(), values));
    }
    all.push(Request::RenameDirectory("src".to_owned(), (*random.pick(DIRECTORIES)).to_owned()));
    for at in (1..all.len()).rev() {
        let other = random.below(at + 1);
        all.swap(at, other);
    }
    all
}

/// Offsets of the words outside of comments.
fn words(text: &str) -> Vec<usize> {
    let is_word = |one: char| one.is_alphanumeric() || one == '_' || one == '-';
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.find(" #").map_or(line, |at| &line[..at]);
        let mut before = ' ';
        for (at, one) in code.char_indices() {
            if one.is_alphabetic() && !is_word(before) && !code.trim_start().starts_with('#') {
                found.push(start + at);
            }
            before = one;
        }
        start += line.len();
    }
    found
}

/// Offset of a completion: at a word, or at the end of its line.
fn completed(text: &str, word: usize, random: &mut Random) -> usize {
    if random.below(2) == 0 {
        return word;
    }
    text[word..].find(['\r', '\n']).map_or(text.len(), |at| word + at)
}

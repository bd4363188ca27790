//! Property test: after any edits, tree, findings, fixes and completions are the same as those of a new document.
//!
//! ```console
//! MASSDRIVER_EDITS=1000000 MASSDRIVER_SEED=7 cargo test --release --test core incremental -- --nocapture
//! ```

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests say so by failing")]

use crate::support::{Random, corpus, edits, setting, shared};
use massdriver_ls::internals::analysis::{
    CompletionOptions, Memory, Snapshot, completion, document_symbols, findings_at_once,
};
use massdriver_ls::internals::rules::all;
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::syntax::{Node, Syntax};
use massdriver_ls::internals::workspace::{FileKind, Files, MemoryFiles};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Number of edits that `cargo test` makes.
const EDITS: u64 = 1_500;

/// What is typed or pasted in a place where it means the same as other text, mostly.
const WORDS: &[&str] = &[
    "x", "o", "word", "-a", ".b", "e", "an b", "y y", "zz", ", c", "_t", "T", "7", "42", "é", "😀", "中 b",
    "don't", "/",
];

/// What may mean something else.
const ODD: &[&str] = &[
    "-",
    ".",
    "1",
    ":",
    ": ",
    " ",
    "yes",
    "#",
    " #",
    ",",
    "null",
    "\n",
    "\r\n",
    "\t",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "{%",
    "<md ",
    "'",
    "\"",
    "\\",
    "&a ",
    "*a",
    "!!str ",
    "? ",
    "%",
    "@",
    "|",
    ">-",
    "~",
    "\u{85}",
    "\u{feff}",
    "\u{7}",
    "massdriver-ls: ignore name-invalid",
    "---",
    "=======",
];

/// Files that never change.
struct Fixed(MemoryFiles);

impl Files for Fixed {
    fn kind(&self, path: &str) -> FileKind {
        self.0.kind(path)
    }
    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.0.list(path)
    }
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.read(path)
    }
    fn revision(&self) -> Option<u64> {
        Some(1)
    }
}

struct Bundle {
    name: String,
    text: String,
    files: Vec<(String, String)>,
}

/// Real bundles with their code, and the examples of all rules.
fn bundles() -> Vec<Bundle> {
    let mut bundles = Vec::new();
    for (name, text) in corpus() {
        let mut files = Vec::new();
        if let Some(directory) = shared("corpus").map(|corpus| corpus.join(&name)) {
            read_below(&directory, "", &mut files);
        }
        bundles.push(Bundle { name, text, files });
    }
    for rule in all() {
        for text in [rule.bad, rule.good] {
            let files = rule.files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect();
            let text = format!("{text}# The end. massdriver-ls: ignore\n");
            bundles.push(Bundle { name: rule.id.to_owned(), text, files });
        }
    }
    let generated = crate::support::bundle::of_lines(300);
    bundles.push(Bundle {
        name: "CRLF".to_owned(),
        text: generated.replace('\n', "\r\n"),
        files: Vec::new(),
    });
    let many: String = (0..1_100).map(|index| format!("key_{index}: some text\n")).collect();
    bundles.push(Bundle {
        name: "many findings".to_owned(),
        text: format!("params: {{}}\n{many}"),
        files: Vec::new(),
    });
    bundles
}

fn read_below(directory: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_below(&entry.path(), &format!("{path}/"), files);
        } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
            files.push((path, text));
        }
    }
}

/// Replacements of ranges (bytes), each in the text that the one before it leaves.
type Change = Vec<(Range<usize>, String)>;

fn random_change(text: &str, snapshot: &Snapshot, random: &mut Random) -> Change {
    match random.below(12) {
        0 if !text.trim().is_empty() => {
            let (_, after) = edits::edit(text, random);
            vec![difference(text, &after)]
        }
        1 => (0..2 + random.below(3))
            .scan(text.to_owned(), |text, _| {
                let change = one(text, snapshot, random);
                text.replace_range(change.0.clone(), &change.1);
                Some(change)
            })
            .collect(),
        _ => vec![one(text, snapshot, random)],
    }
}

fn one(text: &str, snapshot: &Snapshot, random: &mut Random) -> (Range<usize>, String) {
    let syntax = &snapshot.document().syntax;
    let spans: Vec<_> = match random.below(8) {
        0 => syntax.comments().to_vec(),
        1 => Vec::new(),
        _ => syntax.nodes().filter(|node| node.is_scalar()).map(Node::span).collect(),
    };
    let spans: Vec<_> = spans.into_iter().filter(|span| !span.is_empty()).collect();
    let within = match spans.is_empty() {
        true => 0..text.len(),
        false => random.pick(&spans).range(),
    };
    let at = |offset: usize| {
        (0..=offset.min(text.len())).rev().find(|&offset| text.is_char_boundary(offset)).unwrap()
    };
    let start = at(within.start + random.below(within.len() + 1));
    let end = match random.below(3) {
        0 => at(start + 1 + random.below(6)).max(start),
        _ => start,
    };
    let new = match random.below(6) {
        0 => random.pick(ODD),
        1 if end > start => "",
        _ => random.pick(WORDS),
    };
    (start..end, new.to_owned())
}

/// The replacement that leads from one text to another.
fn difference(before: &str, after: &str) -> (Range<usize>, String) {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let head = same(&mut before.chars().zip(after.chars()));
    let tail = same(&mut before[head..].chars().rev().zip(after[head..].chars().rev()));
    (head..before.len() - tail, after[head..after.len() - tail].to_owned())
}

fn is_same_tree(a: &Syntax, b: &Syntax) -> bool {
    let node = |node: Node<'_>| {
        let entry = node.entry().map(|entry| (entry.colon(), entry.key().id(), entry.span()));
        let related = (node.parent().map(Node::id), node.target().id());
        (node.kind(), node.span(), node.anchor(), node.tag(), entry, related, node.value().into_owned())
    };
    let lines = |syntax: &Syntax| {
        (0..syntax.lines().count()).map(|line| syntax.lines().span(line)).collect::<Vec<_>>()
    };
    a.text() == b.text()
        && a.nodes().map(node).eq(b.nodes().map(node))
        && a.comments() == b.comments()
        && a.errors() == b.errors()
        && a.documents().iter().map(|one| one.span).eq(b.documents().iter().map(|one| one.span))
        && lines(a) == lines(b)
}

#[derive(Default)]
struct Counts {
    changes: u64,
    in_place: u64,
}

/// One document that is edited several times.
struct Session<'a> {
    bundle: &'a Bundle,
    files: Fixed,
    settings: Settings,
    memory: Arc<Memory>,
    /// The memory of the documents to compare with.
    other: Arc<Memory>,
}

impl Session<'_> {
    fn run(&self, random: &mut Random, counts: &mut Counts) {
        let mut text = self.bundle.text.clone();
        let mut snapshot = Snapshot::new(text.as_str(), None).remembering(&self.memory);
        let _ = findings_at_once(&snapshot, &self.files, &self.settings);
        let mut undo: Option<Change> = None;
        for _ in 0..40 {
            let change = match undo.take().filter(|_| random.below(4) == 0) {
                Some(undo) => undo,
                None => random_change(&text, &snapshot, random),
            };
            let before = text.clone();
            for (range, new) in &change {
                text.replace_range(range.clone(), new);
            }
            let is_in_place = change.iter().all(|(range, new)| snapshot.edit_in_place(range.clone(), new));
            if !is_in_place {
                snapshot = snapshot.edited(text.as_str());
            }
            counts.changes += 1;
            counts.in_place += u64::from(is_in_place);
            // Several edits may come before the findings are asked for.
            if random.below(8) > 0 {
                self.compare(&snapshot, &text, random, || {
                    format!("{}: {change:?} in\n{before}", self.bundle.name)
                });
            }
            let (range, old) = difference(&text, &before);
            undo = Some(vec![(range, old)]);
            let broken = !snapshot.document().syntax.errors().is_empty();
            if broken && random.below(3) > 0 {
                let change = undo.take().unwrap_or_default();
                change.iter().for_each(|(range, new)| text.replace_range(range.clone(), new));
                snapshot = snapshot.edited(text.as_str());
                let _ = findings_at_once(&snapshot, &self.files, &self.settings);
            }
        }
    }

    fn compare(&self, snapshot: &Snapshot, text: &str, random: &mut Random, what: impl Fn() -> String) {
        let fresh = Snapshot::new(text, None);
        // Mostly with a memory of its own, which makes it faster.
        let fresh = if random.below(16) > 0 { fresh.remembering(&self.other) } else { fresh };
        let (ours, theirs) = (
            findings_at_once(snapshot, &self.files, &self.settings),
            findings_at_once(&fresh, &self.files, &self.settings),
        );
        if ours != theirs {
            let ours_only = ours.iter().filter(|one| !theirs.contains(one));
            let theirs_only = theirs.iter().filter(|one| !ours.contains(one));
            panic!(
                "ours: {:#?}\nnew: {:#?}\n{}",
                ours_only.collect::<Vec<_>>(),
                theirs_only.collect::<Vec<_>>(),
                what()
            );
        }
        assert!(is_same_tree(&snapshot.document().syntax, &fresh.document().syntax), "tree: {}", what());
        if random.below(8) == 0 {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let options = CompletionOptions::default();
            let complete = |snapshot: &Snapshot| {
                format!("{:?}", completion(snapshot, &self.files, &self.settings, at, &options).items)
            };
            assert_eq!(complete(snapshot), complete(&fresh), "completion at {at}: {}", what());
            let symbols = |snapshot: &Snapshot| format!("{:?}", document_symbols(snapshot));
            assert_eq!(symbols(snapshot), symbols(&fresh), "symbols: {}", what());
        }
    }
}

#[test]
fn edits_lead_to_the_same_as_a_new_document() {
    let (edits, seed) = (setting("MASSDRIVER_EDITS", EDITS), setting("MASSDRIVER_SEED", 1));
    let bundles = bundles();
    let mut everything = Settings::default();
    for rule in all().filter(|rule| rule.opt_in) {
        everything.rules.insert(rule.id.to_owned(), serde_json::from_str("\"on\"").unwrap());
    }
    let start = Instant::now();
    let mut counts = Counts::default();
    for number in 0.. {
        if counts.changes >= edits {
            break;
        }
        let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let bundle = random.pick(&bundles);
        let settings = if random.below(4) == 0 { everything.clone() } else { Settings::default() };
        let files = Fixed(MemoryFiles::new(bundle.files.iter().cloned()));
        let (memory, other) = (Arc::default(), Arc::default());
        Session { bundle, files, settings, memory, other }.run(&mut random, &mut counts);
    }
    let (Counts { changes, in_place }, time) = (counts, start.elapsed());
    println!("{changes} changes, {in_place} of them in place, in {time:.1?}");
    assert!(in_place * 10 > changes, "{in_place} of {changes} changes were taken in place");
}

//! Completion at any position of real bundles, complete and half-typed: no panic, ranges within the text, and applying
//! an item adds no errors.
//!
//! By default a seeded sample of positions; `MASSDRIVER_COMPLETION=full` tests every byte of every file and variant,
//! and applies every item.

#![allow(clippy::print_stdout, reason = "what was measured")]

use crate::support::{Random, edits, setting};
use massdriver_ls::internals::analysis::{Completion, CompletionOptions, Snapshot, completion, hover};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::syntax::strict::second_opinion;
use massdriver_ls::internals::syntax::{self, Span, Syntax, SyntaxErrorKind};
use massdriver_ls::internals::workspace::MemoryFiles;
use std::collections::HashSet;
use std::hint::black_box;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::bundle;

/// Bundles for machines without the third-party test data.
const OWN: &[&str] = &[
    "",
    "name: web\nparams:\n  required: [port]\n  properties:\n    port:\n      type: integer\n      default: 80\n\
     steps:\n- path: src\n  provisioner: opentofu\n  config: {checkov: {enable: true}}\napp:\n  envs:\n    \
     PORT: .params.port | tostring\n    NAME: '@text \"x\"'\n    LONG: >-\n      .params.port\n\nui:\n  ui:order: [\"*\"]\n",
    "name: web\r\nparams:\r\n  properties:\r\n    a: &a\r\n      type: string\r\n    b:\r\n      <<: *a\r\n      \
     title: \"x\r\n  examples:\r\n  - __name: One\r\n    a: x\r\ndependencies:\r\n  net:\r\n    resource_type: aws-vpc\r\n",
    "name: type\nlabel: Type\nschema:\n  type: object\n  properties:\n    id: {type: string, $md.sensitive: true}\nui:\n  \
     connectionOrientation: link\n",
    "name: über\n# ein Kommentar 😀\nparams:\n    properties:\n        größe:\n            enum: [klein, \"groß\"]\n",
];

fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = crate::support::corpus();
    let own = OWN.iter().enumerate().map(|(number, text)| (format!("own {number}"), (*text).to_owned()));
    texts.extend(own);
    texts
}

fn files() -> MemoryFiles {
    MemoryFiles::new([("src/main.tf", ""), ("chart/Chart.yaml", ""), ("types/a.json", "{}")])
}

/// How many positions and items of a text are tested.
#[derive(Clone, Copy)]
enum Reach {
    /// This many positions, and three items at each.
    Sample(usize),
    /// Every byte, and every item (near the edit, if there was one).
    Everything,
}

impl Reach {
    fn chosen(sample: usize) -> Self {
        match std::env::var("MASSDRIVER_COMPLETION") {
            Ok(value) if value == "full" => Self::Everything,
            _ => Self::Sample(setting("MASSDRIVER_COMPLETION_PLACES", sample as u64) as usize),
        }
    }
}

#[test]
fn completion_at_every_position() {
    let reach = Reach::chosen(60);
    let mut trial = Trial::new(1);
    let texts = texts();
    for (name, text) in &texts {
        let snapshot = Snapshot::new(text.as_str(), Some(Path::new("/bundles/web/massdriver.yaml")));
        let offsets: Vec<usize> = match reach {
            Reach::Everything => (0..=text.len()).collect(),
            Reach::Sample(places) => (0..places).map(|_| trial.random.below(text.len() + 1)).collect(),
        };
        trial.run(name, &snapshot, &offsets, 0..usize::MAX, reach);
    }
    trial.report(16 * texts.len());
}

#[test]
fn completion_in_unfinished_bundles() {
    let reach = Reach::chosen(4);
    let texts = texts();
    let mut trial = Trial::new(2);
    for variant in 0..setting("MASSDRIVER_COMPLETION_VARIANTS", 500) {
        let (name, text) = trial.random.pick(&texts);
        if text.trim().is_empty() {
            continue;
        }
        let (what, edited) = match variant % 2 {
            0 => edits::edit(text, &mut trial.random),
            _ => ("begin a line", begin_a_line(text, &mut trial.random)),
        };
        // The end of the inserted text, if the text has become longer.
        let tail = text.bytes().rev().zip(edited.bytes().rev()).take_while(|(a, b)| a == b).count();
        let at = edited.len() - tail;
        let snapshot = Snapshot::new(edited.as_str(), None);
        let offsets: Vec<usize> = match reach {
            Reach::Everything => (0..=edited.len()).collect(),
            Reach::Sample(places) => (0..places).map(|step| (at + step).saturating_sub(1)).collect(),
        };
        let near = at.saturating_sub(400)..at + 400;
        trial.run(&format!("{name} ({what})"), &snapshot, &offsets, near, reach);
    }
    trial.report(300);
}

/// Latency of completion: p50 1 ms, p95 3 ms, 10 ms in a huge file.
#[test]
fn responses_are_fast() {
    // Exclude one-time initialization.
    let _ = time("connections: {properties: {a: {$ref: ", &mut Random::new(0));
    for (lines, places, limits) in [(190, 500, [1, 3]), (10_000, 20, [10, 10])] {
        let text = bundle::of_lines(lines);
        let mut random = Random::new(3);
        let mut times: Vec<Duration> = (0..places).map(|_| time(&text, &mut random)).collect();
        times.sort();
        let [middle, most] = [times[places / 2], times[places * 19 / 20]];
        println!("{lines} lines: p50 {middle:?}, p95 {most:?}, max {:?}", times[places - 1]);
        // Test machines may be busy, and debug builds are slow.
        let slowdown = if cfg!(debug_assertions) { 60 } else { 3 };
        for (found, limit) in [middle, most].into_iter().zip(limits) {
            assert!(found < Duration::from_millis(limit * slowdown), "{lines} lines: {found:?}");
        }
    }
}

/// Time of the first completion in a text, at the end of a line or of its first token.
fn time(text: &str, random: &mut Random) -> Duration {
    let snapshot = Snapshot::new(text, None);
    let from = random.below(text.len());
    let line = text[from..].find('\n').map_or(0, |end| from + end + 1);
    let rest = &text[line..];
    let content = rest.lines().next().unwrap_or_default();
    let ends = [
        content.len(),
        content.find(": ").map_or(0, |colon| colon + 2),
        content.len() - content.trim_start().len(),
    ];
    let offset = line + *random.pick(&ends);
    let start = Instant::now();
    let options = CompletionOptions { snippets: true };
    black_box(completion(&snapshot, &files(), &Settings::default(), offset, &options));
    start.elapsed()
}

/// Inserts a new line at some depth, with the start of an entry typed.
fn begin_a_line(text: &str, random: &mut Random) -> String {
    const BEGUN: [&str; 14] = [
        "",
        "na",
        "name:",
        "type: ",
        "title: \"a",
        "- ",
        "-",
        "- pa",
        "- path: s",
        "$r",
        "ui:",
        "x: [a, ",
        "x: {ty",
        "a b",
    ];
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = random.below(lines.len());
    let column = 2 * random.below(6) + random.below(5) / 4;
    let begun = format!("{}{}\n", " ".repeat(column), random.pick(&BEGUN));
    let mut out: String = lines[..=line].concat();
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out + &begun + &lines[line + 1..].concat()
}

/// What was tested, and the failures.
struct Trial {
    random: Random,
    files: MemoryFiles,
    asked: usize,
    applied: usize,
    broken: Vec<String>,
}

impl Trial {
    fn new(seed: u64) -> Self {
        let random = Random::new(setting("MASSDRIVER_COMPLETION_SEED", seed));
        Self { random, files: files(), asked: 0, applied: 0, broken: Vec::new() }
    }

    /// Completes and hovers at some offsets of one text, and applies the items offered within the range `near`.
    fn run(&mut self, name: &str, snapshot: &Snapshot, offsets: &[usize], near: Range<usize>, reach: Reach) {
        let settings = Settings::default();
        let before = errors(&snapshot.document().syntax);
        let mut seen = HashSet::new();
        for &offset in offsets {
            self.asked += 1;
            if let Some(hover) = hover(snapshot, &self.files, &settings, offset) {
                assert!(
                    hover.span.start() <= offset && offset <= hover.span.end(),
                    "{name}: hover at {offset}"
                );
            }
            let found = [false, true].map(|snippets| {
                completion(snapshot, &self.files, &settings, offset, &CompletionOptions { snippets }).items
            });
            let text = snapshot.text();
            let between = text.get(..offset).is_some_and(|before| before.ends_with('\r'));
            // Offsets that no editor sends must not panic either; the position of the result is not checked.
            if !text.is_char_boundary(offset) || between && text[offset..].starts_with('\n') {
                continue;
            }
            found.iter().flatten().for_each(|item| in_range(name, text, offset, item));
            let shown: Vec<&Completion> =
                found[0].iter().filter(|item| is_shown(text, offset, item)).collect();
            let chosen: Vec<(&Completion, Span)> = match reach {
                Reach::Everything if near.contains(&offset) => {
                    shown.iter().flat_map(|item| [(*item, item.insert), (*item, item.replace)]).collect()
                }
                // Far from an edit, the result is the same as without the edit.
                Reach::Everything => Vec::new(),
                Reach::Sample(_) => (0..if shown.is_empty() { 0 } else { 3 })
                    .map(|_| {
                        let item = *self.random.pick(&shown);
                        (item, *self.random.pick(&[item.insert, item.replace]))
                    })
                    .collect(),
            };
            for (item, span) in chosen {
                let change = (span.start(), span.end(), item.text.clone(), item.edits.len());
                if seen.insert(change) {
                    self.apply(name, text, offset, item, span, before);
                }
            }
        }
    }

    fn apply(&mut self, name: &str, text: &str, offset: usize, item: &Completion, span: Span, before: usize) {
        self.applied += 1;
        let after = apply(text, item, span);
        let syntax = syntax::parse(after.as_str());
        if errors(&syntax) > before {
            self.broken.push(format!(
                "{name}: {} at {offset} breaks the text: {:?} {:?}\n--- before\n{}\n--- after\n{}\n",
                item.label,
                syntax.errors().iter().map(|error| error.kind).collect::<Vec<_>>(),
                second_opinion(&syntax),
                around(text, offset, "$0"),
                around(&after, offset, ""),
            ));
        }
    }

    fn report(&self, least: usize) {
        println!("{} places, {} items applied, {} broken", self.asked, self.applied, self.broken.len());
        let first = self
            .broken
            .iter()
            .take(setting("MASSDRIVER_COMPLETION_SHOWN", 12) as usize)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(self.broken.is_empty(), "{} items break the text, such as\n{first}", self.broken.len());
        assert!(self.applied > least, "only {} items", self.applied);
    }
}

/// Number of syntax errors, including those that only a strict parser reports and the platform's parser does not
/// accept.
fn errors(syntax: &Syntax) -> usize {
    let strict = second_opinion(syntax).filter(|error| error.kind == SyntaxErrorKind::Strict);
    syntax.errors().len() + usize::from(strict.is_some())
}

fn in_range(name: &str, text: &str, offset: usize, item: &Completion) {
    let (insert, replace) = (item.insert, item.replace);
    let place = || format!("{name}: {} at {offset}: {insert:?} {replace:?}", item.label);
    assert!(text.is_char_boundary(insert.start()) && text.is_char_boundary(insert.end()), "{}", place());
    assert!(text.is_char_boundary(replace.end()) && replace.end() <= text.len(), "{}", place());
    assert!(insert.start() == replace.start() && insert.end() <= replace.end(), "{}", place());
    assert!(insert.start() <= offset && offset <= insert.end(), "{}", place());
    assert!(!text[replace.range()].contains(['\n', '\r']), "{} crosses lines", place());
    assert!(!item.label.is_empty() && !item.label.contains(['\n', '\r']), "{}", place());
    for edit in &item.edits {
        assert!(edit.span.end() <= insert.start(), "{} is edited twice", place());
    }
}

/// Whether an editor would list an item: the characters of the typed text occur in order in the item's filter text.
fn is_shown(text: &str, offset: usize, item: &Completion) -> bool {
    let filter = item.filter.as_ref().unwrap_or(&item.label).to_lowercase();
    let mut letters = filter.chars();
    let typed = text[item.insert.start()..offset].trim_start().to_lowercase();
    typed.chars().all(|typed| letters.any(|letter| letter == typed))
}

fn apply(text: &str, item: &Completion, span: Span) -> String {
    let mut out = text.to_owned();
    out.replace_range(span.range(), &item.text);
    for edit in &item.edits {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

fn around(text: &str, offset: usize, mark: &str) -> String {
    let offset = offset.min(text.len());
    let start = text.char_indices().map(|(at, _)| at).rfind(|at| at + 120 < offset).unwrap_or(0);
    format!("{}{mark}{}", &text[start..offset], text[offset..].chars().take(160).collect::<String>())
}

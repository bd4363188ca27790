//! Half-typed text: a broken line affects only that line.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use crate::support::keys::{keys, lost, touched};
use crate::support::{Random, edits, oracle};
use massdriver_ls::internals::syntax::strict::second_opinion;
use massdriver_ls::internals::syntax::{Syntax, parse};
use std::collections::BTreeMap;

const BUNDLE: &str = include_str!("../syntax/bundle.yaml");

/// Edits of the bundle: name, the text to replace, and its replacement.
const EDITS: &[(&str, &str, &str)] = &[
    (
        "key without colon, end of a nested map",
        "          default: 7\n",
        "          default: 7\n          form\n",
    ),
    ("key without colon, middle", "      title: Size\n", "      title: Size\n      desc\n"),
    ("key without colon, first child", "    size:\n      <<", "    size:\n      typ\n      <<"),
    ("key without colon, top level", "connections:\n", "conn\nconnections:\n"),
    ("key without colon, end of file", "ui:title: Days}\n", "ui:title: Days}\nsec"),
    ("no space after the colon", "      title: Backup\n", "      title:Backup\n"),
    ("empty value", "provisioner: helm", "provisioner: "),
    ("empty $ref", "$ref: massdriver/aws-vpc", "$ref: "),
    ("empty item", "    - retention", "    - "),
    ("no space after the dash", "    - backup\n  examples", "    -backup\n  examples"),
    ("unclosed double quote", "title: \"Owner's address\"", "title: \"Owner's address"),
    ("unclosed single quote", "'Write an e-mail address'", "'Write an e-mail address"),
    ("quotes inside quotes", "\"Owner's address\"", "\"Owner's \"own\" address\""),
    ("text after a closing quote", "'Write an e-mail address'", "'Write an e-mail address' please"),
    ("unclosed flow sequence", "[small, medium, large]", "[small, medium, large"),
    (
        "unclosed flow mapping",
        "    retention: {ui:field: range, ui:title: Days}",
        "    retention: {ui:field: range, ui:title: Days",
    ),
    ("pattern without quotes", "^[a-z0-9.-]+@[a-z0-9-]+$", "[a-z0-9]+"),
    ("template without quotes", "name: ledger-database", "name: {{ name }}"),
    ("tab for indentation", "      title: Network", "\t\t\ttitle: Network"),
    ("dedented by one", "      title: Network", "     title: Network"),
    ("indented by two more", "      title: Network", "        title: Network"),
    ("item dedented by one", "    - backup\n  examples", "   - backup\n  examples"),
    ("mapping in a sequence one too deep", "    - __name: Production\n", "    -  __name: Production\n"),
    ("colon in an unquoted value", "title: Backup", "title: Backup: daily"),
    ("value starting with a backtick", "title: Backup", "title: `Backup`"),
    ("undefined alias", "<<: *defaults", "<<: *default"),
    ("bare ampersand", "title: Backup", "title: & Backup"),
    ("text on a block scalar's header", "description: >-\n", "description: >- How\n"),
    ("block scalar's text dedented", "        Larger ones cost more.", "       Larger ones cost more."),
    ("duplicate key", "      title: Network\n", "      title: Network\n      title: Net\n"),
    (
        "conflict markers",
        "version: 0.4.2\n",
        "<<<<<<< HEAD\nversion: 0.4.2\n=======\nversion: 0.5.0\n>>>>>>> next\n",
    ),
    ("template line", "  policies: []\n", "  {%- if policies %}\n  policies: []\n"),
];

#[test]
fn known_edits() {
    let mut edits: Vec<(&str, String)> = EDITS
        .iter()
        .map(|(name, from, to)| {
            assert_eq!(BUNDLE.matches(from).count(), 1, "{name}: {from}");
            (*name, BUNDLE.replacen(from, to, 1))
        })
        .collect();
    let cut = BUNDLE.find("\"03:00\"").unwrap() + 3;
    edits.push(("file cut off in a quoted string", BUNDLE[..cut].to_owned()));
    edits.push(("CRLF line ends", BUNDLE.replace('\n', "\r\n").replacen("title: Backup", "title:Backup", 1)));
    assert_eq!(edits.len(), 34);

    let mut failures = Vec::new();
    for (name, text) in &edits {
        let before = match *name {
            "CRLF line ends" => BUNDLE.replace('\n', "\r\n"),
            "file cut off in a quoted string" => format!("{}{}", &BUNDLE[..cut], "00\""),
            _ => BUNDLE.to_owned(),
        };
        let lines = touched(&before, text).1;
        let (sound, syntax) = (parse(before), parse(text.as_str()));
        let (total, gone) = lost(&sound, &keys(&sound), &syntax);
        let wanted = lines.start.saturating_sub(1)..lines.end + 1;
        let mut errors: Vec<_> =
            syntax.errors().iter().map(|error| syntax.lines().line_of(error.span.start())).collect();
        let valid = ["empty value", "empty $ref", "empty item"].contains(name);
        if *name == "duplicate key" {
            let duplicates = syntax.root().unwrap().get("connections").unwrap().value();
            let network = duplicates.get("properties").unwrap().value().get("network").unwrap().value();
            errors
                .extend(network.duplicates().map(|(_, later)| syntax.lines().line_of(later.span().start())));
        }
        let reported = errors.iter().any(|line| wanted.contains(line)) != valid;
        let stray = errors.iter().filter(|line| !wanted.contains(line)).count();
        let kept = (total - gone.len()) * 100 >= total * 99;
        println!("{name}: {}/{total} keys, errors {:?}", total - gone.len(), syntax.errors());
        if !kept || !reported || stray > 0 {
            failures.push((name, gone, errors));
        }
    }
    println!("34 edits: {} keep 99% of the untouched keys with an error in place", 34 - failures.len());
    assert!(failures.is_empty(), "{failures:#?}");
}

/// Every valid bundle parses to the same events as with an independent parser.
#[test]
fn the_corpus_is_parsed_like_another_parser_does() {
    let corpus = crate::support::corpus();
    let sound: Vec<_> =
        corpus.iter().filter_map(|(name, text)| Some((name, text, oracle::events(text)?))).collect();
    let differences: Vec<_> = sound
        .iter()
        .filter_map(|(name, text, events)| Some((name, oracle::difference(text, events)?)))
        .collect();
    println!(
        "differential: {} of {} corpus files are sound, {} differences",
        sound.len(),
        corpus.len(),
        differences.len()
    );
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Random single edits of real bundles: edits that break the text affect few keys; other edits parse as with an
/// independent parser.
#[test]
fn random_edits() {
    let corpus: Vec<_> =
        crate::support::corpus().into_iter().filter(|(_, text)| oracle::events(text).is_some()).collect();
    if corpus.is_empty() {
        return;
    }
    let trees: Vec<_> = corpus.iter().map(|(_, text)| parse(text.as_str())).collect();
    let keys: Vec<_> = trees.iter().map(keys).collect();
    let mut random = Random::new(crate::support::setting("MASSDRIVER_FUZZ_SEED", 20));
    let mut seen = Counts::default();
    let (mut differences, mut missed) = (Vec::new(), Vec::new());
    while seen.broken < 2_000 {
        let file = random.below(corpus.len());
        let (name, text) = &corpus[file];
        let (kind, edited) = edits::edit(text, &mut random);
        if let Some(events) = oracle::events(&edited) {
            seen.sound += 1;
            let place = touched(text, &edited).1.start + 1;
            differences.extend(
                oracle::difference(&edited, &events).map(|found| format!("{kind} {name}:{place} {found}")),
            );
            continue;
        }
        let syntax = parse(edited.as_str());
        if syntax.errors().is_empty() && second_opinion(&syntax).is_none() {
            missed.push(format!("{kind} {name}:{}", touched(text, &edited).1.start + 1));
        }
        let (total, gone) = lost(&trees[file], &keys[file], &syntax);
        let kept = (total - gone.len()) * 100 >= total * 98;
        seen.count(kind, kept, text, &syntax);
        if !kept && std::env::var("V").is_ok() {
            explain(kind, name, text, &syntax, &gone[0]);
        }
    }
    let percent = |part: usize| part as f64 * 100.0 / seen.broken as f64;
    println!("random edits of {} files: {} broken, {} still sound", corpus.len(), seen.broken, seen.sound);
    println!("  {:.1}% of the broken ones keep 98% of the untouched keys", percent(seen.usable));
    println!("  {:?}", seen.kinds);
    println!(
        "  {} left to the second opinion, {:.1}% with one error, {:.1}% with an error within a line, {:.2} errors each",
        seen.silent,
        percent(seen.single),
        percent(seen.near),
        seen.errors as f64 / seen.broken as f64
    );
    println!("differential: {} edits that stay sound, {} differences", seen.sound, differences.len());
    assert!(percent(seen.usable) >= 92.0);
    assert!(missed.is_empty(), "neither reader nor second opinion sees that these are broken: {missed:#?}");
    assert!(differences.is_empty(), "{differences:#?}");
}

#[derive(Default)]
struct Counts {
    broken: usize,
    usable: usize,
    sound: usize,
    silent: usize,
    single: usize,
    near: usize,
    errors: usize,
    /// Per kind of edit: total and number of usable ones.
    kinds: BTreeMap<&'static str, (usize, usize)>,
}

impl Counts {
    fn count(&mut self, kind: &'static str, kept: bool, text: &str, syntax: &Syntax) {
        let lines = touched(text, syntax.text()).1;
        let near = lines.start.saturating_sub(1)..lines.end + 1;
        let is_near = |line: usize| near.contains(&line);
        self.broken += 1;
        self.usable += usize::from(kept);
        self.silent += usize::from(syntax.errors().is_empty());
        self.single += usize::from(syntax.errors().len() == 1);
        self.near += usize::from(
            syntax.errors().iter().any(|error| is_near(syntax.lines().line_of(error.span.start()))),
        );
        self.errors += syntax.errors().len();
        let of_kind = self.kinds.entry(kind).or_default();
        of_kind.0 += 1;
        of_kind.1 += usize::from(kept);
    }
}

/// Prints an edit that affected too many keys, for debugging.
fn explain(kind: &str, name: &str, text: &str, syntax: &Syntax, first: &crate::support::keys::Key) {
    let edited = syntax.text();
    let (old, new) = touched(text, edited);
    println!("=== {kind} {name}, first lost line {} {:?}", first.line + 1, first.path);
    for (index, line) in text.lines().enumerate().skip(old.start.saturating_sub(4)).take(old.len() + 8) {
        println!("  {} {line}", if old.contains(&index) { '-' } else { ' ' });
    }
    for line in edited.lines().skip(new.start).take(new.len()) {
        println!("  + {line}");
    }
    for error in syntax.errors() {
        let line = syntax.lines().line_of(error.span.start());
        println!("  error {:+} {:?}", line as isize - new.start as isize, error.kind);
    }
}

//! Half-typed text: one broken line costs one line.

mod support;

use massdriver_ls::syntax::parse;
use support::keys::{lost, touched};
use support::oracle::is_valid;

const BUNDLE: &str = include_str!("syntax/bundle.yaml");

/// Edits of the bundle: a name, the text that one place has, and what a person makes of it.
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
fn the_34_edits() {
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
        let (total, gone) = lost(&before, text);
        let lines = touched(&before, text).1;
        let syntax = parse(text.as_str());
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

#[test]
fn random_edits() {
    let corpus: Vec<_> = support::corpus().into_iter().filter(|(_, text)| is_valid(text)).collect();
    if corpus.is_empty() {
        return;
    }
    let mut random = support::Random::new(20);
    let (mut edits, mut broken, mut usable, mut silent) = (0, 0, 0, 0);
    let mut kinds = std::collections::BTreeMap::<&str, (usize, usize)>::new();
    let verbose = std::env::var("V").is_ok();
    while broken < 2500 {
        let (name, text) = random.pick(&corpus);
        let (kind, edited) = support::edits::edit(text, &mut random);
        edits += 1;
        if is_valid(&edited) {
            continue;
        }
        broken += 1;
        let (total, gone) = lost(text, &edited);
        let kept = (total - gone.len()) * 100 >= total * 98;
        let counts = kinds.entry(kind).or_default();
        counts.0 += 1;
        counts.1 += usize::from(kept);
        usable += usize::from(kept);
        if parse(edited.as_str()).errors().is_empty() {
            silent += 1;
            let lines = touched(text, &edited).1;
            let shown: Vec<_> =
                edited.lines().skip(lines.start.saturating_sub(1)).take(lines.len() + 2).collect();
            println!("unreported: {kind} {name}:{}\n{}", lines.start + 1, shown.join("\n"));
        }
        if !kept && verbose {
            let (old, new) = touched(text, &edited);
            println!("=== {kind} {name} lost {}/{total}", gone.len());
            for (index, line) in
                text.lines().enumerate().skip(old.start.saturating_sub(4)).take(old.len() + 8)
            {
                println!("  {} {line}", if old.contains(&index) { '-' } else { ' ' });
            }
            for line in edited.lines().skip(new.start).take(new.len()) {
                println!("  + {line}");
            }
            println!("  first lost {:?}", gone[0]);
            let syntax = parse(edited.as_str());
            for error in syntax.errors() {
                println!(
                    "  error {:+} {:?}",
                    syntax.lines().line_of(error.span.start()) as isize - old.start as isize,
                    error.kind
                );
            }
        }
    }
    println!(
        "random edits of {} files: {edits} made, {broken} broken, {usable} ({:.1}%) keep 98% of the untouched keys, {silent} unreported",
        corpus.len(),
        usable as f64 * 100.0 / broken as f64
    );
    println!("  kept of each kind: {kinds:?}");
    assert!(usable * 100 >= broken * 92);
}

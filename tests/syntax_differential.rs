//! Our reader beside an independent one: what is sound YAML reads the same in both.

mod support;

use massdriver_ls::syntax::{SyntaxErrorKind, parse};
use support::oracle;

/// A difference, or an error where there should be none.
fn difference(text: &str) -> Option<String> {
    let expected = oracle::events(text)?;
    let syntax = parse(text);
    // The other reader lets tabs indent the first line of a block; the platform's does not.
    if syntax.errors().iter().any(|error| error.kind == SyntaxErrorKind::TabIndent) {
        return None;
    }
    if let Some(error) = syntax.errors().first() {
        let line = syntax.lines().line_of(error.span.start());
        return Some(format!("line {}: {:?} `{}`", line + 1, error.kind, syntax.slice(error.span)));
    }
    let actual = oracle::ours(text);
    if actual == expected {
        return None;
    }
    let (line, (left, right)) =
        expected.lines().zip(actual.lines()).enumerate().find(|(_, (left, right))| left != right)?;
    Some(format!("event {line}: expected {left}, read {right}"))
}

#[test]
fn corpus() {
    let files = support::corpus();
    let valid = files.iter().filter(|(_, text)| oracle::is_valid(text)).count();
    let differences: Vec<_> =
        files.iter().filter_map(|(name, text)| Some((name, difference(text)?))).collect();
    println!("differential: {} corpus files, {valid} sound, {} differences", files.len(), differences.len());
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn random_edits() {
    let files: Vec<_> = support::corpus().into_iter().filter(|(_, text)| oracle::is_valid(text)).collect();
    if files.is_empty() {
        return;
    }
    let mut random = support::Random::new(7);
    let (mut sound, mut differences) = (0, Vec::new());
    for _ in 0..4000 {
        let (name, text) = random.pick(&files);
        let (kind, edited) = support::edits::edit(text, &mut random);
        if !oracle::is_valid(&edited) {
            continue;
        }
        sound += 1;
        if let Some(difference) = difference(&edited) {
            let lines = support::keys::touched(text, &edited).1;
            let shown: Vec<_> =
                edited.lines().skip(lines.start.saturating_sub(1)).take(lines.len() + 2).collect();
            differences.push(format!("{kind} {name}:{} {difference}\n{}", lines.start + 1, shown.join("\n")));
        }
    }
    println!("differential: {sound} random edits that stay sound, {} differences", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

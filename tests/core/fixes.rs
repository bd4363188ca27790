//! Fixes on real and on broken bundles: each removes its finding and adds no error.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests say so by failing, and what they measured"
)]

use crate::support::{Random, edits};
use massdriver_ls::internals::analysis::{
    Snapshot, Verified, Verifier, findings, fix_all, format, ignores, refactorings,
};
use massdriver_ls::internals::rules::Finding;
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::syntax::to_json;
use massdriver_ls::internals::workspace::NoFiles;
use std::collections::HashMap;

fn applied(text: &str, fix: &Verified) -> String {
    fix.fix().edits.apply(text).unwrap()
}

fn found(text: &str) -> Vec<Finding> {
    findings(&Snapshot::new(text, None), &NoFiles, &Settings::default())
}

fn counts(findings: &[Finding]) -> HashMap<(&'static str, String), usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry((finding.rule, finding.message.clone())).or_default() += 1;
    }
    counts
}

/// Real bundles, some with a random mistake: name, text, and the text before the mistake.
fn texts() -> Vec<(String, String, String)> {
    let corpus = crate::support::corpus();
    let mut random = Random::new(7);
    let mut texts: Vec<_> =
        corpus.iter().map(|(name, text)| (name.clone(), text.clone(), text.clone())).collect();
    for (name, text) in &corpus {
        for _ in 0..4 {
            let (kind, edited) = edits::edit(text, &mut random);
            texts.push((format!("{name} after: {kind}"), edited, text.clone()));
        }
    }
    texts
}

#[test]
fn a_safe_fix_removes_its_finding_and_adds_none() {
    let (mut tried, mut refused, mut wrong) = (0, HashMap::<String, usize>::new(), Vec::new());
    for (name, text, sound) in texts() {
        let (snapshot, settings) = (Snapshot::new(text.as_str(), None), Settings::default());
        let verifier = Verifier::new(&snapshot, &NoFiles, &settings);
        // Findings that the mistake has hidden may reappear.
        let hidden = counts(&found(&sound));
        let before = found(&text);
        for finding in &before {
            for fix in finding.fixes.iter().filter(|fix| fix.is_safe()) {
                tried += 1;
                let fixed = match verifier.quick_fix(finding, fix.clone()) {
                    Ok(fix) => applied(&text, &fix),
                    Err(reason) => {
                        *refused.entry(format!("{}: {reason}", finding.rule)).or_default() += 1;
                        continue;
                    }
                };
                let (old, new) = (counts(&before), counts(&found(&fixed)));
                let key = (finding.rule, finding.message.clone());
                let gone = new.get(&key).copied().unwrap_or(0) < old[&key];
                let more: Vec<_> = new
                    .iter()
                    .filter(|(key, count)| old.get(*key).max(hidden.get(*key)).unwrap_or(&0) < *count)
                    .collect();
                if !gone || !more.is_empty() {
                    wrong.push(format!(
                        "{name}: {} ({}): {} gone: {gone}, new: {more:?}",
                        finding.rule, finding.message, fix.title
                    ));
                }
            }
        }
    }
    println!("{tried} safe fixes, {} wrong, refused: {refused:#?}", wrong.len());
    for one in wrong.iter().take(20) {
        println!("  {one}");
    }
    assert!(wrong.is_empty());
}

#[test]
fn fix_all_is_idempotent() {
    let mut changed = 0;
    for (name, text, _) in texts() {
        let all = |text: &str| {
            let fixed = fix_all(&Snapshot::new(text, None), &NoFiles, &Settings::default());
            fixed.map_or_else(|| text.to_owned(), |fix| applied(text, &fix))
        };
        let once = all(&text);
        changed += usize::from(once != text);
        assert_eq!(all(&once), once, "{name}");
        let errors = |text: &str| Snapshot::new(text, None).document().syntax.fatal_errors().count();
        assert!(errors(&once) <= errors(&text), "{name}");
    }
    println!("{changed} documents fixed");
}

#[test]
fn ignoring_a_rule_silences_only_that_rule_and_changes_no_value() {
    let mut tried = 0;
    for (name, text) in crate::support::corpus() {
        let snapshot = Snapshot::new(text.as_str(), None);
        let value = |snapshot: &Snapshot| {
            let document = snapshot.document();
            document.syntax.root().and_then(|root| to_json(root, document.dialect()).ok())
        };
        for finding in found(&text) {
            for fix in ignores(&snapshot, &finding) {
                tried += 1;
                let title = fix.title.clone();
                let settings = Settings::default();
                let fix = Verifier::new(&snapshot, &NoFiles, &settings).edits(fix).unwrap();
                let silenced = applied(&text, &fix);
                let next = Snapshot::new(silenced.as_str(), None);
                assert_eq!(value(&next), value(&snapshot), "{name}: {title}");
                let (before, after) = (found(&text).len(), found(&silenced).len());
                assert!(after < before, "{name}: {title}");
            }
        }
    }
    println!("{tried} ways to ignore");
}

#[test]
fn refactorings_keep_valid_text_valid() {
    let mut tried = HashMap::<String, usize>::new();
    for (name, text) in crate::support::corpus() {
        let snapshot = Snapshot::new(text.as_str(), None);
        let mut seen = std::collections::HashSet::new();
        for (offset, _) in text.char_indices().step_by(5) {
            for offer in refactorings(&snapshot, offset) {
                if !seen.insert(offer.edits.apply(&text)) {
                    continue;
                }
                let settings = Settings::default();
                let title = offer.title.clone();
                let kind = title.split('`').step_by(2).collect::<Vec<_>>().join("…");
                let fix = match Verifier::new(&snapshot, &NoFiles, &settings).refactoring(offer) {
                    Ok(fix) => fix,
                    Err(reason) => {
                        *tried.entry(format!("{kind} refused: {reason}")).or_default() += 1;
                        continue;
                    }
                };
                let after = applied(&text, &fix);
                *tried.entry(kind).or_default() += 1;
                let next = Snapshot::new(after.as_str(), None);
                let errors = next.document().syntax.errors();
                assert!(errors.is_empty(), "{name}:{offset}: {title}: {errors:?}\n{after}");
                let bad = |text: &str| {
                    found(text).iter().filter(|finding| finding.severity.word() == "error").count()
                };
                assert!(bad(&after) <= bad(&text), "{name}:{offset}: {title}");
            }
        }
    }
    println!("{tried:#?}");
}

#[test]
fn formatting_is_idempotent_and_changes_no_value() {
    let mut changed = 0;
    for (name, text, _) in texts() {
        let formatted = |text: &str| {
            let formatted = format(&Snapshot::new(text, None), None);
            formatted.map_or_else(|| text.to_owned(), |fix| applied(text, &fix))
        };
        let once = formatted(&text);
        changed += usize::from(once != text);
        assert_eq!(formatted(&once), once, "{name}");
        let content = |text: &str| {
            let snapshot = Snapshot::new(text, None);
            let document = snapshot.document();
            let comments = document.syntax.comments().iter();
            let comments: Vec<_> =
                comments.map(|span| document.syntax.slice(*span).trim_end().to_owned()).collect();
            let value = document
                .syntax
                .root()
                .map(|root| to_json(root, document.dialect()).map_err(|error| error.kind));
            (comments, value, document.syntax.errors().len())
        };
        assert_eq!(content(&once), content(&text), "{name}");
    }
    println!("{changed} documents formatted");
}

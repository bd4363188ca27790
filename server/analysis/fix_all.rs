//! "Fix all": every safe fix, applied and verified in rounds until nothing changes.

use super::Snapshot;
use super::verify::{SYNTAX, Verified, Verifier, first_error};
use crate::edit::{Applicability, Change, Edit, Edits, Fix, pointers};
use crate::rules::Finding;
use crate::settings::Settings;
use crate::syntax::{NodeId, Span, Syntax};
use crate::workspace::Files;
use foldhash::HashSet;
use similar::{Algorithm, DiffOp, DiffTag};
use std::time::{Duration, Instant};

/// At most this many rounds, because one fix can make another one applicable.
const MAX_ROUNDS: usize = 100;

/// If the fixes of a round fail verification together, subsets are tried until this much text (bytes) was read.
const MAX_READ: usize = 16 << 20;

/// At most this many subsets of fixes are tried per round.
const MAX_TRIES: usize = 64;

/// Timeout of the diff between the text before and after; past it the edits are coarser.
const MAX_DIFF: Duration = Duration::from_millis(50);

/// The title of the code action.
const TITLE: &str = "Fix all";

/// The edits that apply every safe fix; `None` if there is nothing to fix. A second run on the result finds nothing.
/// While the text has syntax errors, only those are fixed.
#[must_use]
pub fn fix_all(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Option<Verified> {
    let is_broken = first_error(&snapshot.document().syntax).is_some();
    let mut rounds: Vec<Round> = Vec::new();
    let mut changed = Vec::new();
    while rounds.len() < MAX_ROUNDS {
        let (current, findings) = match rounds.last() {
            Some(last) => (&last.snapshot, Some(last.findings.clone())),
            None => (snapshot, None),
        };
        if is_broken && first_error(&current.document().syntax).is_none() {
            break;
        }
        let Some(next) = round(current, findings, files, settings) else { break };
        changed.extend(next.pointers.iter().cloned());
        if next.snapshot.text() == snapshot.text() {
            return None;
        }
        if let Some(at) = rounds.iter().position(|round| round.snapshot.text() == next.snapshot.text()) {
            // Some fixes undo each other: stop where the cycle begins.
            rounds.truncate(at + 1);
            break;
        }
        rounds.push(next);
    }
    let last = rounds.pop()?;
    let edits = Edits::layout(differences(snapshot.text(), last.snapshot.text()));
    let fix = Fix { title: TITLE.to_owned(), edits, files: Vec::new(), applicability: Applicability::Safe };
    Some(Verified::in_rounds(fix, changed))
}

/// The result of a round of fixes.
struct Round {
    /// The document after the round.
    snapshot: Snapshot,
    /// Its findings.
    findings: Vec<Finding>,
    /// JSON pointers to the values that changed.
    pointers: Vec<String>,
}

/// One round of safe fixes; `None` if no fix is left.
fn round(
    snapshot: &Snapshot,
    findings: Option<Vec<Finding>>,
    files: &dyn Files,
    settings: &Settings,
) -> Option<Round> {
    let verifier = Verifier::new(snapshot, files, settings);
    let verifier = match findings {
        Some(findings) => verifier.knowing(findings),
        None => verifier,
    };
    let syntax = &snapshot.document().syntax;
    let is_broken = first_error(syntax).is_some();
    let wanted = |finding: &&Finding| !is_broken || finding.rule == SYNTAX;
    let fixable = verifier.before().iter().filter(wanted);
    let fixes = fixable.filter_map(|finding| Some((finding, finding.safe_fix()?)));
    let fixes = fixes.filter(|(_, fix)| fix.files.is_empty() && !loses(syntax, &fix.edits));
    let fixes = compatible(syntax, fixes);
    let mut tries = (MAX_READ / verifier.cost().max(1)).clamp(1, MAX_TRIES);
    let sound = sound(&verifier, &fixes, is_broken, &mut tries)?;
    let pointers = pointers(syntax, &joined(&sound.fixes).edits.changes);
    Some(Round { snapshot: sound.after, findings: sound.findings, pointers })
}

/// A finding and its safe fix.
type Fixing<'f> = (&'f Finding, &'f Fix);

/// Whether the edits remove a comment, or remove a mapping or list without a replacement.
fn loses(syntax: &Syntax, edits: &Edits) -> bool {
    let replaces = edits.changes.iter().any(|change| matches!(change, Change::Entry(..) | Change::Key(..)));
    let removes = edits.changes.iter().any(|change| match change {
        Change::Removed(node) => {
            let node = syntax.node(*node);
            let value = node.entry().filter(|entry| entry.key() == node).map_or(node, |entry| entry.value());
            value.entries().len() > 0 || value.items().len() > 0
        }
        _ => false,
    });
    let is_cut =
        |comment: &Span| edits.list.iter().any(|edit| edit.text.is_empty() && edit.span.covers(*comment));
    removes && !replaces || syntax.comments().iter().any(is_cut)
}

/// Fixes that pass verification together, and the document after them with its findings.
struct Sound<'f> {
    fixes: Vec<Fixing<'f>>,
    after: Snapshot,
    findings: Vec<Finding>,
}

/// The largest set of fixes found that passes verification: all of them, else those of the first half and those of
/// the second half that are compatible with them.
fn sound<'f>(
    verifier: &Verifier<'_>,
    fixes: &[Fixing<'f>],
    reveals: bool,
    tries: &mut usize,
) -> Option<Sound<'f>> {
    *tries = tries.checked_sub(1).filter(|_| !fixes.is_empty())?;
    let together = |fixes: &[Fixing<'f>]| {
        let all = joined(fixes);
        let fixed: Vec<&Finding> = fixes.iter().map(|(finding, _)| *finding).collect();
        let reveals = reveals || all.edits.changes.iter().any(Change::reveals);
        let (after, findings) = verifier.together(&all, &fixed, reveals).ok()?;
        Some(Sound { fixes: fixes.to_vec(), after, findings })
    };
    if let Some(all) = together(fixes) {
        return Some(all);
    }
    if fixes.len() == 1 {
        return None;
    }
    let (first, second) = fixes.split_at(fixes.len() / 2);
    let first = sound(verifier, first, reveals, tries);
    let second = sound(verifier, second, reveals, tries);
    let (Some(first), Some(second)) = (&first, &second) else { return first.or(second) };
    let both = [first.fixes.as_slice(), second.fixes.as_slice()].concat();
    together(&both).or_else(|| together(&first.fixes))
}

fn joined(fixes: &[Fixing<'_>]) -> Fix {
    let edits = fixes.iter().map(|(_, fix)| fix.edits.clone()).fold(Edits::default(), Edits::and);
    Fix { title: TITLE.to_owned(), edits, files: Vec::new(), applicability: Applicability::Safe }
}

/// The fixes that do not conflict, in the order of their findings: no two edit the same position, and no two give a
/// mapping the same key. If two keys would get the same name, neither is renamed, because only the author knows which
/// is meant.
fn compatible<'f>(syntax: &Syntax, fixes: impl Iterator<Item = Fixing<'f>>) -> Vec<Fixing<'f>> {
    let fixes: Vec<Fixing<'f>> = fixes.collect();
    let mut given: HashSet<(NodeId, &str)> = HashSet::default();
    let mut contested: HashSet<(NodeId, &str)> = HashSet::default();
    for key in fixes.iter().flat_map(|(_, fix)| names(syntax, fix)) {
        if !given.insert(key) {
            contested.insert(key);
        }
    }
    let mut taken: Vec<Span> = Vec::new();
    let mut kept = Vec::new();
    for (finding, fix) in fixes {
        let spans = || fix.edits.list.iter().map(|edit| edit.span);
        let clashes = spans().any(|span| taken.iter().any(|other| touch(span, *other)));
        if !clashes && !names(syntax, fix).any(|name| contested.contains(&name)) {
            taken.extend(spans());
            kept.push((finding, fix));
        }
    }
    kept
}

/// The keys that a fix adds to mappings or renames, with their mappings.
fn names<'f>(syntax: &Syntax, fix: &'f Fix) -> impl Iterator<Item = (NodeId, &'f str)> {
    fix.edits.changes.iter().filter_map(|change| match change {
        Change::Key(key, name) => Some((syntax.node(*key).parent()?.id(), name.as_str())),
        Change::Entry(mapping, name) => Some((*mapping, name.as_str())),
        _ => None,
    })
}

fn touch(a: Span, b: Span) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

/// The line-based edits from one text to another; common lines are not touched.
fn differences(before: &str, after: &str) -> Vec<Edit> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(old.iter().scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }))
        .collect();
    let deadline = Some(Instant::now() + MAX_DIFF);
    let operations = similar::capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    let changed = operations.iter().filter(|operation| operation.tag() != DiffTag::Equal);
    let edit = |operation: &DiffOp| {
        let (lines, text) = (operation.old_range(), new[operation.new_range()].concat());
        Edit { span: Span::new(starts[lines.start], starts[lines.end]), text }
    };
    changed.map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;
    use crate::workspace::NoFiles;

    fn fixed(text: &str) -> String {
        match fix_all(&Snapshot::new(text, None), &NoFiles, &Settings::default()) {
            Some(fix) => fix.fix().edits.apply(text).unwrap(),
            None => text.to_owned(),
        }
    }

    #[test]
    fn all_safe_fixes_are_applied() {
        let text = "schema: draft-07\nparams:\n  properties:\n    a: {type: integer, default: '80'}\n    b: {typ: string, default: x}\nui:\n  ui:order: [a, b, c]\n";
        let once = fixed(text);
        assert!(once.contains("default: 80}") && once.contains("{type: string"), "{once}");
        assert_eq!(fixed(&once), once);
        assert_eq!(fixed("name: x\n"), fixed(&fixed("name: x\n")));
    }

    #[test]
    fn no_key_is_written_twice() {
        let text = "params:\n  properties:\n    a: {type: string, formt: email, fromat: date}\n";
        let once = fixed(text);
        assert_eq!(once.matches("format:").count(), 0, "{once}");
        assert_eq!(fixed(&once), once);
    }

    #[test]
    fn names_stay_where_they_are_listed() {
        let text = "name: a-b\nparams:\n  required: [gone]\n  properties:\n    a: {type: string}\nui:\n  ui:order: [a, gone, '*']\n";
        let once = fixed(text);
        assert_eq!(once.matches("gone").count(), 2, "{once}");
    }

    #[test]
    fn broken_text_is_left_alone_but_for_its_errors() {
        let broken = "name: \"a\nparams:\n  properties:\n    a: {typ: string}\n";
        assert_eq!(fixed(broken), broken);
        let text = "name:a\nparams:\n  properties:\n    a: {typ: strng}\n";
        let once = fixed(text);
        assert!(once.contains("typ: strng") || once.starts_with("name: a"), "{once}");
    }

    #[test]
    fn nothing_is_lost() {
        let text = "params:\n  properties:\n    a:\n      type: string\n      properties:\n        b: {type: string}\n      minimum: 1 # why\n";
        let once = fixed(text);
        assert!(once.contains("b: {type: string}") && once.contains("minimum: 1 # why"), "{once}");
    }

    #[test]
    fn edits_between_two_texts() {
        for (before, after) in [("abc", "abc"), ("a\nb\n", "a\nc\n"), ("", "x"), ("x\ny", "x\nz\ny")] {
            assert_eq!(apply(before, &differences(before, after)).as_deref(), Some(after));
        }
    }
}

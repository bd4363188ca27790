//! Edits of texts with syntax errors, or that introduce them.

use super::{Applied, Damages};
use crate::edits::bundles::BUNDLE;
use crate::edits::judge::{Found, Verdict};
use crate::edits::session::Request;

/// An edit of a broken text adds no syntax errors, and "Fix all" only changes the lines with errors.
pub(super) fn check(applied: &Applied<'_>, old: &Verdict, new: &Verdict, damages: &mut Damages) {
    let count = |verdict: &Verdict| verdict.syntax_errors().count();
    if count(new) > count(old) {
        let messages: Vec<&str> = new.syntax_errors().map(|one| one.message.as_str()).collect();
        damages.add("a broken text breaks further", format!("{messages:?}"));
    }
    if *applied.request == Request::FixAll {
        let has_error =
            |line: usize| old.syntax_errors().any(|one| one.lines.0 <= line && line <= one.lines.1);
        for touched in applied.touched.iter().filter(|touched| touched.path == BUNDLE) {
            for line in (touched.lines.0..=touched.lines.1).filter(|line| !has_error(*line)) {
                damages.add("fixing all changes a line without a syntax error", format!("line {}", line + 1));
            }
        }
    }
}

/// A completion item changes the line of the cursor and breaks no other line.
pub(super) fn completion(applied: &Applied<'_>, old: &Verdict, new: &Verdict, damages: &mut Damages) {
    let Request::Complete(offset) = applied.request else { return };
    let line = applied.before.text(BUNDLE)[..*offset].matches('\n').count();
    if !applied.touches(line) {
        damages.add("a completion item does not touch the cursor's line", "");
    }
    let is_elsewhere = |error: &&Found| {
        let meets = |after: (usize, usize)| after.0 <= error.lines.1 && error.lines.0 <= after.1;
        !applied.touched.iter().any(|one| meets(one.after))
    };
    let messages: Vec<_> =
        new.syntax_errors().filter(is_elsewhere).map(|one| (one.lines.0 + 1, &one.message)).collect();
    if !old.is_broken() && !messages.is_empty() {
        damages.add("a completion item breaks another line", format!("{messages:?}"));
    }
}

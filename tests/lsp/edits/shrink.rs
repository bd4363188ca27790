//! Shrinks a failure: removes files and lines as long as the same check fails.

use crate::edits::bundles::{BUNDLE, Files};
use crate::edits::report::Damage;
use std::time::Instant;

/// The smallest failure of the same kind found within the time limit.
pub(crate) fn smaller(
    damage: &Damage,
    end: Instant,
    mut again: impl FnMut(&Damage) -> Option<Damage>,
) -> Damage {
    let mut best = damage.clone();
    let mut attempt = |best: &mut Damage, files: &dyn Fn(&Files) -> Files, at: Option<usize>| {
        let mut next = best.clone();
        (next.opened, next.before) = (files(&next.opened), files(&next.before));
        if let Some(at) = at {
            next.request.move_to(at);
        }
        let found = (Instant::now() < end).then(|| again(&next)).flatten();
        let is_smaller = found.is_some();
        if let Some(found) = found {
            *best = found;
        }
        is_smaller
    };
    let paths: Vec<String> =
        best.before.keys().chain(best.opened.keys()).filter(|path| *path != BUNDLE).cloned().collect();
    for path in paths {
        let without = |files: &Files| {
            files.iter().filter(|one| *one.0 != path).map(|(a, b)| (a.clone(), b.clone())).collect()
        };
        attempt(&mut best, &without, None);
    }
    let mut size = best.before[BUNDLE].split_inclusive('\n').count() / 2;
    while size > 0 {
        let mut first = 0;
        while first < best.before[BUNDLE].split_inclusive('\n').count() {
            let (text, at) = without_lines(&best.before[BUNDLE], first, size, best.request.offset());
            let is_possible = best.request.offset().is_none() || at.is_some();
            let replaced = |files: &Files| {
                let mut files = files.clone();
                files.insert(BUNDLE.to_owned(), text.clone());
                files
            };
            if !is_possible || !attempt(&mut best, &replaced, at) {
                first += size;
            }
        }
        size /= 2;
    }
    best
}

/// A text without some lines, and the new value of an offset; `None` if the offset is in these lines.
fn without_lines(text: &str, first: usize, count: usize, at: Option<usize>) -> (String, Option<usize>) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let last = (first + count).min(lines.len());
    let start: usize = lines[..first].iter().map(|line| line.len()).sum();
    let length: usize = lines[first..last].iter().map(|line| line.len()).sum();
    let left = format!("{}{}", &text[..start], &text[start + length..]);
    let moved = at.and_then(|at| match at {
        at if at < start => Some(at),
        at if at >= start + length => Some(at - length),
        _ => None,
    });
    (left, moved)
}

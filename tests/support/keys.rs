//! Measures which keys of a text survive an edit.

use massdriver_ls::internals::syntax::{Node, Syntax};
use std::collections::HashSet;
use std::ops::Range;

/// Path of a key, one part per mapping key or sequence index, each with its line; and the line of the key itself.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) path: Vec<(String, usize)>,
    pub(crate) line: usize,
}

/// All keys of the first document.
pub(crate) fn keys(syntax: &Syntax) -> Vec<Key> {
    let mut found = Vec::new();
    if let Some(root) = syntax.root() {
        collect(root, &mut Vec::new(), &mut found);
    }
    found
}

fn collect(node: Node<'_>, path: &mut Vec<(String, usize)>, found: &mut Vec<Key>) {
    let line = |node: Node<'_>| node.syntax().lines().line_of(node.span().start());
    for entry in node.entries() {
        path.push((entry.name().into_owned(), line(entry.key())));
        found.push(Key { path: path.clone(), line: line(entry.key()) });
        collect(entry.value(), path, found);
        path.pop();
    }
    for (index, item) in node.items().enumerate() {
        path.push((index.to_string(), usize::MAX));
        collect(item, path, found);
        path.pop();
    }
}

/// Line ranges of `before` and `after` that an edit changed.
pub(crate) fn touched(before: &str, after: &str) -> (Range<usize>, Range<usize>) {
    let (old, new): (Vec<_>, Vec<_>) = (before.split('\n').collect(), after.split('\n').collect());
    let limit = old.len().min(new.len());
    let head = (0..limit).take_while(|&line| old[line] == new[line]).count();
    let tail =
        (0..limit - head).take_while(|&line| old[old.len() - 1 - line] == new[new.len() - 1 - line]).count();
    (head..old.len() - tail, head..new.len() - tail)
}

/// Number of unaffected keys, and those that are no longer at their path and line. A key is unaffected if its line is
/// unchanged and all its ancestors still exist: on an unchanged line, or by name on a changed one.
pub(crate) fn lost(before: &Syntax, keys_before: &[Key], after: &Syntax) -> (usize, Vec<Key>) {
    let (old_text, new_text) = (before.text(), after.text());
    let (old_lines, new_lines) = touched(old_text, new_text);
    let shift = new_lines.len() as isize - old_lines.len() as isize;
    let edited: Vec<&str> = new_text.split('\n').skip(new_lines.start).take(new_lines.len()).collect();
    let written = |name: &str| {
        let part = |char: char| !(char.is_alphanumeric() || "_-.$:".contains(char));
        let is_name = |word: &str| word == name || word.strip_suffix(':') == Some(name);
        edited.iter().any(|line| !line.trim_start().starts_with('#') && line.split(part).any(is_name))
    };
    let present: HashSet<_> = keys(after).into_iter().map(|key| (key.line, key.names())).collect();
    let untouched: Vec<_> = keys_before
        .iter()
        .filter(|key| !old_lines.contains(&key.line))
        .filter(|key| key.path.iter().all(|(name, line)| !old_lines.contains(line) || written(name)))
        .collect();
    let total = untouched.len();
    let moved = |line: usize| if line >= old_lines.end { line.saturating_add_signed(shift) } else { line };
    let lost = untouched.into_iter().filter(|key| !present.contains(&(moved(key.line), key.names())));
    (total, lost.cloned().collect())
}

impl Key {
    fn names(&self) -> Vec<String> {
        self.path.iter().map(|(name, _)| name.clone()).collect()
    }
}

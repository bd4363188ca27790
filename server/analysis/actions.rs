//! What can be done about findings beyond the fixes that they bring: mending all that is safe at once, and silencing one.

use super::rename::apply;
use super::{Snapshot, findings_at_once};
use crate::bundle::Document;
use crate::rules::{Edit, Finding};
use crate::settings::Settings;
use crate::syntax::Span;
use crate::workspace::Files;
use std::path::Path;

/// One fix can make room for another; no chain of them is longer.
const MAX_ROUNDS: usize = 10;

/// The edits that apply every safe fix until nothing changes any more, in source order; empty when nothing can be mended.
/// `path` is where the document lives, if on a disk.
#[must_use]
pub fn fix_all(
    snapshot: &Snapshot,
    path: Option<&Path>,
    files: &dyn Files,
    settings: &Settings,
) -> Vec<Edit> {
    let first = safe_edits(&findings_at_once(snapshot, files, settings));
    if first.is_empty() {
        return first;
    }
    let mut text = apply(snapshot.text(), &first);
    let mut rounds = 1;
    while rounds < MAX_ROUNDS {
        let next = Snapshot::new(text.as_str(), path).remembering(&snapshot.document().memory());
        let edits = safe_edits(&findings_at_once(&next, files, settings));
        if edits.is_empty() {
            break;
        }
        text = apply(&text, &edits);
        rounds += 1;
    }
    if rounds == 1 { first } else { vec![difference(snapshot.text(), &text)] }
}

/// The edits of all safe fixes that do not get in each other's way, in source order.
fn safe_edits(findings: &[Finding]) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for fix in findings
        .iter()
        .filter_map(|finding| finding.fixes.iter().find(|fix| fix.preferred && fix.beside.is_empty()))
    {
        let clashes = |edit: &Edit| taken.iter().any(|other| touch(edit.span, other.span));
        if !fix.edits.iter().any(clashes) {
            taken.extend(fix.edits.iter().cloned());
        }
    }
    taken.sort_by_key(|edit| edit.span);
    taken
}

fn touch(a: Span, b: Span) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

/// One edit from a text to another: what they begin and end with alike stays.
fn difference(before: &str, after: &str) -> Edit {
    let parted = |at: usize| !before.is_char_boundary(at) || !after.is_char_boundary(at);
    let mut start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    while parted(start) {
        start -= 1;
    }
    let same = before.as_bytes()[start..].iter().rev().zip(after.as_bytes()[start..].iter().rev());
    let mut end = same.take_while(|(a, b)| a == b).count();
    while !before.is_char_boundary(before.len() - end) || !after.is_char_boundary(after.len() - end) {
        end -= 1;
    }
    let text = after.get(start..after.len() - end).unwrap_or_default().to_owned();
    Edit { span: Span::new(start, before.len() - end), text }
}

/// How a finding can be silenced by a comment: a title and the edit, the narrowest way first.
#[must_use]
pub fn ignores(snapshot: &Snapshot, finding: &Finding) -> Vec<(String, Edit)> {
    let document = snapshot.document();
    let rule = finding.rule;
    let line_break = if snapshot.text().contains("\r\n") { "\r\n" } else { "\n" };
    let here = on_line(document, finding, line_break);
    let here = here.map(|edit| (format!("Ignore `{rule}` on this line"), edit));
    let comment = format!("# massdriver-ls: ignore-file {rule}{line_break}");
    let bom = if snapshot.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let file = (format!("Ignore `{rule}` in this file"), Edit { span: Span::at(bom), text: comment });
    here.into_iter().chain([file]).collect()
}

/// A comment above the finding's line, or one more id in the comment that stands there. `None` where a comment would become
/// part of a text that goes on over several lines.
fn on_line(document: &Document, finding: &Finding, line_break: &str) -> Option<Edit> {
    let syntax = &document.syntax;
    let line = syntax.lines().line_of(finding.span.start());
    let start = syntax.lines().start(line);
    let goes_on = |span: Span| span.start() < start && start < span.end();
    if syntax.nodes().any(|node| node.is_scalar() && goes_on(node.span())) {
        return None;
    }
    let above = line.checked_sub(1).map(|line| syntax.lines().span(line));
    if let Some(above) = above
        && let Some(comment) = syntax.comments().iter().find(|comment| above.covers(**comment))
        && syntax.slice(*comment).trim_start_matches(['#', ' ']).starts_with("massdriver-ls: ignore ")
    {
        let end = comment.start() + syntax.slice(*comment).trim_end().len();
        return Some(Edit { span: Span::at(end), text: format!(" {}", finding.rule) });
    }
    let text = syntax.slice(syntax.lines().span(line));
    let indent = &text[..text.len() - text.trim_start_matches(' ').len()];
    let text = format!("{indent}# massdriver-ls: ignore {}{line_break}", finding.rule);
    Some(Edit { span: Span::at(start), text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::findings;
    use crate::workspace::NoFiles;

    fn fixed(text: &str) -> String {
        let edits = fix_all(&Snapshot::new(text, None), None, &NoFiles, &Settings::default());
        apply(text, &edits)
    }

    #[test]
    fn everything_safe_is_mended_at_once() {
        let text = "schema: draft-07\nparams:\n  properties:\n    a: {type: integer, default: '80'}\n    b: {typ: string, default: 1}\nui:\n  ui:order:\n    - a\n    - *\n";
        let once = fixed(text);
        assert!(once.contains("default: 80}") && once.contains("- \"*\""), "{once}");
        assert_eq!(fixed(&once), once);
        assert_eq!(fixed("name: x\n"), fixed(&fixed("name: x\n")));
    }

    #[test]
    fn one_edit_between_two_texts() {
        for (before, after) in [("abc", "abc"), ("aéc", "aèc"), ("", "x"), ("aaa", "aa"), ("x\ny", "x\nz\ny")]
        {
            let edit = difference(before, after);
            assert_eq!(apply(before, &[edit]), after);
        }
    }

    #[test]
    fn comments_silence() {
        let settings = Settings::default();
        let text = "params:\r\n  properties:\r\n    a: {type: integer, default: x, minimum: a}\r\n";
        let mut text = text.to_owned();
        for _ in 0..2 {
            let snapshot = Snapshot::new(text.as_str(), None);
            let before = findings(&snapshot, &NoFiles, &settings);
            let finding = before
                .iter()
                .find(|finding| snapshot.document().syntax.lines().line_of(finding.span.start()) >= 2);
            let finding = finding.expect("a finding on the last line");
            let (_, edit) = ignores(&snapshot, finding).remove(0);
            text = apply(&text, &[edit]);
            let after = findings(&Snapshot::new(text.as_str(), None), &NoFiles, &settings);
            assert!(after.iter().all(|other| other.rule != finding.rule), "{text}");
            assert_eq!(after.len() + 1, before.len(), "{text}");
        }
        assert_eq!(text.matches("# massdriver-ls").count(), 1, "{text}");
        assert!(!text.replace("\r\n", "").contains('\n'), "{text}");
    }
}

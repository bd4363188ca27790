//! Helpers for tests of rules.

use super::{Finding, all};
use crate::analysis::{Snapshot, findings};
use crate::edit::{FileAction, Fix};
use crate::settings::{Level, Settings};
use crate::workspace::MemoryFiles;
use std::fmt::Write;

/// Settings that turn on every opt-in rule.
pub(crate) fn everything_on() -> Settings {
    let rules = all().filter(|rule| rule.opt_in).map(|rule| (rule.id.to_owned(), Level::On)).collect();
    Settings { rules, ..Settings::default() }
}

/// Findings of a document with these files next to it.
pub(crate) fn run(text: &str, files: &[(&str, &str)], settings: &Settings) -> Vec<Finding> {
    let files = MemoryFiles::new(files.iter().map(|&(path, text)| (path, text)));
    findings(&Snapshot::new(text, None), &files, settings)
}

/// Findings of the named rules, one per line: `2:7-2:12 name-invalid error: message`, followed by indented lines for
/// related locations and fixes (`fix:` if safe, `unsafe fix:` if not).
///
/// Lines and columns count from 1; columns in bytes.
pub(crate) fn report(ids: &[&str], text: &str) -> String {
    report_with(ids, text, &[], &everything_on())
}

/// As [`report`], with files and settings.
pub(crate) fn report_with(ids: &[&str], text: &str, files: &[(&str, &str)], settings: &Settings) -> String {
    for id in ids {
        assert!(super::find(id).is_some(), "no rule {id}");
    }
    let at = |offset: usize| {
        let before = &text[..offset];
        let line = before.matches('\n').count() + 1;
        format!("{line}:{}", offset - before.rfind('\n').map_or(0, |at| at + 1) + 1)
    };
    let mut out = String::new();
    for finding in run(text, files, settings).iter().filter(|finding| ids.contains(&finding.rule)) {
        let (start, end) = (at(finding.span.start()), at(finding.span.end()));
        let (rule, severity, message) = (finding.rule, finding.severity.word(), &finding.message);
        writeln!(out, "{start}-{end} {rule} {severity}: {message}").unwrap();
        for related in &finding.related {
            let place = match &related.file {
                Some(file) => format!("{} `{}`", file.path, &file.text[related.span.range()]),
                None => at(related.span.start()),
            };
            writeln!(out, "    {place}: {}", related.message).unwrap();
        }
        for fix in &finding.fixes {
            let mark = if fix.is_safe() { "fix" } else { "unsafe fix" };
            writeln!(out, "    {mark}: {}", fix.title).unwrap();
        }
    }
    out
}

/// The document after the first fix of the first finding of a rule.
pub(crate) fn fixed(id: &str, text: &str) -> String {
    let found = run(text, &[], &everything_on());
    let finding = found.iter().find(|finding| finding.rule == id).expect("a finding");
    finding.fixes.first().expect("a fix").edits.apply(text).expect("edits that can be applied")
}

/// The document and the files next to it after a fix.
pub(crate) fn apply_fix(
    text: &str,
    files: &[(String, String)],
    fix: &Fix,
) -> (String, Vec<(String, String)>) {
    let mut files = files.to_vec();
    for file in &fix.files {
        let position = files.iter().position(|(path, _)| *path == file.path);
        let before = position.map(|index| files.remove(index).1);
        let (path, after) = match &file.action {
            FileAction::Create(text) => {
                assert_eq!(before, None, "{} already exists", file.path);
                (&file.path, text.clone())
            }
            FileAction::Edit { text, edits, .. } => {
                assert_eq!(before.as_deref(), Some(&**text));
                (&file.path, crate::edit::apply(text, edits).unwrap())
            }
            FileAction::Rename(path) => (path, before.unwrap()),
        };
        files.push((path.clone(), after));
    }
    (fix.edits.apply(text).unwrap(), files)
}

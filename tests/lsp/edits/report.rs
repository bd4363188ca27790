//! Counts edits and failures, and prints them.

use crate::edits::bundles::{BUNDLE, Files};
use crate::edits::session::{Kind, Request};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// An edit that violated a check, with everything needed to reproduce it.
#[derive(Clone)]
pub(crate) struct Damage {
    /// The violated check.
    pub(crate) kind: &'static str,
    pub(crate) detail: String,
    /// Origin of the bundle.
    pub(crate) origin: String,
    pub(crate) client: Kind,
    /// The files when the bundle was opened.
    pub(crate) opened: Files,
    /// The files when the edit was requested.
    pub(crate) before: Files,
    pub(crate) request: Request,
    pub(crate) title: String,
    pub(crate) edit: Value,
    /// The files after the edit.
    pub(crate) after: Files,
}

impl Damage {
    /// Failures with the same key are of the same kind.
    fn key(&self) -> String {
        format!("{} | {} | {}", name(&self.request), self.kind, pattern(&self.title))
    }

    /// Whether another failure is of the same kind.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    fn size(&self) -> usize {
        self.before.values().map(String::len).sum::<usize>() + self.edit.to_string().len()
    }

    fn shown(&self) -> String {
        let Self { origin, client, request, title, detail, edit, .. } = self;
        let is_stale = self.opened != self.before;
        let place = request.offset().map(|at| place(&self.before[BUNDLE], at)).unwrap_or_default();
        let mut text = format!(
            "{origin}\n{client:?}, files changed unnoticed: {is_stale}\nrequest: {request:?}{place}\noffer: {title}\ndetail: {detail}\n\
             edit: {edit}\n"
        );
        for (path, before) in &self.before {
            let after = self.after.get(path);
            writeln!(text, "--- {path} before\n{before}").unwrap();
            if self.opened.get(path).is_none_or(|opened| opened != before) {
                writeln!(
                    text,
                    "--- {path} when opened\n{}",
                    self.opened.get(path).map_or("(absent)", String::as_str)
                )
                .unwrap();
            }
            if after != Some(before) {
                writeln!(text, "--- {path} after\n{}", after.map_or("(absent)", String::as_str)).unwrap();
            }
        }
        text
    }
}

/// Line and column (from 1, in characters) of an offset.
fn place(text: &str, at: usize) -> String {
    let before = &text[..at.min(text.len())];
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    format!(" (line {}, column {})", before.matches('\n').count() + 1, column + 1)
}

/// Statistics and failures of a run.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) applied: usize,
    /// Number of edits by kind of request.
    edits: BTreeMap<&'static str, usize>,
    refusals: BTreeMap<String, usize>,
    /// By kind: number of failures, and the smallest one.
    damages: BTreeMap<String, (usize, Damage)>,
}

fn name(request: &Request) -> &'static str {
    match request {
        Request::QuickFixes => "quick fixes",
        Request::FixAll => "fix all",
        Request::Refactorings(_) => "refactorings",
        Request::Rename(..) => "renames",
        Request::Format | Request::FormatLines(..) => "formatting",
        Request::SavePreset(..) => "saved presets",
        Request::RenameDirectory(..) => "renamed directories",
        Request::Complete(_) => "completion items",
    }
}

/// A text with quoted names replaced by a placeholder.
fn pattern(text: &str) -> String {
    text.split('`').enumerate().map(|(index, part)| if index % 2 == 1 { "`…`" } else { part }).collect()
}

impl Report {
    pub(crate) fn refused(&mut self, request: &Request, reasons: &[String]) {
        for reason in reasons {
            *self.refusals.entry(format!("{}: {}", name(request), pattern(reason))).or_default() += 1;
        }
    }

    /// Counts an applied edit and its failures.
    pub(crate) fn add(&mut self, request: &Request, title: &str, damages: Vec<Damage>) {
        self.applied += 1;
        let title = if let Request::Complete(_) = request { "" } else { title };
        *self.edits.entry(name(request)).or_default() += 1;
        for mut damage in damages {
            damage.title = title.to_owned();
            let known = self.damages.entry(damage.key()).or_insert_with(|| (0, damage.clone()));
            known.0 += 1;
            if damage.size() < known.1.size() {
                known.1 = damage;
            }
        }
    }

    /// Shrinks the failures to print.
    pub(crate) fn shrink(&mut self, mut smaller: impl FnMut(&Damage) -> Damage) {
        for (_, damage) in self.damages.values_mut() {
            *damage = smaller(damage);
        }
    }

    pub(crate) fn damages(&self) -> usize {
        self.damages.values().map(|(count, _)| count).sum()
    }

    pub(crate) fn print(&self) {
        println!("{} edits applied: {:?}", self.applied, self.edits);
        println!("refused: {:#?}", self.refusals);
        for (kind, (count, damage)) in &self.damages {
            println!("\n=== {count} × {kind}\n{}", damage.shown());
        }
        println!("{} damages of {} kinds", self.damages(), self.damages.len());
        for (kind, (count, _)) in &self.damages {
            println!("  {count:4} × {kind}");
        }
    }
}

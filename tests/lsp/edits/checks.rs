//! Checks what must hold for every edit, with parsers other than the server's.

mod broken;
mod code;
mod fixes;
mod renames;

use crate::edits::bundles::BUNDLE;
use crate::edits::difference::unpromised;
use crate::edits::judge::{Found, Judge, Verdict};
use crate::edits::model::{Model, Touched};
use crate::edits::session::{Offer, Request};
use crate::edits::yaml::{self, Yaml};

/// A violated check.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) promise: &'static str,
    pub(crate) detail: String,
}

/// An applied edit.
pub(crate) struct Applied<'a> {
    pub(crate) before: &'a Model,
    pub(crate) after: &'a Model,
    pub(crate) touched: &'a [Touched],
    pub(crate) request: &'a Request,
    pub(crate) offer: &'a Offer,
    /// Whether files have changed on disk without notification.
    pub(crate) is_stale: bool,
}

/// Collects violated checks.
#[derive(Default)]
struct Damages(Vec<Broken>);

impl Damages {
    fn add(&mut self, promise: &'static str, detail: impl Into<String>) {
        self.0.push(Broken { promise, detail: detail.into() });
    }
}

impl Applied<'_> {
    fn texts(&self) -> (&str, &str) {
        (self.before.text(BUNDLE), self.after.text(BUNDLE))
    }

    fn title(&self) -> &str {
        &self.offer.title
    }

    /// Whether the edit inserts an ignore comment.
    fn ignores(&self) -> bool {
        *self.request == Request::QuickFixes && self.title().starts_with("Ignore ")
    }

    /// Whether the edit changed a line (from 0) of the bundle's text before.
    fn touches(&self, line: usize) -> bool {
        self.touched.iter().any(|one| one.path == BUNDLE && one.lines.0 <= line && line <= one.lines.1)
    }
}

/// All checks that an applied edit violates.
pub(crate) fn broken(applied: &Applied<'_>, judge: &mut Judge) -> Vec<Broken> {
    let mut damages = Damages::default();
    let (old, new) = (judge.look_at(&applied.before.files), judge.look_at(&applied.after.files));
    if let Request::Complete(_) = applied.request {
        broken::completion(applied, &old, &new, &mut damages);
        return damages.0;
    }
    code::check(applied, &mut damages);
    let (before, after) = applied.texts();
    match (yaml::read(before), yaml::read(after)) {
        _ if old.is_broken() => broken::check(applied, &old, &new, &mut damages),
        (Ok(before), Ok(after)) => {
            values(applied, &before, &after, &mut damages);
            comments(applied, &mut damages);
            if before.duplicates() == 0 {
                fixes::is_gone(applied, &old, &new, &mut damages);
            }
            findings(applied, &old, &new, &mut damages);
            if let Request::Rename(at, name) = applied.request {
                renames::check(applied, *at, name, &mut damages);
            }
            if *applied.request == Request::FixAll {
                fixes::all(&before, &after, &new, &mut damages);
            }
        }
        (Ok(_), Err(error)) => damages.add("the text is no longer YAML", error),
        (Err(_), _) => {}
    }
    damages.0
}

fn values(applied: &Applied<'_>, before: &Yaml, after: &Yaml, damages: &mut Damages) {
    if after.duplicates() > before.duplicates() {
        damages.add("a key stands twice", "");
    }
    let (before, after) = (before.merged(), after.merged());
    let promise: Vec<String> = match applied.request {
        Request::Format | Request::FormatLines(..) => Vec::new(),
        _ if applied.ignores() => Vec::new(),
        Request::SavePreset(name, values) => {
            // Which of two equal keys counts is not defined.
            if before.duplicates() == 0 {
                fixes::preset(name, values, &before, &after, damages);
            }
            vec!["/params/examples".to_owned()]
        }
        Request::RenameDirectory(..) => {
            let steps = before.get("steps").map_or(0, |steps| steps.items().len());
            (0..steps).map(|index| format!("/steps/{index}/path")).collect()
        }
        Request::Rename(..) => return,
        _ => match &applied.offer.promise {
            Some(promise) => promise.clone(),
            None => return fixes::by_title(applied, &before, &after, damages),
        },
    };
    let mut changed = unpromised(&before, &after, &promise);
    // Ignores merges of values that are not mappings, and byte order marks within the text: parsers differ in them.
    let is_read = |place: &String| {
        !place.contains("/<</") && !applied.texts().0.trim_start_matches('\u{feff}').contains('\u{feff}')
    };
    changed.retain(is_read);
    if !changed.is_empty() {
        damages.add("a value changes that was not promised", format!("{changed:?}, promised: {promise:?}"));
    }
}

fn comments(applied: &Applied<'_>, damages: &mut Damages) {
    let (before, after) = applied.texts();
    let mut kept: Vec<String> = yaml::comments(after).into_iter().map(|(text, _)| text).collect();
    let removes = applied.title().starts_with("Remove");
    // Comments on changed lines come last, so that equal comments elsewhere are matched first.
    let mut old = yaml::comments(before);
    old.sort_by_key(|(_, line)| removes && applied.touches(*line));
    for (text, line) in old {
        match kept.iter().position(|one| *one == text) {
            Some(at) => drop(kept.swap_remove(at)),
            None if removes && applied.touches(line) => {}
            // An edit may update the rule or name in an ignore comment.
            None if text.contains("massdriver-ls: ignore") => {}
            None => damages.add("a comment is lost", format!("line {}: {text}", line + 1)),
        }
    }
    let may_add = applied.ignores() || !matches!(applied.request, Request::Format | Request::Rename(..));
    if !kept.is_empty() && !may_add {
        damages.add("a comment appears", format!("{kept:?}"));
    }
}

fn findings(applied: &Applied<'_>, old: &Verdict, new: &Verdict, damages: &mut Damages) {
    let worse = |verdict: &Verdict| verdict.found.iter().filter(|found| found.severity <= 2).count();
    // Moved text may have the same number of different findings.
    if matches!(applied.request, Request::Refactorings(_)) && worse(new) <= worse(old) {
        return;
    }
    let severe = |verdict: &Verdict| -> Vec<Found> {
        verdict.found.iter().filter(|found| found.severity <= 2).cloned().collect()
    };
    let mut left = severe(old);
    // The message of a finding may change; then the rule is compared.
    let same: [fn(&Found, &Found) -> bool; 2] = [
        |one, other| one.rule == other.rule && one.message == other.message,
        |one, other| one.rule == other.rule,
    ];
    let mut rest = severe(new);
    for is_same in same {
        for found in std::mem::take(&mut rest) {
            match left.iter().position(|one| is_same(one, &found)) {
                Some(at) => drop(left.swap_remove(at)),
                None => rest.push(found),
            }
        }
    }
    for found in rest.into_iter().filter(|found| !fixes::is_revealed(applied, found)) {
        damages
            .add("a new finding", format!("line {}: {}: {}", found.lines.0 + 1, found.rule, found.message));
    }
}

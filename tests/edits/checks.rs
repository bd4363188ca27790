//! What must hold of every edit: the promises of the server, checked by readers that are not its own.

mod broken;
mod code;
mod fixes;
mod renames;

use crate::bundles::BUNDLE;
use crate::difference::unpromised;
use crate::judge::{Found, Judge, Verdict};
use crate::model::{Model, Touched};
use crate::session::{Offer, Request};
use crate::yaml::{self, Yaml};

/// A broken promise.
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
    /// Whether files have changed on the disk since the server was told of them.
    pub(crate) is_stale: bool,
}

/// Collects broken promises.
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

    /// A comment that silences a finding.
    fn ignores(&self) -> bool {
        *self.request == Request::QuickFixes && self.title().starts_with("Ignore ")
    }

    /// Whether a line (from 0) of the bundle's text before lost something.
    fn touches(&self, line: usize) -> bool {
        self.touched.iter().any(|one| one.path == BUNDLE && one.lines.0 <= line && line <= one.lines.1)
    }
}

/// All promises that an applied edit breaks.
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
            // Which of two equal keys counts is not for us to say.
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
    // A merge of what is no mapping is read in no way at all, and so is a mark in the middle of a text.
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
    // Those that may go come last: of equal ones, the others are the first to be looked for.
    let mut old = yaml::comments(before);
    old.sort_by_key(|(_, line)| removes && applied.touches(*line));
    for (text, line) in old {
        match kept.iter().position(|one| *one == text) {
            Some(at) => drop(kept.swap_remove(at)),
            None if removes && applied.touches(line) => {}
            // What such a comment names is an edit's business.
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
    // What was wrong may be wrong in another way where it is moved to.
    if matches!(applied.request, Request::Refactorings(_)) && worse(new) <= worse(old) {
        return;
    }
    let severe = |verdict: &Verdict| -> Vec<Found> {
        verdict.found.iter().filter(|found| found.severity <= 2).cloned().collect()
    };
    let mut left = severe(old);
    // A message may say something else of the same place after an edit.
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

//! Findings after an edit in place: the families that have read what the edit changed run again; the findings of the
//! others move with the text.

use super::{Snapshot, checked, finished};
use crate::edit::Fix;
use crate::rules::{Context, FAMILIES, Finding, Findings};
use crate::settings::Settings;
use crate::syntax::reads::reading;
use crate::syntax::{Budget, MAX_BYTES, Shift};
use crate::workspace::Files;
use std::sync::PoisonError;

/// What each family found, before settings and ignore comments.
#[derive(Debug)]
pub(super) struct FamilyFindings {
    /// In the order of [`FAMILIES`].
    families: Vec<Kept>,
    /// The families (bits) that have read what was edited since.
    stale: u64,
    revision: u64,
    settings: Settings,
}

/// What is kept of one family.
#[derive(Debug)]
struct Kept {
    findings: Vec<Finding>,
    /// The budget at its start and at its end.
    budget: (usize, usize),
}

impl FamilyFindings {
    /// Moves everything with an edit.
    pub(super) fn edited(&mut self, shift: Shift, readers: u64) {
        self.stale |= readers;
        for finding in self.families.iter_mut().flat_map(|family| &mut family.findings) {
            finding.span = shift.span(finding.span);
            for related in finding.related.iter_mut().filter(|related| related.file.is_none()) {
                related.span = shift.span(related.span);
            }
            let edits =
                |fix: &mut Fix| fix.edits.list.iter_mut().for_each(|edit| edit.span = shift.span(edit.span));
            finding.fixes.iter_mut().for_each(edits);
        }
    }

    /// Whether a family must run again. With a smaller budget, it may find less.
    fn is_stale(&self, index: usize, budget: &Budget) -> bool {
        let Some(kept) = self.families.get(index) else { return true };
        let (start, end) = kept.budget;
        self.stale & 1 << index != 0 || start != end && budget.left() < start
    }
}

/// The findings of a document, with those of its previous text as far as they are still valid.
pub(super) fn findings(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
    let document = &snapshot.document;
    let is_too_large = document.syntax.untracked_text().len() > MAX_BYTES;
    let Some(revision) = files.revision().filter(|_| !is_too_large) else {
        return checked(document, files, settings, FAMILIES);
    };
    let mut kept = snapshot.kept.lock().unwrap_or_else(PoisonError::into_inner);
    // Taken, so that nothing is kept of a run that panics.
    let mut before = kept.take().filter(|before| before.revision == revision && before.settings == *settings);
    let budget = Budget::new(Budget::FINDINGS);
    let context = Context { document, files, settings, budget: &budget };
    let mut found = Findings::default();
    let mut families = Vec::with_capacity(FAMILIES.len());
    for (index, family) in FAMILIES.iter().enumerate() {
        let (start, count) = (budget.left(), found.list().len());
        let valid = before.as_mut().filter(|before| !before.is_stale(index, &budget));
        match valid.and_then(|before| before.families.get_mut(index)) {
            Some(valid) => {
                let _ = budget.spend(valid.budget.0 - valid.budget.1);
                found.extend(std::mem::take(&mut valid.findings));
            }
            None => reading(1 << index, || (family.check)(&context, &mut found)),
        }
        families.push(Kept { findings: found.list()[count..].to_vec(), budget: (start, budget.left()) });
    }
    if found.is_complete() {
        *kept = Some(FamilyFindings { families, stale: 0, revision, settings: settings.clone() });
    }
    drop(kept);
    let found = finished(document, settings, found.into_vec());
    if cfg!(debug_assertions) && before.is_some() {
        let fresh = snapshot.edited(document.syntax.untracked_text());
        debug_assert_eq!(found, checked(&fresh.document, files, settings, FAMILIES), "incremental findings");
    }
    found
}

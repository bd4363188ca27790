//! Edits for the renaming of a step's directory.

use crate::analysis::{Snapshot, Verified, Verifier};
use crate::edit::build::replace_text;
use crate::edit::{Edits, Fix};
use crate::settings::Settings;
use crate::workspace::NoFiles;
use foldhash::HashSet;

/// The edits that update the step paths when a directory next to the document is renamed.
#[must_use]
pub(crate) fn rename_directory(snapshot: &Snapshot, old: &str, new: &str) -> Option<Verified> {
    let document = snapshot.document();
    let paths = document.steps.iter().filter_map(|step| Some(document.node(step.path?).target()));
    let name = |path: &str| path.trim_start_matches("./").trim_end_matches('/') == old;
    let mut seen = HashSet::default();
    let paths = paths.filter(|path| name(&path.value()) && seen.insert(path.id()));
    let edits = paths.filter_map(|path| replace_text(path, new)).fold(Edits::default(), Edits::and);
    let fix = Fix::safe(format!("Rename to `{new}`"), edits).filter(|fix| !fix.edits.is_empty())?;
    Verifier::new(snapshot, &NoFiles, &Settings::default()).edits(fix).ok()
}

//! When a step's directory gets another name.

use crate::analysis::Snapshot;
use crate::rules::Edit;
use crate::rules::edit::replace_text;

/// The edits that follow a directory beside the document to its new name.
#[must_use]
pub fn rename_directory(snapshot: &Snapshot, old: &str, new: &str) -> Vec<Edit> {
    let document = snapshot.document();
    let paths = document.steps.iter().filter_map(|step| Some(document.node(step.path?).target()));
    let name = |path: &str| path.trim_start_matches("./").trim_end_matches('/') == old;
    let mut edits: Vec<Edit> =
        paths.filter(|path| name(&path.value())).filter_map(|path| replace_text(path, new)).collect();
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    edits
}

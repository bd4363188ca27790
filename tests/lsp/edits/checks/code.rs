//! Edits of step code.

use super::{Applied, Damages};
use crate::edits::code;
use crate::edits::session::Request;

/// Code that could be parsed still can be, with the same content.
pub(super) fn check(applied: &Applied<'_>, damages: &mut Damages) {
    for (path, before) in applied.before.files.iter().filter(|(path, _)| path.ends_with(".tf")) {
        let Some(after) = applied.after.files.get(path) else {
            if !matches!(applied.request, Request::RenameDirectory(..)) {
                damages.add("step code is gone", path);
            }
            continue;
        };
        let (Some(old), Some(new)) = (code::read(before), code::read(after)) else {
            if code::read(before).is_some() {
                damages.add("step code is no longer HCL", path);
            }
            continue;
        };
        let lost: Vec<&String> = old.comments.iter().filter(|one| !new.comments.contains(one)).collect();
        if !lost.is_empty() || matches!(applied.request, Request::Rename(..)) && old.comments != new.comments
        {
            damages.add("a comment of step code changes", format!("{path}: {lost:?}"));
        }
        if !matches!(applied.request, Request::Rename(..) | Request::QuickFixes) && old != new {
            damages.add("step code changes", path);
        }
    }
}

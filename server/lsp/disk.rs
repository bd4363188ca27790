//! The only place where the server touches the disk, within narrow bounds: nothing outside the workspace, also not
//! through links; nothing but regular files; nothing large.

use super::surroundings::Place;
use crate::workspace::Look;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Larger files (bytes) are not read: nothing that a bundle refers to is so large.
const MAX_FILE: u64 = 1 << 20;

/// So many names of a directory are listed.
const MAX_NAMES: usize = 10_000;

/// What stands at a path, relative to the document's directory.
pub(super) fn look(place: &Place, path: &str) -> Look {
    match find(place, path) {
        Found::Outside => Look::Unknown,
        Found::Missing => Look::Missing,
        Found::There(_, about) if about.is_file() => Look::File,
        Found::There(_, about) if about.is_dir() => Look::Directory,
        Found::There(..) => Look::Unknown,
    }
}

/// Sorted names in a directory.
pub(super) fn list(place: &Place, path: &str) -> Option<Vec<String>> {
    let Found::There(path, _) = find(place, path) else { return None };
    let entries = fs::read_dir(path).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.take(MAX_NAMES).collect();
    names.sort_unstable();
    Some(names)
}

/// Text of a regular UTF-8 file that is not too large.
pub(super) fn read(place: &Place, path: &str) -> Option<Arc<str>> {
    let Found::There(path, about) = find(place, path) else { return None };
    // Opening anything else, such as a pipe, may never return.
    if !about.is_file() || about.len() > MAX_FILE {
        return None;
    }
    let mut text = String::new();
    // The file may grow meanwhile.
    let length = File::open(path).ok()?.take(MAX_FILE + 1).read_to_string(&mut text).ok()?;
    (length as u64 <= MAX_FILE).then(|| text.into())
}

enum Found {
    Outside,
    Missing,
    There(PathBuf, Metadata),
}

fn find(place: &Place, path: &str) -> Found {
    let Some(path) = place.document.parent().and_then(|directory| join(directory, path)) else {
        return Found::Outside;
    };
    if !place.roots.iter().any(|root| path.starts_with(root)) {
        return Found::Outside;
    }
    match fs::canonicalize(&path) {
        Ok(real) if is_within(place, &real) => match fs::metadata(&real) {
            Ok(about) => Found::There(real, about),
            Err(_) => Found::Outside,
        },
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            // Even that nothing is there may be told about the workspace only.
            match path.ancestors().skip(1).find_map(|parent| fs::canonicalize(parent).ok()) {
                Some(parent) if is_within(place, &parent) => Found::Missing,
                _ => Found::Outside,
            }
        }
        _ => Found::Outside,
    }
}

/// A relative path below or beside a directory, with `.` and `..` taken out.
pub(super) fn join(directory: &Path, path: &str) -> Option<PathBuf> {
    let mut joined = directory.to_path_buf();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !joined.pop() {
                    return None;
                }
            }
            Component::Normal(name) => joined.push(name),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(joined)
}

fn is_within(place: &Place, real: &Path) -> bool {
    place.roots.iter().any(|root| fs::canonicalize(root).is_ok_and(|root| real.starts_with(root)))
}

#[cfg(test)]
#[cfg(unix)]
mod tests;

//! Reads the files of a workspace, on several threads.
//!
//! A workspace may contain anything. Symbolic links to directories are not followed, as they may form cycles or lead out of
//! it; pipes are not opened, long files not read. Everything that is skipped is reported.

use super::disk::{read_text, reason};
use super::documents::walker;
use ignore::DirEntry;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The result of a file or directory.
#[derive(Debug)]
pub(crate) enum ScanResult<R> {
    /// The result of a file that was read.
    Read(PathBuf, R),
    /// A path that was skipped, and the reason as half a sentence.
    Skipped(PathBuf, String),
}

/// Reads the `wanted` files below the `roots`, without hidden and ignored ones. Passes the texts to `work`, on `threads`
/// threads, and the results to `each`, in no particular order. Ends early when `stop` is set.
pub(crate) fn scan<R: Send>(
    roots: &[PathBuf],
    wanted: &(dyn Fn(&Path) -> bool + Sync),
    threads: usize,
    stop: &AtomicBool,
    work: &(dyn Fn(&Path, Arc<str>) -> R + Sync),
    mut each: impl FnMut(ScanResult<R>),
) {
    let (paths, waiting) = channel();
    let waiting = Mutex::new(waiting);
    let (results, all) = channel();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (results, waiting) = (results.clone(), &waiting);
            scope.spawn(move || {
                while let Some(path) = next(waiting).filter(|_| !stop.load(Ordering::Relaxed)) {
                    let result = match read(&path, roots) {
                        Ok(text) => ScanResult::Read(path.clone(), work(&path, text)),
                        Err(reason) => ScanResult::Skipped(path, reason),
                    };
                    if results.send(result).is_err() {
                        return;
                    }
                }
            });
        }
        scope.spawn(move || {
            for root in roots {
                walk(root, wanted, stop, &paths, &results);
            }
        });
        all.iter().for_each(&mut each);
    });
}

fn next(waiting: &Mutex<Receiver<PathBuf>>) -> Option<PathBuf> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn walk<R>(
    root: &Path,
    wanted: &(dyn Fn(&Path) -> bool + Sync),
    stop: &AtomicBool,
    paths: &Sender<PathBuf>,
    results: &Sender<ScanResult<R>>,
) {
    for entry in walker(root) {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let done = match entry {
            Ok(entry) if is_linked_directory(&entry) => {
                let reason = "a symbolic link to a directory".to_owned();
                results.send(ScanResult::Skipped(entry.into_path(), reason)).is_err()
            }
            Ok(entry) if is_directory(&entry) || !wanted(entry.path()) => false,
            Ok(entry) => paths.send(entry.into_path()).is_err(),
            Err(error) => {
                let (path, reason) = path_and_reason(root, &error);
                results.send(ScanResult::Skipped(path, reason)).is_err()
            }
        };
        if done {
            return;
        }
    }
}

fn is_directory(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_linked_directory(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.path_is_symlink() && entry.path().is_dir()
}

fn path_and_reason(root: &Path, error: &ignore::Error) -> (PathBuf, String) {
    let mut path = root;
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => (path, inner) = (at, err),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            ignore::Error::Io(error) => return (path.to_path_buf(), reason(error)),
            other => return (path.to_path_buf(), other.to_string()),
        }
    }
}

/// The text of a regular file within the roots.
///
/// # Errors
/// Why it is not read, as half a sentence.
pub(crate) fn read(path: &Path, roots: &[PathBuf]) -> Result<Arc<str>, String> {
    if path.symlink_metadata().map_err(|error| reason(&error))?.is_symlink() {
        let real = path.canonicalize().map_err(|_| "a broken symbolic link".to_owned())?;
        if !roots.iter().filter_map(|root| root.canonicalize().ok()).any(|root| real.starts_with(root)) {
            return Err("outside the workspace".to_owned());
        }
    }
    read_text(path).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::MAX_FILE_BYTES;
    use std::collections::BTreeMap;
    use std::fs;

    /// The results below a directory: the length of the text, or the reason for skipping it.
    fn scanned(root: &Path, stop: bool) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let wanted = |path: &Path| path.file_name().is_some_and(|name| name == "massdriver.yaml");
        let work = |_: &Path, text: Arc<str>| text.len().to_string();
        scan(&[root.to_path_buf()], &wanted, 2, &AtomicBool::new(stop), &work, |one| {
            let (path, what) = match one {
                ScanResult::Read(path, length) => (path, length),
                ScanResult::Skipped(path, reason) => (path, reason),
            };
            found.insert(path.strip_prefix(root).unwrap().display().to_string(), what);
        });
        found
    }

    fn tree() -> tempfile::TempDir {
        let top = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("w/a/massdriver.yaml", "name: a"),
            ("w/b/c/massdriver.yaml", ""),
            ("w/b/other.yaml", ""),
            ("w/.hidden/massdriver.yaml", ""),
            ("w/big/massdriver.yaml", &"#".repeat(MAX_FILE_BYTES as usize + 1)),
            ("secret/massdriver.yaml", "secret"),
        ] {
            let path = top.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        top
    }

    #[test]
    fn wanted_files_are_read() {
        let top = tree();
        let found = scanned(&top.path().join("w"), false);
        let expected = [("a", "7"), ("b/c", "0"), ("big", "longer than 1 MiB")];
        let expected = expected.map(|(at, what)| (format!("{at}/massdriver.yaml"), what.to_owned()));
        assert_eq!(found, BTreeMap::from(expected));
    }

    #[test]
    fn a_stopped_scan_reads_nothing() {
        let top = tree();
        assert_eq!(scanned(&top.path().join("w"), true), BTreeMap::new());
    }

    #[cfg(unix)]
    #[test]
    fn unreadable_files_are_skipped_with_a_reason() {
        use std::os::unix::fs::symlink;
        let top = tree();
        let root = top.path().join("w");
        fs::remove_file(root.join("big/massdriver.yaml")).unwrap();
        for directory in ["pipe", "out", "in", "nowhere"] {
            fs::create_dir(root.join(directory)).unwrap();
        }
        symlink("..", root.join("b/circle")).unwrap();
        symlink(top.path().join("secret/massdriver.yaml"), root.join("out/massdriver.yaml")).unwrap();
        symlink("../a/massdriver.yaml", root.join("in/massdriver.yaml")).unwrap();
        symlink("gone", root.join("nowhere/massdriver.yaml")).unwrap();
        let pipe = root.join("pipe/massdriver.yaml");
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        let found = scanned(&root, false);
        for (path, what) in [
            ("b/circle", "a symbolic link to a directory"),
            ("in/massdriver.yaml", "7"),
            ("nowhere/massdriver.yaml", "a broken symbolic link"),
            ("out/massdriver.yaml", "outside the workspace"),
            ("pipe/massdriver.yaml", "not a regular file"),
        ] {
            assert_eq!(found.get(path).map(String::as_str), Some(what), "{path}: {found:?}");
        }
        assert!(!found.keys().any(|path| path.starts_with("b/circle/")));
    }
}

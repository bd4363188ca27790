//! The documents to check: named files, bundles and their jq files below directories, standard input.

use crate::bundle::ProgramFile;
use crate::workspace::{DOCUMENTS, DiskFiles, Files, NoFiles, files_below};
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// One document to check.
pub(super) struct Target {
    /// The path as the user would write it; for standard input, the path that it would have.
    pub path: PathBuf,
    /// The directory that contains it, symlinks resolved; `None` if that does not exist.
    pub directory: Option<PathBuf>,
    /// Whether to read standard input instead of the path.
    pub stdin: bool,
}

impl Target {
    /// The absolute path, if there is one.
    pub(super) fn document(&self) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(self.path.file_name()?))
    }

    /// The files around it.
    pub(super) fn surroundings(&self) -> Box<dyn Files> {
        match &self.directory {
            Some(directory) => Box::new(DiskFiles::of_bundle(directory)),
            None => Box::new(NoFiles),
        }
    }
}

/// A path that could not be checked.
#[derive(serde::Serialize)]
pub(super) struct Problem {
    /// The path as the user would write it.
    pub path: String,
    /// The reason.
    pub message: String,
}

impl Problem {
    pub(super) fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.display().to_string(), message: message.into() }
    }

    /// From an operating system error, without its number.
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => {
                let text = error.to_string();
                text.split(" (os error").next().unwrap_or(&text).to_lowercase()
            }
        };
        Self::new(path, message)
    }
}

/// The documents for the paths of the command line, in path order and without duplicates; and paths that do not
/// exist.
pub(super) fn targets(paths: &[PathBuf], stdin_path: Option<&Path>) -> (Vec<Target>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let path = stdin_path.unwrap_or(Path::new("<stdin>")).to_path_buf();
            let directory = stdin_path.and_then(directory_of);
            found.push(Target { path, directory, stdin: true });
            continue;
        }
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                let files = below(path, &mut problems);
                if files.is_empty() {
                    problems
                        .push(Problem::new(path, format!("no {} found below this directory", DOCUMENTS[0])));
                }
                found.extend(files.into_iter().map(file));
            }
            Ok(metadata) if metadata.is_file() => found.push(file(path.clone())),
            Ok(_) => problems.push(Problem::new(path, "not a regular file; pipe it in and name `-` instead")),
            Err(error) => problems.push(Problem::io(path, &error)),
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    // Two spellings of one path are one document; two links in different directories to one file are two.
    let mut seen = HashSet::new();
    found.retain(|target| seen.insert((target.stdin, target.document())));
    (found, problems)
}

fn file(path: PathBuf) -> Target {
    let directory = directory_of(&path);
    Target { path, directory, stdin: false }
}

fn directory_of(path: &Path) -> Option<PathBuf> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    parent.canonicalize().ok()
}

/// The documents below a directory, and the jq files of their steps, as the user would write them.
fn below(root: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let (mut documents, mut programs) = (Vec::new(), Vec::new());
    for found in files_below(root, |name| DOCUMENTS.contains(&name) || ProgramFile::named(name).is_some()) {
        let path = match found {
            Ok(path) => path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path),
            Err(error) => {
                problems.push(walk_problem(root, &error));
                continue;
            }
        };
        let is_program = path.extension().is_some_and(|extension| extension == "jq");
        if is_program { programs.push(path) } else { documents.push(path) }
    }
    let directories: HashSet<&Path> = documents.iter().filter_map(|path| path.parent()).collect();
    programs.retain(|path| {
        let above = path.parent().and_then(Path::parent);
        above.is_some_and(|above| directories.contains(above))
    });
    documents.extend(programs);
    documents
}

fn walk_problem(root: &Path, error: &ignore::Error) -> Problem {
    let mut path = root;
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = at;
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            ignore::Error::Io(error) => return Problem::io(path, error),
            other => return Problem::new(path, other.to_string()),
        }
    }
}

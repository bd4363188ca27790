//! Files on the disk.

use super::path::relative;
use super::{FileKind, Files, MAX_FILE_BYTES};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longer paths (bytes) are unknown; no file system supports them.
const MAX_PATH: usize = 4096;

/// Directories with more names are not listed.
const MAX_NAMES: usize = 10_000;

/// The files around a bundle on the disk. Nothing outside the roots is read, not even through `..` or symbolic links: a
/// bundle may be hostile.
#[derive(Clone, Debug)]
pub struct DiskFiles {
    directory: PathBuf,
    roots: Vec<PathBuf>,
    /// Whether the directory does not exist yet. What is missing in it is then unknown.
    unsaved: bool,
}

impl DiskFiles {
    /// Files around the document in `directory`, limited to `root`.
    #[must_use]
    pub fn new(directory: &Path, root: &Path) -> Self {
        Self::within(directory, &[root])
    }

    /// Files around the document in `directory`, limited to `roots`.
    #[must_use]
    pub fn within<P: AsRef<Path>>(directory: &Path, roots: &[P]) -> Self {
        let roots = roots.iter().filter_map(|root| root.as_ref().canonicalize().ok());
        Self { directory: directory.to_path_buf(), roots: roots.collect(), unsaved: false }
    }

    /// Files around the document at `path`, which need not exist, limited to `roots`.
    #[must_use]
    pub fn around<P: AsRef<Path>>(path: &Path, roots: &[P]) -> Option<Self> {
        let directory = path.parent()?;
        Some(Self { unsaved: directory.symlink_metadata().is_err(), ..Self::within(directory, roots) })
    }

    /// Files around a bundle, limited to its repository; without one, to the parent directory of the bundle.
    #[must_use]
    pub fn of_bundle(directory: &Path) -> Self {
        Self::new(directory, repository_of(directory).or(directory.parent()).unwrap_or(directory))
    }

    fn is_within(&self, real: &Path) -> bool {
        self.roots.iter().any(|root| real.starts_with(root))
    }

    /// The canonical path of a file or directory within the roots, else whether it is missing or unknown.
    fn resolve(&self, path: &str) -> Result<PathBuf, FileKind> {
        let path = Some(path).filter(|path| path.len() <= MAX_PATH).and_then(relative);
        let path = self.directory.join(path.ok_or(FileKind::Unknown)?);
        match path.canonicalize() {
            Ok(real) if self.is_within(&real) => Ok(real),
            Ok(_) => Err(FileKind::Unknown),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Err(self.missing(&path))
            }
            Err(_) => Err(FileKind::Unknown),
        }
    }

    /// A path that does not exist is missing if its nearest existing ancestor is within the roots. A broken symbolic link is
    /// unknown: its target may be outside.
    fn missing(&self, path: &Path) -> FileKind {
        let nearest = path.ancestors().find(|ancestor| ancestor.symlink_metadata().is_ok());
        match nearest.and_then(|nearest| nearest.canonicalize().ok()) {
            Some(real) if self.is_within(&real) && !self.unsaved => FileKind::Missing,
            _ => FileKind::Unknown,
        }
    }
}

impl Files for DiskFiles {
    fn kind(&self, path: &str) -> FileKind {
        let real = match self.resolve(path) {
            Ok(real) => real,
            Err(kind) => return kind,
        };
        match real.metadata() {
            Ok(metadata) if metadata.is_file() => FileKind::File,
            Ok(metadata) if metadata.is_dir() => FileKind::Directory,
            _ => FileKind::Unknown,
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let entries = fs::read_dir(self.resolve(path).ok()?).ok()?;
        let mut names = Vec::new();
        for entry in entries.take(MAX_NAMES + 1) {
            // Names that are not Unicode cannot occur in a bundle.
            names.extend(entry.ok()?.file_name().into_string());
        }
        names.sort_unstable();
        (names.len() <= MAX_NAMES).then_some(names)
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        let text = read_text(&self.resolve(path).ok()?).ok()?;
        // Editors hide a byte order mark, so positions do not include it.
        Some(text.strip_prefix('\u{feff}').unwrap_or(&text).into())
    }
}

/// The text of a regular file.
///
/// # Errors
/// Why it is not read, as a clause without capital and full stop.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let reason = |error: io::Error| reason(&error);
    // Opening a pipe could block indefinitely.
    if !path.metadata().map_err(reason)?.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut text = String::new();
    let file = File::open(path).map_err(reason)?;
    file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text).map_err(reason)?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("longer than {} MiB", MAX_FILE_BYTES >> 20));
    }
    Ok(text)
}

/// An error of the file system as a clause without capital and full stop.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "file not found".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::InvalidData => "not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

/// The nearest ancestor of `directory`, or itself, that is a Git repository.
#[must_use]
pub(crate) fn repository_of(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|ancestor| ancestor.join(".git").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with two bundles, and a file outside it.
    fn tree() -> (tempfile::TempDir, DiskFiles) {
        let top = tempfile::tempdir().unwrap();
        for directory in ["repo/.git", "repo/a/src", "repo/b"] {
            fs::create_dir_all(top.path().join(directory)).unwrap();
        }
        for file in ["secret", "repo/a/src/main.tf", "repo/b/values.yaml"] {
            fs::write(top.path().join(file), file).unwrap();
        }
        let files = DiskFiles::of_bundle(&top.path().join("repo/a"));
        (top, files)
    }

    #[test]
    fn nothing_is_known_to_be_missing_in_a_directory_that_does_not_exist_yet() {
        let top = tempfile::tempdir().unwrap();
        let document = top.path().join("new/massdriver.yaml");
        let kind = || DiskFiles::around(&document, &[top.path()]).unwrap().kind("src");
        assert_eq!(kind(), FileKind::Unknown);
        fs::create_dir(top.path().join("new")).unwrap();
        assert_eq!(kind(), FileKind::Missing);
    }

    #[test]
    fn sees_the_repository() {
        let (_top, files) = tree();
        assert_eq!(files.kind("src/main.tf"), FileKind::File);
        assert_eq!(files.kind("./x/../src/"), FileKind::Directory);
        assert_eq!(files.kind("../b/values.yaml"), FileKind::File);
        assert_eq!(files.kind("src/none.tf"), FileKind::Missing);
        assert_eq!(files.kind("none/none.tf"), FileKind::Missing);
        assert_eq!(files.kind("src/main.tf/none"), FileKind::Missing);
        assert_eq!(files.list("."), Some(vec!["src".to_owned()]));
        assert_eq!(files.list("src/main.tf"), None);
        assert_eq!(files.read("../b/values.yaml").as_deref(), Some("repo/b/values.yaml"));
        assert_eq!(files.read("src"), None);
    }

    #[test]
    fn sees_nothing_outside() {
        let (top, files) = tree();
        let secret = top.path().join("secret");
        for path in [
            "../../secret",
            "../../none",
            "../../../../../etc/passwd",
            "/etc/passwd",
            "/",
            secret.to_str().unwrap(),
        ] {
            assert_eq!(files.kind(path), FileKind::Unknown, "{path}");
            assert_eq!((files.list(path), files.read(path)), (None, None), "{path}");
        }
        assert_eq!(files.kind(&"x/".repeat(10_000)), FileKind::Unknown);
        assert_eq!(files.kind("a\0b"), FileKind::Unknown);
    }

    #[cfg(unix)]
    #[test]
    fn follows_symlinks_within_the_roots_only() {
        use std::os::unix::fs::symlink;
        let (top, files) = tree();
        let bundle = top.path().join("repo/a");
        for (target, link) in
            [("../b", "inside"), ("../../secret", "outside"), ("../../none", "nowhere"), ("circle", "circle")]
        {
            symlink(target, bundle.join(link)).unwrap();
        }
        assert_eq!(files.kind("inside/values.yaml"), FileKind::File);
        for path in ["outside", "nowhere", "circle", "nowhere/x"] {
            assert_eq!((files.kind(path), files.read(path)), (FileKind::Unknown, None), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_opened() {
        let (top, files) = tree();
        let made = std::process::Command::new("mkfifo").arg(top.path().join("repo/a/pipe")).status().unwrap();
        assert!(made.success());
        assert_eq!((files.kind("pipe"), files.read("pipe")), (FileKind::Unknown, None));
    }

    #[test]
    fn long_files_and_binary_files_are_not_read() {
        let (top, files) = tree();
        let path = top.path().join("repo/a/big");
        fs::write(&path, vec![b'x'; MAX_FILE_BYTES as usize]).unwrap();
        assert!(files.read("big").is_some());
        fs::write(&path, vec![b'x'; MAX_FILE_BYTES as usize + 1]).unwrap();
        assert_eq!(files.read("big"), None);
        fs::write(&path, [0xFF]).unwrap();
        assert_eq!(files.read("big"), None);
    }
}

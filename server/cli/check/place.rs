//! Paths in machine-readable reports: relative to the repository, as code scanning and annotations expect.

use super::find::Target;
use crate::workspace::repository_of;
use std::path::{Path, PathBuf};

/// The directory that such paths are relative to: the repository that contains the working directory, else the
/// working directory.
pub(super) struct Root(PathBuf);

/// The location of a document.
pub(super) struct Place {
    /// Relative to the root, or absolute outside of it; separated by `/`.
    pub path: String,
    /// Whether it is below the root.
    pub inside: bool,
}

impl Root {
    pub(super) fn find() -> Self {
        let here = Path::new(".").canonicalize().unwrap_or_default();
        Self(repository_of(&here).map(Path::to_path_buf).unwrap_or(here))
    }

    pub(super) fn place(&self, target: &Target) -> Place {
        let Some(path) = target.document() else {
            return Place { path: slashes(&target.path), inside: true };
        };
        match path.strip_prefix(&self.0) {
            Ok(relative) => Place { path: slashes(relative), inside: true },
            Err(_) => Place { path: slashes(&path), inside: false },
        }
    }

    /// The root's `file:` URI, with a trailing slash.
    pub(super) fn uri(&self) -> String {
        format!("{}/", file_uri(&slashes(&self.0)))
    }
}

impl Place {
    /// The location of a file next to this one.
    pub(super) fn beside(&self, path: &str) -> Self {
        let directory = self.path.rsplit_once('/').map(|(directory, _)| directory);
        let path = directory.map_or_else(|| path.to_owned(), |directory| format!("{directory}/{path}"));
        Self { path, inside: self.inside }
    }

    /// The URI, relative to the root's if the document is below the root.
    pub(super) fn uri(&self) -> String {
        if self.inside { percent_encoded(&self.path) } else { file_uri(&self.path) }
    }
}

fn file_uri(path: &str) -> String {
    format!("file:///{}", percent_encoded(path.trim_start_matches('/')))
}

/// The path with `/` as separator, and without the prefix `\\?\` that Windows adds to resolved paths.
fn slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) { path.trim_start_matches(r"\\?\").replace('\\', "/") } else { path.into_owned() }
}

fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_escaped() {
        let inside = Place { path: "a b/é#1/massdriver.yaml".to_owned(), inside: true };
        assert_eq!(inside.uri(), "a%20b/%C3%A9%231/massdriver.yaml");
        let outside = Place { path: "/tmp/x y.yaml".to_owned(), inside: false };
        assert_eq!(outside.uri(), "file:///tmp/x%20y.yaml");
        assert_eq!(Root(PathBuf::from("/a b")).uri(), "file:///a%20b/");
    }
}

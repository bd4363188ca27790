//! Normalization of paths by their text, without the disk.

use std::path::{Component, Path, PathBuf};

/// A path with `/`, without `.`, empty and inner `..` components: `./a/../b//c` → `b/c`. A leading `..` stays.
#[must_use]
pub(crate) fn normalize(path: &str) -> String {
    let mut components: Vec<&str> = Vec::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." if components.last().is_some_and(|last| *last != "..") => _ = components.pop(),
            component => components.push(component),
        }
    }
    components.join("/")
}

/// A relative path, normalized as the platform joins paths: by their text. `None` for absolute paths.
pub(super) fn relative(path: &str) -> Option<PathBuf> {
    let is_absolute = |component| matches!(component, Component::RootDir | Component::Prefix(_));
    (!Path::new(path).components().any(is_absolute)).then(|| PathBuf::from(normalize(path)))
}

/// A relative path appended to a directory, without `.` and `..`. `None` for absolute paths and for paths above the root.
#[must_use]
pub(crate) fn join(directory: &Path, path: &str) -> Option<PathBuf> {
    let mut joined = directory.to_path_buf();
    for component in relative(path)?.components() {
        match component {
            Component::ParentDir if !joined.pop() => return None,
            Component::Normal(name) => joined.push(name),
            _ => {}
        }
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_by_text() {
        for (path, normalized) in [
            ("./a/./b/", "a/b"),
            ("a/../b", "b"),
            ("../a/..", ".."),
            ("a/../../b", "../b"),
            (".", ""),
            ("", ""),
        ] {
            assert_eq!(normalize(path), normalized, "{path}");
        }
    }

    #[test]
    fn a_join_stays_below_the_root() {
        let join = |path| join(Path::new("/a/b"), path);
        assert_eq!(join("../c/./d"), Some("/a/c/d".into()));
        assert_eq!(join("."), Some("/a/b".into()));
        assert_eq!(join("x/../../../.."), None);
        assert_eq!(join("/etc/passwd"), None);
    }
}

//! Where the workspace keeps the definitions of its resource types.

use super::is_document;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};

/// Directories that hold definitions where the settings name no others (`spec §1`).
pub const DEFINITION_DIRECTORIES: [&str; 5] =
    ["resource-types/", "resource-type/", "artifact-definitions/", "artifact_definitions/", "platforms/"];

/// Tells the files that may define a resource type from all others.
#[derive(Clone, Debug)]
pub struct Definitions {
    patterns: Gitignore,
    folders: Vec<PathBuf>,
}

impl Definitions {
    /// Looks in the directories, at any depth of the `folders`, that the `patterns` name; they are written as in a
    /// `.gitignore`. One that makes no sense names nothing.
    #[must_use]
    pub fn new<S: AsRef<str>>(patterns: &[S], folders: &[PathBuf]) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for pattern in patterns {
            let _ = builder.add_line(None, pattern.as_ref());
        }
        let patterns = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Self { patterns, folders: folders.to_vec() }
    }

    /// Whether a file may define a resource type: by where it lies and what it is called.
    #[must_use]
    pub fn may_define(&self, path: &Path) -> bool {
        is_definition_name(path) && self.folders.iter().any(|folder| self.lies_in(folder, path))
    }

    fn lies_in(&self, folder: &Path, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(folder) else { return false };
        // Who opens one definition alone opens a directory below those that hold definitions.
        let last: Vec<_> = folder.components().rev().take(2).collect();
        let mut whole: PathBuf =
            last.into_iter().rev().filter(|part| matches!(part, std::path::Component::Normal(_))).collect();
        whole.push(below);
        [below, &whole].into_iter().any(|path| {
            !path.has_root() && self.patterns.matched_path_or_any_parents(path, false).is_ignore()
        })
    }
}

/// `massdriver.yaml`, or JSON, which the older form is written in.
fn is_definition_name(path: &Path) -> bool {
    is_document(path) || path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_at_any_depth_and_as_asked_for() {
        let usual = Definitions::new(&DEFINITION_DIRECTORIES, &["/w".into(), "/r/resource-types/vpc".into()]);
        for path in [
            "/w/resource-types/vpc/massdriver.yaml",
            "/w/a/b/artifact-definitions/vpc.json",
            "/w/platforms/aws/massdriver.yml",
            "/r/resource-types/vpc/massdriver.yaml",
        ] {
            assert!(usual.may_define(Path::new(path)), "{path}");
        }
        for path in [
            "/w/bundles/vpc/massdriver.yaml",
            "/w/resource-types/vpc/icon.svg",
            "/x/resource-types/vpc/massdriver.yaml",
            "/w/massdriver.yaml",
            "/w/my-platforms/massdriver.yaml",
        ] {
            assert!(!usual.may_define(Path::new(path)), "{path}");
        }
        let own = Definitions::new(&["/catalog/**/types/", "["], &["/w".into()]);
        assert!(own.may_define(Path::new("/w/catalog/x/types/a/massdriver.yaml")));
        assert!(!own.may_define(Path::new("/w/x/catalog/types/a/massdriver.yaml")));
        assert!(!own.may_define(Path::new("/w/platforms/a/massdriver.yaml")));
    }
}

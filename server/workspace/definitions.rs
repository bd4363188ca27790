//! Where a workspace defines resource types.

use super::is_document;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};

/// Decides by its path whether a file may define a resource type.
#[derive(Clone, Debug)]
pub(crate) struct DefinitionPaths {
    patterns: Gitignore,
    folders: Vec<PathBuf>,
}

impl DefinitionPaths {
    /// Matches directories at any depth of the `folders`; `patterns` have the syntax of `.gitignore`. Invalid patterns match
    /// nothing.
    #[must_use]
    pub(crate) fn new<S: AsRef<str>>(patterns: &[S], folders: &[PathBuf]) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for pattern in patterns {
            let _ = builder.add_line(None, pattern.as_ref());
        }
        let patterns = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Self { patterns, folders: folders.to_vec() }
    }

    /// Whether a file may define a resource type.
    #[must_use]
    pub(crate) fn may_define(&self, path: &Path) -> bool {
        is_definition_name(path) && self.folders.iter().any(|folder| self.matches(folder, path))
    }

    fn matches(&self, folder: &Path, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(folder) else { return false };
        // The folder may itself be below a directory of definitions.
        let last: Vec<_> = folder.components().rev().take(2).collect();
        let mut whole: PathBuf =
            last.into_iter().rev().filter(|part| matches!(part, std::path::Component::Normal(_))).collect();
        whole.push(below);
        [below, &whole].into_iter().any(|path| {
            !path.has_root() && self.patterns.matched_path_or_any_parents(path, false).is_ignore()
        })
    }
}

/// Whether a file is a `massdriver.yaml` or JSON, the older format of definitions.
fn is_definition_name(path: &Path) -> bool {
    is_document(path) || path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_match_at_any_depth() {
        let usual = DefinitionPaths::new(
            &crate::settings::Directories::default().0,
            &["/w".into(), "/r/resource-types/vpc".into()],
        );
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
        let own = DefinitionPaths::new(&["/catalog/**/types/", "["], &["/w".into()]);
        assert!(own.may_define(Path::new("/w/catalog/x/types/a/massdriver.yaml")));
        assert!(!own.may_define(Path::new("/w/x/catalog/types/a/massdriver.yaml")));
        assert!(!own.may_define(Path::new("/w/platforms/a/massdriver.yaml")));
    }
}

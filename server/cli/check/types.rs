//! The resource types that repositories define, for the bundles in them.

use super::find::Target;
use crate::analysis::{Catalog, Index, Indexed, Snapshot, index};
use crate::organization;
use crate::reference::Organization;
use crate::settings::Settings;
use crate::workspace::scan::{self, ScanResult};
use crate::workspace::{DefinitionPaths, repository_of};
use std::collections::HashMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

/// The catalog for each directory tree with documents.
pub(super) struct Types(HashMap<PathBuf, Option<Arc<Catalog>>>);

impl Types {
    /// Finds the resource type definitions around the documents.
    ///
    /// # Errors
    /// The settings require the organization's resource types, and they were not fetched.
    pub(super) fn around(targets: &[Target], settings: &Settings) -> Result<Self, String> {
        let organization = organization(settings)?;
        let mut found = HashMap::new();
        for root in targets.iter().filter_map(|target| root_of(target.directory.as_deref()?)) {
            found.entry(root).or_insert_with_key(|root| catalog(root, settings, &organization));
        }
        Ok(Self(found))
    }

    /// The catalog for a document; `None` if no resource types are defined around it.
    pub(super) fn of(&self, target: &Target) -> Option<&Arc<Catalog>> {
        self.0.get(&root_of(target.directory.as_deref()?)?)?.as_ref()
    }
}

/// The root to search for the definitions that apply in a directory: its repository; without one, the working
/// directory if it contains the directory; else the parent directory.
fn root_of(directory: &Path) -> Option<PathBuf> {
    if let Some(repository) = repository_of(directory) {
        return Some(repository.to_path_buf());
    }
    let here = Path::new(".").canonicalize().ok().filter(|here| directory.starts_with(here));
    here.or_else(|| directory.parent().map(Path::to_path_buf))
}

fn organization(settings: &Settings) -> Result<Organization, String> {
    if !settings.organization_catalog {
        return Ok(Organization::default());
    }
    match organization::cached_layer() {
        Ok(Some((organization, _))) => Ok(organization),
        Ok(None) => Err("none were fetched yet; run `massdriver-ls catalog pull`".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn catalog(root: &PathBuf, settings: &Settings, organization: &Organization) -> Option<Arc<Catalog>> {
    let roots = std::slice::from_ref(root);
    let definitions = DefinitionPaths::new(&settings.resource_types.0, roots);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let read = |path: &Path, text: Arc<str>| Indexed::of(&Snapshot::new(text, Some(path)), path, true);
    let mut found = Index::default();
    scan::scan(roots, &|path| definitions.may_define(path), threads, &AtomicBool::new(false), &read, |one| {
        // Read errors are reported where the file is requested.
        if let ScanResult::Read(path, document) = one {
            found.set(path, Some(document));
        }
    });
    index::catalog(organization, found.definitions())
}

//! The workspace index: a summary of every document, enough to find the few documents that a request must read.

use super::types::broken_line;
use super::{Snapshot, document_symbols, symbols::DocumentSymbol};
use crate::bundle::references::refs;
use crate::bundle::{Catalog, definition};
use crate::reference::{Organization, ResourceType, Source, bare};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// At most this much text (bytes) of names is stored per document; one with more is assumed to contain every name.
const MAX_NAMES: usize = 64 << 10;

/// The summary of one document.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Indexed {
    /// The resource type that the document defines.
    pub defines: Option<Arc<ResourceType>>,
    /// The resource types that it references, without organizations and versions.
    types: Box<[Box<str>]>,
    /// Whether it has syntax errors, so that it may reference more types.
    is_broken: bool,
    /// Its names in lower case, one per line; `None` if there are too many.
    names: Option<Box<str>>,
}

impl Indexed {
    /// Summarizes a document. `may_define`: whether its path is one where resource types are defined.
    #[must_use]
    pub(crate) fn of(snapshot: &Snapshot, path: &Path, may_define: bool) -> Self {
        let document = snapshot.document();
        let defined = may_define.then(|| definition::read(document)).flatten();
        let defines =
            defined.map(|defined| Arc::new(ResourceType::defined(defined, Source::Workspace(path.into()))));
        let named = refs(document).into_iter().filter(|reference| reference.names_type());
        let types: BTreeSet<Box<str>> =
            named.map(|reference| bare(&reference.value.value()).into()).collect();
        let mut names = String::new();
        document_symbols(snapshot).iter().for_each(|symbol| push_names(symbol, &mut names));
        let names = (names.len() <= MAX_NAMES).then(|| names.into_boxed_str());
        let is_broken = broken_line(document).is_some();
        Self { defines, types: types.into_iter().collect(), is_broken, names }
    }

    /// Whether it references, or may reference, a resource type, given without its organization.
    #[must_use]
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.is_broken || self.types.iter().any(|used| **used == *name)
    }

    /// Whether one of its names, in lower case, may satisfy a predicate.
    #[must_use]
    pub(crate) fn may_have(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.names.as_ref().is_none_or(|names| names.lines().any(fits))
    }
}

fn push_names(symbol: &DocumentSymbol, names: &mut String) {
    if names.len() > MAX_NAMES {
        return;
    }
    names.push_str(&symbol.name.to_lowercase().replace('\n', " "));
    names.push('\n');
    symbol.children.iter().for_each(|child| push_names(child, names));
}

/// The documents of a workspace by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index(BTreeMap<PathBuf, Indexed>);

impl Index {
    /// Adds or replaces a document; `None` removes it.
    pub(crate) fn set(&mut self, path: PathBuf, document: Option<Indexed>) {
        match document {
            Some(document) => self.0.insert(path, document),
            None => self.0.remove(&path),
        };
    }

    /// The document at a path.
    #[must_use]
    pub(crate) fn get(&self, path: &Path) -> Option<&Indexed> {
        self.0.get(path)
    }

    /// All documents, ordered by path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, &Indexed)> {
        self.0.iter().map(|(path, document)| (path.as_path(), document))
    }

    /// The paths of all documents at or below a path.
    pub(crate) fn below<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a Path> {
        self.0
            .range(path.to_path_buf()..)
            .map(|(found, _)| found.as_path())
            .take_while(move |found| found.starts_with(path))
    }

    /// The number of documents.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The resource types that the workspace defines, ordered by path.
    #[must_use]
    pub(crate) fn definitions(&self) -> Vec<Arc<ResourceType>> {
        self.0.values().filter_map(|document| document.defines.clone()).collect()
    }
}

/// The catalog of a workspace; `None` if it has no types besides the built-in ones.
#[must_use]
pub(crate) fn catalog(
    organization: &Organization,
    definitions: Vec<Arc<ResourceType>>,
) -> Option<Arc<Catalog>> {
    let nothing = definitions.is_empty() && organization.types.is_empty() && !organization.complete;
    (!nothing).then(|| Catalog::layered(organization.clone(), definitions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexed(text: &str, path: &str) -> Indexed {
        let path = Path::new(path);
        Indexed::of(&Snapshot::new(text, Some(path)), path, path.starts_with("/w/resource-types"))
    }

    const BUNDLE: &str = "\
name: api
params:
  properties:
    Größe: {type: string}
    own: {$ref: other-type}
connections:
  properties:
    db: {$ref: acme/our-db}
    file: {$ref: ./x.json}
resources:
  net: {resource_type: acme/net@~1, required: true}
";
    const TYPE: &str = "name: our-db\nschema:\n  properties: {host: {type: string}}\n";

    #[test]
    fn index_of_a_bundle() {
        let bundle = indexed(BUNDLE, "/w/api/massdriver.yaml");
        for (name, used) in
            [("our-db", true), ("net", true), ("other-type", true), ("x", false), ("acme/our-db", false)]
        {
            assert_eq!(bundle.uses(name), used, "{name}");
        }
        assert!(bundle.may_have(|name| name == "größe") && !bundle.may_have(|name| name == "gone"));
        assert!(bundle.defines.is_none());
    }

    #[test]
    fn index_of_a_definition() {
        let found = indexed(TYPE, "/w/resource-types/db/massdriver.yaml").defines.unwrap();
        assert_eq!((found.name.as_str(), found.payloads[0][0].name.as_str()), ("our-db", "host"));
        assert!(indexed(TYPE, "/w/elsewhere/massdriver.yaml").defines.is_none());
    }

    #[test]
    fn an_index_has_directories() {
        let mut index = Index::default();
        for path in ["/w/a/massdriver.yaml", "/w/a/b/massdriver.yaml", "/w/ab/massdriver.yaml"] {
            index.set(path.into(), Some(indexed(TYPE, path)));
        }
        assert_eq!(index.below(Path::new("/w/a")).count(), 2);
        index.set("/w/a/massdriver.yaml".into(), None);
        assert_eq!((index.len(), index.below(Path::new("/w/a")).count()), (2, 1));
        assert!(index.definitions().is_empty() && catalog(&Organization::default(), Vec::new()).is_none());
    }
}

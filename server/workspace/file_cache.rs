//! A cache of the files around a document. The analysis reads the cache, never the disk: a query without a cached answer
//! gets "unknown" and is recorded; the owner of the cache loads the answer and analyses the document again.

use super::{DiskFiles, FileKind, Files};
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// At most this many queries per document are answered; a bundle has a few dozen, only a hostile one has more.
const MAX_QUERIES: usize = 1_000;

/// At most this many names beside a document are prefetched.
const MAX_PREFETCHED: usize = 100;

/// At most this much text (bytes) of other files is loaded at once per document.
const MAX_TEXT: usize = 16 << 20;

/// Where a document is, and which files it may see.
#[derive(Clone, Debug)]
pub(crate) struct DocumentLocation {
    /// The absolute path of the document.
    pub(crate) path: PathBuf,
    /// Nothing outside these directories is read.
    pub(crate) roots: Arc<[PathBuf]>,
}

impl DocumentLocation {
    /// The roots are the workspace folders; without any, the directory of the document and its parent.
    pub(crate) fn new(path: PathBuf, folders: &[PathBuf]) -> Self {
        let roots = if folders.is_empty() {
            path.ancestors().skip(1).take(2).last().map(PathBuf::from).into_iter().collect()
        } else {
            folders.into()
        };
        Self { path, roots }
    }
}

/// A query about a file; paths are relative to the directory of the document.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum FileQuery {
    /// [`Files::kind`].
    Kind(String),
    /// [`Files::list`].
    List(String),
    /// [`Files::read`].
    Read(String),
}

/// The answer to a [`FileQuery`] of the same variant.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum FileAnswer {
    /// The kind of the file.
    Kind(FileKind),
    /// The names in a directory, sorted.
    List(Option<Vec<String>>),
    /// The text of a file.
    Read(Option<Arc<str>>),
}

impl FileAnswer {
    /// Whether the answer equals that to a query that is not cached.
    fn is_unknown(&self) -> bool {
        matches!(self, Self::Kind(FileKind::Unknown) | Self::List(None) | Self::Read(None))
    }
}

/// The cached answers.
pub(crate) type FileCache = HashMap<FileQuery, FileAnswer>;

/// Answers queries from the disk. Blocks on I/O.
pub(crate) fn load<'a>(
    location: &DocumentLocation,
    queries: impl IntoIterator<Item = &'a FileQuery>,
) -> FileCache {
    let mut remaining = MAX_TEXT;
    let mut answers = FileCache::default();
    let Some(disk) = DiskFiles::around(&location.path, &location.roots) else { return answers };
    for query in queries {
        let answer = match query {
            FileQuery::Kind(path) => FileAnswer::Kind(disk.kind(path)),
            FileQuery::List(path) => FileAnswer::List(disk.list(path)),
            FileQuery::Read(path) => FileAnswer::Read(disk.read(path).filter(|text| text.len() <= remaining)),
        };
        if let FileAnswer::Read(Some(text)) = &answer {
            remaining -= text.len();
        }
        answers.insert(query.clone(), answer);
    }
    answers
}

/// Loads what is commonly queried: the names beside a document, and the names in the directories among them.
pub(crate) fn prefetch(location: &DocumentLocation) -> FileCache {
    let own_directory = [FileQuery::List(".".to_owned())];
    let mut answers = load(location, &own_directory);
    let Some(FileAnswer::List(Some(names))) = answers.get(&own_directory[0]) else { return answers };
    let visible = names.iter().filter(|name| !name.starts_with('.')).take(MAX_PREFETCHED);
    let queries: Vec<FileQuery> = visible.map(|name| FileQuery::Kind(name.clone())).collect();
    let kinds = load(location, &queries);
    let directories = kinds.iter().filter_map(|(query, answer)| match (query, answer) {
        (FileQuery::Kind(name), FileAnswer::Kind(FileKind::Directory)) => Some(FileQuery::List(name.clone())),
        _ => None,
    });
    let lists: Vec<FileQuery> = directories.collect();
    answers.extend(load(location, &lists));
    answers.extend(kinds);
    answers
}

/// Whether an analysis that made these queries (`None`: any) would get another answer from `after` than from `before`.
pub(crate) fn differs(before: &FileCache, after: &FileCache, queries: Option<&BTreeSet<FileQuery>>) -> bool {
    let mut relevant =
        after.iter().filter(|(query, _)| queries.is_none_or(|queries| queries.contains(*query)));
    relevant.any(|(query, answer)| match before.get(query) {
        Some(known) => known != answer,
        None => !answer.is_unknown(),
    })
}

/// The cache with new answers. If it grows too large, only the new ones are kept.
pub(crate) fn merged(before: &FileCache, new: FileCache) -> FileCache {
    if before.len() + new.len() > 2 * MAX_QUERIES {
        return new;
    }
    let mut merged = before.clone();
    merged.extend(new);
    merged
}

/// The files of a cache. Records the queries of one analysis.
pub(crate) struct CachedFiles<'a> {
    cache: Option<&'a FileCache>,
    revision: u64,
    queries: Mutex<BTreeSet<FileQuery>>,
}

impl<'a> CachedFiles<'a> {
    /// Without a cache (the document is not on a disk), everything is unknown and nothing is recorded.
    pub(crate) fn new(cache: Option<&'a FileCache>, revision: u64) -> Self {
        Self { cache, revision, queries: Mutex::default() }
    }

    /// The recorded queries.
    pub(crate) fn into_queries(self) -> BTreeSet<FileQuery> {
        self.queries.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, query: FileQuery) -> Option<&'a FileAnswer> {
        let cache = self.cache?;
        let answer = cache.get(&query);
        let mut queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        if queries.len() < MAX_QUERIES {
            queries.insert(query);
        }
        answer
    }
}

impl Files for CachedFiles<'_> {
    fn kind(&self, path: &str) -> FileKind {
        match self.answer(FileQuery::Kind(path.to_owned())) {
            Some(FileAnswer::Kind(kind)) => *kind,
            _ => FileKind::Unknown,
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        match self.answer(FileQuery::List(path.to_owned())) {
            Some(FileAnswer::List(names)) => names.clone(),
            _ => None,
        }
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        match self.answer(FileQuery::Read(path.to_owned())) {
            Some(FileAnswer::Read(text)) => text.clone(),
            _ => None,
        }
    }

    fn revision(&self) -> Option<u64> {
        Some(self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_document_sees_the_workspace_or_without_one_the_parent_directory() {
        let top = tempfile::tempdir().unwrap();
        let bundle = top.path().join("workspace/bundle");
        fs::create_dir_all(bundle.join("src")).unwrap();
        for file in ["secret", "workspace/readme", "workspace/bundle/src/main.tf"] {
            fs::write(top.path().join(file), "x").unwrap();
        }
        for folders in [&[][..], &[top.path().join("workspace")]] {
            let location = DocumentLocation::new(bundle.join("massdriver.yaml"), folders);
            let kind = |path: &str| {
                let query = FileQuery::Kind(path.to_owned());
                load(&location, [&query]).remove(&query)
            };
            assert_eq!(kind("src/main.tf"), Some(FileAnswer::Kind(FileKind::File)));
            assert_eq!(kind("../readme"), Some(FileAnswer::Kind(FileKind::File)));
            assert_eq!(kind("../../secret"), Some(FileAnswer::Kind(FileKind::Unknown)));
        }
    }
}

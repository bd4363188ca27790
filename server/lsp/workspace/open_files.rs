//! Open files as seen from the documents beside them: the text in the editor takes precedence over the disk.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::workspace::file_cache::{FileAnswer, FileCache, FileQuery};
use crate::workspace::join;
use foldhash::HashMap;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Replaces answers from the disk by those from open files.
pub(crate) fn apply(state: &StateSnapshot, document: &DocumentSnapshot, answers: &mut FileCache) {
    let Some(directory) = document.path().and_then(Path::parent) else { return };
    for (query, answer) in answers {
        match (query, answer) {
            (FileQuery::Read(path), answer) => {
                if let Some(text) = join(directory, path).and_then(|path| open_text(state, &path)) {
                    *answer = FileAnswer::Read(Some(text));
                }
            }
            (FileQuery::List(path), FileAnswer::List(Some(names))) => {
                let Some(directory) = join(directory, path) else { continue };
                let inside = open_paths(state).filter(|path| path.parent() == Some(&directory));
                for name in inside.filter_map(|path| path.file_name()?.to_str()) {
                    if let Err(index) = names.binary_search_by(|known| known.as_str().cmp(name)) {
                        names.insert(index, name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
}

/// The paths of the open files, whether saved or not.
fn open_paths(state: &StateSnapshot) -> impl Iterator<Item = &Path> {
    let documents = state.documents.values().filter_map(|open| open.path());
    documents.chain(state.code_files.values().map(|file| file.path.as_path()))
}

/// The texts of the open files by path. Ropes are cheap to clone.
pub(crate) fn open_texts(state: &StateSnapshot) -> HashMap<PathBuf, Rope> {
    let documents = state.documents.values();
    let documents = documents.filter_map(|document| Some((document.path()?.to_path_buf(), &document.text)));
    let code_files = state.code_files.values().map(|file| (file.path.clone(), &file.text));
    documents.chain(code_files).map(|(path, text)| (path, text.rope.clone())).collect()
}

fn open_text(state: &StateSnapshot, path: &Path) -> Option<Arc<str>> {
    if let Some(file) = state.code_files.values().find(|file| file.path == path) {
        return Some(Arc::clone(&file.content));
    }
    let open = state.documents.values().find(|open| open.path() == Some(path))?;
    Some(open.text.rope.to_string().into())
}

/// The documents that read a file or list its directory, with their cached answers about it.
pub(crate) fn dependents(state: &StateSnapshot, path: &Path) -> Vec<(Arc<DocumentSnapshot>, FileCache)> {
    let mut found = Vec::new();
    let Some((directory, name)) = path.parent().zip(path.file_name().and_then(|name| name.to_str())) else {
        return found;
    };
    for open in state.documents.values() {
        let own_path = open.path().filter(|own| *own != path);
        let Some(own_directory) = own_path.and_then(Path::parent) else { continue };
        // Listings matter only for steps, which are directories of the bundle.
        let is_step = directory.parent() == Some(own_directory);
        let is_about_file = |query: &FileQuery| match query {
            FileQuery::Read(queried) => {
                queried.ends_with(name) && join(own_directory, queried).as_deref() == Some(path)
            }
            FileQuery::List(queried) => is_step && join(own_directory, queried).as_deref() == Some(directory),
            FileQuery::Kind(_) => false,
        };
        let answers = open.file_cache.iter().filter(|(query, _)| is_about_file(query));
        let answers: FileCache = answers.map(|(query, answer)| (query.clone(), answer.clone())).collect();
        if !answers.is_empty() {
            found.push((Arc::clone(open), answers));
        }
    }
    found
}

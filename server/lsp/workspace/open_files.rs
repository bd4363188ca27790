//! Open files as seen from the documents beside them: the text in the editor takes precedence over the disk.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::server::Server;
use crate::lsp::state::State;
use crate::lsp::workspace::file_cache::{self, FileAnswer, FileCache, FileQuery};
use crate::lsp::workspace::{file_loader, publish};
use crate::workspace::join;
use foldhash::HashMap;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::Uri;

/// Replaces answers from the disk by those from open files.
pub(crate) fn apply(state: &State, document: &DocumentSnapshot, answers: &mut FileCache) {
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
fn open_paths(state: &State) -> impl Iterator<Item = &Path> {
    let documents = state.documents.values().filter_map(|open| open.snapshot.path());
    documents.chain(state.code_files.values().map(|file| file.path.as_path()))
}

/// The texts of the open files by path. Ropes are cheap to clone.
pub(crate) fn open_texts(state: &State) -> HashMap<PathBuf, Rope> {
    let documents = state.documents.values().map(|open| &open.snapshot);
    let documents = documents.filter_map(|document| Some((document.path()?.to_path_buf(), &document.text)));
    let code_files = state.code_files.values().map(|file| (file.path.clone(), &file.text));
    documents.chain(code_files).map(|(path, text)| (path, text.rope.clone())).collect()
}

fn open_text(state: &State, path: &Path) -> Option<Arc<str>> {
    if let Some(file) = state.code_files.values().find(|file| file.path == path) {
        return Some(Arc::clone(&file.content));
    }
    let open = state.documents.values().find(|open| open.snapshot.path() == Some(path))?;
    Some(open.snapshot.text.rope.to_string().into())
}

/// Reloads the caches of the documents that depend on a file that was closed: the disk counts again.
pub(crate) fn file_closed(server: &Arc<Server>, path: &Path) {
    let uris: Vec<Uri> = dependents(&server.state(), path).into_iter().map(|(uri, _)| uri).collect();
    uris.iter().for_each(|uri| file_loader::reload(server, uri));
}

/// Updates the caches of the documents that depend on a file that was opened or edited.
pub(crate) fn file_changed(server: &Arc<Server>, path: &Path) {
    let mut state = server.state();
    let mut updated: Vec<Uri> = Vec::new();
    for (uri, mut answers) in dependents(&state, path) {
        let Some(document) = state.documents.get(&uri).map(|open| Arc::clone(&open.snapshot)) else {
            continue;
        };
        apply(&state, &document, &mut answers);
        if !file_cache::differs(&document.file_cache, &answers, None) {
            continue;
        }
        let cache = Arc::new(file_cache::merged(&document.file_cache, answers));
        if let Some(open) = state.documents.get_mut(&uri) {
            open.snapshot = document.modified(|next| next.file_cache = cache);
            updated.push(uri);
        }
    }
    drop(state);
    updated.iter().for_each(|uri| publish::refresh(server, uri));
}

/// The documents that read a file or list its directory, with their cached answers about it.
fn dependents(state: &State, path: &Path) -> Vec<(Uri, FileCache)> {
    let mut found = Vec::new();
    let Some((directory, name)) = path.parent().zip(path.file_name().and_then(|name| name.to_str())) else {
        return found;
    };
    for (uri, open) in &state.documents {
        let own_path = open.snapshot.path().filter(|own| *own != path);
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
        let answers = open.snapshot.file_cache.iter().filter(|(query, _)| is_about_file(query));
        let answers: FileCache = answers.map(|(query, answer)| (query.clone(), answer.clone())).collect();
        if !answers.is_empty() {
            found.push((uri.clone(), answers));
        }
    }
    found
}

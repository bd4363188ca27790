//! Files that the client has open, seen from the documents beside them: what a buffer says counts, not the disk.

use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::state::State;
use crate::lsp::workspace::file_cache::{self, Answer, Picture, Question};
use crate::lsp::workspace::{file_loader, publish};
use crate::workspace::join;
use foldhash::HashMap;
use ropey::Rope;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::Uri;

/// Puts what open buffers say in the place of what the disk says.
pub(crate) fn apply(state: &State, view: &View, answers: &mut Picture) {
    let Some(directory) = view.path().and_then(Path::parent) else { return };
    for (question, answer) in answers {
        match (question, answer) {
            (Question::Read(path), answer) => {
                if let Some(text) = join(directory, path).and_then(|path| open_text(state, &path)) {
                    *answer = Answer::Read(Some(text));
                }
            }
            (Question::List(path), Answer::List(Some(names))) => {
                let Some(directory) = join(directory, path) else { continue };
                let inside = open_paths(state).filter(|path| path.parent() == Some(&directory));
                for name in inside.filter_map(|path| path.file_name()?.to_str()) {
                    if let Err(at) = names.binary_search_by(|known| known.as_str().cmp(name)) {
                        names.insert(at, name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
}

/// Where the open files lie. One that is not saved yet takes part in its directory all the same.
fn open_paths(state: &State) -> impl Iterator<Item = &Path> {
    let documents = state.documents.values().filter_map(|open| open.view.path());
    documents.chain(state.code.values().map(|buffer| buffer.path.as_path()))
}

/// What the client has open, by path. A rope is cheap to copy.
pub(crate) fn open_files(state: &State) -> HashMap<PathBuf, Rope> {
    let documents = state.documents.values().map(|open| &open.view);
    let documents = documents.filter_map(|view| Some((view.path()?.to_path_buf(), &view.text)));
    let code = state.code.values().map(|buffer| (buffer.path.clone(), &buffer.text));
    documents.chain(code).map(|(path, text)| (path, text.rope.clone())).collect()
}

fn open_text(state: &State, path: &Path) -> Option<Arc<str>> {
    if let Some(buffer) = state.code.values().find(|buffer| buffer.path == path) {
        return Some(Arc::clone(&buffer.said));
    }
    let open = state.documents.values().find(|open| open.view.path() == Some(path))?;
    Some(open.view.text.rope.to_string().into())
}

/// Tells the documents that look at a file that its buffer was closed, so that the disk counts again.
pub(crate) fn forget(session: &Arc<Session>, path: &Path) {
    let looking: Vec<Uri> = looking_at(&session.state(), path).into_iter().map(|(uri, _)| uri).collect();
    looking.iter().for_each(|uri| file_loader::look_again(session, uri));
}

/// Tells the documents that look at a file that its buffer was opened or edited.
pub(crate) fn tell(session: &Arc<Session>, path: &Path) {
    let mut state = session.state();
    let mut told: Vec<Uri> = Vec::new();
    for (uri, mut answers) in looking_at(&state, path) {
        let Some(view) = state.documents.get(&uri).map(|open| Arc::clone(&open.view)) else { continue };
        apply(&state, &view, &mut answers);
        if !file_cache::differ(&view.picture, &answers, None) {
            continue;
        }
        let picture = Arc::new(file_cache::merged(&view.picture, answers));
        if let Some(open) = state.documents.get_mut(&uri) {
            open.view = view.then(|view| view.picture = picture);
            told.push(uri);
        }
    }
    drop(state);
    told.iter().for_each(|uri| publish::again(session, uri));
}

/// The documents that asked for a file, or for the names in its directory, with what they know of that.
fn looking_at(state: &State, path: &Path) -> Vec<(Uri, Picture)> {
    let mut found = Vec::new();
    let Some((directory, name)) = path.parent().zip(path.file_name().and_then(|name| name.to_str())) else {
        return found;
    };
    for (uri, open) in &state.documents {
        let own = open.view.path().filter(|own| *own != path).and_then(Path::parent);
        let Some(own) = own else { continue };
        // The names that matter are those of steps, which lie in the directory of their bundle.
        let is_step = directory.parent() == Some(own);
        let is_it = |question: &Question| match question {
            Question::Read(asked) => asked.ends_with(name) && join(own, asked).as_deref() == Some(path),
            Question::List(asked) => is_step && join(own, asked).as_deref() == Some(directory),
            Question::Look(_) => false,
        };
        let answers = open.view.picture.iter().filter(|(question, _)| is_it(question));
        let answers: Picture = answers.map(|(question, answer)| (question.clone(), answer.clone())).collect();
        if !answers.is_empty() {
            found.push((uri.clone(), answers));
        }
    }
    found
}

//! Bundles in the editor, seen from the jq programs beside them: an open buffer wins over the disk.

use super::document::View;
use super::schedule;
use super::session::{Session, State};
use super::surroundings::{self, Answer, Picture, Question};
use crate::analysis::BUNDLES;
use crate::bundle::ProgramFile;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tower_lsp::ls_types::Uri;

/// Puts the texts of open buffers in the place of what the disk says.
pub(super) fn apply(state: &State, view: &View, answers: &mut Picture) {
    for (question, answer) in answers {
        if let Question::Read(path) = question
            && let Some(text) = open_text(state, view, path)
        {
            *answer = Answer::Read(Some(text));
        }
    }
}

fn open_text(state: &State, view: &View, path: &str) -> Option<Arc<str>> {
    let place = view.place.as_ref()?;
    if !BUNDLES.contains(&path) || !is_program(&place.document) {
        return None;
    }
    let path = beside(place.document.parent()?, path)?;
    let is_there = |open: &View| open.place.as_ref().is_some_and(|place| place.document == path);
    let open = state.documents.values().find(|open| is_there(&open.view))?;
    Some(open.view.text.rope.to_string().into())
}

/// A relative path below or above a directory, with `.` and `..` taken out.
fn beside(directory: &Path, path: &str) -> Option<PathBuf> {
    let mut joined = directory.to_path_buf();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if joined.pop() => {}
            Component::Normal(name) => joined.push(name),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(joined)
}

fn is_program(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).and_then(ProgramFile::named).is_some()
}

/// The programs of a bundle that are open.
fn programs(state: &State, bundle: &View) -> Vec<Arc<View>> {
    let Some(place) = bundle.place.as_ref().filter(|place| !is_program(&place.document)) else {
        return Vec::new();
    };
    let open = state.documents.values().filter(|open| belongs(&open.view, &place.document));
    open.map(|open| Arc::clone(&open.view)).collect()
}

/// Tells the programs of a bundle that its buffer was closed, so that the disk counts again.
pub(super) fn forget(session: &Arc<Session>, bundle: &View) {
    let programs = programs(&session.state(), bundle);
    programs.iter().for_each(|program| schedule::look_again(session, &program.uri));
}

/// Tells the programs of a bundle that its buffer was opened or edited.
pub(super) fn tell(session: &Arc<Session>, bundle: &View) {
    let mut state = session.state();
    let mut told: Vec<Uri> = Vec::new();
    for program in programs(&state, bundle) {
        let mut answers: Picture = program
            .picture
            .iter()
            .filter(|(question, _)| matches!(question, Question::Read(_)))
            .map(|(question, answer)| (question.clone(), answer.clone()))
            .collect();
        apply(&state, &program, &mut answers);
        let picture = Arc::new(surroundings::merged(&program.picture, answers));
        if let Some(open) = state.documents.get_mut(&program.uri) {
            open.view = open.view.then(|view| view.picture = picture);
            told.push(program.uri.clone());
        }
    }
    drop(state);
    told.iter().for_each(|uri| schedule::again(session, uri));
}

fn belongs(view: &View, bundle: &Path) -> bool {
    let Some(place) = view.place.as_ref().filter(|place| is_program(&place.document)) else { return false };
    place.document.parent().and_then(Path::parent) == bundle.parent()
}

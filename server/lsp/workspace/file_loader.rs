//! Looks at the disk for what the analysis of a document asked.

use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::file_cache::{self, Picture, Question};
use crate::lsp::workspace::{open_files, publish};
use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tower_lsp::ls_types::Uri;

/// What is found on the disk may lead to other questions, but not many times.
const MAX_LOOKS: usize = 8;

/// Looks at the disk for what the analysis of a view wanted to know and nobody knew.
pub(crate) fn look_around(session: &Arc<Session>, view: &Arc<View>) {
    if let Some(asked) = view.asked() {
        look_for(session, view, asked);
    }
}

/// Looks at the disk for what somebody wanted to know of it, where nobody knows; the first time also for what is
/// sure to be asked sooner or later.
pub(crate) fn look_for(session: &Arc<Session>, view: &Arc<View>, asked: &BTreeSet<Question>) {
    let Some(look) = look(session, view, asked) else { return };
    spawn_blocking(look);
}

/// The same text with all that its analysis wants to know of the disk.
pub(crate) fn settled(session: &Arc<Session>, mut view: Arc<View>) -> Arc<View> {
    for _ in 0..MAX_LOOKS {
        view.analysis(session.analyse);
        let Some(look) = view.asked().and_then(|asked| look(session, &view, asked)) else { break };
        look();
        match session.view(&view.uri) {
            Some(next) if next.version == view.version => view = next,
            _ => break,
        }
    }
    view
}

fn look(
    session: &Arc<Session>,
    view: &Arc<View>,
    asked: &BTreeSet<Question>,
) -> Option<impl FnOnce() + use<>> {
    let place = view.place.clone()?;
    let unknown = |question: &&Question| !view.picture.contains_key(*question);
    let questions: Vec<Question> = asked.iter().filter(unknown).cloned().collect();
    let first = view.picture.is_empty();
    if questions.is_empty() && !first {
        return None;
    }
    let (session, uri) = (Arc::clone(session), view.uri.clone());
    Some(move || {
        let mut answers = file_cache::look_up(&place, &questions);
        if first {
            answers.extend(file_cache::survey(&place));
        }
        learn(&session, &uri, answers);
    })
}

/// Looks again at everything on the disk that a document's analysis depends on.
pub(crate) fn look_again(session: &Arc<Session>, uri: &Uri) {
    let mut state = session.state();
    let Some(open) = state.documents.get_mut(uri) else { return };
    if open.view.picture.is_empty() || mem::replace(&mut open.looking, true) {
        return;
    }
    drop(state);
    let (session, uri) = (Arc::clone(session), uri.clone());
    spawn_blocking(move || {
        let mut state = session.state();
        let Some(open) = state.documents.get_mut(&uri) else { return };
        open.looking = false;
        let view = Arc::clone(&open.view);
        drop(state);
        let Some(place) = &view.place else { return };
        let answers = match view.asked() {
            Some(asked) => file_cache::look_up(place, asked.iter().chain(view.picture.keys())),
            None => file_cache::look_up(place, view.picture.keys()),
        };
        learn(&session, &uri, answers);
    });
}

fn learn(session: &Arc<Session>, uri: &Uri, mut answers: Picture) {
    let mut state = session.state();
    let Some(view) = state.documents.get(uri).map(|open| Arc::clone(&open.view)) else { return };
    open_files::apply(&state, &view, &mut answers);
    let Some(open) = state.documents.get_mut(uri) else { return };
    let changed = file_cache::differ(&open.view.picture, &answers, open.view.asked());
    let picture = Arc::new(file_cache::merged(&open.view.picture, answers));
    if !changed {
        open.view = open.view.with_equal(picture);
        return;
    }
    open.view = open.view.then(|view| view.picture = picture);
    drop(state);
    publish::again(session, uri);
}

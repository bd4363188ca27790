//! What is known about the files around a document. Analysis asks a picture, never the disk: a question that the
//! picture cannot answer yet gets "unknown", is written down, and is answered from the disk afterwards, in the
//! background. Then the document is analysed again.

use crate::workspace::{DiskFiles, Files, Look};
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// One document's rules may ask so much; a bundle asks a few dozen things, only a hostile one asks more.
const MAX_QUESTIONS: usize = 1_000;

/// So many names beside a document are looked at before anybody asks.
const MAX_SURVEYED: usize = 100;

/// So much text (bytes) of other files is kept per document.
const MAX_TEXT: usize = 16 << 20;

/// Where a document lies, and where it may look.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The document's own absolute path.
    pub(crate) document: PathBuf,
    /// Nothing outside these directories is ever looked at.
    pub(crate) roots: Arc<[PathBuf]>,
}

impl Place {
    /// A document may look at the workspace; where there is none, at its own directory and the one above.
    pub(crate) fn new(document: PathBuf, folders: &[PathBuf]) -> Self {
        let roots = if folders.is_empty() {
            document.ancestors().skip(1).take(2).last().map(PathBuf::from).into_iter().collect()
        } else {
            folders.into()
        };
        Self { document, roots }
    }
}

/// What a rule may ask; paths as it gave them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Question {
    /// What stands there?
    Look(String),
    /// Which names are in that directory?
    List(String),
    /// What does that file say?
    Read(String),
}

/// What is the case.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Answer {
    /// This stands there.
    Look(Look),
    /// These names, sorted.
    List(Option<Vec<String>>),
    /// This text.
    Read(Option<Arc<str>>),
}

impl Answer {
    /// Whether it says no more than no answer at all.
    fn is_unknown(&self) -> bool {
        matches!(self, Self::Look(Look::Unknown) | Self::List(None) | Self::Read(None))
    }
}

/// The questions that have answers.
pub(crate) type Picture = HashMap<Question, Answer>;

/// Answers from the disk. Takes its time.
pub(crate) fn look_up<'a>(place: &Place, questions: impl IntoIterator<Item = &'a Question>) -> Picture {
    let mut room = MAX_TEXT;
    let mut picture = Picture::default();
    let Some(directory) = place.document.parent() else { return picture };
    let disk = DiskFiles::within(directory, &place.roots);
    for question in questions {
        let answer = match question {
            Question::Look(path) => Answer::Look(disk.look(path)),
            Question::List(path) => Answer::List(disk.list(path)),
            Question::Read(path) => Answer::Read(disk.read(path).filter(|text| text.len() <= room)),
        };
        if let Answer::Read(Some(text)) = &answer {
            room -= text.len();
        }
        picture.insert(question.clone(), answer);
    }
    picture
}

/// What lies beside a document: every name there, and what the directories among them hold.
pub(crate) fn survey(place: &Place) -> Picture {
    let here = [Question::List(".".to_owned())];
    let mut picture = look_up(place, &here);
    let Some(Answer::List(Some(names))) = picture.get(&here[0]) else { return picture };
    let visible = names.iter().filter(|name| !name.starts_with('.')).take(MAX_SURVEYED);
    let looks: Vec<Question> = visible.map(|name| Question::Look(name.clone())).collect();
    let looked = look_up(place, &looks);
    let directories = looked.iter().filter_map(|(question, answer)| match (question, answer) {
        (Question::Look(name), Answer::Look(Look::Directory)) => Some(Question::List(name.clone())),
        _ => None,
    });
    let lists: Vec<Question> = directories.collect();
    picture.extend(look_up(place, &lists));
    picture.extend(looked);
    picture
}

/// Whether an analysis that saw `before` and asked these questions would see anything else in `after`.
pub(crate) fn differ(before: &Picture, after: &Picture, asked: Option<&BTreeSet<Question>>) -> bool {
    let mut matters =
        after.iter().filter(|(question, _)| asked.is_none_or(|asked| asked.contains(*question)));
    matters.any(|(question, answer)| match before.get(question) {
        Some(known) => known != answer,
        None => !answer.is_unknown(),
    })
}

/// Answers one analysis from a picture and writes down what it asked.
pub(crate) struct Asking<'a> {
    picture: Option<&'a Picture>,
    asked: Mutex<BTreeSet<Question>>,
}

impl<'a> Asking<'a> {
    /// Without a picture (the document is on no disk) everything is unknown and nothing is written down.
    pub(crate) fn new(picture: Option<&'a Picture>) -> Self {
        Self { picture, asked: Mutex::default() }
    }

    /// What was asked.
    pub(crate) fn into_asked(self) -> BTreeSet<Question> {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, question: Question) -> Option<&'a Answer> {
        let picture = self.picture?;
        let answer = picture.get(&question);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() < MAX_QUESTIONS {
            asked.insert(question);
        }
        answer
    }
}

impl Files for Asking<'_> {
    fn look(&self, path: &str) -> Look {
        match self.ask(Question::Look(path.to_owned())) {
            Some(Answer::Look(look)) => *look,
            _ => Look::Unknown,
        }
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        match self.ask(Question::List(path.to_owned())) {
            Some(Answer::List(names)) => names.clone(),
            _ => None,
        }
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        match self.ask(Question::Read(path.to_owned())) {
            Some(Answer::Read(text)) => text.clone(),
            _ => None,
        }
    }
}

/// What was known and what is known now. Grown too large, it keeps only what is new.
pub(crate) fn merged(before: &Picture, now: Picture) -> Picture {
    if before.len() + now.len() > 2 * MAX_QUESTIONS {
        return now;
    }
    let mut both = before.clone();
    both.extend(now);
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_document_sees_its_workspace_and_without_one_the_directory_above() {
        let top = tempfile::tempdir().unwrap();
        let bundle = top.path().join("workspace/bundle");
        fs::create_dir_all(bundle.join("src")).unwrap();
        for file in ["secret", "workspace/readme", "workspace/bundle/src/main.tf"] {
            fs::write(top.path().join(file), "x").unwrap();
        }
        for folders in [&[][..], &[top.path().join("workspace")]] {
            let place = Place::new(bundle.join("massdriver.yaml"), folders);
            let seen = |path: &str| {
                let question = Question::Look(path.to_owned());
                look_up(&place, [&question]).remove(&question)
            };
            assert_eq!(seen("src/main.tf"), Some(Answer::Look(Look::File)));
            assert_eq!(seen("../readme"), Some(Answer::Look(Look::File)));
            assert_eq!(seen("../../secret"), Some(Answer::Look(Look::Unknown)));
        }
    }
}

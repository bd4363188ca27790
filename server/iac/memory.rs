//! What was read before, so that nothing is read twice, and what a file said before somebody began to type in it.

use super::{Language, Unit};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// So many files are remembered; a bundle's steps together have some twenty.
const MAX_FILES: usize = 1_000;

/// A text, and what it declares.
#[derive(Debug)]
pub struct Reading {
    /// The text; spans in the unit are bytes of it.
    pub text: Arc<str>,
    /// What it declares.
    pub unit: Unit,
}

/// What is known of a file.
#[derive(Clone, Debug)]
pub struct Known {
    /// The last version that could be read.
    pub reading: Arc<Reading>,
    /// Whether that is what the file says now.
    pub current: bool,
}

/// The files that were read, by path.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<String, Entry>>);

#[derive(Clone, Debug)]
struct Entry {
    text: Arc<str>,
    /// What this text, or the last one before it that could be read, declares. Whoever asks while it is being read waits
    /// for that instead of reading it again.
    reading: Arc<OnceLock<Option<Arc<Reading>>>>,
}

impl Memory {
    /// What is known of a file with this text: `None` when neither this text nor one before it could be read.
    #[must_use]
    pub fn read(&self, path: &str, language: Language, text: &Arc<str>) -> Option<Known> {
        let (entry, last) = self.entry(path, text);
        let reading = entry.reading.get_or_init(|| {
            let unit = language.read(text);
            unit.map(|unit| Arc::new(Reading { text: Arc::clone(text), unit })).or(last)
        });
        found(text, reading.clone())
    }

    /// The entry of a text, and what an earlier text of the same file declares.
    fn entry(&self, path: &str, text: &Arc<str>) -> (Entry, Option<Arc<Reading>>) {
        let mut entries = self.entries();
        let known = entries.get(path).cloned();
        if let Some(known) = known.as_ref().filter(|known| known.text == *text) {
            return (known.clone(), None);
        }
        if entries.len() >= MAX_FILES && known.is_none() {
            entries.clear();
        }
        let entry = Entry { text: Arc::clone(text), reading: Arc::default() };
        entries.insert(path.to_owned(), entry.clone());
        (entry, known.and_then(|known| known.reading.get().cloned().flatten()))
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // Every change is one insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn found(text: &Arc<str>, reading: Option<Arc<Reading>>) -> Option<Known> {
    let reading = reading?;
    let current = reading.text == *text;
    Some(Known { reading, current })
}

//! A cache of parsed files, with the last version that parsed for files with syntax errors.

use super::{Language, Unit};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Maximum number of cached files; a bundle's steps together have about twenty.
const MAX_FILES: usize = 1_000;

/// A parsed text.
#[derive(Debug)]
pub struct Reading {
    /// The text; spans in `unit` are byte offsets in it.
    pub text: Arc<str>,
    /// The declarations in the text.
    pub unit: Unit,
}

/// The cached result for a file.
#[derive(Clone, Debug)]
pub struct Known {
    /// The last version without syntax errors.
    pub reading: Arc<Reading>,
    /// Whether that is the current version.
    pub current: bool,
}

/// Parsed files by path.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<String, Entry>>);

#[derive(Clone, Debug)]
struct Entry {
    text: Arc<str>,
    /// The result for this text, or for the last version before it that parsed. Concurrent readers wait for the same
    /// computation.
    reading: Arc<OnceLock<Option<Arc<Reading>>>>,
}

impl Memory {
    /// The result for a file with this text; `None` if neither this text nor an earlier version parsed.
    #[must_use]
    pub fn read(&self, path: &str, language: Language, text: &Arc<str>) -> Option<Known> {
        let (entry, last) = self.entry(path, text);
        let reading = entry.reading.get_or_init(|| {
            let unit = language.read(text);
            unit.map(|unit| Arc::new(Reading { text: Arc::clone(text), unit })).or(last)
        });
        found(text, reading.clone())
    }

    /// The cache entry for a text, and the result for the previous text of the file.
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
        // A poisoned lock is harmless: every change is a single insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn found(text: &Arc<str>, reading: Option<Arc<Reading>>) -> Option<Known> {
    let reading = reading?;
    let current = reading.text == *text;
    Some(Known { reading, current })
}

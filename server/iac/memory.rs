//! What was read before, so that nothing is read twice, and what a file said before somebody began to type in it.

use super::{Language, Unit};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

#[derive(Debug)]
struct Entry {
    text: Arc<str>,
    reading: Option<Arc<Reading>>,
}

impl Memory {
    /// What is known of a file with this text: `None` when neither this text nor one before it could be read.
    #[must_use]
    pub fn read(&self, path: &str, language: Language, text: &Arc<str>) -> Option<Known> {
        let known = self.entries().get(path).map(|entry| (Arc::clone(&entry.text), entry.reading.clone()));
        let last = match known {
            Some((same, reading)) if Arc::ptr_eq(&same, text) || same == *text => {
                return found(text, reading);
            }
            Some((_, last)) => last,
            None => None,
        };
        let unit = language.read(text);
        let reading = unit.map(|unit| Arc::new(Reading { text: Arc::clone(text), unit })).or(last);
        let mut entries = self.entries();
        if entries.len() >= MAX_FILES && !entries.contains_key(path) {
            entries.clear();
        }
        entries.insert(path.to_owned(), Entry { text: Arc::clone(text), reading: reading.clone() });
        drop(entries);
        found(text, reading)
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

//! The log file, for those who look for a fault. Without `--log-file` there is none, and asking costs nothing.

use crate::private;
use crate::settings::LogLevel;
use crate::visible;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Where lines go, and which.
#[derive(Default)]
pub(crate) struct Log(Option<Open>);

struct Open {
    file: Mutex<File>,
    /// The [`LogLevel`] that the user wants, as a number.
    level: AtomicU8,
    /// `$/setTrace` wants to know everything.
    verbose: std::sync::atomic::AtomicBool,
    start: Instant,
}

impl Log {
    /// Appends to a file.
    pub(crate) fn to_file(path: &Path) -> io::Result<Self> {
        let file = Mutex::new(private::append(path)?);
        let level = AtomicU8::new(LogLevel::default() as u8);
        let start = Instant::now();
        Ok(Self(Some(Open { file, level, verbose: false.into(), start })))
    }

    /// Takes the user's choice.
    pub(crate) fn set_level(&self, level: LogLevel) {
        if let Some(open) = &self.0 {
            open.level.store(level as u8, Ordering::Relaxed);
        }
    }

    /// Takes the client's choice, which can only add to the user's.
    pub(crate) fn set_verbose(&self, verbose: bool) {
        if let Some(open) = &self.0 {
            open.verbose.store(verbose, Ordering::Relaxed);
        }
    }

    /// Whether lines of this level are written.
    pub(crate) fn wants(&self, level: LogLevel) -> bool {
        self.0.as_ref().is_some_and(|open| {
            level as u8 <= open.level.load(Ordering::Relaxed) || open.verbose.load(Ordering::Relaxed)
        })
    }

    /// Writes a line, with the seconds since the start. A full disk stops nobody from working.
    pub(crate) fn write(&self, level: LogLevel, message: &str) {
        let Some(open) = self.0.as_ref().filter(|_| self.wants(level)) else { return };
        let seconds = open.start.elapsed().as_secs_f64();
        let message = visible::lines(message).replace('\n', "\n           ");
        let line = format!("{seconds:10.3} {:7} {message}\n", level.word());
        let mut file = open.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.write_all(line.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_changes_while_it_runs() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let log = Log::to_file(&path).unwrap();
        log.write(LogLevel::Info, "one");
        log.write(LogLevel::Debug, "two");
        log.set_level(LogLevel::Debug);
        log.write(LogLevel::Debug, "three\nfour");
        log.set_level(LogLevel::Error);
        log.write(LogLevel::Warning, "five");
        log.set_verbose(true);
        log.write(LogLevel::Debug, "six");
        let text = std::fs::read_to_string(path).unwrap();
        let words: Vec<&str> = text.lines().map(|line| line[10..].trim()).collect();
        assert_eq!(words, ["info    one", "debug   three", "four", "debug   six"]);
    }

    #[test]
    fn without_a_file_nothing_is_wanted() {
        assert!(!Log::default().wants(LogLevel::Error));
    }
}

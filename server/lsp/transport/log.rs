//! The log file (`--log-file`).

use crate::private;
use crate::settings::LogLevel;
use crate::visible;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Writes log entries; without a file, it does nothing.
#[derive(Default)]
pub(crate) struct Log(Option<LogFile>);

struct LogFile {
    file: Mutex<File>,
    /// The [`LogLevel`] of the settings, as a number.
    level: AtomicU8,
    /// All levels are written, by `$/setTrace`.
    verbose: AtomicBool,
    start: Instant,
}

impl Log {
    /// Appends to a file.
    pub(crate) fn to_file(path: &Path) -> io::Result<Self> {
        let file = Mutex::new(private::append(path)?);
        let level = AtomicU8::new(LogLevel::default() as u8);
        let start = Instant::now();
        Ok(Self(Some(LogFile { file, level, verbose: false.into(), start })))
    }

    /// Sets the level.
    pub(crate) fn set_level(&self, level: LogLevel) {
        if let Some(open) = &self.0 {
            open.level.store(level as u8, Ordering::Relaxed);
        }
    }

    /// Writes all levels, whatever [`Self::set_level`] says.
    pub(crate) fn set_verbose(&self, verbose: bool) {
        if let Some(open) = &self.0 {
            open.verbose.store(verbose, Ordering::Relaxed);
        }
    }

    /// Whether entries of this level are written.
    pub(crate) fn wants(&self, level: LogLevel) -> bool {
        self.0.as_ref().is_some_and(|open| {
            level as u8 <= open.level.load(Ordering::Relaxed) || open.verbose.load(Ordering::Relaxed)
        })
    }

    /// Writes an entry with the seconds since the start. Errors are ignored: a full disk must not end the session.
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
    fn the_level_can_change() {
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
    fn without_a_file_nothing_is_written() {
        assert!(!Log::default().wants(LogLevel::Error));
    }
}

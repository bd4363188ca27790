//! `--record`: writes the messages of a session to a file, for `massdriver-ls replay`.

use crate::private;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A recorded message: one line of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RecordedMessage {
    /// Milliseconds since the start.
    pub(crate) at: u64,
    /// The sender.
    pub(crate) from: Side,
    /// The message; a string if it is not JSON.
    pub(crate) message: Value,
}

/// The sender of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// The editor.
    Client,
    /// This program.
    Server,
}

/// Writes a recording. Each message is written before it is handled, so that a crash is reproducible.
pub(crate) struct Recorder {
    file: Mutex<File>,
    start: Instant,
}

impl Recorder {
    /// Starts a recording; replaces the content of the file.
    pub(crate) fn to_file(path: &Path) -> io::Result<Self> {
        Ok(Self { file: Mutex::new(private::overwrite(path)?), start: Instant::now() })
    }

    /// Records the body of a message.
    pub(crate) fn write(&self, from: Side, body: &[u8]) {
        let message = serde_json::from_slice(body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()));
        // The clock is read with the file locked, so that times never decrease from line to line.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let at = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let Ok(mut line) = serde_json::to_vec(&RecordedMessage { at, from, message }) else { return };
        line.push(b'\n');
        // A full disk must not end the session.
        let _ = file.write_all(&line);
    }
}

//! `--record`: the conversation with the editor as it went, for `massdriver-ls replay`.

use crate::private;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A line of a recording: one message.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Milliseconds since the start.
    pub(crate) at: u64,
    /// Who said it.
    pub(crate) from: Side,
    /// The message; what is no JSON stands here as a string.
    pub(crate) message: Value,
}

/// The two that talk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// The editor.
    Client,
    /// We.
    Server,
}

/// Writes down a conversation. Each line is on the disk before anything is done about it, so that a crash is in it.
pub(crate) struct Recorder {
    file: Mutex<File>,
    start: Instant,
}

impl Recorder {
    /// Begins a recording in place of what is in the file.
    pub(crate) fn to_file(path: &Path) -> io::Result<Self> {
        Ok(Self { file: Mutex::new(private::overwrite(path)?), start: Instant::now() })
    }

    /// Writes down one message's body.
    pub(crate) fn write(&self, from: Side, body: &[u8]) {
        let message = serde_json::from_slice(body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()));
        let at = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let Ok(mut line) = serde_json::to_vec(&Line { at, from, message }) else { return };
        line.push(b'\n');
        // A full disk stops nobody from working.
        let _ = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line);
    }
}

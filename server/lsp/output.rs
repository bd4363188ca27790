//! The way out. A thread of its own writes, so that nobody else ever waits for a client that does not read.

use super::frame;
use serde::Serialize;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tower_lsp::ls_types::notification::Notification;

/// How long the end waits for a client to take what is still to be written.
const PATIENCE: Duration = Duration::from_secs(1);

/// Sends messages to the client, in order and without waiting.
#[derive(Clone)]
pub(super) struct Output(Sender<Option<Vec<u8>>>);

/// Tells when the last message is written.
pub(super) struct Written(Receiver<()>);

impl Output {
    /// Starts the thread that writes.
    pub(super) fn start(wire: impl Write + Send + 'static) -> (Self, Written) {
        let (sender, messages) = channel();
        let (done, written) = channel::<()>();
        thread::spawn(move || {
            write_all(wire, &messages);
            drop(done);
        });
        (Self(sender), Written(written))
    }

    /// Sends a request or a response. What comes after the client has gone is forgotten.
    pub(super) fn send(&self, message: &impl Serialize) {
        if let Ok(frame) = frame::write(message) {
            let _ = self.0.send(Some(frame));
        }
    }

    /// Sends a notification.
    pub(super) fn notify<N: Notification>(&self, params: N::Params) {
        #[derive(Serialize)]
        struct Message<P> {
            jsonrpc: &'static str,
            method: &'static str,
            params: P,
        }
        self.send(&Message { jsonrpc: "2.0", method: N::METHOD, params });
    }

    /// Nothing more will be sent: waits, not for ever, until all is written.
    pub(super) fn end(self, written: Written) {
        let _ = self.0.send(None);
        let _ = written.0.recv_timeout(PATIENCE);
    }
}

fn write_all(mut wire: impl Write, messages: &Receiver<Option<Vec<u8>>>) {
    while let Ok(Some(frame)) = messages.recv() {
        if wire.write_all(&frame).and_then(|()| wire.flush()).is_err() {
            return;
        }
    }
}

//! The output queue. A thread writes messages in the order in which they were sent; no other thread waits for a client that
//! does not read.

use crate::lsp::transport::frame;
use crate::lsp::transport::recorder::{Recorder, Side};
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tower_lsp::ls_types::notification::Notification;

/// How long [`Output::close`] waits until the queue is written.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends messages to the client in order, without blocking.
#[derive(Clone)]
pub(crate) struct Output {
    /// The frames to write; `None` ends the writing thread.
    frames: Sender<Option<Vec<u8>>>,
    /// The client no longer reads.
    broken: Arc<AtomicBool>,
}

/// Disconnected when the writing thread has ended.
pub(crate) struct WriterEnded(Receiver<()>);

impl Output {
    /// Starts the writing thread.
    pub(crate) fn start(
        mut pipe: impl Write + Send + 'static,
        recorder: Option<Arc<Recorder>>,
    ) -> (Self, WriterEnded) {
        let (frames, queue) = channel::<Option<Vec<u8>>>();
        let (done, ended) = channel::<()>();
        let output = Self { frames, broken: Arc::default() };
        let broken = Arc::clone(&output.broken);
        thread::spawn(move || {
            while let Ok(Some(frame)) = queue.recv() {
                if let Some(recorder) = &recorder {
                    recorder.write(Side::Server, frame::body(&frame));
                }
                if pipe.write_all(&frame).and_then(|()| pipe.flush()).is_err() {
                    broken.store(true, Ordering::Relaxed);
                    break;
                }
            }
            drop(done);
        });
        (output, WriterEnded(ended))
    }

    /// Sends a message. It is dropped if the client no longer reads.
    pub(crate) fn send(&self, message: &impl Serialize) {
        if let Ok(frame) = frame::write(message) {
            let _ = self.frames.send(Some(frame));
        }
    }

    /// Sends a notification.
    pub(crate) fn notify<N: Notification>(&self, params: N::Params) {
        #[derive(Serialize)]
        struct NotificationMessage<P> {
            jsonrpc: &'static str,
            method: &'static str,
            params: P,
        }
        self.send(&NotificationMessage { jsonrpc: "2.0", method: N::METHOD, params });
    }

    /// Whether the client no longer reads.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Ends the writing thread and waits, at most [`FLUSH_TIMEOUT`], until the queue is written.
    pub(crate) fn close(self, ended: WriterEnded) {
        let _ = self.frames.send(None);
        let _ = ended.0.recv_timeout(FLUSH_TIMEOUT);
    }
}

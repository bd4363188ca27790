//! The way out: a queue in the order in which things were said, and whoever has time writes it to the client. Nobody waits
//! here for a client that does not read, but the thread whose work that is.

use crate::lsp::transport::frame;
use crate::lsp::transport::recorder::{Recorder, Side};
use serde::Serialize;
use std::collections::VecDeque;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;
use tower_lsp::ls_types::notification::Notification;

/// How long the end waits for a client to take what is still to be written.
const PATIENCE: Duration = Duration::from_secs(1);

/// Sends messages to the client, in order and without waiting.
#[derive(Clone)]
pub(crate) struct Output {
    wire: Arc<Wire>,
    /// Wakes the thread that writes for everybody who must not wait; `false` ends it.
    wake: Sender<bool>,
}

/// Tells when the last message is written.
pub(crate) struct Written(Receiver<()>);

struct Wire {
    /// What is still to be written; `None` once the client has gone.
    queue: Mutex<Option<VecDeque<Vec<u8>>>>,
    pipe: Mutex<Box<dyn Write + Send>>,
    /// Gets what is written, too.
    recorder: Option<Arc<Recorder>>,
}

impl Output {
    /// Starts the thread that writes.
    pub(crate) fn start(
        pipe: impl Write + Send + 'static,
        recorder: Option<Arc<Recorder>>,
    ) -> (Self, Written) {
        let queue = Mutex::new(Some(VecDeque::new()));
        let wire = Wire { queue, pipe: Mutex::new(Box::new(pipe)), recorder };
        let wire = Arc::new(wire);
        let (wake, woken) = channel();
        let (done, written) = channel::<()>();
        let writing = Arc::clone(&wire);
        thread::spawn(move || {
            while woken.recv() == Ok(true) {
                writing.write();
            }
            writing.write_the_rest();
            drop(done);
        });
        (Self { wire, wake }, Written(written))
    }

    /// Sends a request or a response. What comes after the client has gone is forgotten.
    pub(crate) fn send(&self, message: &impl Serialize) {
        self.queue(message);
        let _ = self.wake.send(true);
    }

    /// Sends a notification.
    pub(crate) fn notify<N: Notification>(&self, params: N::Params) {
        self.send(&notification::<N>(params));
    }

    /// Takes a message for the next [`Output::write`].
    pub(crate) fn queue(&self, message: &impl Serialize) {
        self.wire.push(message);
    }

    /// Takes a notification for the next [`Output::write`].
    pub(crate) fn queue_notification<N: Notification>(&self, params: N::Params) {
        self.queue(&notification::<N>(params));
    }

    /// Writes what is queued, unless somebody is at it. May wait for the client: never call it under a lock, nor where
    /// messages are read.
    pub(crate) fn write(&self) {
        self.wire.write();
    }

    /// Whether the client takes no more.
    pub(crate) fn is_broken(&self) -> bool {
        self.wire.queue().is_none()
    }

    /// Nothing more will be sent: waits, not for ever, until all is written.
    pub(crate) fn end(self, written: Written) {
        let _ = self.wake.send(false);
        let _ = written.0.recv_timeout(PATIENCE);
    }
}

fn notification<N: Notification>(params: N::Params) -> impl Serialize {
    #[derive(Serialize)]
    struct Message<P> {
        jsonrpc: &'static str,
        method: &'static str,
        params: P,
    }
    Message { jsonrpc: "2.0", method: N::METHOD, params }
}

impl Wire {
    fn queue(&self) -> MutexGuard<'_, Option<VecDeque<Vec<u8>>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, message: &impl Serialize) {
        if let Ok(frame) = frame::write(message)
            && let Some(queue) = self.queue().as_mut()
        {
            queue.push_back(frame);
        }
    }

    fn pop(&self) -> Option<Vec<u8>> {
        self.queue().as_mut().and_then(VecDeque::pop_front)
    }

    fn write(&self) {
        // What is queued while another thread lets go of the pipe is ours again.
        while self.queue().as_ref().is_some_and(|queue| !queue.is_empty()) {
            let mut pipe = match self.pipe.try_lock() {
                Ok(pipe) => pipe,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            self.empty_into(&mut **pipe);
        }
    }

    fn write_the_rest(&self) {
        self.empty_into(&mut **self.pipe.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn empty_into(&self, pipe: &mut dyn Write) {
        while let Some(frame) = self.pop() {
            if let Some(recorder) = &self.recorder {
                recorder.write(Side::Server, frame::body(&frame));
            }
            if pipe.write_all(&frame).and_then(|()| pipe.flush()).is_err() {
                *self.queue() = None;
            }
        }
    }
}

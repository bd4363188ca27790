//! The output queue. Messages are written in the order in which they were queued, by a writer thread or by a thread that may
//! block. No other thread waits for a client that does not read.

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

/// How long [`Output::close`] waits until the queue is written.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Sends messages to the client in order, without blocking.
#[derive(Clone)]
pub(crate) struct Output {
    shared: Arc<Shared>,
    /// Wakes the writer thread; `false` ends it.
    wake: Sender<bool>,
}

/// Disconnected when the writer thread has ended.
pub(crate) struct WriterEnded(Receiver<()>);

struct Shared {
    /// The frames to write; `None` once the client no longer reads.
    queue: Mutex<Option<VecDeque<Vec<u8>>>>,
    pipe: Mutex<Box<dyn Write + Send>>,
    recorder: Option<Arc<Recorder>>,
}

impl Output {
    /// Starts the writer thread.
    pub(crate) fn start(
        pipe: impl Write + Send + 'static,
        recorder: Option<Arc<Recorder>>,
    ) -> (Self, WriterEnded) {
        let queue = Mutex::new(Some(VecDeque::new()));
        let shared = Arc::new(Shared { queue, pipe: Mutex::new(Box::new(pipe)), recorder });
        let (wake, woken) = channel();
        let (done, ended) = channel::<()>();
        let writer = Arc::clone(&shared);
        thread::spawn(move || {
            while woken.recv() == Ok(true) {
                writer.try_write();
            }
            writer.write_all();
            drop(done);
        });
        (Self { shared, wake }, WriterEnded(ended))
    }

    /// Sends a message. It is dropped if the client no longer reads.
    pub(crate) fn send(&self, message: &impl Serialize) {
        self.queue(message);
        let _ = self.wake.send(true);
    }

    /// Sends a notification.
    pub(crate) fn notify<N: Notification>(&self, params: N::Params) {
        self.send(&notification::<N>(params));
    }

    /// Queues a message for the next [`Output::write`].
    pub(crate) fn queue(&self, message: &impl Serialize) {
        self.shared.push(message);
    }

    /// Queues a notification for the next [`Output::write`].
    pub(crate) fn queue_notification<N: Notification>(&self, params: N::Params) {
        self.queue(&notification::<N>(params));
    }

    /// Writes the queue, unless another thread is writing. May block on the client: must not be called under a lock or while
    /// reading messages.
    pub(crate) fn write(&self) {
        self.shared.try_write();
    }

    /// Whether the client no longer reads.
    pub(crate) fn is_broken(&self) -> bool {
        self.shared.queue().is_none()
    }

    /// Ends the writer thread and waits, at most [`FLUSH_TIMEOUT`], until the queue is written.
    pub(crate) fn close(self, ended: WriterEnded) {
        let _ = self.wake.send(false);
        let _ = ended.0.recv_timeout(FLUSH_TIMEOUT);
    }
}

fn notification<N: Notification>(params: N::Params) -> impl Serialize {
    #[derive(Serialize)]
    struct NotificationMessage<P> {
        jsonrpc: &'static str,
        method: &'static str,
        params: P,
    }
    NotificationMessage { jsonrpc: "2.0", method: N::METHOD, params }
}

impl Shared {
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

    fn try_write(&self) {
        // Repeated, since a message may be queued just before another thread releases the pipe.
        while self.queue().as_ref().is_some_and(|queue| !queue.is_empty()) {
            let mut pipe = match self.pipe.try_lock() {
                Ok(pipe) => pipe,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            self.drain_to(&mut **pipe);
        }
    }

    fn write_all(&self) {
        self.drain_to(&mut **self.pipe.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn drain_to(&self, pipe: &mut dyn Write) {
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

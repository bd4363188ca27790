//! The answer to a message: begun where messages are read, gone on with by whoever has what it waits for.

use crate::lsp::backend::Backend;
use crate::lsp::panics;
use crate::lsp::task;
use crate::lsp::transport::output::Output;
use crate::settings::LogLevel;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use tokio::runtime::Handle;
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{ErrorCode, Request, Response};
use tower_service::Service;

/// A message that is being handled. Who has done the work that it waits for goes on with it then and there, so that no
/// other thread has to be woken between the work of a request and its answer. Whoever else wakes it (a cancellation, an
/// answer of the client) may hold a lock, and leaves it to the runtime.
struct Reply {
    /// `None` once it is handled.
    handling: Mutex<Option<Handling>>,
    /// Wakes since somebody began to go on with it; 0 while nobody does.
    wakes: AtomicUsize,
    output: Output,
    runtime: Handle,
}

struct Handling {
    call: BoxFuture<'static, Option<Response>>,
    /// Held until the answer is out.
    _pending: Sender<()>,
}

/// Runs a handler as far as it goes without waiting; the rest is done where what it waits for comes from. Exactly one
/// answer to a request, none to a notification, also when the handler panics. `pending` is held until then.
pub(super) fn begin(
    service: &mut LspService<Backend>,
    request: Request,
    output: &Output,
    pending: &Sender<()>,
) {
    let id = request.id().cloned();
    let session = Arc::clone(&service.inner().0);
    let note = session.note_of(&request);
    let call = AssertUnwindSafe(service.call(request)).catch_unwind();
    let call = async move {
        let reply = match (call.await, id) {
            (Err(panic), Some(id)) => Some(Response::from_error(id, panics::internal_error(&*panic))),
            (Err(panic), None) => {
                session.log_failure("A notification was lost", &*panic);
                None
            }
            (Ok(Ok(Some(response))), Some(_)) if !is_unknown(&response) => Some(response),
            (Ok(_), id) => id.map(|id| Response::from_error(id, session.refusal())),
        };
        if let Some(note) = note {
            session.log.write(LogLevel::Debug, &note.done());
        }
        reply
    };
    let handling = Handling { call: Box::pin(call), _pending: pending.clone() };
    let handling = Mutex::new(Some(handling));
    let (wakes, output, runtime) = (AtomicUsize::new(0), output.clone(), Handle::current());
    Arc::new(Reply { handling, wakes, output, runtime }).go_on();
}

fn is_unknown(response: &Response) -> bool {
    response.error().is_some_and(|error| error.code == ErrorCode::MethodNotFound)
}

impl Wake for Reply {
    fn wake(self: Arc<Self>) {
        if task::is_answering() {
            self.go_on();
        } else {
            let runtime = self.runtime.clone();
            runtime.spawn(async move { self.go_on() });
        }
    }
}

impl Reply {
    /// Goes on until it has to wait again, or is handled.
    fn go_on(self: Arc<Self>) {
        if self.wakes.fetch_add(1, Ordering::AcqRel) > 0 {
            return; // Who is at it looks again before they stop.
        }
        let waker = Waker::from(Arc::clone(&self));
        loop {
            let seen = self.wakes.load(Ordering::Acquire);
            let handled = self.poll(&waker);
            // Once it is handled, the count stays: there is nothing to go on with.
            if handled || self.wakes.compare_exchange(seen, 0, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return;
            }
        }
    }

    /// Tells whether it is handled now.
    fn poll(&self, waker: &Waker) -> bool {
        let mut slot = self.handling.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(handling) = slot.as_mut() else { return true };
        let Poll::Ready(response) = handling.call.poll_unpin(&mut Context::from_waker(waker)) else {
            return false;
        };
        let handled = slot.take();
        drop(slot);
        response.iter().for_each(|response| self.send(response));
        drop(handled);
        true
    }

    fn send(&self, response: &Response) {
        if task::is_answering() {
            self.output.queue(response);
            self.output.write();
        } else {
            self.output.send(response);
        }
    }
}

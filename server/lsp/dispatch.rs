//! Runs the handler of a message and sends its response. The handler starts on the reading thread; after each wait it is
//! resumed by the thread that completed what it waited for.

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

/// A running handler. The thread that completes the work of a request polls the handler itself, so that no other thread has
/// to wake up between the work and the response. Other wake-ups (a cancellation, a response of the client) may come from
/// threads that hold a lock; they leave the polling to the runtime.
struct HandlerTask {
    /// `None` once the handler has completed.
    call: Mutex<Option<Call>>,
    /// Wake-ups since a thread started polling; 0 while none polls.
    wakes: AtomicUsize,
    output: Output,
    runtime: Handle,
}

struct Call {
    future: BoxFuture<'static, Option<Response>>,
    /// Dropped once the response is sent.
    _pending: Sender<()>,
}

/// Starts the handler of a message and runs it up to its first wait. Sends exactly one response to a request and none to a
/// notification, also if the handler panics. A clone of `pending` is held until then.
pub(super) fn start(
    service: &mut LspService<Backend>,
    request: Request,
    output: &Output,
    pending: &Sender<()>,
) {
    let id = request.id().cloned();
    let server = Arc::clone(&service.inner().0);
    let timer = server.start_timer(&request);
    let call = AssertUnwindSafe(service.call(request)).catch_unwind();
    let future = async move {
        let response = match (call.await, id) {
            (Err(panic), Some(id)) => Some(Response::from_error(id, panics::internal_error(&*panic))),
            (Err(panic), None) => {
                server.log_panic("A notification was lost", &*panic);
                None
            }
            (Ok(Ok(Some(response))), Some(_)) if !is_method_not_found(&response) => Some(response),
            (Ok(_), id) => id.map(|id| Response::from_error(id, server.unhandled_request_error())),
        };
        if let Some(timer) = timer {
            server.log.write(LogLevel::Debug, &timer.finish());
        }
        response
    };
    let call = Mutex::new(Some(Call { future: Box::pin(future), _pending: pending.clone() }));
    let (wakes, output, runtime) = (AtomicUsize::new(0), output.clone(), Handle::current());
    Arc::new(HandlerTask { call, wakes, output, runtime }).run();
}

fn is_method_not_found(response: &Response) -> bool {
    response.error().is_some_and(|error| error.code == ErrorCode::MethodNotFound)
}

impl Wake for HandlerTask {
    fn wake(self: Arc<Self>) {
        if task::is_completing_request() {
            self.run();
        } else {
            let runtime = self.runtime.clone();
            runtime.spawn(async move { self.run() });
        }
    }
}

impl HandlerTask {
    /// Polls the handler until it has to wait or has completed.
    fn run(self: Arc<Self>) {
        if self.wakes.fetch_add(1, Ordering::AcqRel) > 0 {
            return; // The polling thread checks for new wake-ups before it stops.
        }
        let waker = Waker::from(Arc::clone(&self));
        loop {
            let seen = self.wakes.load(Ordering::Acquire);
            let completed = self.poll(&waker);
            // After completion the count stays above 0: there is nothing left to poll.
            if completed || self.wakes.compare_exchange(seen, 0, Ordering::AcqRel, Ordering::Acquire).is_ok()
            {
                return;
            }
        }
    }

    /// Polls the handler once. Returns whether it has completed.
    fn poll(&self, waker: &Waker) -> bool {
        let mut slot = self.call.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(call) = slot.as_mut() else { return true };
        let Poll::Ready(response) = call.future.poll_unpin(&mut Context::from_waker(waker)) else {
            return false;
        };
        let completed = slot.take();
        drop(slot);
        response.iter().for_each(|response| self.send(response));
        drop(completed);
        true
    }

    fn send(&self, response: &Response) {
        if task::is_completing_request() {
            self.output.queue(response);
            self.output.write();
        } else {
            self.output.send(response);
        }
    }
}

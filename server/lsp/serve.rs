//! The loop that reads. It stands in for the protocol crate's own, which ends the session at the first malformed
//! message and needs three more turns from thread to thread per keystroke: here a notification's handler, and every
//! other one up to its first `.await`, runs on the thread that reads, in the order of the messages.

use super::backend::Backend;
use super::document::Analyse;
use super::frame;
use super::message::{self, Message};
use super::output::Output;
use super::schedule;
use super::session::Session;
use futures_util::{FutureExt, SinkExt, Stream, StreamExt};
use std::io::{self, BufRead, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{ErrorCode, Request, Response};
use tower_service::Service;

/// Threads that only pass on what other threads have found out.
const PASSING: usize = 1;

/// Threads that analyse and look at the disk.
const WORKING: usize = 4;

/// A thread that has nothing to do stays this long: starting one would be felt in the next keystroke.
const IDLE: Duration = Duration::from_secs(3600);

/// How long a client that has closed its end without `exit` may still wait for answers.
const PATIENCE: Duration = Duration::from_secs(1);

/// Serves one client until it says `exit` or closes its end. Tells whether it had said `shutdown` before.
pub(super) fn serve(
    mut input: impl BufRead,
    output: impl Write + Send + 'static,
    analyse: Analyse,
) -> io::Result<bool> {
    let runtime = runtime()?;
    let handle = runtime.handle().clone();
    let _context = handle.enter();
    let (output, written) = Output::start(output);
    let build = |remote| Backend(Session::new(remote, output.clone(), analyse));
    let builder = LspService::build(build).custom_method("$/setTrace", Backend::set_trace);
    let (mut service, socket) = builder.finish();
    let (questions, mut answers) = socket.split();
    tokio::spawn(pass_on(questions, output.clone()));

    let (pending, all_answered) = channel();
    let exited = loop {
        let Ok(Some(body)) = frame::read(&mut input) else { break false };
        match message::parse(body) {
            Message::Request(request) if request.method() == "exit" => break true,
            Message::Request(request) => answer(&mut service, request, &output, &pending),
            Message::Response(response) => _ = answers.send(response).now_or_never(),
            Message::Malformed(complaint) => output.send(&complaint),
        }
    };
    drop(pending);
    if !exited {
        let _ = all_answered.recv_timeout(PATIENCE);
    }
    output.end(written);
    runtime.shutdown_background();
    Ok(service.inner().0.shut_down.load(Ordering::Relaxed))
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(PASSING)
        .max_blocking_threads(WORKING)
        .thread_keep_alive(IDLE)
        .build()
}

/// Sends what we ask the client.
async fn pass_on(mut questions: impl Stream<Item = Request> + Unpin, output: Output) {
    while let Some(question) = questions.next().await {
        output.send(&question);
    }
}

fn is_unknown(response: &Response) -> bool {
    response.error().is_some_and(|error| error.code == ErrorCode::MethodNotFound)
}

/// Runs a handler as far as it goes without waiting; a request that has to wait goes on elsewhere. Exactly one answer
/// to a request, none to a notification, also when the handler panics. `pending` is held until then.
fn answer(service: &mut LspService<Backend>, request: Request, output: &Output, pending: &Sender<()>) {
    let id = request.id().cloned();
    let session = Arc::clone(&service.inner().0);
    let call = AssertUnwindSafe(service.call(request)).catch_unwind();
    let mut reply = Box::pin(async move {
        match (call.await, id) {
            (Err(panic), Some(id)) => Some(Response::from_error(id, schedule::internal_error(&*panic))),
            (Err(panic), None) => {
                session.log_failure(format!("A notification was lost: {}", schedule::reason(&*panic)));
                None
            }
            (Ok(Ok(Some(response))), Some(_)) if !is_unknown(&response) => Some(response),
            (Ok(_), id) => id.map(|id| Response::from_error(id, session.refusal())),
        }
    });
    match (&mut reply).now_or_never() {
        Some(response) => response.iter().for_each(|response| output.send(response)),
        None => {
            let (output, pending) = (output.clone(), pending.clone());
            tokio::spawn(async move {
                reply.await.iter().for_each(|response| output.send(response));
                drop(pending);
            });
        }
    }
}

#[cfg(test)]
mod tests;

//! The read loop. It replaces the one of `tower-lsp`, which ends the session at the first malformed message and needs five
//! more thread switches per keystroke. Handlers of notifications, and those of requests up to their first `.await`, run on
//! the reading thread, in the order of the messages.
//!
//! Two threads take turns at reading (leader/follower): the leader reads a message, lets the follower read the next one, and
//! then does the work of the message itself, including the write. So no other thread has to wake up between a keystroke and
//! its diagnostics.

use crate::lsp::RunOptions;
use crate::lsp::backend::Backend;
use crate::lsp::dispatch;
use crate::lsp::document::Analyse;
use crate::lsp::server::Server;
use crate::lsp::task;
use crate::lsp::transport::frame::{self, Frame, SkippedInput};
use crate::lsp::transport::log::Log;
use crate::lsp::transport::message::{self, Message};
use crate::lsp::transport::output::Output;
use crate::lsp::transport::recorder::Side;
use crate::settings::LogLevel;
use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{Request, Response};

/// Threads of the async runtime; they only forward results.
const ASYNC_THREADS: usize = 1;

/// At most this many threads analyse documents and read files.
const MAX_BLOCKING_THREADS: usize = 4;

/// How long an idle thread is kept: starting one would delay the next keystroke.
const THREAD_KEEP_ALIVE: Duration = Duration::from_secs(3600);

/// Threads that take turns at reading.
const READER_THREADS: usize = 2;

/// How long pending requests may still be answered after the input was closed without `exit`.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// At most this many reports of skipped input per session.
const MAX_SKIP_REPORTS: usize = 50;

/// Serves one client until it sends `exit` or closes the input. Returns whether it had sent `shutdown` before.
pub(super) fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
    analyse: Analyse,
    options: RunOptions,
) -> io::Result<bool> {
    let runtime = runtime()?;
    let _context = runtime.handle().enter();
    let (output, written) = Output::start(output, options.recorder.clone());
    let build = |client| Backend(Server::new(client, output.clone(), analyse, &options));
    let builder = LspService::build(build)
        .custom_method("$/setTrace", Backend::set_trace)
        .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
        .custom_method("massdriver/formPreview", Backend::form_preview)
        .custom_method("massdriver/formEnvs", Backend::form_envs)
        .custom_method("massdriver/formSavePreset", Backend::form_save_preset);
    let (service, socket) = builder.finish();
    let (requests, responses) = socket.split();
    tokio::spawn(forward(requests, output.clone()));

    let server = Arc::clone(&service.inner().0);
    let (pending, all_completed) = channel();
    let (end, ended) = channel();
    let log = Arc::clone(&options.log);
    log.write(LogLevel::Info, &format!("{} {} started", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")));
    let connection =
        Connection { input, service, responses, output: output.clone(), pending, end, options, skips: 0 };
    let readers =
        Arc::new(Readers { connection: Mutex::new(Some(connection)), waiting: AtomicUsize::new(0) });
    for _ in 0..READER_THREADS {
        let (readers, handle) = (Arc::clone(&readers), runtime.handle().clone());
        thread::spawn(move || {
            let _context = handle.enter();
            while readers.process_one() {}
        });
    }
    let exited = ended.recv().unwrap_or(false);
    log.write(LogLevel::Info, if exited { "the client sent exit" } else { "the input was closed" });
    if !exited {
        let _ = all_completed.recv_timeout(DRAIN_TIMEOUT);
    }
    output.close(written);
    runtime.shutdown_background();
    Ok(server.shutdown_requested.load(Ordering::Relaxed))
}

/// The threads that take turns at reading.
struct Readers<I, R> {
    /// Held by the leader; `None` once the session has ended.
    connection: Mutex<Option<Connection<I, R>>>,
    /// Number of threads that wait to read.
    waiting: AtomicUsize,
}

impl<I: BufRead, R: Sink<Response> + Unpin> Readers<I, R> {
    /// Reads one message, lets the next thread read, and runs the tasks of the message. `false` once the session has ended.
    fn process_one(&self) -> bool {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let mut guard = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let Some(connection) = guard.as_mut() else { return false };
        // A panic is reported by the panic hook; it loses one message and does not end the session.
        let (outcome, mut tasks) = task::collect_tasks(|| connection.read_message());
        if let Ok(Some(exited)) = outcome {
            let _ = connection.end.send(exited);
            *guard = None;
            return false;
        }
        // If no other thread waits to read, this one reads on and the pool runs all tasks.
        let own = if self.waiting.load(Ordering::Relaxed) > 0 { tasks.pop() } else { None };
        tasks.into_iter().for_each(|task| drop(spawn_blocking(task)));
        drop(guard);
        let _ = catch_unwind(AssertUnwindSafe(|| own.into_iter().for_each(|task| task())));
        true
    }
}

/// The connection to the client.
struct Connection<I, R> {
    input: I,
    service: LspService<Backend>,
    /// Receives the client's responses to our requests.
    responses: R,
    output: Output,
    /// Cloned into every pending request; the channel closes when all are answered.
    pending: Sender<()>,
    /// Receives, once, whether the client has sent `exit`.
    end: Sender<bool>,
    options: RunOptions,
    /// How often input was skipped.
    skips: usize,
}

impl<I: BufRead, R: Sink<Response> + Unpin> Connection<I, R> {
    /// Reads and handles one message. At the end of the session: whether the client has sent `exit`.
    fn read_message(&mut self) -> Option<bool> {
        let (log, skips) = (&self.options.log, &mut self.skips);
        let frame = frame::read(&mut self.input, &mut |skipped| report_skipped(log, skips, skipped));
        let Ok(Some(frame)) = frame else { return Some(false) };
        if self.output.is_broken() {
            return Some(false);
        }
        let body = match frame {
            Frame::Body(body) => body,
            Frame::TooLong(length) => {
                let message = format!("Skipped a message of {} MiB, which is too long.", length >> 20);
                self.service.inner().0.warn_user(message);
                return None;
            }
        };
        if let Some(recorder) = &self.options.recorder {
            recorder.write(Side::Client, &body);
        }
        match message::parse(body) {
            Message::Request(request) if request.method() == "exit" => return Some(true),
            Message::Request(request) => {
                dispatch::start(&mut self.service, request, &self.output, &self.pending);
            }
            Message::Response(response) => _ = self.responses.send(response).now_or_never(),
            Message::Malformed(error) => {
                self.options.log.write(LogLevel::Warning, "received a malformed message");
                self.output.send(&error);
            }
        }
        None
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(ASYNC_THREADS)
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .thread_keep_alive(THREAD_KEEP_ALIVE)
        .build()
}

/// Reports skipped input on standard error and in the log, at most [`MAX_SKIP_REPORTS`] times: standard error may be an
/// unread pipe.
fn report_skipped(log: &Log, skips: &mut usize, skipped: SkippedInput) {
    *skips += 1;
    let last = if *skips == MAX_SKIP_REPORTS { "; further input of this kind is not reported" } else { "" };
    if *skips <= MAX_SKIP_REPORTS {
        let _ = writeln!(io::stderr(), "massdriver-ls: {skipped}{last}");
        log.write(LogLevel::Warning, &format!("{skipped}{last}"));
    }
}

/// Sends the server's own requests to the client.
async fn forward(mut requests: impl Stream<Item = Request> + Unpin, output: Output) {
    while let Some(request) = requests.next().await {
        output.send(&request);
    }
}

#[cfg(test)]
mod tests;

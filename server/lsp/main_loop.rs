//! The loop that reads. It stands in for the protocol crate's own, which ends the session at the first malformed
//! message and needs five more turns from thread to thread per keystroke: here a notification's handler, and every
//! other one up to its first `.await`, runs on the thread that reads, in the order of the messages. Two threads take
//! turns at reading: who has read an edit or a request leaves the next message to the other one, and does the work
//! itself, up to the writing. So a keystroke wakes nobody else before its findings are out.

use crate::lsp::RunOptions;
use crate::lsp::backend::Backend;
use crate::lsp::dispatch;
use crate::lsp::document::Analyse;
use crate::lsp::server::Session;
use crate::lsp::task;
use crate::lsp::transport::frame::{self, Frame, Skipped};
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

/// Threads that only pass on what other threads have found out.
const PASSING: usize = 1;

/// Threads that analyse and look at the disk.
const WORKING: usize = 4;

/// A thread that has nothing to do stays this long: starting one would be felt in the next keystroke.
const IDLE: Duration = Duration::from_secs(3600);

/// Threads that take turns at reading.
const READERS: usize = 2;

/// How long a client that has closed its end without `exit` may still wait for answers.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reports of skipped input per session.
const MAX_SKIPS: usize = 50;

/// Serves one client until it says `exit` or closes its end. Tells whether it had said `shutdown` before.
pub(super) fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
    analyse: Analyse,
    options: RunOptions,
) -> io::Result<bool> {
    let runtime = runtime()?;
    let _context = runtime.handle().enter();
    let (output, written) = Output::start(output, options.recorder.clone());
    let build = |remote| Backend(Session::new(remote, output.clone(), analyse, &options));
    let builder = LspService::build(build)
        .custom_method("$/setTrace", Backend::set_trace)
        .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
        .custom_method("massdriver/formPreview", Backend::form_preview)
        .custom_method("massdriver/formEnvs", Backend::form_envs)
        .custom_method("massdriver/formSavePreset", Backend::form_save_preset);
    let (service, socket) = builder.finish();
    let (questions, answers) = socket.split();
    tokio::spawn(pass_on(questions, output.clone()));

    let session = Arc::clone(&service.inner().0);
    let (pending, all_answered) = channel();
    let (end, ended) = channel();
    let log = Arc::clone(&options.log);
    log.write(LogLevel::Info, &format!("{} {} begins", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")));
    let line = Line { input, service, answers, output: output.clone(), pending, end, options, skips: 0 };
    let turn = Arc::new(Turn { line: Mutex::new(Some(line)), waiting: AtomicUsize::new(0) });
    for _ in 0..READERS {
        let (turn, handle) = (Arc::clone(&turn), runtime.handle().clone());
        thread::spawn(move || {
            let _context = handle.enter();
            while turn.take() {}
        });
    }
    let exited = ended.recv().unwrap_or(false);
    log.write(LogLevel::Info, if exited { "the client says exit" } else { "the input has ended" });
    if !exited {
        let _ = all_answered.recv_timeout(PATIENCE);
    }
    output.end(written);
    runtime.shutdown_background();
    Ok(session.shut_down.load(Ordering::Relaxed))
}

/// What the threads that read take turns at.
struct Turn<I, A> {
    /// `None` when there is nothing more to read.
    line: Mutex<Option<Line<I, A>>>,
    /// Threads that wait for their turn.
    waiting: AtomicUsize,
}

impl<I: BufRead, A: Sink<Response> + Unpin> Turn<I, A> {
    /// Reads one message, lets the next thread read, and does the work that the message makes. `false` at the end.
    fn take(&self) -> bool {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let Some(open) = line.as_mut() else { return false };
        // What breaks is reported by the hook for panics, and costs one message, not the session.
        let (outcome, mut work) = task::keeping(|| open.next());
        if let Ok(Some(exited)) = outcome {
            let _ = open.end.send(exited);
            *line = None;
            return false;
        }
        // Somebody has to read: with nobody waiting, others do the work.
        let own = if self.waiting.load(Ordering::Relaxed) > 0 { work.pop() } else { None };
        work.into_iter().for_each(|work| drop(spawn_blocking(work)));
        drop(line);
        let _ = catch_unwind(AssertUnwindSafe(|| own.into_iter().for_each(|work| work())));
        true
    }
}

/// The client's end of the line.
struct Line<I, A> {
    input: I,
    service: LspService<Backend>,
    /// Where the client's answers go.
    answers: A,
    output: Output,
    /// Held by every request that is not answered yet.
    pending: Sender<()>,
    /// Told at the end whether the client has said `exit`.
    end: Sender<bool>,
    options: RunOptions,
    /// How often input was skipped.
    skips: usize,
}

impl<I: BufRead, A: Sink<Response> + Unpin> Line<I, A> {
    /// Reads and handles one message. At the end: whether the client has said `exit`.
    fn next(&mut self) -> Option<bool> {
        let (log, skips) = (&self.options.log, &mut self.skips);
        let frame = frame::read(&mut self.input, &mut |skipped| note_skipped(log, skips, skipped));
        let Ok(Some(frame)) = frame else { return Some(false) };
        if self.output.is_broken() {
            return Some(false);
        }
        let body = match frame {
            Frame::Body(body) => body,
            Frame::TooLong(length) => {
                let message = format!("A message of {} MiB was passed over: it is too long.", length >> 20);
                self.service.inner().0.complain(message);
                return None;
            }
        };
        if let Some(recorder) = &self.options.recorder {
            recorder.write(Side::Client, &body);
        }
        match message::parse(body) {
            Message::Request(request) if request.method() == "exit" => return Some(true),
            Message::Request(request) => {
                dispatch::begin(&mut self.service, request, &self.output, &self.pending);
            }
            Message::Response(response) => _ = self.answers.send(response).now_or_never(),
            Message::Malformed(complaint) => {
                self.options.log.write(LogLevel::Warning, "a malformed message came");
                self.output.send(&complaint);
            }
        }
        None
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(PASSING)
        .max_blocking_threads(WORKING)
        .thread_keep_alive(IDLE)
        .build()
}

/// Reports skipped input on standard error and in the log, at most a fixed number of times: standard error may be a pipe that is
/// never read.
fn note_skipped(log: &Log, skips: &mut usize, skipped: Skipped) {
    *skips += 1;
    let last = if *skips == MAX_SKIPS { "; what follows is not reported" } else { "" };
    if *skips <= MAX_SKIPS {
        let _ = writeln!(io::stderr(), "massdriver-ls: {skipped}{last}");
        log.write(LogLevel::Warning, &format!("{skipped}{last}"));
    }
}

/// Sends what we ask the client.
async fn pass_on(mut questions: impl Stream<Item = Request> + Unpin, output: Output) {
    while let Some(question) = questions.next().await {
        output.send(&question);
    }
}

#[cfg(test)]
mod tests;

//! The main loop: the only owner of the [`State`]. It handles one event after another: messages of the client in their order,
//! and results of background tasks. It publishes diagnostics itself; handlers get a snapshot and return data.
//!
//! One thread reads and parses messages, one writes them, and a pool runs requests and background work. Short analyses run on
//! the loop's own thread, which saves switching to another one; see [`DocumentSnapshot::is_quick`].

mod configuration;
mod dispatch;
mod documents;
mod index;
mod publish;
mod report;

pub(super) use dispatch::Call;

use crate::lsp::RunOptions;
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::document::Analyse;
use crate::lsp::event::{Event, Events};
use crate::lsp::reader;
use crate::lsp::state::{State, StateSnapshot, Work};
use crate::lsp::transport::message::Message;
use crate::lsp::transport::output::Output;
use crate::settings::LogLevel;
use dispatch::Dispatcher;
use futures_util::{Stream, StreamExt};
use std::collections::VecDeque;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tower_lsp::Client;
use tower_lsp::jsonrpc::Request;
use tower_lsp::ls_types::ClientCapabilities;

/// Threads of the async runtime; they only forward results.
const ASYNC_THREADS: usize = 1;

/// At most this many threads run requests, analyse large documents, and read files.
const MAX_BLOCKING_THREADS: usize = 6;

/// How long an idle thread is kept: starting one would delay the next request.
const THREAD_KEEP_ALIVE: Duration = Duration::from_secs(3600);

/// How long pending requests may still be answered after the input was closed without `exit`.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// After the end of the input, the interval at which the loop checks whether all requests are answered.
const DRAIN_INTERVAL: Duration = Duration::from_millis(5);

/// Serves one client until it sends `exit` or closes the input. Returns whether it had sent `shutdown` before.
pub(super) fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
    analyse: Analyse,
    options: RunOptions,
) -> io::Result<bool> {
    let runtime = runtime()?;
    let _context = runtime.handle().enter();
    let log = &options.log;
    log.write(LogLevel::Info, &format!("{} {} started", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")));
    let (output, written) = Output::start(output, options.recorder.clone());
    let (events, received) = channel();
    let events = Events(events);
    reader::start(input, events.clone(), &options);
    let shared = StateSnapshot {
        client: Arc::new(ResolvedClientCapabilities::new(&ClientCapabilities::default())),
        documents: Arc::default(),
        code_files: Arc::default(),
        settings: Arc::default(),
        folders: Arc::default(),
        index: None,
        catalog: None,
        definitions: None,
        checked: Arc::default(),
        analyse,
        log: Arc::clone(log),
        events,
    };
    let (dispatcher, client, requests) = dispatch::service();
    tokio::spawn(forward(requests, output.clone()));
    let main_loop = MainLoop {
        state: State::new(shared),
        received,
        queue: VecDeque::new(),
        dispatcher,
        client,
        output: output.clone(),
        offline: options.offline,
    };
    let shutdown_requested = main_loop.run();
    output.close(written);
    runtime.shutdown_background();
    Ok(shutdown_requested)
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(ASYNC_THREADS)
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .thread_keep_alive(THREAD_KEEP_ALIVE)
        .build()
}

/// Sends the server's own requests to the client.
async fn forward(mut requests: impl Stream<Item = Request> + Unpin, output: Output) {
    while let Some(request) = requests.next().await {
        output.send(&request);
    }
}

/// The main loop.
pub(super) struct MainLoop {
    state: State,
    received: Receiver<Event>,
    /// Events that were received but not handled yet.
    queue: VecDeque<Event>,
    dispatcher: Dispatcher,
    /// Sends requests to the client.
    client: Client,
    /// Sends notifications.
    output: Output,
    /// Whether commands that need the network are refused.
    offline: bool,
}

impl MainLoop {
    /// Handles events until the session ends. Returns whether the client has sent `shutdown`.
    fn run(mut self) -> bool {
        let exited = loop {
            match self.next_event() {
                Event::InputEnded { exited } => break exited,
                event => self.handle_safely(event),
            }
            if self.output.is_broken() {
                break false;
            }
        };
        let reason = if exited { "the client sent exit" } else { "the input was closed" };
        self.state.shared.log.write(LogLevel::Info, reason);
        if !exited {
            self.drain();
        }
        self.state.shutdown_requested
    }

    /// The next event. Starts work that is wanted before it waits for one.
    fn next_event(&mut self) -> Event {
        while !self.has_events() && self.start_next_work() {}
        self.queue
            .pop_front()
            .or_else(|| self.received.recv().ok())
            .unwrap_or(Event::InputEnded { exited: false })
    }

    /// Whether events are waiting. They come first: they may make work obsolete.
    fn has_events(&mut self) -> bool {
        self.queue.extend(self.received.try_iter());
        !self.queue.is_empty()
    }

    /// Handles events after the end of the input, until all requests are answered.
    fn drain(&mut self) {
        let deadline = Instant::now() + DRAIN_TIMEOUT;
        self.dispatcher.end();
        while self.dispatcher.has_pending() && Instant::now() < deadline {
            while !self.has_events() && self.start_next_work() {}
            let next = self.queue.pop_front().ok_or(RecvTimeoutError::Timeout);
            if let Ok(event) = next.or_else(|_| self.received.recv_timeout(DRAIN_INTERVAL)) {
                self.handle_safely(event);
            }
        }
    }

    /// Handles an event; a panic loses only this event.
    fn handle_safely(&mut self, event: Event) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.handle(event))) {
            self.log_panic("An event was lost", &*panic);
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Message(Message::Request(request)) => self.dispatch(request),
            Event::Message(Message::Response(response)) => self.dispatcher.receive(response),
            Event::Message(Message::Malformed(error)) => {
                self.state.shared.log.write(LogLevel::Warning, "received a malformed message");
                self.output.send(&error);
            }
            Event::MessageSkipped(length) => {
                self.warn_user(format!("Skipped a message of {} MiB, which is too long.", length >> 20));
            }
            Event::InputEnded { .. } => {}
            Event::SettingsReceived(request, settings) => self.settings_received(request, &settings),
            Event::DiagnosticsReady(document, diagnostics) => self.diagnostics_ready(&document, diagnostics),
            Event::Analysed(uri) => self.state.schedule.want(Work::Load(uri)),
            Event::FilesLoaded(loaded) => self.files_loaded(loaded),
            Event::DocumentChecked(checked) => self.document_checked(checked),
            Event::ScanFinished(outcome) => self.scan_finished(*outcome),
            Event::DocumentsIndexed(changes) => self.documents_indexed(changes),
            Event::IndexAwaited(wait, waiting) => self.await_index(wait, waiting),
            Event::TypesFetched(organization) => self.types_fetched(organization),
            Event::Progress(token, value) => self.report_progress(token, value),
            Event::ProgressCreated(token, accepted) => self.progress_created(token, accepted),
            Event::Log(level, message) => self.log_for_client(level, message),
            Event::Show(level, message) => self.show(level, message),
            Event::WorkEnded(work, outcome) => {
                self.work_ended(&work);
                if let Err(panic) = outcome {
                    self.log_panic(work.failure(), &*panic);
                }
            }
        }
    }

    fn work_ended(&mut self, work: &Work) {
        self.state.schedule.ended(work);
        if *work == Work::Index {
            self.answer_waiting();
        }
    }

    /// The capabilities of the client.
    pub(super) fn client_capabilities(&self) -> &ResolvedClientCapabilities {
        &self.state.shared.client
    }

    /// Starts the next work that is wanted; `false` if there is none.
    fn start_next_work(&mut self) -> bool {
        let Some(work) = self.state.schedule.start_next() else { return false };
        let started = match &work {
            Work::Publish(uri) => self.start_publishing(uri),
            Work::Load(uri) => self.start_loading(uri),
            Work::Reload(uri) => self.start_reloading(uri),
            Work::Index => self.start_indexing(),
            Work::PublishClosed => self.start_publishing_closed(),
            Work::FetchTypes => false,
        };
        if !started {
            self.work_ended(&work);
        }
        true
    }
}

#[cfg(test)]
mod tests;

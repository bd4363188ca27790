//! Passes messages to the service and sends its responses.

use super::MainLoop;
use crate::lsp::backend::Backend;
use crate::lsp::event::Event;
use crate::lsp::panics;
use crate::lsp::state::StateSnapshot;
use crate::settings::LogLevel;
use futures_util::future::{BoxFuture, Shared};
use futures_util::{FutureExt, SinkExt, Stream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Instant;
use tokio::task::spawn_blocking;
use tower_lsp::jsonrpc::{Error, ErrorCode, Request, Response};
use tower_lsp::ls_types::{MessageType, Uri};
use tower_lsp::{Client, LspService};
use tower_service::Service;

/// `ServerNotInitialized`: a request before `initialize`.
const NOT_INITIALIZED: ErrorCode = ErrorCode::ServerError(-32002);

/// What a handler wants from the main loop.
pub(in crate::lsp) enum Call {
    /// Changes the state.
    Update(Box<dyn FnOnce(&mut MainLoop) + Send>),
    /// Runs the work of a request on a snapshot.
    Run {
        work: Box<dyn FnOnce(StateSnapshot) + Send>,
        /// The document whose diagnostics the work returns: if its analysis is short, the work runs on the main loop.
        analyses: Option<Uri>,
    },
}

/// Handles one message and sends its response. The thread that completes the work of a request polls it, so that no other
/// thread has to wake up between the work and the response.
type Handler = Shared<BoxFuture<'static, ()>>;

/// The service and its pending requests.
pub(super) struct Dispatcher {
    service: LspService<Backend>,
    /// What handlers want. They ask while the main loop polls them for the first time.
    calls: Receiver<Call>,
    /// Passes on the client's responses to our requests.
    responses: Box<dyn FnMut(Response)>,
    /// Cloned into every handler; `None` after the end of the input.
    pending: Option<Sender<()>>,
    /// Disconnected when all requests are answered.
    all_completed: Receiver<()>,
}

/// The service, the client as it sees it, and the requests to the client.
pub(super) fn service() -> (Dispatcher, Client, impl Stream<Item = Request> + Unpin + use<>) {
    let (calls, received) = channel();
    let builder = LspService::build(|client| Backend::new(client, calls))
        .custom_method("$/setTrace", Backend::set_trace)
        .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
        .custom_method("massdriver/formPreview", Backend::form_preview)
        .custom_method("massdriver/formEnvs", Backend::form_envs)
        .custom_method("massdriver/formSavePreset", Backend::form_save_preset);
    let (service, socket) = builder.finish();
    let (requests, mut responses) = socket.split();
    let client = service.inner().client();
    let (pending, all_completed) = channel();
    let dispatcher = Dispatcher {
        service,
        calls: received,
        responses: Box::new(move |response| _ = responses.send(response).now_or_never()),
        pending: Some(pending),
        all_completed,
    };
    (dispatcher, client, requests)
}

impl Dispatcher {
    /// Passes on a response of the client.
    pub(super) fn receive(&mut self, response: Response) {
        (self.responses)(response);
    }

    /// Notes the end of the input.
    pub(super) fn end(&mut self) {
        self.pending = None;
    }

    /// After [`Self::end`]: whether requests are not answered yet.
    pub(super) fn has_pending(&self) -> bool {
        self.all_completed.try_recv() == Err(TryRecvError::Empty)
    }
}

impl MainLoop {
    /// Handles a request or a notification. Sends exactly one response to a request and none to a notification, also if the
    /// handler panics.
    pub(super) fn dispatch(&mut self, request: Request) {
        let handler = self.handler(request);
        while handler.clone().now_or_never().is_none() {
            let Ok(call) = self.dispatcher.calls.try_recv() else {
                tokio::spawn(handler);
                return;
            };
            self.answer(call, &handler);
        }
        // What the handler of a notification wants.
        while let Ok(call) = self.dispatcher.calls.try_recv() {
            self.answer(call, &handler);
        }
    }

    fn handler(&mut self, request: Request) -> Handler {
        let (id, unhandled) = (request.id().cloned(), self.unhandled_request_error());
        let (output, log, events) =
            (self.output.clone(), self.state.shared.log.clone(), self.state.shared.events.clone());
        let timer = log.wants(LogLevel::Debug).then(|| MessageTimer::start(&request));
        let pending = self.dispatcher.pending.clone();
        let call = AssertUnwindSafe(self.dispatcher.service.call(request)).catch_unwind();
        let handler = async move {
            let response = match (call.await, id) {
                (Err(panic), Some(id)) => Some(Response::from_error(id, panics::internal_error(&*panic))),
                (Err(panic), None) => {
                    let report = panics::report("A notification was lost", panics::payload_message(&*panic));
                    events.send(Event::Log(MessageType::ERROR, report));
                    None
                }
                (Ok(Ok(Some(response))), Some(_)) if !is_method_not_found(&response) => Some(response),
                (Ok(_), id) => id.map(|id| Response::from_error(id, unhandled)),
            };
            response.iter().for_each(|response| output.send(response));
            if let Some(timer) = timer {
                log.write(LogLevel::Debug, &timer.finish());
            }
            drop(pending);
        };
        handler.boxed().shared()
    }

    fn answer(&mut self, call: Call, handler: &Handler) {
        match call {
            Call::Update(update) => {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| update(self))) {
                    self.log_panic("A notification was lost", &*panic);
                }
            }
            Call::Run { work, analyses } => {
                if !self.has_events() && analyses.is_some_and(|uri| self.analyse_now(&uri)) {
                    return work(self.state.shared.clone());
                }
                let (state, handler) = (self.state.shared.clone(), handler.clone());
                spawn_blocking(move || {
                    work(state);
                    let _ = handler.now_or_never();
                });
            }
        }
    }

    /// The error for a request without a handler.
    fn unhandled_request_error(&self) -> Error {
        if !self.state.initialize_received {
            return Error { message: "Server not initialized".into(), ..Error::new(NOT_INITIALIZED) };
        }
        if self.state.shutdown_requested {
            return Error::invalid_request();
        }
        Error::method_not_found()
    }
}

fn is_method_not_found(response: &Response) -> bool {
    response.error().is_some_and(|error| error.code == ErrorCode::MethodNotFound)
}

/// Measures the time from a message to its response.
struct MessageTimer {
    message: String,
    start: Instant,
}

impl MessageTimer {
    fn start(request: &Request) -> Self {
        let id = request.id().map(|id| format!(" {id}")).unwrap_or_default();
        Self { message: format!("{}{id}", request.method()), start: Instant::now() }
    }

    /// The log entry.
    fn finish(self) -> String {
        format!("{}: {:.2} ms", self.message, self.start.elapsed().as_secs_f64() * 1000.0)
    }
}

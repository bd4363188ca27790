//! The client side of an LSP session, over any pair of pipes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "for tests alone, each of which uses a part"
)]

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use std::io::{BufReader, ErrorKind, Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Timeout for an expected message.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(20);

/// `RequestFailed` of LSP: the request is valid but cannot be carried out; its message is shown to the user.
const REQUEST_FAILED: i32 = -32803;

/// Silence after which the server is taken to have nothing more to send.
const QUIET: Duration = Duration::from_millis(300);

/// A client that answers the server's requests automatically.
pub struct Client {
    into: Option<Box<dyn Write + Send>>,
    incoming: Receiver<Message>,
    kept: Vec<Message>,
    last_id: i32,
    /// The response to `workspace/configuration`.
    pub settings: Value,
    /// Methods of the requests from the server, in order.
    pub asked: Vec<String>,
    /// Dynamic registrations from the server: method and options.
    pub registered: Vec<(String, Value)>,
}

impl Client {
    pub fn new(from: impl Read + Send + 'static, into: impl Write + Send + 'static) -> Self {
        let (sender, incoming) = channel();
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            loop {
                let message = match Message::read(&mut from) {
                    Ok(Some(message)) => message,
                    // An error response with a null id, which `lsp-server` does not accept.
                    Err(error) if error.kind() == ErrorKind::InvalidData => continue,
                    _ => return,
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (settings, asked, registered, kept) = (Value::Null, Vec::new(), Vec::new(), Vec::new());
        Self { into: Some(Box::new(into)), incoming, kept, last_id: 0, settings, asked, registered }
    }

    /// Sends `initialize` and `initialized`; returns the server's capabilities.
    pub fn initialize(&mut self, params: Value) -> Value {
        let result = self.request("initialize", params);
        self.notify("initialized", json!({}));
        result["capabilities"].clone()
    }

    /// A message body with its header.
    pub fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let into = self.into.as_mut().expect("the input is closed");
        into.write_all(bytes).and_then(|()| into.flush()).expect("the server takes no more");
    }

    pub fn send_body(&mut self, body: &str) {
        self.send_bytes(Self::framed(body).as_bytes());
    }

    fn send(&mut self, message: Message) {
        let mut bytes = Vec::new();
        message.write(&mut bytes).unwrap();
        self.send_bytes(&bytes);
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(Message::Notification(Notification::new(method.into(), params)));
    }

    /// Sends a request; [`Client::answer`] waits for the response.
    pub fn ask(&mut self, method: &str, params: Value) -> RequestId {
        self.last_id += 1;
        let id = RequestId::from(self.last_id);
        self.send(Message::Request(Request::new(id.clone(), method.into(), params)));
        id
    }

    pub fn answer(&mut self, id: &RequestId) -> Response {
        let message = self.wait_for(
            &format!("an answer to {id}"),
            |message| matches!(message, Message::Response(response) if response.id == *id),
        );
        let Message::Response(response) = message else { unreachable!() };
        response
    }

    /// Sends a request and waits for its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(&id).response_result.unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    /// Sends a request and waits for its error code.
    pub fn refused(&mut self, method: &str, params: Value) -> i32 {
        let id = self.ask(method, params);
        match self.answer(&id).response_result {
            Ok(result) => panic!("{method} was answered: {result}"),
            Err(error) => error.code,
        }
    }

    /// Sends a request that the server refuses, and waits for the reason.
    pub fn reason(&mut self, method: &str, params: Value) -> String {
        let id = self.ask(method, params);
        match self.answer(&id).response_result {
            Ok(result) => panic!("{method} was answered: {result}"),
            Err(error) => {
                assert_eq!(error.code, REQUEST_FAILED, "{}", error.message);
                error.message
            }
        }
    }

    /// Waits for a notification of this method; returns its parameters.
    pub fn notification(&mut self, method: &str) -> Value {
        let message = self.wait_for(
            method,
            |message| matches!(message, Message::Notification(notification) if notification.method == method),
        );
        let Message::Notification(notification) = message else { unreachable!() };
        notification.params
    }

    /// Waits for the published diagnostics of this version of a document, and skips earlier versions.
    pub fn published(&mut self, uri: &str, version: i32) -> Vec<Value> {
        loop {
            let params = self.notification("textDocument/publishDiagnostics");
            if params["uri"] == uri && params["version"] == version {
                return params["diagnostics"].as_array().cloned().unwrap_or_default();
            }
        }
    }

    /// Like [`Client::published`], for servers that may omit the version.
    pub fn published_by_any(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let is_it = |message: &Message| {
            matches!(message, Message::Notification(Notification { method, params })
                if method == "textDocument/publishDiagnostics" && params["uri"] == uri
                    && (params["version"] == version || params["version"].is_null()))
        };
        let Message::Notification(found) = self.wait_for("findings", is_it) else { unreachable!() };
        found.params["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// Diagnostics of a document, from a `textDocument/diagnostic` request.
    pub fn pulled(&mut self, uri: &str) -> Vec<Value> {
        let report = self.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
        report["items"].as_array().cloned().unwrap_or_else(|| panic!("no items: {report}"))
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        self.open_as(uri, "yaml", text);
    }

    pub fn open_as(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Sends one incremental change of the range `[line, character, line, character]`.
    pub fn edit(&mut self, uri: &str, version: i32, [l0, c0, l1, c1]: [u32; 4], text: &str) {
        let range = json!({"start": {"line": l0, "character": c0}, "end": {"line": l1, "character": c1}});
        self.change(uri, version, json!([{"range": range, "text": text}]));
    }

    pub fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Remaining messages until the server is silent: methods of notifications, `answer` for responses.
    pub fn rest(&mut self) -> Vec<String> {
        while let Ok(message) = self.incoming.recv_timeout(QUIET) {
            self.keep(message);
        }
        let names = self.kept.drain(..).map(|message| match message {
            Message::Notification(notification) => notification.method,
            _ => "answer".into(),
        });
        names.collect()
    }

    /// Waits until the server has sent a request of this method.
    pub fn asked_for(&mut self, method: &str) {
        while !self.asked.iter().any(|asked| asked == method) {
            let message = self
                .incoming
                .recv_timeout(MESSAGE_TIMEOUT)
                .unwrap_or_else(|_| panic!("never asked for {method}"));
            self.keep(message);
        }
        self.asked.retain(|asked| asked != method);
    }

    /// Closes the server's standard input.
    pub fn hang_up(&mut self) {
        self.into = None;
    }

    fn wait_for(&mut self, what: &str, wanted: impl Fn(&Message) -> bool) -> Message {
        if let Some(index) = self.kept.iter().position(&wanted) {
            return self.kept.remove(index);
        }
        loop {
            let message =
                self.incoming.recv_timeout(MESSAGE_TIMEOUT).unwrap_or_else(|error| panic!("{what}: {error}"));
            if wanted(&message) {
                return message;
            }
            self.keep(message);
        }
    }

    fn keep(&mut self, message: Message) {
        let Message::Request(request) = message else { return self.kept.push(message) };
        let result = match request.method.as_str() {
            "workspace/configuration" => {
                let items = request.params["items"].as_array().map_or(1, Vec::len);
                let mut answers = vec![Value::Null; items];
                answers[0] = self.settings.clone();
                Value::Array(answers)
            }
            _ => Value::Null,
        };
        for one in request.params["registrations"].as_array().into_iter().flatten() {
            let method = one["method"].as_str().unwrap().to_owned();
            self.registered.push((method, one["registerOptions"].clone()));
        }
        self.asked.push(request.method);
        self.send(Message::Response(Response::new_ok(request.id, result)));
    }
}

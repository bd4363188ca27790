//! `massdriver-ls replay`: replays a recorded session with a new server. The recorded client messages are sent in the
//! same order, and the server's responses are compared with the recorded ones.
//!
//! Compared are the responses to requests and the last diagnostics of each document. The number of published
//! diagnostics, and whether a request was cancelled in time, depend on timing.
//!
//! A recording can come from another user, so the server runs with `--offline` and refuses network requests.

use super::COULD_NOT_RUN;
use super::output::{complain, print};
use crate::lsp::transport::frame::{self, Frame};
use crate::lsp::transport::recorder::{RecordedMessage, Side};
use crate::visible;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Maximum wait for a response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(20);

/// The server is idle after this long without a message.
const QUIET: Duration = Duration::from_millis(500);

/// Most characters that are shown of each side of a difference.
const SHOWN: usize = 600;

/// LSP error codes of a request that was cancelled, or whose document has changed.
const TOO_LATE: [i64; 2] = [-32800, -32801];

/// Replays a recording and prints the differences.
pub(super) fn run(path: &Path) -> ExitCode {
    let outcome = read(path).and_then(|lines| Replay::start(&lines)?.play(&lines));
    match outcome {
        Ok(report) => {
            let code = if report.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
            print(&visible::lines(report.text()));
            code
        }
        Err(error) => {
            complain(&format!("cannot replay {}: {error}", path.display()));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn read(path: &Path) -> io::Result<Vec<RecordedMessage>> {
    let lines = BufReader::new(std::fs::File::open(path)?).lines();
    let line = |(number, line): (usize, io::Result<String>)| {
        let invalid = |_| {
            let message = format!("line {} is not a line of a recording", number + 1);
            io::Error::new(io::ErrorKind::InvalidData, message)
        };
        serde_json::from_str(&line?).map_err(invalid)
    };
    lines.enumerate().map(line).collect()
}

/// The result of a replay.
struct Report {
    answers: usize,
    slowest: Duration,
    differences: Vec<String>,
}

impl Report {
    fn text(&self) -> String {
        let mut text: String =
            self.differences.iter().map(|difference| format!("{difference}\n\n")).collect();
        text += &format!(
            "{} answers, {} differences; the slowest answer took {:.1} ms\n",
            self.answers,
            self.differences.len(),
            self.slowest.as_secs_f64() * 1000.0
        );
        text
    }
}

/// A replay in progress.
struct Replay {
    server: Child,
    into: ChildStdin,
    /// Messages from the server, with the time of their arrival.
    incoming: Receiver<(Value, Instant)>,
    /// Number of server requests that were answered.
    replied: usize,
    /// Responses from the server with the time of their arrival, by request id.
    answers: HashMap<String, (Value, Instant)>,
    /// The last published diagnostics of each document.
    published: BTreeMap<String, Value>,
    /// The recorded responses of the client, by the method of the server's request.
    replies: HashMap<String, VecDeque<Value>>,
    /// Recorded result ids of pulled diagnostics, with those of this server.
    names: HashMap<String, Value>,
}

impl Replay {
    fn start(lines: &[RecordedMessage]) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut server =
            command.args(["lsp", "--offline"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(into), Some(from)) = (server.stdin.take(), server.stdout.take()) else {
            return Err(io::Error::other("the server has no input or output"));
        };
        let (sender, incoming) = channel();
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            while let Ok(Some(Frame::Body(body))) = frame::read(&mut from, &mut |_| ()) {
                let message = serde_json::from_slice(&body).unwrap_or_default();
                if sender.send((message, Instant::now())).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            server,
            into,
            incoming,
            replied: 0,
            answers: HashMap::new(),
            published: BTreeMap::new(),
            replies: replies(lines),
            names: HashMap::new(),
        })
    }

    fn play(mut self, lines: &[RecordedMessage]) -> io::Result<Report> {
        let mut report = Report { answers: 0, slowest: Duration::ZERO, differences: Vec::new() };
        let mut asked = HashMap::new();
        let mut published = BTreeMap::new();
        let mut replied = 0;
        for line in lines {
            let id = id(&line.message);
            let is_request = line.message.get("method").is_some();
            match (line.from, id) {
                (Side::Client, id) if is_request => {
                    if line.message["method"] == "exit" {
                        // Waits for all earlier output.
                        self.listen_until_quiet()?;
                    }
                    if let Some(id) = id {
                        asked.insert(id, (line.message["method"].clone(), Instant::now()));
                    }
                    self.say(&line.message)?;
                }
                (Side::Client, None) => self.say(&line.message)?,
                // Responses to server requests are sent when the server makes them.
                (Side::Client, Some(_)) => {
                    replied += 1;
                    self.listen_until_replied(replied)?;
                }
                (Side::Server, Some(id)) if !is_request => {
                    let Some((method, since)) = asked.remove(&id) else { continue };
                    let now = self.answer(&id)?;
                    report.answers += 1;
                    let name = format!("{} (id {id})", method.as_str().unwrap_or_default());
                    let Some((now, at)) = now else {
                        report.differences.push(format!("{name}: no answer"));
                        continue;
                    };
                    report.slowest = report.slowest.max(at.duration_since(since));
                    self.learn_names(&line.message, &now);
                    report.differences.extend(difference(&name, &line.message, &now));
                }
                (Side::Server, _) => note_published(&mut published, &line.message),
            }
        }
        self.listen_until_quiet()?;
        for (uri, then) in &published {
            let now = self.published.get(uri).cloned().unwrap_or_default();
            report.differences.extend(difference(&format!("diagnostics of {uri}"), then, &now));
        }
        drop(self.into);
        let _ = self.server.kill();
        self.server.wait()?;
        Ok(report)
    }

    /// Sends a recorded client message, with result ids of pulled diagnostics replaced by those of this server.
    fn say(&mut self, message: &Value) -> io::Result<()> {
        let mut message = message.clone();
        if let Some(name) = message.pointer_mut("/params/previousResultId")
            && let Some(now) = name.as_str().and_then(|then| self.names.get(then))
        {
            *name = now.clone();
        }
        // A message that was not JSON is sent verbatim.
        let frame = match &message {
            Value::String(text) => format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes(),
            message => frame::write(message)?,
        };
        // A server that has exited sends no responses; that is reported as a difference, not as a failure.
        let _ = self.into.write_all(&frame).and_then(|()| self.into.flush());
        Ok(())
    }

    fn answer(&mut self, id: &str) -> io::Result<Option<(Value, Instant)>> {
        while !self.answers.contains_key(id) {
            let Ok(message) = self.incoming.recv_timeout(RESPONSE_TIMEOUT) else { return Ok(None) };
            self.take(message)?;
        }
        Ok(self.answers.remove(id))
    }

    fn listen_until_quiet(&mut self) -> io::Result<()> {
        while let Ok(message) = self.incoming.recv_timeout(QUIET) {
            self.take(message)?;
        }
        Ok(())
    }

    /// Waits until as many server requests were answered as in the recording, or until the server is idle, because it
    /// may make fewer requests now.
    fn listen_until_replied(&mut self, times: usize) -> io::Result<()> {
        while self.replied < times
            && let Ok(message) = self.incoming.recv_timeout(QUIET)
        {
            self.take(message)?;
        }
        Ok(())
    }

    fn take(&mut self, (message, at): (Value, Instant)) -> io::Result<()> {
        note_published(&mut self.published, &message);
        let Some(id) = id(&message) else { return Ok(()) };
        let Some(method) = message.get("method").and_then(Value::as_str) else {
            self.answers.insert(id, (message, at));
            return Ok(());
        };
        let reply = self.replies.get_mut(method).and_then(VecDeque::pop_front);
        let mut reply = reply.unwrap_or_else(|| json!({ "jsonrpc": "2.0", "result": null }));
        reply["id"] = message["id"].clone();
        self.replied += 1;
        self.say(&reply)
    }

    fn learn_names(&mut self, then: &Value, now: &Value) {
        let name = |message: &Value| message.pointer("/result/resultId").cloned();
        if let (Some(Value::String(then)), Some(now)) = (name(then), name(now)) {
            self.names.insert(then, now);
        }
    }
}

/// The client's responses to server requests, by method.
fn replies(lines: &[RecordedMessage]) -> HashMap<String, VecDeque<Value>> {
    let mut methods = HashMap::new();
    let mut replies: HashMap<String, VecDeque<Value>> = HashMap::new();
    for line in lines {
        let Some(id) = id(&line.message) else { continue };
        match (line.from, line.message.get("method").and_then(Value::as_str)) {
            (Side::Server, Some(method)) => _ = methods.insert(id, method),
            (Side::Client, None) => {
                let Some(method) = methods.remove(&id) else { continue };
                replies.entry(method.to_owned()).or_default().push_back(line.message.clone());
            }
            _ => {}
        }
    }
    replies
}

fn id(message: &Value) -> Option<String> {
    message.get("id").filter(|id| !id.is_null()).map(ToString::to_string)
}

fn note_published(published: &mut BTreeMap<String, Value>, message: &Value) {
    if message["method"] == "textDocument/publishDiagnostics"
        && let Some(uri) = message["params"]["uri"].as_str()
    {
        published.insert(uri.to_owned(), message["params"]["diagnostics"].clone());
    }
}

/// Describes the difference between two messages; `None` if they are equal.
fn difference(name: &str, then: &Value, now: &Value) -> Option<String> {
    let too_late = |message: &Value| {
        message.pointer("/error/code").and_then(Value::as_i64).is_some_and(|code| TOO_LATE.contains(&code))
    };
    if too_late(then) || too_late(now) {
        return None;
    }
    let (then, now) = (comparable(then), comparable(now));
    (then != now).then(|| {
        let shown = |value: &Value| value.to_string().chars().take(SHOWN).collect::<String>();
        format!("{name}\n  then: {}\n  now:  {}", shown(&then), shown(&now))
    })
}

/// A message without the parts that differ between runs.
fn comparable(message: &Value) -> Value {
    let mut message = message.clone();
    let result = message.get_mut("result").and_then(Value::as_object_mut);
    result.and_then(|result: &mut Map<String, Value>| result.remove("resultId"));
    message
}

//! Terminations that the client does not announce: signals, a killed editor, closed pipes.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use crate::client::{Client, Server, program};
use serde_json::json;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// Maximum time between the end of the editor and the end of the server.
const SOON: Duration = Duration::from_secs(2);

fn kill(signal: &str, process: u32) {
    assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
}

#[test]
fn a_signal_ends_the_server_with_the_usual_code_and_is_logged() {
    for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut server = Server::start(&["--log-file", path.to_str().unwrap()]);
        server.initialize(json!({"capabilities": {}}));
        kill(signal, server.process());
        assert_eq!(server.exit_code(), Some(code));
        let log = std::fs::read_to_string(path).unwrap();
        assert!(log.contains(&format!("ended by signal {}", code - 128)), "{log}");
    }
}

/// The editor is not the server's parent and has become a zombie: its parent has not reaped it yet. A zombie counts as
/// ended.
#[test]
fn the_server_does_not_outlive_its_editor() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let mut editor = Command::new("sleep").arg("600").spawn().unwrap();
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}, "processId": editor.id()}));
    server.request("shutdown", json!(null));
    kill("-KILL", editor.id());
    let start = Instant::now();
    assert_eq!(server.exit_code(), Some(1));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    editor.wait().unwrap();
}

/// The editor is the server's parent, and the test keeps the pipes open.
#[test]
fn the_server_does_not_outlive_its_parent() {
    let mut editor = Command::new("sh")
        .args(["-c", "exec 3<&0; \"$0\" <&3 & wait"])
        .arg(program())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut from, into) = (editor.stdout.take().unwrap(), editor.stdin.take().unwrap());
    let mut into = into;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"capabilities": {}, "processId": editor.id()}});
    into.write_all(Client::framed(&body.to_string()).as_bytes()).unwrap();
    let mut some = [0; 20];
    from.read_exact(&mut some).unwrap();
    let (sender, ended) = channel();
    thread::spawn(move || {
        let _ = from.read_to_end(&mut Vec::new());
        let _ = sender.send(());
    });
    assert!(ended.recv_timeout(Duration::from_millis(1500)).is_err(), "it ended too early");
    kill("-KILL", editor.id());
    editor.wait().unwrap();
    assert!(ended.recv_timeout(SOON).is_ok(), "it still runs");
}

/// A process id from another machine or from outside the container.
#[test]
fn an_invisible_client_process_is_not_taken_for_ended() {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}, "processId": u32::MAX / 2}));
    thread::sleep(Duration::from_millis(1500));
    server.request("shutdown", json!(null));
}

/// Starts the server with its pipes held by the test.
fn spawned() -> Child {
    Command::new(program()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_closed_output_ends_the_server_at_the_next_write() {
    let mut child = spawned();
    let (from, mut into) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
    drop(from);
    let body = r#"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}"#;
    let start = Instant::now();
    let status = loop {
        let _ = into.write_all(Client::framed(body).as_bytes());
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "it still runs");
        thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(1));
}

/// A client that stops reading for a while gets all responses later, and the server keeps reading.
#[test]
fn a_slow_reader_loses_no_messages() {
    let mut child = spawned();
    let (from, mut into) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
    let mut say = |message: serde_json::Value| {
        into.write_all(Client::framed(&message.to_string()).as_bytes()).unwrap();
    };
    say(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}));
    // Far more than the capacity of a pipe.
    for id in 2..5000 {
        say(json!({"jsonrpc": "2.0", "id": id, "method": "massdriver/unheardOf", "params": {}}));
    }
    let mut client = Client::new(from, into);
    for id in [1, 2, 4999] {
        client.answer(&id.into());
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

//! The log, and the recording of a session and its replay.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use crate::client::Server;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const BUNDLE: &str = "file:///nowhere/massdriver.yaml";
const TEXT: &str = "name: a_b\nparams:\n  properties:\n    size: {type: strin}\n";

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn replay(path: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
    command.arg("replay").arg(path).stdin(Stdio::null()).output().unwrap()
}

/// A session with several kinds of requests.
fn session(path: &Path, capabilities: Value) {
    let mut server = Server::start(&["--record", path.to_str().unwrap()]);
    server.settings = json!({"rules": {"name-invalid": "hint"}});
    server.initialize(json!({"capabilities": capabilities}));
    server.open(BUNDLE, TEXT);
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": BUNDLE}, "position": {"line": line, "character": character}});
    for version in 2..30 {
        server.edit(BUNDLE, version, [0, 6, 0, 6], "x");
        server.ask("textDocument/completion", at(3, 10));
    }
    server.request("textDocument/hover", at(1, 2));
    if capabilities["textDocument"]["diagnostic"].is_object() {
        let report = server.request("textDocument/diagnostic", json!({"textDocument": {"uri": BUNDLE}}));
        let again = json!({"textDocument": {"uri": BUNDLE}, "previousResultId": report["resultId"]});
        assert_eq!(server.request("textDocument/diagnostic", again)["kind"], "unchanged");
    } else {
        server.published(BUNDLE, 29);
    }
    server.refused("massdriver/unheardOf", json!({}));
    server.send_body("{ no JSON");
    server.request("textDocument/documentSymbol", json!({"textDocument": {"uri": BUNDLE}}));
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn a_recorded_session_has_no_differences_when_it_is_replayed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("recording");
    for capabilities in [
        json!({"textDocument": {"diagnostic": {}}, "workspace": {"configuration": true}}),
        json!({"workspace": {"configuration": true}}),
    ] {
        session(&path, capabilities);
        let output = replay(&path);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{printed}");
        assert!(printed.contains("answers, 0 differences"), "{printed}");
    }
}

#[test]
fn a_recording_is_a_line_per_message_with_its_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("recording");
    session(&path, json!({}));
    let text = text(&path);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.is_sorted_by_key(|line| line["at"].as_u64().unwrap()));
    let is_recorded = |from: &str, method: &str| {
        lines.iter().any(|line| line["from"] == from && line["message"]["method"] == method)
    };
    assert!(is_recorded("client", "initialize") && is_recorded("client", "exit"));
    assert!(is_recorded("server", "textDocument/publishDiagnostics"));
    assert!(lines.iter().any(|line| line["message"] == "{ no JSON"));
}

#[test]
fn different_responses_are_reported_as_differences() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("recording");
    session(&path, json!({}));
    let changed = text(&path).replace("\"name\":\"massdriver-ls\"", "\"name\":\"another\"");
    fs::write(&path, changed).unwrap();
    let output = replay(&path);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(
        printed.starts_with("initialize (id 1)\n  then: ") && printed.contains("1 differences"),
        "{printed}"
    );
}

#[test]
fn a_file_that_is_not_a_recording_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("recording");
    for (content, why) in
        [("{}\n", "line 1 is not a line"), ("\u{0}", "line 1 is not a line"), ("[\n", "line 1 is not a line")]
    {
        fs::write(&path, content).unwrap();
        let output = replay(&path);
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{printed}");
        assert!(printed.contains(why), "{printed}");
    }
    assert_eq!(replay(&directory.path().join("absent")).status.code(), Some(2));
}

#[test]
fn the_log_follows_the_log_level() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let mut server = Server::start(&["lsp", "--log-file", path.to_str().unwrap()]);
    let client = json!({"name": "a test", "version": "1"});
    server.initialize(json!({"capabilities": {"textDocument": {"diagnostic": {}}}, "clientInfo": client}));
    server.open(BUNDLE, TEXT);
    server.pulled(BUNDLE);
    assert!(text(&path).contains("info    the client is a test 1"));
    assert!(!text(&path).contains("textDocument/"), "{}", text(&path));
    let settings = |level: &str| json!({"settings": {"massdriver": {"logLevel": level}}});
    server.notify("workspace/didChangeConfiguration", settings("debug"));
    server.pulled(BUNDLE);
    server.notify("workspace/didChangeConfiguration", settings("loud"));
    server.notify("workspace/didChangeConfiguration", settings("error"));
    let before = server.request("textDocument/documentSymbol", json!({"textDocument": {"uri": BUNDLE}}));
    assert!(!before.is_null());
    server.notify("$/setTrace", json!({"value": "verbose"}));
    server.request("textDocument/foldingRange", json!({"textDocument": {"uri": BUNDLE}}));
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    server.exit_code();
    let log = text(&path);
    assert!(log.contains("debug   textDocument/diagnostic 3: "), "{log}");
    assert!(log.contains("warning The `massdriver` settings are invalid"), "{log}");
    assert!(!log.contains("textDocument/documentSymbol"), "{log}");
    assert!(log.contains("textDocument/foldingRange"), "{log}");
    assert!(!log.contains("a_b"), "a document's text is in the log");
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_logs_and_recordings() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    for option in ["--log-file", "--record"] {
        let path = directory.path().join(option);
        for round in 0..2 {
            let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
            let output = command.arg(option).arg(&path).stdin(Stdio::null()).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{output:?}");
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{option} {round}");
            // Also a file that other users could read before.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}

#[test]
fn an_unwritable_log_or_recording_is_reported() {
    for option in ["--log-file", "--record"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
        let output = command.args([option, "/nowhere/at/all"]).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write"), "{output:?}");
    }
}

//! The whole server over pipes, with an analysis that tests can slow down or break.

use super::*;
use crate::analysis::Snapshot;
use crate::edit::{Change, Edits, Fix};
use crate::lsp::panics;
use crate::lsp::transport::log::Log;
use crate::rules::{Finding, Severity};
use crate::settings::{Level, Settings};
use crate::syntax::Span;
use crate::workspace::{FileKind, Files};
use client::Client;
use serde_json::{Value, json};
use std::io::{BufReader, pipe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

#[path = "../../../tests/client/conversation.rs"]
mod client;

const URI: &str = "file:///nowhere/massdriver.yaml";

fn start(analyse: Analyse) -> (Client, JoinHandle<bool>) {
    let (server_in, client_out) = pipe().unwrap();
    let (client_in, server_out) = pipe().unwrap();
    let server = thread::spawn(move || {
        serve(BufReader::new(server_in), server_out, analyse, RunOptions::default()).unwrap()
    });
    (Client::new(client_in, client_out), server)
}

fn end(mut client: Client, server: JoinHandle<bool>) {
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert!(server.join().unwrap());
}

/// A finding at every `!`.
fn marks(snapshot: &Snapshot, _: &dyn Files, _: &Settings) -> Vec<Finding> {
    let marks = snapshot.text().match_indices('!');
    marks.map(|(at, _)| Finding::new("mark", Severity::Warning, Span::new(at, at + 1), "mark")).collect()
}

fn pulls() -> Value {
    json!({"capabilities": {"textDocument": {"diagnostic": {}}}})
}

fn document() -> Value {
    json!({"textDocument": {"uri": URI}})
}

#[test]
fn ranges_are_in_the_negotiated_encoding() {
    for (encoding, start) in [("utf-8", 7), ("utf-16", 4), ("utf-32", 3)] {
        let (mut client, server) = start_with(encoding);
        client.open(URI, "x\r\né😀\t!\r!");
        let diagnostics = client.published(URI, 1);
        assert_eq!(diagnostics[0]["range"]["start"], json!({"line": 1, "character": start}));
        assert_eq!(diagnostics[0]["range"]["end"], json!({"line": 1, "character": start + 1}));
        assert_eq!(diagnostics[1]["range"]["start"], json!({"line": 2, "character": 0}));
        end(client, server);
    }
}

fn start_with(encoding: &str) -> (Client, JoinHandle<bool>) {
    let (mut client, server) = start(marks);
    client.initialize(json!({"capabilities": {"general": {"positionEncodings": [encoding]}}}));
    (client, server)
}

#[test]
fn the_session_survives_a_panic_in_the_analysis() {
    fn fragile(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
        assert!(!snapshot.text().contains("boom"), "it blew up");
        marks(snapshot, files, settings)
    }
    let (mut client, server) = start(fragile);
    client.initialize(json!({"capabilities": {}}));
    client.open(URI, "boom");
    let message = client.notification("window/logMessage")["message"].clone();
    assert!(message.as_str().unwrap().starts_with("Analysis failed: it blew up ("), "{message}");
    client.edit(URI, 2, [0, 0, 0, 0], "more ");
    client.edit(URI, 3, [0, 0, 0, 9], "!");
    assert_eq!(client.published(URI, 3).len(), 1);
    assert!(!client.rest().contains(&"window/logMessage".to_owned()), "logged twice");
    end(client, server);

    let (mut client, server) = start(fragile);
    client.initialize(pulls());
    client.open(URI, "boom");
    let id = client.ask("textDocument/diagnostic", document());
    let error = client.answer(&id).response_result.unwrap_err();
    assert_eq!(error.code, -32603);
    assert!(error.message.starts_with("Internal error: it blew up ("), "{}", error.message);
    client.change(URI, 2, json!([{"text": "!"}]));
    assert_eq!(client.pulled(URI).len(), 1);
    end(client, server);
}

#[test]
fn a_slow_analysis_can_be_cancelled_and_blocks_nothing() {
    static GO: AtomicBool = AtomicBool::new(false);
    fn slow(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
        while snapshot.text().contains("slow") && !GO.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        marks(snapshot, files, settings)
    }
    let (mut client, server) = start(slow);
    client.initialize(pulls());
    client.open(URI, "slow");
    // More requests than threads: requests that have not started can be cancelled, too, and edits are still applied.
    let ids: Vec<_> = (0..20).map(|_| client.ask("textDocument/diagnostic", document())).collect();
    client.change(URI, 2, json!([{"text": "slow !"}]));
    for id in &ids {
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in &ids {
        assert_eq!(client.answer(id).response_result.unwrap_err().code, -32800);
    }
    GO.store(true, Ordering::Relaxed);
    assert_eq!(client.pulled(URI).len(), 1);
    assert_eq!(client.rest(), [""; 0], "one answer each");
    end(client, server);
}

#[test]
fn outdated_results_are_dropped_and_the_last_text_is_published() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fn counted(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
        RUNS.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(20));
        marks(snapshot, files, settings)
    }
    let (mut client, server) = start(counted);
    client.initialize(json!({"capabilities": {}}));
    client.open(URI, "");
    for version in 2..=300 {
        client.edit(URI, version, [0, 0, 0, 0], "!");
    }
    assert_eq!(client.published(URI, 300).len(), 299);
    assert_eq!(client.rest(), [""; 0]);
    assert!(RUNS.load(Ordering::Relaxed) < 100, "{RUNS:?} analyses for 300 edits");
    end(client, server);
}

#[test]
fn a_client_that_does_not_read_can_still_write() {
    let (server_in, client_out) = pipe().unwrap();
    let (client_in, server_out) = pipe().unwrap();
    let server = thread::spawn(move || {
        serve(BufReader::new(server_in), server_out, marks, RunOptions::default()).unwrap()
    });
    let mut writer = Client::new(std::io::empty(), client_out);
    writer.ask("initialize", json!({"capabilities": {}}));
    // Each document gets 300 KB of diagnostics; the capacity of a pipe is 64 KB.
    for number in 0..200 {
        writer.open(&format!("file:///{number}/massdriver.yaml"), &"!".repeat(1_000));
        writer.ask("shutdown ", Value::Null);
    }
    writer.ask("shutdown", Value::Null);
    writer.notify("exit", Value::Null);
    assert!(server.join().unwrap());
    drop(client_in);
}

#[test]
fn quick_fixes_edit_the_document() {
    fn fixable(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
        let findings = marks(snapshot, files, settings).into_iter();
        findings
            .map(|finding| {
                let span = finding.span;
                let node = snapshot.document().syntax.root().map(|root| root.id());
                let edits = Edits::new(span, "?", node.map(Change::Value));
                finding.with_fix(Fix::safe("Ask", edits))
            })
            .collect()
    }
    let (mut client, server) = start(fixable);
    let action =
        json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}, "isPreferredSupport": true});
    client.initialize(json!({"capabilities": {"textDocument": {"codeAction": action},
        "workspace": {"workspaceEdit": {"documentChanges": true}}}}));
    client.open(URI, "é!\n!");
    let mut actions = |line: u32, only: Value| {
        let at = json!({"line": line, "character": 1});
        let params = json!({"textDocument": {"uri": URI}, "range": {"start": at, "end": at},
            "context": {"diagnostics": [], "only": only}});
        client.request("textDocument/codeAction", params)
    };
    assert_eq!(actions(0, json!(["source"])), json!([]));
    let first = &actions(0, json!(null))[0];
    assert_eq!(first["title"], "Ask");
    assert_eq!(first["isPreferred"], true);
    assert_eq!(first["diagnostics"][0]["code"], "mark");
    let edit = &first["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({"uri": URI, "version": 1}));
    assert_eq!(edit["edits"][0]["newText"], "?");
    assert_eq!(edit["edits"][0]["range"]["start"], json!({"line": 0, "character": 1}));
    end(client, server);
}

#[test]
fn the_settings_of_the_client_are_used() {
    fn unless_off(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
        match settings.rules.get("mark") {
            Some(Level::Off) => Vec::new(),
            _ => marks(snapshot, files, settings),
        }
    }
    let level = |level: &str| json!({"rules": {"mark": level}});
    let (mut client, server) = start(unless_off);
    client.settings = level("off");
    client.initialize(json!({"capabilities": {"workspace": {"configuration": true}}}));
    client.asked_for("workspace/configuration");
    client.open(URI, "!");
    while !client.published(URI, 1).is_empty() {}
    for (now, count) in [("on", 1), ("off", 0), ("error", 1)] {
        client.settings = level(now);
        client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
        assert_eq!(client.published(URI, 1).len(), count);
    }
    // The same or invalid settings change nothing. If the client returns none, those of the notification are used.
    client.asked.clear();
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.asked_for("workspace/configuration");
    client.settings = level("loud");
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    assert!(client.notification("window/showMessage")["message"].as_str().unwrap().contains("loud"));
    assert_eq!(client.rest(), [""; 0]);
    client.settings = Value::Null;
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"massdriver": level("off")}}));
    assert_eq!(client.published(URI, 1).len(), 0);
    end(client, server);
}

/// A finding where a file named in the text is missing.
fn missing(snapshot: &Snapshot, files: &dyn Files, _: &Settings) -> Vec<Finding> {
    let name = snapshot.text().trim_end();
    match files.kind(name) {
        FileKind::Missing => {
            vec![Finding::new("missing", Severity::Error, Span::new(0, name.len()), "missing")]
        }
        _ => Vec::new(),
    }
}

#[test]
fn files_are_loaded_in_the_background_and_reloaded() {
    let directory = std::env::temp_dir().join(format!("massdriver-ls-serve-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let uri = format!("file://{}/massdriver.yaml", directory.display());
    for pull in [false, true] {
        let _ = std::fs::remove_file(directory.join("main.tf"));
        let (mut client, server) = start(missing);
        let folders = json!([{"uri": format!("file://{}", directory.display()), "name": "w"}]);
        client.initialize(json!({"workspaceFolders": folders, "capabilities": if pull {
            json!({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": true}}})
        } else {
            json!({})
        }}));
        // The workspace has been read.
        client.notification("window/logMessage");
        if pull {
            client.asked_for("workspace/diagnostic/refresh");
        }
        let next = |client: &mut Client| {
            if pull {
                client.asked_for("workspace/diagnostic/refresh");
                return client.pulled(&uri);
            }
            client.published(&uri, 1)
        };
        client.open(&uri, "main.tf");
        // The file is unknown at first and loaded in the background.
        let first = if pull { client.pulled(&uri) } else { client.published(&uri, 1) };
        assert_eq!(first, [Value::Null; 0]);
        assert_eq!(next(&mut client)[0]["code"], "missing");
        std::fs::write(directory.join("main.tf"), "").unwrap();
        let events =
            json!({"changes": [{"uri": format!("file://{}/main.tf", directory.display()), "type": 1}]});
        client.notify("workspace/didChangeWatchedFiles", events.clone());
        assert_eq!(next(&mut client), [Value::Null; 0]);
        std::fs::remove_file(directory.join("main.tf")).unwrap();
        client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
        assert_eq!(next(&mut client)[0]["code"], "missing");
        // Nothing has changed, so nothing is published.
        client.notify("workspace/didChangeWatchedFiles", events);
        assert_eq!(client.rest(), [""; 0]);
        assert_eq!(client.asked, [""; 0]);
        end(client, server);
    }
    let _ = std::fs::remove_dir_all(&directory);
}

#[test]
fn a_document_without_a_file_does_not_use_the_disk() {
    let (mut client, server) = start(missing);
    client.initialize(json!({"capabilities": {}}));
    client.open("untitled:massdriver.yaml", "main.tf");
    assert_eq!(client.published("untitled:massdriver.yaml", 1), [Value::Null; 0]);
    assert_eq!(client.rest(), [""; 0]);
    end(client, server);
}

#[test]
fn a_panic_report_names_the_location_and_the_record_option() {
    fn broken(_: &Snapshot, _: &dyn Files, _: &Settings) -> Vec<Finding> {
        panic!("it blew up, for the report")
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("log");
    let usual = std::panic::take_hook();
    panics::install(Arc::new(Log::to_file(&file).unwrap()));
    let (mut client, server) = start(broken);
    client.initialize(json!({"capabilities": {}}));
    client.open(URI, "text");
    let message = client.notification("window/logMessage")["message"].clone();
    std::panic::set_hook(usual);
    end(client, server);
    let log = std::fs::read_to_string(file).unwrap();
    for text in [message.as_str().unwrap(), &log] {
        for part in
            ["for the report", env!("CARGO_PKG_VERSION"), std::env::consts::OS, "tests.rs:", "--record FILE"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

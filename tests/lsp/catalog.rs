//! The command that fetches the organization's resource types, with the real server and a test platform.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use crate::client::Server;
use crate::support::platform::{KEY, Platform, reply, well_behaved};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use tempfile::TempDir;

const COMMAND: &str = "massdriver.refreshCatalog";
const REQUEST_FAILED: i64 = -32803;
const BUNDLE: &str = "file:///b/massdriver.yaml";

fn started(home: &TempDir, platform: &Platform, capabilities: Value) -> Server {
    let variables = [
        ("MASSDRIVER_URL", &*platform.url),
        ("MASSDRIVER_ORGANIZATION_ID", "acme"),
        ("MASSDRIVER_API_KEY", KEY),
    ];
    let mut server = Server::start_in(&[], |command| {
        command.env_clear().env("HOME", home.path()).env("XDG_CACHE_HOME", home.path().join("cache"));
        command.envs(variables);
    });
    let offered = server.initialize(json!({ "capabilities": capabilities }));
    assert_eq!(offered["executeCommandProvider"]["commands"], json!([COMMAND]));
    server
}

fn refused(server: &mut Server, params: Value) -> (i64, String) {
    let id = server.ask("workspace/executeCommand", params);
    let error = server.answer(&id).response_result.unwrap_err();
    assert!(!error.message.contains(KEY), "{}", error.message);
    (error.code.into(), error.message)
}

#[test]
fn the_command_returns_the_number_of_types() {
    let (home, platform) = (tempfile::tempdir().unwrap(), Platform::start(well_behaved(120)));
    let mut server = started(&home, &platform, json!({}));
    let answer = server.request("workspace/executeCommand", json!({ "command": COMMAND, "arguments": [] }));
    assert_eq!(answer, json!({ "organization": "acme", "types": 120 }));
    assert_eq!(
        server.notification("window/showMessage"),
        json!({ "type": 3, "message": "Fetched 120 resource types of `acme`." })
    );
    assert_eq!(std::fs::read_dir(home.path().join("cache/massdriver-ls")).unwrap().count(), 1);
}

#[test]
fn progress_is_reported_if_the_client_supports_it() {
    let (home, platform) = (tempfile::tempdir().unwrap(), Platform::start(well_behaved(120)));
    let mut server = started(&home, &platform, json!({ "window": { "workDoneProgress": true } }));
    server.request("workspace/executeCommand", json!({ "command": COMMAND }));
    server.asked_for("window/workDoneProgress/create");
    let given = json!({ "command": COMMAND, "workDoneToken": 7 });
    server.request("workspace/executeCommand", given);
    for token in [json!(COMMAND), json!(7)] {
        let kinds: Vec<Value> = (0..4).map(|_| server.notification("$/progress")).collect();
        assert!(kinds.iter().all(|params| params["token"] == token), "{kinds:?}");
        let reported: Vec<&Value> = kinds.iter().map(|params| &params["value"]["kind"]).collect();
        assert_eq!(reported, ["begin", "report", "report", "end"]);
        assert_eq!(kinds[2]["value"]["message"], "120 so far");
    }
}

#[test]
fn a_failure_is_answered_with_its_reason() {
    let (home, platform) =
        (tempfile::tempdir().unwrap(), Platform::start(|_, _, stream| reply(stream, 403, "", KEY)));
    let mut server = started(&home, &platform, json!({}));
    let (code, message) = refused(&mut server, json!({ "command": COMMAND }));
    assert_eq!(code, REQUEST_FAILED);
    assert!(message.starts_with("The resource types were not fetched: the key may not"), "{message}");
    assert_eq!(refused(&mut server, json!({ "command": "massdriver.elsewhere" })).0, -32602);
}

#[test]
fn fetches_do_not_overlap_or_block_other_requests() {
    let (release, held) = channel::<()>();
    let held = Mutex::new(held);
    let (home, platform) = (
        tempfile::tempdir().unwrap(),
        Platform::start(move |number, request, stream| {
            let _ = held.lock().unwrap().recv();
            well_behaved(1)(number, request, stream);
        }),
    );
    let mut server = started(&home, &platform, json!({ "textDocument": { "diagnostic": {} } }));
    let first = server.ask("workspace/executeCommand", json!({ "command": COMMAND }));
    while platform.requests().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let (code, message) = refused(&mut server, json!({ "command": COMMAND }));
    assert_eq!(
        (code, &*message),
        (REQUEST_FAILED, "The resource types were not fetched: they are already being fetched.")
    );
    server.open(BUNDLE, "a:\n\tb: c\n");
    assert!(!server.pulled(BUNDLE).is_empty());
    release.send(()).unwrap();
    assert!(server.answer(&first).response_result.is_ok());
    drop(release);
    server.request("workspace/executeCommand", json!({ "command": COMMAND }));
}

#[test]
fn no_network_access_without_a_request() {
    let (home, platform) = (tempfile::tempdir().unwrap(), Platform::start(well_behaved(1)));
    let mut server = started(&home, &platform, json!({ "textDocument": { "diagnostic": {} } }));
    server.open(BUNDLE, "name: x\nconnections:\n  properties:\n    a: {$ref: acme/some-type}\n");
    server.pulled(BUNDLE);
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!((server.exit_code(), platform.requests().len()), (Some(0), 0));
}

/// The organization's types are known after a fetch, and in later sessions if the setting is on.
#[test]
fn fetched_types_are_used() {
    let (home, platform) = (tempfile::tempdir().unwrap(), Platform::start(well_behaved(3)));
    let bundle = |name: &str| format!("connections:\n  properties:\n    a: {{$ref: acme/{name}}}\n");
    let unknown = |server: &mut Server, version: i32| -> Vec<u64> {
        let findings = server.published(BUNDLE, version);
        let found = findings.iter().filter(|finding| finding["code"] == "ref-unknown-type");
        found.map(|finding| finding["severity"].as_u64().unwrap()).collect()
    };
    let mut server = started(&home, &platform, json!({}));
    server.open(BUNDLE, &bundle("no-such-type"));
    assert_eq!(unknown(&mut server, 1), [0; 0]);
    server.request("workspace/executeCommand", json!({ "command": COMMAND }));
    assert_eq!(unknown(&mut server, 1), [2]);

    let mut later = started(&home, &platform, json!({}));
    let setting = |on: bool| json!({ "settings": { "massdriver": { "organizationCatalog": on } } });
    later.open(BUNDLE, &bundle("no-such-type"));
    assert_eq!(unknown(&mut later, 1), [0; 0]);
    later.notify("workspace/didChangeConfiguration", setting(true));
    while unknown(&mut later, 1) != [2] {}
    later.notify("workspace/didChangeConfiguration", setting(false));
    while !unknown(&mut later, 1).is_empty() {}
}

/// Replaying someone else's recording sends no key.
#[test]
fn a_replay_does_not_use_the_network() {
    let (home, platform) = (tempfile::tempdir().unwrap(), Platform::start(well_behaved(1)));
    let line = |id: u32, method: &str, params: Value| {
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        json!({ "at": id, "from": "client", "message": message }).to_string()
    };
    let answer =
        json!({ "at": 3, "from": "server", "message": { "jsonrpc": "2.0", "id": 2, "result": null } });
    let recording = [
        line(1, "initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} })),
        line(2, "workspace/executeCommand", json!({ "command": COMMAND })),
        answer.to_string(),
    ];
    let path = home.path().join("recording");
    std::fs::write(&path, recording.join("\n")).unwrap();
    let mut command = std::process::Command::new(crate::client::program());
    command.arg("replay").arg(&path).env_clear().env("HOME", home.path());
    command.env("MASSDRIVER_URL", &*platform.url).env("MASSDRIVER_ORGANIZATION_ID", "acme");
    let output = command.env("MASSDRIVER_API_KEY", KEY).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("--offline"), "{printed}");
    assert_eq!(platform.requests().len(), 0);
    assert!(!home.path().join(".cache").exists());
}

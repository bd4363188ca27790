//! Push and pull diagnostics, and the settings that affect them.

use crate::client::Server;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/massdriver.yaml";
const BROKEN: &str = "a:\n\tb: 1\n";

fn started(text_document: Value, workspace: Value) -> Server {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {"textDocument": text_document, "workspace": workspace}}));
    server
}

fn syntax_error(diagnostics: &[Value]) -> &Value {
    let error = diagnostics.iter().find(|diagnostic| diagnostic["code"] == "yaml-syntax");
    error.unwrap_or(&Value::Null)
}

#[test]
fn diagnostics_match_the_clients_capabilities() {
    let mut server = started(json!({"publishDiagnostics": {"codeDescriptionSupport": true}}), json!({}));
    server.open(URI, BROKEN);
    let diagnostics = server.published(URI, 1);
    let error = syntax_error(&diagnostics);
    assert_eq!(error["severity"], 1);
    assert_eq!(error["source"], "massdriver");
    assert_eq!(error["range"]["start"], json!({"line": 1, "character": 0}));
    let href = error["codeDescription"]["href"].as_str().unwrap();
    assert!(href.ends_with("/docs/diagnostics.md#yaml-syntax"), "{href}");

    let mut server = started(json!({}), json!({}));
    server.open(URI, BROKEN);
    let diagnostics = server.published(URI, 1);
    assert!(syntax_error(&diagnostics).is_object());
    assert_eq!(syntax_error(&diagnostics).get("codeDescription"), None);
}

#[test]
fn a_client_that_pulls_gets_nothing_pushed() {
    let mut server = Server::start(&[]);
    let capabilities = server.initialize(json!({"capabilities": {"textDocument": {"diagnostic": {}}}}));
    assert!(capabilities["diagnosticProvider"].is_object(), "{capabilities}");
    server.open(URI, BROKEN);
    assert!(syntax_error(&server.pulled(URI)).is_object());
    server.edit(URI, 2, [1, 0, 1, 1], "  ");
    assert!(server.pulled(URI).iter().all(|diagnostic| diagnostic["code"] != "yaml-syntax"));
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert_eq!(server.pulled(URI), [Value::Null; 0]);
    assert_eq!(server.rest(), [""; 0]);
}

#[test]
fn a_client_that_does_not_pull_is_not_asked_to() {
    let mut server = Server::start(&[]);
    let capabilities = server.initialize(json!({"capabilities": {}}));
    assert_eq!(capabilities.get("diagnosticProvider"), None);
}

#[test]
fn pulling_twice_without_a_change_gives_unchanged() {
    let mut server = started(json!({"diagnostic": {}}), json!({}));
    server.open(URI, BROKEN);
    let document = json!({"uri": URI});
    let first = server.request("textDocument/diagnostic", json!({"textDocument": document}));
    assert_eq!(first["kind"], "full");
    let again = json!({"textDocument": document, "previousResultId": first["resultId"]});
    let second = server.request("textDocument/diagnostic", again.clone());
    assert_eq!(second, json!({"kind": "unchanged", "resultId": first["resultId"]}));
    server.edit(URI, 2, [0, 0, 0, 0], "x");
    let third = server.request("textDocument/diagnostic", again);
    assert_eq!(third["kind"], "full");
    assert_ne!(third["resultId"], first["resultId"]);
}

#[test]
fn a_client_that_can_be_asked_for_settings_is_asked() {
    let workspace = json!({"configuration": true, "didChangeConfiguration": {"dynamicRegistration": true},
        "didChangeWatchedFiles": {"dynamicRegistration": true}});
    let mut server = started(json!({}), workspace);
    server.asked_for("workspace/configuration");
    server.asked_for("client/registerCapability");
    server.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    server.asked_for("workspace/configuration");
    assert_eq!(server.rest(), [""; 0]);
}

#[test]
fn a_client_that_cannot_be_asked_sends_its_settings() {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}, "initializationOptions": {"bundleFormat": "connections"}}));
    server.open(URI, BROKEN);
    server.published(URI, 1);
    server.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"massdriver": {"bundleFormat": "dependencies"}}}),
    );
    server.published(URI, 1);
    assert_eq!(server.asked, [""; 0]);
}

#[test]
fn a_client_that_pulls_is_asked_to_refresh() {
    let mut server = started(json!({"diagnostic": {}}), json!({"diagnostics": {"refreshSupport": true}}));
    server.open(URI, BROKEN);
    server.pulled(URI);
    server.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"massdriver": {"bundleFormat": "connections"}}}),
    );
    server.asked_for("workspace/diagnostic/refresh");
}

#[test]
fn invalid_settings_are_reported_once() {
    let mut server = started(json!({}), json!({}));
    let nonsense = json!({"settings": {"massdriver": {"rules": {"yaml-syntax": "loud"}}}});
    server.notify("workspace/didChangeConfiguration", nonsense.clone());
    let message = server.notification("window/showMessage")["message"].clone();
    assert!(message.as_str().is_some_and(|message| message.contains("loud")), "{message}");
    server.notify("workspace/didChangeConfiguration", nonsense);
    server.open(URI, BROKEN);
    assert!(syntax_error(&server.published(URI, 1)).is_object());
    assert_eq!(server.rest(), [""; 0]);
}

#[test]
fn a_cancelled_request_is_answered_exactly_once() {
    let mut server = started(json!({"diagnostic": {}}), json!({}));
    server.open(URI, &"a: [1, 2]\n".repeat(10_000));
    for _ in 0..20 {
        let id = server.ask("textDocument/diagnostic", json!({"textDocument": {"uri": URI}}));
        server.notify("$/cancelRequest", json!({"id": id}));
        if let Err(error) = server.answer(&id).response_result {
            assert_eq!(error.code, -32800);
        }
    }
    assert_eq!(server.rest(), [""; 0]);
}

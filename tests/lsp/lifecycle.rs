//! From `initialize` to `exit`, with the real program.

use crate::client::Server;
use serde_json::{Value, json};

const NOT_INITIALIZED: i32 = -32002;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

fn started() -> Server {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}}));
    server
}

#[test]
fn a_session_ends_with_success_after_shutdown() {
    for arguments in [&[][..], &["lsp"], &["--stdio"], &["lsp", "--stdio"]] {
        let mut server = Server::start(arguments);
        let result = server.request("initialize", json!({"capabilities": {}}));
        assert_eq!(result["serverInfo"]["name"], "massdriver-ls");
        assert_eq!(server.request("shutdown", Value::Null), Value::Null);
        server.notify("exit", Value::Null);
        assert_eq!(server.exit_code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut server = started();
    server.notify("exit", Value::Null);
    assert_eq!(server.exit_code(), Some(1));

    let mut server = Server::start(&[]);
    server.notify("exit", Value::Null);
    assert_eq!(server.exit_code(), Some(1));
}

#[test]
fn the_server_ends_when_its_input_does() {
    let mut server = started();
    server.hang_up();
    assert_eq!(server.exit_code(), Some(1));

    let mut server = started();
    server.request("shutdown", Value::Null);
    server.hang_up();
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn requests_before_the_end_of_input_are_answered() {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {"textDocument": {"diagnostic": {}}}}));
    server.open("file:///b/massdriver.yaml", "a:\n\tb: c\n");
    let id =
        server.ask("textDocument/diagnostic", json!({"textDocument": {"uri": "file:///b/massdriver.yaml"}}));
    server.hang_up();
    assert!(server.answer(&id).response_result.is_ok());
    server.exit_code();
}

#[test]
fn nothing_is_answered_before_initialize_or_after_shutdown() {
    let hover = || json!({"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}});
    let mut server = Server::start(&[]);
    assert_eq!(server.refused("textDocument/hover", hover()), NOT_INITIALIZED);
    assert_eq!(server.refused("massdriver/unheardOf", json!({})), NOT_INITIALIZED);
    assert_eq!(server.refused("shutdown", Value::Null), NOT_INITIALIZED);
    server.open("file:///b/massdriver.yaml", "a:\n\tb: c\n");
    server.initialize(json!({"capabilities": {}}));
    assert_eq!(server.rest(), [""; 0], "a document from before the beginning");
    assert_eq!(server.refused("initialize", json!({"capabilities": {}})), INVALID_REQUEST);
    server.request("shutdown", Value::Null);
    assert_eq!(server.refused("textDocument/hover", hover()), INVALID_REQUEST);
    assert_eq!(server.refused("massdriver/unheardOf", json!({})), INVALID_REQUEST);
    assert_eq!(server.refused("shutdown", Value::Null), INVALID_REQUEST);
}

#[test]
fn unknown_requests_are_refused_and_unknown_notifications_ignored() {
    let mut server = started();
    assert_eq!(server.refused("massdriver/unheardOf", json!({})), METHOD_NOT_FOUND);
    assert_eq!(server.refused("$/unheardOf", json!({})), METHOD_NOT_FOUND);
    assert_eq!(server.refused("textDocument/codeAction", json!({"range": 1})), INVALID_PARAMS);
    server.notify("massdriver/unheardOf", json!({}));
    server.notify("$/unheardOf", json!({}));
    server.notify("$/cancelRequest", json!({"id": 4711}));
    server.notify("$/setTrace", json!({"value": "off"}));
    server.notify("textDocument/didChange", json!({"nonsense": true}));
    assert_eq!(server.rest(), [""; 0]);
    server.request("shutdown", Value::Null);
}

#[test]
fn malformed_messages_do_not_end_the_session() {
    let mut server = started();
    server.send_bytes(b"no header at all\r\n\r\n");
    server.send_bytes(b"Content-Length: -3\r\n\r\n");
    server.send_body("");
    server.send_body("{");
    server.send_body("[]");
    server.send_body(r#"{"jsonrpc": "1.0", "method": "x"}"#);
    server.send_body(r#"{"jsonrpc": "2.0", "id": 99, "result": null}"#);
    server.send_body(r#"{"jsonrpc": "2.0", "id": 99, "error": {"what": 1}}"#);
    server.send_body(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    server.request("shutdown", Value::Null);
}

#[test]
fn a_client_that_wants_a_trace_gets_one() {
    let mut server = started();
    let uri = "file:///b/massdriver.yaml";
    server.open(uri, "");
    server.published(uri, 1);
    server.notify("$/setTrace", json!({"value": "messages"}));
    server.edit(uri, 2, [0, 0, 0, 0], "#");
    let message = server.notification("$/logTrace")["message"].clone();
    assert!(message.as_str().is_some_and(|message| message.contains("version 2")), "{message}");
}

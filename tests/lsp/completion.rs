//! Completion over the protocol, for clients with many capabilities and with few.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::fs;

const URI: &str = "file:///nowhere/massdriver.yaml";
const BUNDLE: &str = "\
name: web
params:
  properties:
    größe: {type: string, title: '😀'}
steps:
  - path: src
    provisioner: opentofu
  - path: src
    pro
";

/// Capabilities of an editor that supports everything.
fn able() -> Value {
    json!({"completionItem": {
        "snippetSupport": true,
        "insertReplaceSupport": true,
        "labelDetailsSupport": true,
        "documentationFormat": ["markdown", "plaintext"],
        "insertTextModeSupport": {"valueSet": [1, 2]},
        "resolveSupport": {"properties": ["documentation"]},
        "tagSupport": {"valueSet": [1]},
    }})
}

fn started(completion: &Value) -> Server {
    let mut server = Server::start(&[]);
    let capabilities =
        server.initialize(json!({"capabilities": {"textDocument": {"completion": completion}}}));
    assert_eq!(capabilities["completionProvider"]["resolveProvider"], true);
    server
}

/// The completion list at a position, which must not be incomplete.
fn complete(server: &mut Server, uri: &str, line: u32, character: u32) -> Vec<Value> {
    let position = json!({"line": line, "character": character});
    let list = server
        .request("textDocument/completion", json!({"textDocument": {"uri": uri}, "position": position}));
    assert_eq!(list["isIncomplete"], false);
    list["items"].as_array().unwrap().clone()
}

fn item(items: &[Value], label: &str) -> Value {
    items.iter().find(|item| item["label"] == label).unwrap_or(&Value::Null).clone()
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

#[test]
fn a_client_with_all_capabilities_gets_everything() {
    let mut server = started(&able());
    server.open(URI, BUNDLE);
    let provisioner = item(&complete(&mut server, URI, 6, 19), "opentofu");
    let edit = &provisioner["textEdit"];
    assert_eq!((&edit["insert"], &edit["replace"]), (&range(6, 17, 19), &range(6, 17, 25)));
    assert_eq!(provisioner["documentation"], Value::Null);
    let resolved = server.request("completionItem/resolve", provisioner);
    assert_eq!(resolved["documentation"]["kind"], "markdown");
    let page = resolved["documentation"]["value"].as_str().unwrap();
    assert!(page.contains("```yaml\n"), "{page}");

    let key = item(&complete(&mut server, URI, 8, 7), "provisioner");
    assert_eq!(key["textEdit"], json!({"range": range(8, 4, 7), "newText": "provisioner: "}));
    assert_eq!(key["labelDetails"]["description"], "text, required");

    let step = item(&complete(&mut server, URI, 9, 0), "artifacts");
    assert_eq!(step["textEdit"]["newText"], "artifacts:\n  ");
    assert_eq!(step["insertTextMode"], 1);
}

#[test]
fn a_client_without_capabilities_gets_plain_items() {
    let mut server = started(&json!({}));
    server.open(URI, BUNDLE);
    let items = complete(&mut server, URI, 6, 19);
    let provisioner = item(&items, "opentofu");
    assert_eq!(provisioner["textEdit"], json!({"range": range(6, 17, 19), "newText": "opentofu"}));
    let page = provisioner["documentation"].as_str().unwrap();
    assert!(!page.contains("```") && !page.contains("**"), "{page}");
    for label in ["insertTextFormat", "insertTextMode", "labelDetails", "tags"] {
        assert!(items.iter().all(|item| item[label].is_null()), "{label}");
    }
}

#[test]
fn ranges_count_in_the_clients_unit() {
    let mut server = started(&able());
    let text = "params:\n  properties:\n    größe: {title: '😀', type: st}\n";
    server.open(URI, text);
    // Two UTF-16 units for the emoji, one for each other letter.
    let found = item(&complete(&mut server, URI, 2, 33), "string");
    assert_eq!(found["textEdit"]["range"], range(2, 31, 33));
}

#[test]
fn directories_are_prefetched_for_completion() {
    let folder = std::env::temp_dir().join(format!("massdriver-ls-steps-{}", std::process::id()));
    for step in ["one", "two"] {
        fs::create_dir_all(folder.join(step)).unwrap();
        fs::write(folder.join(step).join("main.tf"), "").unwrap();
    }
    let uri = format!("file://{}/massdriver.yaml", folder.display());
    let mut server = started(&able());
    server.open(&uri, "name: web\nsteps:\n  - path: \n");
    // The first responses may precede the background read of the directory.
    let mut labels = Vec::new();
    for _ in 0..100 {
        let items = complete(&mut server, &uri, 2, 10);
        labels = items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect();
        if !labels.is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(labels, ["one", "two"]);
}

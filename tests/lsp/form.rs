//! The form of a bundle over the protocol, as specified in `docs/form-preview.md`.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::fs;

const URI: &str = "file:///nowhere/massdriver.yaml";
const BUNDLE: &str = "\
name: shop
params:
  examples:
    - {__name: Small, größe: s}
  properties:
    größe: {type: string, title: 😀, enum: [s, l]}
    backups: {type: boolean}
app:
  envs:
    SIZE: '.params[\"größe\"]'
";

fn started() -> Server {
    let mut server = Server::start(&[]);
    let capabilities = server.initialize(json!({"capabilities": {}}));
    let form = json!({"preview": true, "envs": true, "savePreset": true});
    assert_eq!(capabilities["experimental"]["massdriver"]["form"], form);
    server.open(URI, BUNDLE);
    server
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

#[test]
fn the_form_is_returned() {
    let mut server = started();
    let form = server.request("massdriver/formPreview", json!({"uri": URI}));
    assert_eq!(
        form,
        json!({
            "version": 1,
            "title": "shop",
            "schema": {
                "type": "object",
                "properties": {
                    "größe": {"type": "string", "title": "😀", "enum": ["s", "l"]},
                    "backups": {"type": "boolean", "default": false},
                },
            },
            "uiSchema": {},
            "presets": [{"name": "Small", "values": {"größe": "s"}}],
            "places": [
                {"pointer": "/größe", "key": range(5, 4, 9), "range": range(5, 4, 50)},
                {"pointer": "/backups", "key": range(6, 4, 11), "range": range(6, 4, 28)},
            ],
        })
    );
    server.change(URI, 2, json!([{"text": BUNDLE.replace("{type: boolean}", "{type: boolean")}]));
    assert_eq!(server.request("massdriver/formPreview", json!({"uri": URI})), Value::Null);
    let elsewhere = json!({"uri": "file:///nowhere/other.yaml"});
    assert_eq!(server.request("massdriver/formPreview", elsewhere), Value::Null);
}

#[test]
fn variables_are_evaluated() {
    let mut server = started();
    let mut envs =
        |values: Value| server.request("massdriver/formEnvs", json!({"uri": URI, "values": values}));
    assert_eq!(envs(json!({"größe": "l"})), json!({"envs": [{"name": "SIZE", "value": "l"}]}));
    let error = "`.params[\"größe\"]` has no value.";
    assert_eq!(envs(json!({})), json!({"envs": [{"name": "SIZE", "error": error}]}));
}

#[test]
fn a_preset_is_saved() {
    let mut server = started();
    let ask = json!({"uri": URI, "name": "Large", "values": {"größe": "l", "backups": true}});
    let edit = server.request("massdriver/formSavePreset", ask.clone());
    let new_text = "    - __name: Large\n      größe: l\n      backups: true\n";
    assert_eq!(
        edit,
        json!({"changes": {URI: [{"range": {
        "start": {"line": 4, "character": 0}, "end": {"line": 4, "character": 0},
    }, "newText": new_text}]}})
    );
    server.change(URI, 2, json!([{"text": "params: ["}]));
    assert_eq!(server.request("massdriver/formSavePreset", ask), Value::Null);
}

#[test]
fn referenced_files_are_read_for_the_first_response() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("a.json", r#"{"type": "object", "properties": {"b": {"$ref": "./b.json"}}}"#);
    write("b.json", r#"{"type": "string"}"#);
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}}));
    let uri = format!("file://{}/massdriver.yaml", directory.path().display());
    server.open(&uri, "params:\n  properties:\n    a: {$ref: ./a.json}\n");
    let form = server.request("massdriver/formPreview", json!({"uri": uri}));
    let wanted = json!({"type": "object", "properties": {"b": {"type": "string"}}});
    assert_eq!(form["schema"]["properties"]["a"], wanted);
}

#[test]
fn invalid_requests_get_errors() {
    let mut server = started();
    for params in [json!({}), json!({"uri": 1}), Value::Null] {
        assert_eq!(server.refused("massdriver/formPreview", params.clone()), -32602, "{params}");
    }
    assert_eq!(server.refused("massdriver/formEnvs", json!({"uri": URI, "values": 1})), -32602);
}

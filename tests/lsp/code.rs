//! A bundle and its step code over the protocol: files on disk and files that are open in the client.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const BUNDLE: &str = "\
name: a-queue
description: A queue for messages that wait.
version: 1.0.0
steps:
  - path: src
    provisioner: opentofu
params:
  required: [size]
  properties:
    size: {type: integer, title: Size, description: How many.}
connections:
  properties: {}
artifacts:
  properties: {}
ui: {}
";

const CODE: &str = "variable \"size\" {\n  type = number\n}\nlocals {\n  é = \"😀${var.size}\"\n}\n";

struct Workspace {
    folder: TempDir,
    server: Server,
}

impl Workspace {
    fn new(capabilities: Value) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("massdriver.yaml"), BUNDLE).unwrap();
        fs::write(folder.path().join("src/main.tf"), CODE).unwrap();
        let mut server = Server::start(&[]);
        let root = format!("file://{}", folder.path().display());
        let folders = json!([{"uri": root, "name": "bundle"}]);
        server.initialize(json!({"capabilities": capabilities, "workspaceFolders": folders}));
        Self { folder, server }
    }

    /// Starts a server, opens the bundle, and waits for its findings.
    fn opened(capabilities: Value) -> Self {
        let mut workspace = Self::new(capabilities);
        let bundle = workspace.uri("massdriver.yaml");
        workspace.server.open(&bundle, BUNDLE);
        workspace.server.rest();
        workspace
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.path().join(path).display())
    }

    /// Waits until there are `count` findings about the code; returns them and the elapsed time.
    fn findings(&mut self, count: usize) -> (Vec<Value>, Duration) {
        let (start, uri) = (Instant::now(), self.uri("massdriver.yaml"));
        loop {
            let mut found = self.server.published(&uri, 1);
            found.retain(|one| ["iac-", "arti"].contains(&&one["code"].as_str().unwrap()[..4]));
            if found.len() == count {
                return (found, start.elapsed());
            }
        }
    }

    fn ask(&mut self, method: &str, path: &str, line: u32, character: u32, more: Value) -> Value {
        let position = json!({"line": line, "character": character});
        let mut params = json!({"textDocument": {"uri": self.uri(path)}, "position": position});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.server.request(method, params)
    }

    fn changed_on_disk(&mut self, path: &str) {
        let changes = json!([{"uri": self.uri(path), "type": 2}]);
        self.server.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    }
}

#[test]
fn an_edit_of_step_code_updates_the_findings() {
    let related = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}});
    let mut workspace = Workspace::opened(related);
    let code = workspace.uri("src/main.tf");
    workspace.server.open_as(&code, "terraform", CODE);
    let mut slowest = Duration::ZERO;
    for version in (2..12).step_by(2) {
        workspace.server.edit(&code, version, [0, 10, 0, 14], "width");
        let (found, took) = workspace.findings(2);
        slowest = slowest.max(took);
        let codes: Vec<&str> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["iac-undeclared-input", "iac-missing-variable"]);
        let place = &found[0]["relatedInformation"][0]["location"];
        assert_eq!(place["uri"], json!(code));
        assert_eq!(place["range"], range(0, 10, 15));
        workspace.server.edit(&code, version + 1, [0, 10, 0, 15], "size");
        slowest = slowest.max(workspace.findings(0).1);
    }
    println!("slowest of 10 edits: {slowest:?}");
    assert!(slowest < Duration::from_millis(50), "{slowest:?}");

    // While the file cannot be parsed, the last good version counts.
    workspace.server.edit(&code, 20, [0, 0, 0, 0], "variable \"new\" {\n");
    workspace.findings(0);
    workspace.server.edit(&code, 21, [1, 0, 1, 0], "}\n");
    assert_eq!(workspace.findings(1).0[0]["code"], "iac-undeclared-input");
    // After closing, the file on disk counts again.
    workspace.server.notify("textDocument/didClose", json!({"textDocument": {"uri": code}}));
    workspace.findings(0);
}

#[test]
fn a_change_on_disk_updates_the_findings() {
    let mut workspace = Workspace::opened(json!({}));
    for round in 0..3 {
        fs::write(workspace.folder.path().join("src/more.tf"), "variable \"more\" {}\n").unwrap();
        workspace.changed_on_disk("src/more.tf");
        let (_, took) = workspace.findings(1);
        fs::remove_file(workspace.folder.path().join("src/more.tf")).unwrap();
        workspace.changed_on_disk("src/more.tf");
        let took = took.max(workspace.findings(0).1);
        println!("round {round}: {took:?}");
        assert!(took < Duration::from_millis(200), "{took:?}");
    }
}

#[test]
fn an_unsaved_file_is_used() {
    let mut workspace = Workspace::opened(json!({}));
    let code = workspace.uri("src/new.tf");
    workspace.server.open_as(&code, "opentofu", "variable \"new\" {}\n");
    workspace.findings(1);
    workspace.server.notify("textDocument/didClose", json!({"textDocument": {"uri": code}}));
    workspace.findings(0);
    let program = workspace.uri("src/artifact_new.jq");
    workspace.server.open_as(&program, "jq", "{}");
    assert_eq!(workspace.findings(1).0[0]["code"], "artifact-unknown-field");
}

#[test]
fn file_watchers_are_registered_if_the_client_supports_it() {
    let dynamic = json!({"dynamicRegistration": true});
    let documents = json!({"synchronization": dynamic, "hover": dynamic});
    let mut workspace =
        Workspace::new(json!({"textDocument": documents, "workspace": {"didChangeWatchedFiles": dynamic}}));
    workspace.server.asked_for("client/registerCapability");
    let methods: Vec<&str> = workspace.server.registered.iter().map(|(method, _)| method.as_str()).collect();
    assert_eq!(
        methods,
        [
            "workspace/didChangeWatchedFiles",
            "textDocument/didOpen",
            "textDocument/didChange",
            "textDocument/didClose",
            "textDocument/hover"
        ]
    );
    let watched = workspace.server.registered[0].1["watchers"][0]["globPattern"].as_str().unwrap();
    assert!(
        ["tf", "tofu", "json", "bicep", "yaml", "jq"].iter().all(|one| watched.contains(one)),
        "{watched}"
    );
    assert_eq!(workspace.server.registered[2].1["syncKind"], 2);
}

#[test]
fn code_has_no_diagnostics_of_its_own() {
    let mut workspace = Workspace::new(json!({}));
    let code = workspace.uri("src/main.tf");
    // The workspace scan has finished.
    workspace.server.notification("window/logMessage");
    workspace.server.open_as(&code, "terraform", "variable {{{");
    assert_eq!(workspace.server.rest(), [""; 0]);
}

#[test]
fn fixes_can_edit_step_code() {
    let create = json!({"documentChanges": true, "resourceOperations": ["create"]});
    let literal = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}});
    let full = json!({"workspace": {"workspaceEdit": create}, "textDocument": {"codeAction": literal}});
    let plain = json!({"textDocument": {"codeAction": literal}});
    for (capabilities, creates) in [(full, true), (plain, false)] {
        let mut workspace = Workspace::opened(capabilities);
        let uri = workspace.uri("massdriver.yaml");
        let text = BUNDLE
            .replace("connections:", "    zone: {type: string}\nconnections:")
            .replace("artifacts:\n  properties: {}", "artifacts:\n  properties:\n    db: {$ref: a-b}");
        workspace.server.change(&uri, 2, json!([{"text": text}]));
        workspace.server.published(&uri, 2);
        let mut edits = |line: u32| -> Vec<(String, Value)> {
            let range =
                json!({"start": {"line": line, "character": 5}, "end": {"line": line, "character": 5}});
            let params =
                json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
            let actions = workspace.server.request("textDocument/codeAction", params);
            let actions = actions.as_array().unwrap().iter();
            let wanted = actions.filter(|action| action["title"].as_str().unwrap().contains("src/"));
            wanted.map(|one| (one["title"].as_str().unwrap().to_owned(), one["edit"].clone())).collect()
        };
        let (zone, db) = (edits(10), edits(15));
        assert_eq!(zone[0].0, "Declare the variable in `src/main.tf`");
        let code = workspace.uri("src/main.tf");
        let added = "\nvariable \"zone\" {\n  type    = string\n  default = null\n}\n";
        let edit = json!({"range": {"start": {"line": 6, "character": 0}, "end": {"line": 6, "character": 0}}, "newText": added});
        if creates {
            assert_eq!(
                zone[0].1["documentChanges"][0]["textDocument"],
                json!({"uri": code, "version": null})
            );
            assert_eq!(zone[0].1["documentChanges"][0]["edits"], json!([edit]));
            assert_eq!(db[0].0, "Create `src/artifact_db.jq`");
            let changes = db[0].1["documentChanges"].as_array().unwrap();
            assert_eq!(changes[0]["kind"], "create");
            assert_eq!(changes[0]["uri"], json!(workspace.uri("src/artifact_db.jq")));
            assert!(changes[1]["edits"][0]["newText"].as_str().unwrap().ends_with("{}\n"));
        } else {
            assert_eq!(zone[0].1["changes"], json!({code: [edit]}));
            assert_eq!(db, [], "it cannot create a file");
        }
    }
}

#[test]
fn definitions_and_references_include_step_code() {
    let edits = json!({"documentChanges": true, "changeAnnotationSupport": {}});
    let mut workspace = Workspace::opened(json!({"workspace": {"workspaceEdit": edits}}));
    let (yaml, code) = (workspace.uri("massdriver.yaml"), workspace.uri("src/main.tf"));
    let found = workspace.ask("textDocument/definition", "massdriver.yaml", 9, 5, json!({}));
    assert_eq!(found[1], json!({"uri": code, "range": range(0, 10, 14)}));
    let context = json!({"context": {"includeDeclaration": true}});
    let found = workspace.ask("textDocument/references", "massdriver.yaml", 9, 5, context);
    let in_code: Vec<&Value> =
        found.as_array().unwrap().iter().filter(|one| one["uri"] == json!(code)).collect();
    // The emoji is two UTF-16 units.
    assert_eq!(
        in_code,
        [&json!({"uri": code, "range": range(0, 10, 14)}), &json!({"uri": code, "range": range(4, 15, 19)})]
    );

    let edit = workspace.ask("textDocument/rename", "massdriver.yaml", 9, 5, json!({"newName": "nodes"}));
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(
        changes.iter().map(|one| &one["textDocument"]["uri"]).collect::<Vec<_>>(),
        [&json!(yaml), &json!(code)]
    );
    assert_eq!(changes[1]["edits"].as_array().unwrap().len(), 2);
    // Within one bundle no confirmation is required.
    assert_eq!(edit.get("changeAnnotations"), None);
    assert!(changes[1]["edits"][0].get("annotationId").is_none());
}

#[test]
fn the_program_is_renamed_with_its_artifact() {
    let text = BUNDLE
        .replace("artifacts:\n  properties: {}\n", "artifacts:\n  properties:\n    cache: {$ref: aws-vpc}\n");
    for able in [true, false] {
        let kinds = if able { json!(["rename"]) } else { json!(["create"]) };
        let edits =
            json!({"documentChanges": true, "resourceOperations": kinds, "changeAnnotationSupport": {}});
        let mut workspace = Workspace::new(json!({"workspace": {"workspaceEdit": edits}}));
        let (old, new) = (workspace.uri("src/artifact_cache.jq"), workspace.uri("src/artifact_store.jq"));
        fs::write(workspace.folder.path().join("src/artifact_cache.jq"), "{}").unwrap();
        let bundle = workspace.uri("massdriver.yaml");
        workspace.server.open(&bundle, &text);
        workspace.server.rest();
        let name = json!({"newName": "store"});
        if !able {
            let position = json!({"line": 14, "character": 6});
            let about = json!({"textDocument": {"uri": bundle}, "position": position, "newName": "store"});
            assert_eq!(workspace.server.refused("textDocument/rename", about), -32803);
            continue;
        }
        let edit = workspace.ask("textDocument/rename", "massdriver.yaml", 14, 6, name);
        let changes = edit["documentChanges"].as_array().unwrap();
        assert_eq!(changes[0]["textDocument"]["uri"], json!(bundle), "{edit}");
        let renamed = &changes[1];
        assert_eq!(
            (&renamed["kind"], &renamed["oldUri"], &renamed["newUri"]),
            (&json!("rename"), &json!(old), &json!(new))
        );
        assert_eq!(changes.len(), 2);
    }
}

#[test]
fn a_variable_shows_its_param() {
    let mut workspace = Workspace::new(json!({}));
    let code = workspace.uri("src/main.tf");
    workspace.server.open_as(&code, "terraform", CODE);
    let hover = workspace.ask("textDocument/hover", "src/main.tf", 4, 16, json!({}));
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("size"), "{hover}");
    assert_eq!(hover["range"], range(4, 15, 19));
    assert_eq!(workspace.ask("textDocument/hover", "src/main.tf", 3, 2, json!({})), Value::Null);
    for method in ["textDocument/definition", "textDocument/completion", "textDocument/documentHighlight"] {
        assert_eq!(workspace.ask(method, "src/main.tf", 4, 16, json!({})), Value::Null, "{method}");
    }
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

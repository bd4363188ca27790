//! Resource types that the workspace defines, over the protocol: dependent findings, definitions, renames.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const TYPE: &str = "\
name: our-db
label: Our database
schema:
  additionalProperties: false
  properties:
    auth:
      type: object
      additionalProperties: false
      properties:
        hostname: {type: string}
";

const BUNDLE: &str = "\
name: an-app
connections:
  required: [db]
  properties:
    db: {$ref: our-db}
app:
  envs:
    HOST: .connections.db.auth.hostname
";

const OTHER: &str = "\
name: other-app
dependencies:
  store: {resource_type: \"acme/our-db@~1\", required: true}
";

/// A workspace of two bundles and a resource type.
struct Workspace(tempfile::TempDir);

impl Workspace {
    fn new() -> Self {
        let top = Self(tempfile::tempdir().unwrap());
        top.write("resource-types/db/massdriver.yaml", TYPE);
        top.write("bundles/app/massdriver.yaml", BUNDLE);
        top.write("bundles/other/massdriver.yaml", OTHER);
        top
    }

    fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.root().join(path).display())
    }

    /// Starts a server without waiting for the workspace scan.
    fn started(&self, capabilities: Value) -> Server {
        let mut server = Server::start(&[]);
        let folder = json!({"uri": self.uri(""), "name": "w"});
        server.initialize(json!({"capabilities": capabilities, "workspaceFolders": [folder]}));
        server
    }

    /// Starts a server and waits for the workspace scan.
    fn served(&self, capabilities: Value) -> Server {
        let mut server = self.started(capabilities);
        let log = server.notification("window/logMessage");
        assert!(log["message"].as_str().unwrap().starts_with("Read "), "{log}");
        server
    }
}

const DEFINITION: &str = "resource-types/db/massdriver.yaml";
const APP: &str = "bundles/app/massdriver.yaml";
const OTHER_APP: &str = "bundles/other/massdriver.yaml";

fn at(uri: &str, text: &str, mark: &str) -> Value {
    let offset = text.find(mark).unwrap() + 1;
    let line = text[..offset].matches('\n').count();
    let character = offset - text[..offset].rfind('\n').map_or(0, |at| at + 1);
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

/// Waits until a document has these findings: rule and marked text.
fn until_found(server: &mut Server, uri: &str, text: &str, expected: &[(&str, &str)]) {
    let end = Instant::now() + Duration::from_secs(10);
    let mut last = Vec::new();
    while Instant::now() < end {
        let params = server.notification("textDocument/publishDiagnostics");
        if params["uri"] != uri {
            continue;
        }
        let findings = params["diagnostics"].as_array().unwrap().iter();
        let named = |range: &Value| {
            let line = text.lines().nth(range["start"]["line"].as_u64().unwrap() as usize).unwrap();
            let character = |end: &str| range[end]["character"].as_u64().unwrap() as usize;
            line[character("start")..character("end")].to_owned()
        };
        let interesting = ["ref-unknown-type", "connection-constraint", "jq-unknown-connection"];
        last = findings
            .filter(|finding| interesting.contains(&finding["code"].as_str().unwrap()))
            .map(|finding| (finding["code"].as_str().unwrap().to_owned(), named(&finding["range"])))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(rule, named)| ((*rule).to_owned(), (*named).to_owned())).collect();
        if last == expected {
            return;
        }
    }
    panic!("{uri} has {last:?}");
}

#[test]
fn a_mismatch_is_found_where_it_is() {
    let workspace = Workspace::new();
    let mut server = workspace.served(json!({}));
    let (app, definition) = (workspace.uri(APP), workspace.uri(DEFINITION));
    server.open(&app, BUNDLE);
    until_found(&mut server, &app, BUNDLE, &[]);
    server.open(&definition, TYPE);

    // Renames a field of the payload in the buffer.
    server.edit(&definition, 2, [9, 8, 9, 16], "host");
    until_found(&mut server, &app, BUNDLE, &[("jq-unknown-connection", "hostname")]);
    server.edit(&definition, 3, [9, 8, 9, 12], "hostname");
    until_found(&mut server, &app, BUNDLE, &[]);

    // Renames the type in the buffer.
    server.edit(&definition, 4, [0, 6, 0, 12], "our-dbs");
    until_found(&mut server, &app, BUNDLE, &[("ref-unknown-type", "our-db")]);

    // Unsaved changes are dropped when the buffer is closed; then the file on disk changes.
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": definition}}));
    until_found(&mut server, &app, BUNDLE, &[]);
    workspace.write(DEFINITION, &TYPE.replace("auth:", "login:"));
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": definition, "type": 2}]}));
    until_found(&mut server, &app, BUNDLE, &[("jq-unknown-connection", "auth")]);
    fs::remove_dir_all(workspace.root().join("resource-types")).unwrap();
    let gone = json!({"uri": workspace.uri("resource-types"), "type": 3});
    server.notify("workspace/didChangeWatchedFiles", json!({ "changes": [gone] }));
    until_found(&mut server, &app, BUNDLE, &[]);
}

#[test]
fn unfinished_definitions_keep_their_last_valid_state() {
    let workspace = Workspace::new();
    let mut server = workspace.served(json!({}));
    let (app, definition) = (workspace.uri(APP), workspace.uri(DEFINITION));
    server.open(&definition, TYPE);
    server.open(&app, &BUNDLE.replace("hostname", "host"));
    until_found(&mut server, &app, &BUNDLE.replace("hostname", "host"), &[("jq-unknown-connection", "host")]);
    server.edit(&definition, 2, [0, 6, 0, 12], "");
    server.edit(&app, 2, [7, 35, 7, 35], "name");
    until_found(&mut server, &app, BUNDLE, &[]);
    server.edit(&app, 3, [7, 31, 7, 39], "port");
    let text = BUNDLE.replace("hostname", "port");
    until_found(&mut server, &app, &text, &[("jq-unknown-connection", "port")]);
}

#[test]
fn definitions_types_and_references() {
    let workspace = Workspace::new();
    let mut server = workspace.served(json!({}));
    let (app, definition) = (workspace.uri(APP), workspace.uri(DEFINITION));
    server.open(&app, BUNDLE);
    let name = json!({"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 12}});
    let there = json!([{"uri": definition, "range": name}]);
    assert_eq!(server.request("textDocument/definition", at(&app, BUNDLE, "our-db")), there);
    for mark in ["our-db", "db: {", "db]", "db.auth"] {
        assert_eq!(server.request("textDocument/typeDefinition", at(&app, BUNDLE, mark)), there, "{mark}");
    }
    assert_eq!(server.request("textDocument/typeDefinition", at(&app, BUNDLE, "HOST")), Value::Null);

    let mut ask = at(&app, BUNDLE, "our-db");
    for (with, expected) in [(true, vec![APP, OTHER_APP, DEFINITION]), (false, vec![APP, OTHER_APP])] {
        ask["context"] = json!({"includeDeclaration": with});
        let found = server.request("textDocument/references", ask.clone());
        let uris: Vec<&str> =
            found.as_array().unwrap().iter().map(|place| place["uri"].as_str().unwrap()).collect();
        assert_eq!(uris, expected.iter().map(|path| workspace.uri(path)).collect::<Vec<_>>());
    }
    let found = server.request("textDocument/completion", at(&app, BUNDLE, "our-db"));
    let item = found["items"].as_array().unwrap().iter().find(|item| item["label"] == "our-db").unwrap();
    assert_eq!(item["detail"], "Our database");
    let hover = server.request("textDocument/hover", at(&app, BUNDLE, "our-db"));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("db/massdriver.yaml") && text.contains("hostname: string"), "{text}");
}

/// The edits of a workspace edit by document.
fn edits_of(edit: &Value) -> BTreeMap<String, Vec<Value>> {
    if let Some(changes) = edit["changes"].as_object() {
        return changes.iter().map(|(uri, edits)| (uri.clone(), edits.as_array().unwrap().clone())).collect();
    }
    let documents = edit["documentChanges"].as_array().unwrap().iter();
    documents
        .map(|one| {
            (
                one["textDocument"]["uri"].as_str().unwrap().to_owned(),
                one["edits"].as_array().unwrap().clone(),
            )
        })
        .collect()
}

fn apply(path: &Path, edits: &[Value]) {
    let mut text = fs::read_to_string(path).unwrap();
    for edit in edits.iter().rev() {
        let offset = |end: &str| {
            let place = &edit["range"][end];
            let line = place["line"].as_u64().unwrap() as usize;
            let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            start + place["character"].as_u64().unwrap() as usize
        };
        let range = offset("start")..offset("end");
        text.replace_range(range, edit["newText"].as_str().unwrap());
    }
    fs::write(path, text).unwrap();
}

#[test]
fn renaming_a_type_and_back() {
    let workspace = Workspace::new();
    let mut server = workspace.served(json!({}));
    let definition = workspace.uri(DEFINITION);
    let read =
        || [DEFINITION, APP, OTHER_APP].map(|path| fs::read_to_string(workspace.root().join(path)).unwrap());
    let before = read();
    server.open(&workspace.uri(APP), BUNDLE);
    for (now, next) in [("our-db", "the-database"), ("the-database", "our-db")] {
        let text = fs::read_to_string(workspace.root().join(DEFINITION)).unwrap();
        server.open(&definition, &text);
        let prepared = server.request("textDocument/prepareRename", at(&definition, &text, now));
        assert_eq!(prepared["placeholder"], now);
        let mut ask = at(&definition, &text, now);
        ask["newName"] = json!(next);
        let edit = server.request("textDocument/rename", ask);
        let edits = edits_of(&edit);
        assert_eq!(edits.len(), 3, "{edit}");
        server.notify("textDocument/didClose", json!({"textDocument": {"uri": definition}}));
        server.notify("textDocument/didClose", json!({"textDocument": {"uri": workspace.uri(APP)}}));
        for (uri, edits) in &edits {
            apply(Path::new(uri.strip_prefix("file://").unwrap()), edits);
        }
        let changes: Vec<Value> = edits.keys().map(|uri| json!({"uri": uri, "type": 2})).collect();
        server.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        let app = read()[1].clone();
        assert!(app.contains(next));
        // The bundle has no finding once the new name is known.
        server.open(&workspace.uri(APP), &app);
        until_found(&mut server, &workspace.uri(APP), &app, &[]);
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(read(), before);
}

#[test]
fn edits_of_other_files_need_confirmation_and_invalid_names_are_refused() {
    let workspace = Workspace::new();
    let able =
        json!({"workspace": {"workspaceEdit": {"documentChanges": true, "changeAnnotationSupport": {}}}});
    let mut server = workspace.served(able);
    let app = workspace.uri(APP);
    server.open(&app, BUNDLE);
    let mut ask = at(&app, BUNDLE, "our-db");
    for bad in ["Our-Db", "x", ""] {
        ask["newName"] = json!(bad);
        assert_eq!(server.refused("textDocument/rename", ask.clone()), -32803, "{bad}");
    }
    ask["newName"] = json!("new-db");
    let edit = server.request("textDocument/rename", ask);
    for one in edit["documentChanges"].as_array().unwrap() {
        let here = one["textDocument"]["uri"] == app.as_str();
        let annotation = one["edits"][0]["annotationId"].as_str();
        assert_eq!(annotation.is_none(), here);
        assert!(annotation.is_none_or(|id| edit["changeAnnotations"][id]["needsConfirmation"] == true));
        assert_eq!(one["textDocument"]["version"], if here { json!(1) } else { Value::Null });
    }
    let text = "connections:\n  properties:\n    a: {$ref: aws-vpc}\n";
    server.change(&app, 2, json!([{ "text": text }]));
    assert_eq!(server.refused("textDocument/prepareRename", at(&app, text, "aws-vpc")), -32803);
}

/// Renames `our-db` at its definition; returns the changed documents with their new texts.
fn renamed(workspace: &Workspace, server: &mut Server) -> BTreeMap<String, String> {
    let definition = workspace.uri(DEFINITION);
    let mut ask = at(&definition, TYPE, "our-db");
    ask["newName"] = json!("new-db");
    let edit = server.request("textDocument/rename", ask);
    let root = workspace.uri("");
    let texts = edits_of(&edit).into_iter().map(|(uri, edits)| {
        let path = Path::new(uri.strip_prefix("file://").unwrap()).to_path_buf();
        apply(&path, &edits);
        (uri.strip_prefix(&root).unwrap().to_owned(), fs::read_to_string(path).unwrap())
    });
    texts.collect()
}

#[test]
fn a_type_is_renamed_in_all_bundles_right_after_opening() {
    for client in [json!({}), json!({"textDocument": {"diagnostic": {}}})] {
        let workspace = Workspace::new();
        let mut server = workspace.started(client);
        server.open(&workspace.uri(DEFINITION), TYPE);
        let texts = renamed(&workspace, &mut server);
        let expected = [(APP, BUNDLE), (OTHER_APP, OTHER), (DEFINITION, TYPE)]
            .map(|(path, text)| (path.to_owned(), text.replace("our-db", "new-db")));
        assert_eq!(texts, BTreeMap::from(expected));
    }
}

#[test]
fn a_type_is_renamed_in_bundles_that_changed_without_notice() {
    let workspace = Workspace::new();
    let mut server = workspace.served(json!({"textDocument": {"diagnostic": {}}}));
    server.open(&workspace.uri(DEFINITION), TYPE);
    server.rest();
    let longer = format!("# moved down\n\n{OTHER}");
    workspace.write(OTHER_APP, &longer);
    workspace.write("bundles/new/massdriver.yaml", BUNDLE);
    workspace.write(APP, "name: an-app\n");
    let texts = renamed(&workspace, &mut server);
    let expected = [("bundles/new/massdriver.yaml", BUNDLE), (OTHER_APP, &longer), (DEFINITION, TYPE)]
        .map(|(path, text)| (path.to_owned(), text.replace("our-db", "new-db")));
    assert_eq!(texts, BTreeMap::from(expected));
}

#[test]
fn references_to_a_type_are_complete_right_after_opening() {
    let workspace = Workspace::new();
    for client in [json!({}), json!({"textDocument": {"diagnostic": {}}})] {
        let mut server = workspace.started(client);
        server.open(&workspace.uri(APP), BUNDLE);
        let mut ask = at(&workspace.uri(APP), BUNDLE, "our-db");
        ask["context"] = json!({"includeDeclaration": true});
        let found = server.request("textDocument/references", ask);
        assert_eq!(found.as_array().unwrap().len(), 3, "{found}");
        let mut server = workspace.started(json!({}));
        server.open(&workspace.uri(APP), BUNDLE);
        for method in ["textDocument/definition", "textDocument/typeDefinition"] {
            let found = server.request(method, at(&workspace.uri(APP), BUNDLE, "our-db"));
            assert_eq!(found[0]["uri"], workspace.uri(DEFINITION), "{method}");
        }
    }
}

#[test]
fn a_type_is_not_renamed_where_a_bundle_cannot_be_edited() {
    let workspace = Workspace::new();
    let broken = OTHER.replace("dependencies:", "dependencies: [\nx:");
    workspace.write(OTHER_APP, &broken);
    let mut server = workspace.started(json!({}));
    server.open(&workspace.uri(DEFINITION), TYPE);
    let mut ask = at(&workspace.uri(DEFINITION), TYPE, "our-db");
    ask["newName"] = json!("new-db");
    let id = server.ask("textDocument/rename", ask);
    // A broken document may name the type in a place that cannot be found.
    match server.answer(&id).response_result {
        Err(error) => {
            let place = "`bundles/other/massdriver.yaml`: Line 2 ";
            assert!(error.message.starts_with(place), "{}", error.message);
        }
        Ok(edit) => panic!("{edit}"),
    }
}

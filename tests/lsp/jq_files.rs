//! jq programs in `.jq` files: the same features, with the declarations of the bundle above them.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const BUNDLE: &str = "\
params: {required: [size], properties: {size: {type: integer, title: Size}, my-name: {type: string}}}
connections: {required: [db], properties: {db: {$ref: massdriver/postgresql-authentication}}}
artifacts: {properties: {cache: {$ref: massdriver/redis-authentication}}}
steps: [{path: src, provisioner: opentofu}, {path: chart, provisioner: helm}]
";

struct Workspace {
    folder: TempDir,
    server: Server,
}

impl Workspace {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for step in ["src", "chart"] {
            fs::create_dir(folder.path().join(step)).unwrap();
        }
        fs::write(folder.path().join("massdriver.yaml"), BUNDLE).unwrap();
        let mut server = Server::start(&[]);
        let root = format!("file://{}", folder.path().display());
        let folders = json!([{"uri": root, "name": "bundle"}]);
        server.initialize(json!({"capabilities": {}, "workspaceFolders": folders}));
        Self { folder, server }
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.path().join(path).display())
    }

    /// Waits until a version has `count` findings.
    fn findings(&mut self, uri: &str, version: i32, count: usize) -> Vec<Value> {
        loop {
            let found = self.server.published(uri, version);
            if found.len() == count {
                return found;
            }
        }
    }

    fn at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Value {
        let position = json!({"line": line, "character": character});
        self.server.request(method, json!({"textDocument": {"uri": uri}, "position": position}))
    }
}

#[test]
fn a_program_file_uses_its_bundle() {
    let mut workspace = Workspace::new();
    let uri = workspace.uri("src/artifact_cache.jq");
    workspace.server.open_as(&uri, "jq", "# é😀\n{\n  a: .params.sise,\n  b: .outputs.x\n}\n");
    let found = workspace.findings(&uri, 1, 1);
    assert_eq!(found[0]["code"], "jq-unknown-param");
    let range = json!({"start": {"line": 2, "character": 13}, "end": {"line": 2, "character": 17}});
    assert_eq!(found[0]["range"], range);

    let text = "# é😀\n{\n  a: \"é😀\\(.params.)\",\n}\n";
    workspace.server.change(&uri, 2, json!([{"text": text}]));
    let found = workspace.findings(&uri, 2, 1);
    assert_eq!(found[0]["code"], "jq-syntax");
    let items = workspace.at("textDocument/completion", &uri, 2, 19);
    let labels: Vec<&str> =
        items["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["size", "my-name", "md_metadata"]);
    let tokens =
        workspace.server.request("textDocument/semanticTokens/full", json!({"textDocument": {"uri": uri}}));
    assert!(tokens["data"].as_array().unwrap().len() > 20);
}

#[test]
fn a_nested_program_file_uses_its_bundle() {
    let mut workspace = Workspace::new();
    fs::create_dir_all(workspace.folder.path().join("src/lib/shared")).unwrap();
    let uri = workspace.uri("src/lib/shared/artifact_cache.jq");
    workspace.server.open_as(&uri, "jq", ".params.sise");
    let found = workspace.findings(&uri, 1, 1);
    assert_eq!(found[0]["code"], "jq-unknown-param");
}

#[test]
fn hovers_and_roots() {
    let mut workspace = Workspace::new();
    let uri = workspace.uri("src/resource_cache.jq");
    workspace.server.open_as(
        &uri,
        "jq",
        "{a: .params.size, b: .nope, c: .connections.db.data.authentication.port}",
    );
    let found = workspace.findings(&uri, 1, 1);
    assert_eq!(found[0]["code"], "jq-unknown-root");
    for (character, title) in [(6, ".params"), (14, "size"), (44, "db"), (68, "port")] {
        let hover = workspace.at("textDocument/hover", &uri, 0, character);
        let text = hover["contents"]["value"].as_str().unwrap_or_default();
        assert!(text.starts_with(title), "{character}: {text}");
    }
}

#[test]
fn chart_programs_have_their_own_roots() {
    let mut workspace = Workspace::new();
    let uri = workspace.uri("chart/params.jq");
    workspace.server.open_as(&uri, "jq", "{replicas: .sise, tags: .md_metadata.default_tags}");
    let found = workspace.findings(&uri, 1, 1);
    assert_eq!((&found[0]["code"], &found[0]["severity"]), (&json!("jq-unknown-param"), &json!(4)));
    let hover = workspace.at("textDocument/hover", &uri, 0, 26);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("md_metadata"), "{hover}");
}

#[test]
fn the_open_buffer_wins() {
    let mut workspace = Workspace::new();
    let (uri, bundle) = (workspace.uri("src/artifact_cache.jq"), workspace.uri("massdriver.yaml"));
    workspace.server.open_as(&uri, "jq", ".params.size");
    workspace.findings(&uri, 1, 0);
    workspace.server.open(&bundle, &BUNDLE.replace("size", "width"));
    let found = workspace.findings(&uri, 1, 1);
    assert_eq!(found[0]["code"], "jq-unknown-param");
    workspace.server.change(&bundle, 2, json!([{"text": BUNDLE}]));
    workspace.findings(&uri, 1, 0);
    workspace.server.change(&bundle, 3, json!([{"text": BUNDLE.replace("size", "width")}]));
    workspace.findings(&uri, 1, 1);
    workspace.server.notify("textDocument/didClose", json!({"textDocument": {"uri": bundle}}));
    workspace.findings(&uri, 1, 0);
}

#[test]
fn a_program_without_a_bundle_has_no_findings_about_names() {
    let mut workspace = Workspace::new();
    let uri = workspace.uri("params.jq");
    workspace.server.open_as(&uri, "jq", ".nope |");
    assert_eq!(workspace.server.published(&uri, 1), Vec::<Value>::new());
}

#[test]
fn the_first_pull_has_all_findings() {
    let mut workspace = Workspace::new();
    let root = format!("file://{}", workspace.folder.path().display());
    workspace.server = Server::start(&[]);
    let capabilities = json!({"textDocument": {"diagnostic": {}}});
    workspace.server.initialize(json!({"capabilities": capabilities, "rootUri": root}));
    let uri = workspace.uri("src/artifact_cache.jq");
    workspace.server.open(&uri, ".params.nothing\n");
    let found = workspace.server.pulled(&uri);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["code"], "jq-unknown-param");
}

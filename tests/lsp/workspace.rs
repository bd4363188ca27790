//! The whole workspace over the protocol: the scan and its progress, folders that are added and removed, findings of
//! bundles that are not open.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const BROKEN: &str = "name: Bad_Name\nparams: {properties: {}}\nconnections: {properties: {}}\n";
const FINE: &str = "params: {properties: {}}\n";

struct Workspace(tempfile::TempDir);

impl Workspace {
    fn new(files: &[(&str, &str)]) -> Self {
        let top = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(path, text)| top.write(path, text));
        top
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.path(path).display())
    }

    fn folder(&self, path: &str) -> Value {
        json!({"uri": self.uri(path), "name": path})
    }
}

fn started(workspace: &Workspace, capabilities: Value, options: Value) -> Server {
    let mut server = Server::start(&[]);
    let folders = json!([workspace.folder("")]);
    server.initialize(
        json!({"capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options}),
    );
    server
}

fn log(server: &mut Server) -> String {
    server.notification("window/logMessage")["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_first_scan_reports_progress() {
    let workspace = Workspace::new(&[("a/massdriver.yaml", FINE), ("b/massdriver.yaml", BROKEN)]);
    let mut server = started(&workspace, json!({"window": {"workDoneProgress": true}}), Value::Null);
    server.asked_for("window/workDoneProgress/create");
    let begin = server.notification("$/progress");
    assert_eq!(begin["value"]["kind"], "begin");
    assert_eq!(begin["value"]["cancellable"], true);
    let end = server.notification("$/progress");
    assert_eq!((&end["token"], &end["value"]["kind"]), (&begin["token"], &json!("end")));
    assert!(log(&mut server).starts_with("Read 2 documents"));

    let mut server = started(&workspace, json!({}), Value::Null);
    log(&mut server);
    assert!(!server.rest().iter().any(|method| method == "$/progress"));
}

#[test]
fn the_first_scan_can_be_cancelled() {
    let workspace = Workspace::new(&[]);
    let long = "name: a-bundle\nparams:\n  properties:\n".to_owned() + &"    a: {type: string}\n".repeat(500);
    for index in 0..1_500 {
        workspace.write(&format!("b{index}/massdriver.yaml"), &long);
    }
    let mut server = started(&workspace, json!({"window": {"workDoneProgress": true}}), Value::Null);
    let begin = server.notification("$/progress");
    server.notify("window/workDoneProgress/cancel", json!({"token": begin["token"]}));
    let log = log(&mut server);
    assert!(log.contains("The scan was stopped"), "{log}");
    loop {
        let progress = server.notification("$/progress");
        if progress["value"]["kind"] == "end" {
            break;
        }
    }
    // Other requests are served.
    server.open(&workspace.uri("b0/massdriver.yaml"), BROKEN);
    assert!(!server.published(&workspace.uri("b0/massdriver.yaml"), 1).is_empty());
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_named_in_the_log() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let huge = "#".repeat((1 << 20) + 1);
    let workspace = Workspace::new(&[
        ("w/a/massdriver.yaml", FINE),
        ("w/big/massdriver.yaml", &huge),
        ("w/closed/massdriver.yaml", FINE),
        ("w/pipe/x", ""),
        ("outside/massdriver.yaml", "name: secret\n"),
    ]);
    symlink(workspace.path("w"), workspace.path("w/a/circle")).unwrap();
    symlink(workspace.path("outside"), workspace.path("w/out")).unwrap();
    let pipe = workspace.path("w/pipe/massdriver.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let closed = workspace.path("w/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let unreadable = fs::read_dir(&closed).is_err();

    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}, "workspaceFolders": [workspace.folder("w")]}));
    let log = log(&mut server);
    for (path, reason) in [
        ("w/a/circle", "a symbolic link to a directory"),
        ("w/out", "a symbolic link to a directory"),
        ("w/big/massdriver.yaml", "longer than 1 MiB"),
        ("w/pipe/massdriver.yaml", "not a regular file"),
    ] {
        let line = format!("Skipped {}: {reason}.", workspace.path(path).display());
        assert!(log.contains(&line), "{line}\n{log}");
    }
    // Root can read all files.
    assert!(!unreadable || log.contains("w/closed: permission denied"), "{log}");
    assert!(log.starts_with(if unreadable { "Read 1 documents" } else { "Read 2 documents" }), "{log}");
    let found = server.request("workspace/symbol", json!({"query": "secret"}));
    assert_eq!(found, json!([]));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn folders_can_be_added_and_removed() {
    let types = "name: our-db\nschema: {properties: {host: {type: string}}}\n";
    let app = "connections:\n  properties:\n    db: {$ref: our-db}\n";
    let workspace =
        Workspace::new(&[("one/massdriver.yaml", app), ("two/platforms/db/massdriver.yaml", types)]);
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}, "workspaceFolders": [workspace.folder("one")]}));
    assert!(log(&mut server).contains("0 resource types"));
    let uri = workspace.uri("one/massdriver.yaml");
    server.open(&uri, app);
    let position = json!({"textDocument": {"uri": uri}, "position": {"line": 2, "character": 16}});
    assert_eq!(server.request("textDocument/typeDefinition", position.clone()), Value::Null);
    for (event, known) in [("added", true), ("removed", false)] {
        let mut change = json!({"added": [], "removed": []});
        change[event] = json!([workspace.folder("two")]);
        server.notify("workspace/didChangeWorkspaceFolders", json!({ "event": change }));
        log(&mut server);
        let end = Instant::now() + Duration::from_secs(10);
        while server.request("textDocument/typeDefinition", position.clone()).is_null() == known {
            assert!(Instant::now() < end, "{event}");
        }
    }
}

/// Number of findings about the name.
fn about_the_name(findings: &Value) -> usize {
    let findings = findings.as_array().into_iter().flatten();
    findings.filter(|finding| finding["code"] == "name-invalid").count()
}

/// Kind and number of findings about names of each report, by directory name; and the result ids for the next request.
fn reports(server: &mut Server, previous: &Value) -> (BTreeMap<String, (String, usize)>, Value) {
    let answer = server.request("workspace/diagnostic", json!({"previousResultIds": previous}));
    let items = answer["items"].as_array().unwrap();
    let ids: Vec<Value> =
        items.iter().map(|item| json!({"uri": item["uri"], "value": item["resultId"]})).collect();
    let report = |item: &Value| {
        let name = item["uri"].as_str().unwrap().rsplit('/').nth(1).unwrap().to_owned();
        let count = about_the_name(&item["items"]);
        (name, (item["kind"].as_str().unwrap().to_owned(), count))
    };
    (items.iter().map(report).collect(), json!(ids))
}

#[test]
fn the_findings_of_all_bundles_can_be_pulled() {
    let workspace = Workspace::new(&[("a/massdriver.yaml", FINE), ("b/massdriver.yaml", BROKEN)]);
    let able = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}, "didChangeWatchedFiles": {"dynamicRegistration": true}},
    });
    let mut server = started(&workspace, able, Value::Null);
    log(&mut server);
    server.asked_for("workspace/diagnostic/refresh");
    let (first, ids) = reports(&mut server, &json!([]));
    assert!(
        first["a"].0 == "full" && first["b"].0 == "full" && (first["a"].1, first["b"].1) == (0, 1),
        "{first:?}"
    );
    let (second, ids) = reports(&mut server, &ids);
    assert!(second.values().all(|(kind, _)| kind == "unchanged"), "{second:?}");

    // One bundle is fixed, one is added, one is opened.
    workspace.write("b/massdriver.yaml", FINE);
    workspace.write("c/massdriver.yaml", BROKEN);
    let events = json!([{"uri": workspace.uri("b/massdriver.yaml"), "type": 2}, {"uri": workspace.uri("c/massdriver.yaml"), "type": 1}]);
    server.notify("workspace/didChangeWatchedFiles", json!({ "changes": events }));
    server.open(&workspace.uri("a/massdriver.yaml"), BROKEN);
    let end = Instant::now() + Duration::from_secs(10);
    let (third, ids) = loop {
        let (third, next) = reports(&mut server, &ids);
        if third.contains_key("c") {
            break (third, next);
        }
        assert!(Instant::now() < end, "{third:?}");
    };
    assert_eq!(third["b"], first["a"]);
    assert_eq!(third["c"], first["b"]);
    assert!(third["a"].0 == "full" && third["a"].1 == 1);

    // A deleted bundle has no findings.
    fs::remove_dir_all(workspace.path("c")).unwrap();
    let gone = json!([{"uri": workspace.uri("c"), "type": 3}]);
    server.notify("workspace/didChangeWatchedFiles", json!({ "changes": gone }));
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let (last, _) = reports(&mut server, &ids);
        if last["c"] == ("full".to_owned(), 0) {
            break;
        }
        assert!(Instant::now() < end, "{last:?}");
    }
}

#[test]
fn a_program_that_was_closed_has_no_findings() {
    let workspace = Workspace::new(&[("a/massdriver.yaml", FINE), ("a/src/params.jq", ".a\n")]);
    let mut server = started(&workspace, json!({"textDocument": {"diagnostic": {}}}), Value::Null);
    let program = workspace.uri("a/src/params.jq");
    server.open_as(&program, "jq", ".a |\n");
    assert_eq!(server.pulled(&program).len(), 1);
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": program}}));
    // The client sends no result id for the document, but still shows its findings.
    let (first, ids) = reports(&mut server, &json!([]));
    assert_eq!(first["src"], ("full".to_owned(), 0));
    let (second, _) = reports(&mut server, &ids);
    assert_eq!(second["src"], ("unchanged".to_owned(), 0));
}

/// Collects the findings that are published per directory, until they are as expected.
fn until_published(server: &mut Server, published: &mut BTreeMap<String, usize>, expected: &[(&str, bool)]) {
    let as_expected = |published: &BTreeMap<String, usize>| {
        expected.iter().all(|(name, has)| published.get(*name).is_some_and(|count| (*count > 0) == *has))
    };
    while !as_expected(published) {
        let params = server.notification("textDocument/publishDiagnostics");
        let name = params["uri"].as_str().unwrap().rsplit('/').nth(1).unwrap().to_owned();
        published.insert(name, about_the_name(&params["diagnostics"]));
    }
}

#[test]
fn the_findings_of_all_bundles_are_published_if_enabled() {
    let workspace = Workspace::new(&[("a/massdriver.yaml", BROKEN), ("b/massdriver.yaml", BROKEN)]);
    let mut server = started(&workspace, json!({}), json!({"workspaceDiagnostics": true}));
    let mut published = BTreeMap::new();
    until_published(&mut server, &mut published, &[("a", true), ("b", true)]);

    let (a, b) = (workspace.uri("a/massdriver.yaml"), workspace.uri("b/massdriver.yaml"));
    server.open(&a, "name: fine\nparams: {properties: {}}\n");
    until_published(&mut server, &mut published, &[("a", false), ("b", true)]);
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": a}}));
    until_published(&mut server, &mut published, &[("a", true), ("b", true)]);

    workspace.write("b/massdriver.yaml", FINE);
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": b, "type": 2}]}));
    until_published(&mut server, &mut published, &[("a", true), ("b", false)]);
    let settings = json!({"settings": {"massdriver": {"workspaceDiagnostics": false}}});
    server.notify("workspace/didChangeConfiguration", settings);
    until_published(&mut server, &mut published, &[("a", false)]);

    let mut server = started(&workspace, json!({}), Value::Null);
    log(&mut server);
    assert!(!server.rest().iter().any(|method| method.ends_with("publishDiagnostics")));
}

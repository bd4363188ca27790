//! Hostile workspaces: pipes, devices, link cycles, files of 200 MiB, directories that disappear.

use crate::hostile::witness::{ends_well, started, unharmed};
use serde_json::json;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tempfile::TempDir;

const BUNDLE: &str = "\
name: some-bundle
steps:
  - {path: src, provisioner: opentofu}
  - {path: pipe, provisioner: helm}
  - {path: circle, provisioner: bicep}
  - {path: /etc, provisioner: opentofu}
  - {path: ../../../../../../../../etc, provisioner: opentofu}
params:
  properties:
    a: {$ref: ../../../../../../../../../../etc/passwd}
    b: {$ref: ./pipe.json}
    c: {$ref: ./device.json}
    d: {$ref: ./circle.json}
    e: {$ref: ./huge.json}
    f: {$ref: ../outside.json}
    g: {$ref: ./way-out/outside.json}
    h: {$ref: ./itself.json}
connections:
  properties: {}
";

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A workspace with a bundle, and a directory outside of the workspace.
fn workspace() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let at = |path: &str| directory.path().join(path);
    fs::create_dir_all(at("workspace/src")).unwrap();
    fs::write(at("workspace/massdriver.yaml"), BUNDLE).unwrap();
    pipe(&at("workspace/pipe.json"));
    pipe(&at("workspace/src/main.tf"));
    pipe(&at("workspace/pipe"));
    for name in ["device.json", "src/variables.tf", "src/artifact_a.jq"] {
        symlink("/dev/zero", at("workspace").join(name)).unwrap();
    }
    symlink("circle.json", at("workspace/circle.json")).unwrap();
    symlink("..", at("workspace/circle")).unwrap();
    symlink("../..", at("workspace/src/up")).unwrap();
    fs::File::create(at("workspace/huge.json")).unwrap().set_len(200 << 20).unwrap();
    fs::write(at("workspace/itself.json"), "{\"properties\": {\"x\": {\"$ref\": \"./itself.json\"}}}")
        .unwrap();
    pipe(&at("outside.json"));
    symlink("..", at("workspace/way-out")).unwrap();
    // Bundles that the search for names finds.
    for (index, make) in [
        pipe as fn(&Path),
        |path| symlink("/dev/zero", path).unwrap(),
        |path| {
            fs::File::create(path).unwrap().set_len(200 << 20).unwrap();
        },
    ]
    .into_iter()
    .enumerate()
    {
        let bundle = at("workspace").join(format!("bundle{index}"));
        fs::create_dir(&bundle).unwrap();
        make(&bundle.join("massdriver.yaml"));
    }
    directory
}

/// Detects whether a pipe is ever opened for reading.
fn guard(path: &Path) -> Arc<AtomicBool> {
    let (path, opened) = (path.to_path_buf(), Arc::new(AtomicBool::new(false)));
    let flag = Arc::clone(&opened);
    thread::spawn(move || {
        // Blocks until there is a reader.
        if fs::File::options().write(true).open(path).is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
    });
    opened
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

#[test]
fn special_files_and_files_outside_the_workspace_are_not_opened() {
    let directory = workspace();
    let folder = directory.path().join("workspace");
    let guards: Vec<_> = ["pipe.json", "src/main.tf", "pipe", "bundle0/massdriver.yaml", "../outside.json"]
        .map(|path| (path, guard(&folder.join(path))))
        .into();
    let mut server = started(Some(&uri(&folder)));
    let bundle = uri(&folder.join("massdriver.yaml"));
    server.open(&bundle, BUNDLE);
    server.published(&bundle, 1);
    let document = json!({"textDocument": {"uri": bundle}});
    let asked = [
        server.ask("workspace/symbol", json!({"query": "a"})),
        server.ask("textDocument/documentLink", document.clone()),
        server.ask(
            "textDocument/hover",
            json!({"textDocument": {"uri": bundle}, "position": {"line": 9, "character": 12}}),
        ),
        server.ask(
            "textDocument/definition",
            json!({"textDocument": {"uri": bundle}, "position": {"line": 14, "character": 12}}),
        ),
        server.ask(
            "textDocument/completion",
            json!({"textDocument": {"uri": bundle}, "position": {"line": 2, "character": 11}}),
        ),
    ];
    unharmed(&mut server);
    let answers: Vec<String> =
        asked.iter().map(|id| format!("{:?}", server.answer(id).response_result)).collect();
    assert!(answers.iter().all(|answer| !answer.contains("root:")), "{answers:?}");
    server.notify("textDocument/didSave", document);
    let changes = json!({"changes": [{"uri": uri(&folder.join("src/main.tf")), "type": 2}]});
    server.notify("workspace/didChangeWatchedFiles", changes);
    server.edit(&bundle, 2, [0, 0, 0, 0], "# \n");
    server.published(&bundle, 2);
    ends_well(server);
    let opened: Vec<_> =
        guards.iter().filter(|(_, opened)| opened.load(Ordering::Relaxed)).map(|(path, _)| path).collect();
    assert!(opened.is_empty(), "{opened:?}");
}

/// Step code and resource type definitions, at the size limit.
#[test]
fn hostile_code_does_not_delay_other_responses() {
    let many = |line: &str| line.repeat((250 << 10) / line.len());
    let deep = |open: &str, close: &str| {
        let depth = (120 << 10) / (open.len() + close.len());
        format!("variable \"a\" {{\n  type = {}any{}\n}}\n", open.repeat(depth), close.repeat(depth))
    };
    let numbered = |line: fn(usize) -> String| (0..5_000).map(line).collect::<String>();
    let nested = format!("{}1{}", "{\"a\": ".repeat(30_000), "}".repeat(30_000));
    let files = [
        ("src/deep.tf", deep("list(", ")")),
        ("src/brackets.tf", deep("[", "]")),
        ("src/blocks.tf", many("a {\n")),
        ("src/text.tf", format!("locals {{\n  a = \"{}\"\n}}\n", many("${\""))),
        ("src/many.tf", numbered(|at| format!("variable \"v{at}\" {{\n  type = string\n}}\n"))),
        ("src/deep.tf.json", nested.clone()),
        ("src/NUL.tf", many("\0")),
        ("src/artifact_a.jq", many("[.a | ")),
        ("bicep/template.bicep", many("param a object = {a: [")),
        ("chart/values.yaml", many("{a: [")),
        ("resource-types/bomb/massdriver.yaml", many("schema: {properties: {a: ")),
        ("resource-types/deep/schema.json", nested),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in &files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let text = "\
name: some-bundle
steps:
  - {path: src, provisioner: opentofu}
  - {path: bicep, provisioner: bicep}
  - {path: chart, provisioner: helm}
params:
  properties:
    a: {type: array, items: {type: string}}
    v7: {type: integer}
artifacts:
  properties:
    a: {$ref: bomb}
";
    fs::write(directory.path().join("massdriver.yaml"), text).unwrap();
    let mut server = started(Some(&uri(directory.path())));
    let bundle = uri(&directory.path().join("massdriver.yaml"));
    server.open(&bundle, text);
    let mut asked = Vec::new();
    for (version, (line, character)) in (2..).zip([(7, 5), (8, 5), (11, 5), (11, 14), (2, 13)]) {
        let about =
            json!({"textDocument": {"uri": bundle}, "position": {"line": line, "character": character}});
        for method in ["hover", "definition", "references", "completion"] {
            let mut about = about.clone();
            about["context"] = json!({"includeDeclaration": true});
            asked.push(server.ask(&format!("textDocument/{method}"), about));
        }
        unharmed(&mut server);
        server.edit(&bundle, version, [0, 0, 0, 0], "# \n");
        server.edit(&bundle, version, [0, 0, 1, 0], "");
        unharmed(&mut server);
    }
    for id in &asked {
        server.answer(id);
    }
    // The code was read, and the parts that can be parsed count.
    let found = server.pulled(&bundle);
    assert!(found.iter().any(|finding| finding["code"] == "iac-type-mismatch"), "{found:?}");
    ends_well(server);
}

#[test]
fn nothing_is_written_to_a_workspace() {
    let directory = workspace();
    let folder = directory.path().join("workspace");
    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let mut permissions = fs::metadata(&folder).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&folder, permissions.clone()).unwrap();
    let mut server = started(Some(&uri(&folder)));
    let bundle = uri(&folder.join("massdriver.yaml"));
    server.open(&bundle, BUNDLE);
    server.published(&bundle, 1);
    server.request("workspace/symbol", json!({"query": ""}));
    ends_well(server);
    assert_eq!(names(), before);
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&folder, permissions).unwrap();
}

#[test]
fn a_deleted_workspace_is_tolerated() {
    let directory = workspace();
    let folder = directory.path().join("workspace");
    let mut server = started(Some(&uri(&folder)));
    let bundle = uri(&folder.join("massdriver.yaml"));
    server.open(&bundle, BUNDLE);
    server.published(&bundle, 1);
    fs::remove_dir_all(&folder).unwrap();
    server.notify("textDocument/didSave", json!({"textDocument": {"uri": bundle}}));
    let changes = json!({"changes": [{"uri": bundle, "type": 3}]});
    server.notify("workspace/didChangeWatchedFiles", changes);
    server.request("workspace/symbol", json!({"query": "a"}));
    server.edit(&bundle, 2, [0, 0, 0, 0], "# \n");
    server.published(&bundle, 2);
    // Puts a file in the place of the folder.
    fs::write(&folder, "").unwrap();
    server.notify("textDocument/didSave", json!({"textDocument": {"uri": bundle}}));
    server.request("workspace/symbol", json!({"query": "a"}));
    ends_well(server);
}

#[test]
fn an_invalid_workspace_is_tolerated() {
    for folder in [
        "file:///nowhere/at/all",
        "file:///dev/zero",
        "file:///proc/self/mem",
        "untitled:x",
        "http://example.com/",
    ] {
        let mut server = started(Some(folder));
        server.request("workspace/symbol", json!({"query": "a"}));
        ends_well(server);
    }
}

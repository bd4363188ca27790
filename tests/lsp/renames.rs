//! Renames, references and other requests that read step directories: complete as the first request of a session,
//! correct on files that change without notification, and refused with a reason where they cannot be complete.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::{Server, Workspace};
use serde_json::{Value, json};
use std::fs;

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
    zone: {type: string, title: Zone, description: Where.}
connections:
  required: [net]
  properties:
    net: {$ref: ./net.json}
artifacts:
  required: [cache]
  properties:
    cache: {$ref: massdriver/aws-vpc}
ui:
  ui:order: [size, zone]
";

const CODE: &str = "\
variable \"size\" {
  type = number
}
variable \"net\" {
  type = any
}
locals {
  é = \"😀${var.size}${var.net.id}\"
}
resource \"massdriver_artifact\" \"it\" {
  field = \"cache\"
}
";

const NET: &str = r#"{"type": "object", "properties": {"cidr_block": {"type": "string"}}}"#;

const YAML: &str = "massdriver.yaml";
const MAIN: &str = "src/main.tf";

fn bundle() -> Workspace {
    Workspace::new(&[(YAML, BUNDLE), (MAIN, CODE), ("net.json", NET)])
}

/// Clients with push diagnostics, with pull diagnostics, and with pull diagnostics and refresh.
fn clients() -> [Value; 3] {
    let edits = json!({"documentChanges": true, "resourceOperations": ["create", "rename"]});
    let pull = json!({"diagnostic": {}});
    [
        json!({"workspace": {"workspaceEdit": edits}}),
        json!({"workspace": {"workspaceEdit": edits}, "textDocument": pull}),
        json!({
            "workspace": {"workspaceEdit": edits, "diagnostics": {"refreshSupport": true}}, "textDocument": pull
        }),
    ]
}

fn pulls(client: &Value) -> bool {
    client["textDocument"]["diagnostic"].is_object()
}

/// A server with the bundle open and its findings received.
fn opened(workspace: &mut Workspace, client: &Value) -> Server {
    let mut server = workspace.served(client.clone());
    workspace.open(&mut server, YAML);
    settle(&mut server, workspace, client);
    server
}

fn settle(server: &mut Server, workspace: &Workspace, client: &Value) {
    if pulls(client) {
        server.pulled(&workspace.uri(YAML));
    }
    server.rest();
}

/// Renames the symbol at the first occurrence of `mark`, and applies the edit.
fn rename(server: &mut Server, workspace: &mut Workspace, mark: &str, name: &str) -> Value {
    let edit = server.request("textDocument/rename", workspace.to_rename(YAML, mark, name));
    workspace.apply(&edit, 1);
    edit
}

/// Requests about step code, and a text that each response must contain.
fn questions(workspace: &Workspace) -> Vec<(&'static str, Value, &'static str)> {
    let at = |mark: &str| workspace.at(YAML, mark);
    let document = json!({"textDocument": {"uri": workspace.uri(YAML)}});
    let references = |mark: &str| {
        let mut params = at(mark);
        params["context"] = json!({"includeDeclaration": true});
        params
    };
    let zone = at("zone: {")["position"].clone();
    let action = json!({
        "textDocument": {"uri": workspace.uri(YAML)}, "range": {"start": zone, "end": zone},
        "context": {"diagnostics": []}
    });
    let rename = |mark: &str| workspace.to_rename(YAML, mark, "other");
    vec![
        ("textDocument/rename", rename("size: {"), MAIN),
        ("textDocument/rename", rename("net: {"), MAIN),
        ("textDocument/rename", rename("cache: {"), MAIN),
        ("textDocument/references", references("size: {"), MAIN),
        ("textDocument/references", references("net: {"), MAIN),
        ("textDocument/references", references("cache: {"), MAIN),
        ("textDocument/definition", at("size: {"), MAIN),
        ("textDocument/definition", at("src"), MAIN),
        ("textDocument/documentHighlight", at("size: {"), "range"),
        ("textDocument/hover", at("net: {"), "cidr_block"),
        ("textDocument/completion", at("src"), "\"src\""),
        ("textDocument/documentLink", document.clone(), MAIN),
        ("textDocument/codeLens", document, "3 uses"),
        ("textDocument/codeAction", action, "Declare the variable in `src/main.tf`"),
    ]
}

#[test]
fn the_first_response_is_complete() {
    let mut workspace = bundle();
    for client in clients() {
        let mut settled = opened(&mut workspace, &client);
        for (method, params, expected) in questions(&workspace) {
            let mut server = workspace.served(client.clone());
            workspace.open(&mut server, YAML);
            let first = server.request(method, params.clone());
            assert!(first.to_string().contains(expected), "{method} {params}: {first}");
            assert_eq!(settled.request(method, params), first, "{method} for {client}");
        }
    }
}

#[test]
fn a_program_file_uses_its_bundle_in_the_first_response() {
    let mut workspace = Workspace::new(&[(YAML, BUNDLE), ("src/artifact_cache.jq", ".params.size\n")]);
    let program = "src/artifact_cache.jq";
    for client in clients() {
        let mut server = workspace.served(client.clone());
        workspace.open(&mut server, program);
        let hover = server.request("textDocument/hover", workspace.at(program, "size"));
        assert!(hover.to_string().contains("How many."), "{hover}");
        let mut server = workspace.served(client);
        workspace.open(&mut server, program);
        let found = server.request("textDocument/completion", workspace.at(program, "size"));
        assert!(found.to_string().contains("\"zone\""), "{found}");
    }
}

/// Changes on disk without notification: a label, and files with their new texts (`None` deletes a file).
type Case<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

#[test]
fn files_that_changed_without_notice() {
    let moved =
        format!("# on another branch\n{}", CODE.replace("variable \"size\" {\n  type = number\n}\n", ""));
    let declared = "variable \"size\" {\n  type = number\n}\n";
    let cases: &[Case<'_>] = &[
        (
            "other text",
            &[(MAIN, Some("# a comment that is longer than the code was before\nvariable \"size\" {}\n"))],
        ),
        ("shorter", &[(MAIN, Some("variable \"size\" {}"))]),
        ("empty", &[(MAIN, Some(""))]),
        ("deleted", &[(MAIN, None)]),
        ("moved", &[(MAIN, Some(&moved)), ("src/variables.tf", Some(declared))]),
        ("added", &[("src/more.tf", Some("locals { a = var.size }\r\n"))]),
        ("replaced", &[(MAIN, None), ("src/main.tofu", Some("variable \"size\" {}\n"))]),
    ];
    for client in clients() {
        for (what, changes) in cases {
            let mut workspace = bundle();
            let mut server = opened(&mut workspace, &client);
            for (path, text) in *changes {
                match text {
                    Some(text) => workspace.write(path, text),
                    None => workspace.remove(path),
                }
            }
            let paths = [MAIN, "src/variables.tf", "src/more.tf", "src/main.tofu"];
            let before = paths.map(|path| workspace.text(path));
            rename(&mut server, &mut workspace, "size: {", "nodes");
            assert_eq!(workspace.text(YAML), renamed(BUNDLE), "{what}");
            for (path, before) in paths.iter().zip(before) {
                assert_eq!(workspace.text(path), renamed(&before), "{what}: {path}");
            }
        }
    }
}

/// A text with `size` replaced by `nodes`.
fn renamed(text: &str) -> String {
    let pairs = [
        ("[size", "[nodes"),
        (" size: {", " nodes: {"),
        ("\"size\"", "\"nodes\""),
        ("var.size", "var.nodes"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn an_artifact_in_code_that_changed_without_notice() {
    for client in clients() {
        let mut workspace = bundle();
        let mut server = opened(&mut workspace, &client);
        let later = CODE.replace("locals", "# on another branch.\nlocals");
        workspace.write(MAIN, &later);
        rename(&mut server, &mut workspace, "cache: {", "store");
        assert_eq!(workspace.text(MAIN), later.replace("\"cache\"", "\"store\""));
        assert_eq!(workspace.text(YAML), BUNDLE.replace("cache", "store"));
    }
}

#[test]
fn unreadable_code_is_named_in_the_refusal() {
    for client in clients() {
        let mut workspace = bundle();
        let mut server = opened(&mut workspace, &client);
        let ask = workspace.to_rename(YAML, "size: {", "nodes");
        workspace.write(MAIN, &CODE.replacen('{', "{{", 1));
        let reason = server.reason("textDocument/rename", ask.clone());
        assert!(reason.contains("`src/main.tf`"), "{reason}");

        workspace.write(MAIN, &CODE.replacen("locals", "variable \"nodes\" {}\nlocals", 1));
        let reason = server.reason("textDocument/rename", ask.clone());
        assert!(reason.contains("`src/main.tf`") && reason.contains("nodes"), "{reason}");

        workspace.write(MAIN, CODE);
        (0..250).for_each(|n| workspace.write(&format!("src/{n}.tf"), ""));
        let reason = server.reason("textDocument/rename", ask);
        assert!(reason.contains("`src`"), "{reason}");
    }
}

#[test]
fn unsaved_code_is_edited_as_the_client_has_it() {
    for client in clients() {
        let mut workspace = bundle();
        let mut server = opened(&mut workspace, &client);
        let unsaved = format!("# not saved\n{CODE}");
        let edited = |version: i32, changes: &Value| {
            let changes = changes["documentChanges"].as_array().unwrap().iter();
            let of = |one: &&Value| one["textDocument"]["uri"].as_str().unwrap().ends_with(MAIN);
            let code = changes.clone().find(of).unwrap();
            assert_eq!(code["textDocument"]["version"], version, "{code}");
            code["edits"]
                .as_array()
                .unwrap()
                .iter()
                .map(|edit| edit["range"]["start"]["line"].clone())
                .collect()
        };
        workspace.open(&mut server, MAIN);
        workspace.type_in(&mut server, MAIN, 2, &unsaved);
        // The file on disk does not count while it is open in the client.
        workspace.write(MAIN, "");
        let ask = workspace.to_rename(YAML, "size: {", "nodes");
        let lines: Vec<Value> = edited(2, &server.request("textDocument/rename", ask.clone()));
        assert_eq!(lines, [1, 8]);
        // A file that is open but not on disk yet.
        workspace.remove(MAIN);
        let lines: Vec<Value> = edited(2, &server.request("textDocument/rename", ask.clone()));
        assert_eq!(lines, [1, 8]);
        workspace.type_in(&mut server, MAIN, 3, CODE);
        let lines: Vec<Value> = edited(3, &server.request("textDocument/rename", ask.clone()));
        assert_eq!(lines, [0, 7]);
        // Closed again, the file on disk counts, without a pause before the next request.
        workspace.write(MAIN, "locals { a = var.size }\n");
        server.notify("textDocument/didClose", json!({"textDocument": {"uri": workspace.uri(MAIN)}}));
        let edit = server.request("textDocument/rename", ask);
        let code = edit["documentChanges"].as_array().unwrap().iter();
        let code: Vec<&Value> =
            code.filter(|one| one["textDocument"]["uri"] == workspace.uri(MAIN)).collect();
        assert_eq!(code[0]["textDocument"]["version"], Value::Null);
        assert_eq!(code[0]["edits"][0]["range"]["start"], json!({"line": 0, "character": 17}));
    }
}

#[test]
fn a_client_with_few_capabilities_gets_the_complete_edit_or_a_reason() {
    for client in [json!({}), json!({"textDocument": {"diagnostic": {}}})] {
        let mut workspace = bundle();
        let mut server = workspace.served(client.clone());
        workspace.open(&mut server, YAML);
        let edit = rename(&mut server, &mut workspace, "size: {", "nodes");
        assert_eq!(edit["changes"].as_object().unwrap().len(), 2, "{edit}");
        assert_eq!([workspace.text(YAML), workspace.text(MAIN)], [renamed(BUNDLE), renamed(CODE)]);

        let workspace = Workspace::new(&[(YAML, BUNDLE), ("src/artifact_cache.jq", "{}")]);
        let versioned = json!({"documentChanges": true, "resourceOperations": ["create"]});
        for client in [client, json!({"workspace": {"workspaceEdit": versioned}})] {
            let mut server = workspace.served(client);
            server.open(&workspace.uri(YAML), BUNDLE);
            let ask = |name: &str| workspace.to_rename(YAML, name, "store");
            let reason = server.reason("textDocument/rename", ask("cache: {"));
            assert!(reason.contains("cannot rename files"), "{reason}");
            assert_ne!(server.request("textDocument/rename", ask("size: {")), Value::Null);
        }
    }
}

#[test]
fn the_program_of_an_artifact_and_its_field() {
    let mut workspace = Workspace::new(&[(YAML, BUNDLE), (MAIN, CODE), ("src/artifact_cache.jq", "{}")]);
    let mut server = workspace.served(clients()[2].clone());
    workspace.open(&mut server, YAML);
    workspace.write("src/artifact_store.jq", "{}");
    let ask = workspace.to_rename(YAML, "cache: {", "store");
    let reason = server.reason("textDocument/rename", ask);
    assert!(reason.contains("src/artifact_store.jq"), "{reason}");
    workspace.remove("src/artifact_store.jq");
    rename(&mut server, &mut workspace, "cache: {", "store");
    assert_eq!(workspace.text("src/artifact_store.jq"), "{}");
    assert_eq!(workspace.text("src/artifact_cache.jq"), "none");
    assert!(workspace.text(MAIN).contains("field = \"store\""));
}

/// Position encodings to test.
const ENCODINGS: [&str; 3] = ["utf-8", "utf-16", "utf-32"];

fn written(text: &str, carriage_returns: bool, mark: bool) -> String {
    let text = if carriage_returns { text.replace('\n', "\r\n") } else { text.to_owned() };
    format!("{}{text}", if mark { "\u{feff}" } else { "" })
}

#[test]
fn names_of_every_kind_in_every_form() {
    let bundle = format!("{BUNDLE}app:\n  envs:\n    É: '\"😀\" + .connections.net.id'\n").replace(
        "zone: {type: string, title: Zone, description: Where.}",
        "zone: &shape {type: string, title: \"Zone 😀\", description: Where.}\n    copy: *shape",
    );
    let bundle = bundle.replace("[size, zone]", "[size, zone, copy]");
    for encoding in ENCODINGS {
        for (carriage_returns, mark) in [(false, false), (true, false), (false, true), (true, true)] {
            let form = |text: &str| written(text, carriage_returns, mark);
            for is_open in [false, true] {
                let files = [(YAML, form(&bundle)), (MAIN, form(CODE)), ("net.json", form(NET))];
                let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
                let mut workspace = Workspace::new(&files).counting(encoding);
                let mut server = workspace.served(clients()[0].clone());
                workspace.open(&mut server, YAML);
                if is_open {
                    workspace.open(&mut server, MAIN);
                }
                let mut ask = |mark: &str, name: &str| {
                    server.request("textDocument/rename", workspace.to_rename(YAML, mark, name))
                };
                let edits =
                    [("size: {", "nodes"), ("net: {", "network"), ("cache: {", "store"), ("shape {", "form")];
                let edits = edits.map(|(mark, name)| ask(mark, name));
                for edit in edits.iter().rev() {
                    // The renames are independent of each other, and each edit is made for the original text.
                    let mut alone = Workspace::new(&files).counting(encoding);
                    if is_open {
                        alone.open(&mut workspace.served(json!({})), MAIN);
                    }
                    alone.open(&mut workspace.served(json!({})), YAML);
                    let moved = edit.to_string().replace(&workspace.uri(""), &alone.uri(""));
                    alone.apply(&serde_json::from_str(&moved).unwrap(), 1);
                    let now = format!("{}{}", alone.text(YAML), alone.text(MAIN));
                    let shown = |text: &str| {
                        if is_open { text.trim_start_matches('\u{feff}').to_owned() } else { text.to_owned() }
                    };
                    let before =
                        format!("{}{}", form(&bundle).trim_start_matches('\u{feff}'), shown(&form(CODE)));
                    assert!(is_renaming(&before, &now), "{encoding} {carriage_returns} {mark}\n{now}");
                }
            }
        }
    }
}

/// Whether two texts differ only by renamed identifiers.
fn is_renaming(before: &str, after: &str) -> bool {
    let pairs = [("size", "nodes"), ("net", "network"), ("cache", "store"), ("shape", "form")];
    let back = pairs.iter().find(|(_, new)| after.contains(new)).map(|(old, new)| after.replace(new, old));
    before != after && back.as_deref() == Some(before)
}

#[test]
fn step_paths_in_every_form_follow_a_renamed_directory() {
    let bundle = BUNDLE
        .replace("  - path: src", "  - {name: \"😀é\", path: src}\n  - path: src")
        .replace("    provisioner: opentofu\n", "    provisioner: opentofu # é\n");
    for encoding in ENCODINGS {
        for (carriage_returns, mark) in [(false, false), (true, false), (false, true), (true, true)] {
            for is_open in [true, false] {
                let text = written(&bundle, carriage_returns, mark);
                let mut workspace = Workspace::new(&[(YAML, &text), (MAIN, CODE)]).counting(encoding);
                let mut server = workspace.served(clients()[0].clone());
                if is_open {
                    workspace.open(&mut server, YAML);
                }
                let files = json!([{"oldUri": workspace.uri("src"), "newUri": workspace.uri("infra")}]);
                let edit = server.request("workspace/willRenameFiles", json!({ "files": files }));
                let before = workspace.text(YAML);
                workspace.apply(&edit, 1);
                assert_eq!(workspace.text(YAML), before.replace("path: src", "path: infra"), "{encoding}");
            }
        }
    }
}

#[test]
fn names_that_cannot_be_written_everywhere() {
    let mut workspace = bundle();
    let mut server = workspace.served(clients()[0].clone());
    workspace.open(&mut server, YAML);
    for (mark, names) in [
        ("size: {", &["a b", "1a", "a\"b", "<<", "", " a", "a\u{2028}b", "version", "size zone"][..]),
        ("net: {", &["<<", "a\u{2028}b", "a b", "a\"b", "${x}", "size"][..]),
        ("cache: {", &["<<", "a\nb", "a\u{2028}b", ""][..]),
    ] {
        for name in names {
            let reason = server.reason("textDocument/rename", workspace.to_rename(YAML, mark, name));
            assert!(reason.ends_with('.') && reason.len() > 20, "{name}: {reason}");
        }
    }
    // Names that an HCL string can hold are escaped; others are refused with a reason.
    for name in ["a\"b", "a\\b", "${x}", "%{x}"] {
        let id = server.ask("textDocument/rename", workspace.to_rename(YAML, "cache: {", name));
        let Ok(edit) = server.answer(&id).response_result else { continue };
        let mut alone = bundle();
        alone.open(&mut server, YAML);
        alone.apply(
            &serde_json::from_str(&edit.to_string().replace(&workspace.uri(""), &alone.uri(""))).unwrap(),
            1,
        );
        let code = alone.text(MAIN);
        let body = hcl_edit::parser::parse_body(&code).unwrap();
        let block = body.get_blocks("resource").next().unwrap();
        let field = block.body.get_attribute("field").unwrap();
        assert_eq!(field.value.as_str(), Some(name), "{code}");
    }
}

#[test]
fn a_refusal_names_the_line_or_file() {
    let text = "\
name: order-queue
description: Work queue that buffers incoming orders
version: 0.4.0
steps: [{path: src, provisioner: opentofu}]
params:
  properties:
    db_name: {type: string}
    other: {type: string}
app:
  envs:
    A: .params | {db_name} | .db_name
connections: {properties: {}}
artifacts: {properties: {}}
";
    let mut workspace = Workspace::new(&[(YAML, text), (MAIN, "")]);
    let mut server = workspace.served(clients()[0].clone());
    workspace.open(&mut server, YAML);
    let taken = server.reason("textDocument/rename", workspace.to_rename(YAML, "db_name", "other"));
    assert!(taken.contains("line 8"), "{taken}");
    // The shorthand object keeps its key: either the edit writes it out, or the refusal names the line.
    let id = server.ask("textDocument/rename", workspace.to_rename(YAML, "db_name", "database"));
    match server.answer(&id).response_result {
        Ok(edit) => {
            workspace.apply(&edit, 1);
            assert!(workspace.text(YAML).contains(".params | {db_name:.database} | .db_name"), "{edit}");
        }
        Err(error) => assert!(error.message.contains("line 11"), "{}", error.message),
    }
}

#[test]
fn anchors_get_only_names_that_the_platform_accepts() {
    let text = format!("{BUNDLE}x: &shape {{a: 1}}\ny: *shape\n");
    let mut workspace = Workspace::new(&[(YAML, &text), (MAIN, CODE)]);
    let mut server = workspace.served(clients()[0].clone());
    workspace.open(&mut server, YAML);
    for (name, wrong) in [("v1.0", "`.`"), ("größe", "`ö`"), ("a+b", "`+`"), ("a b", "` `"), ("[x]", "`[`")]
    {
        let reason = server.reason("textDocument/rename", workspace.to_rename(YAML, "shape {", name));
        assert!(reason.contains(wrong), "{reason}");
    }
    rename(&mut server, &mut workspace, "shape {", "form-1_A");
    assert_eq!(workspace.text(YAML), text.replace("shape", "form-1_A"));
    assert!(fs::read_to_string(workspace.path(MAIN)).unwrap() == CODE);
}

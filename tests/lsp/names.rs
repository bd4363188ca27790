//! Definitions, renames, outlines and folding ranges over the protocol.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/massdriver.yaml";
const BUNDLE: &str = "\
# one
# two
params:
  properties:
    größe: {type: string}
ui:
  ui:order: [größe]
source_url: https://example.com/a
app:
  envs:
    SIZE: '\"😀\" + .params.größe'
    OTHER: '\"😀\" + .params[\"größe\"]'
";

fn started(document: &Value) -> (Server, Value) {
    let mut server = Server::start(&[]);
    let capabilities = server.initialize(json!({"capabilities": {"textDocument": document}}));
    server.open(URI, BUNDLE);
    (server, capabilities)
}

fn at(line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}})
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

#[test]
fn definitions_and_references() {
    let (mut server, capabilities) = started(&json!({"definition": {"linkSupport": true}}));
    for provider in
        ["definitionProvider", "referencesProvider", "documentHighlightProvider", "foldingRangeProvider"]
    {
        assert_eq!(capabilities[provider], true, "{provider}");
    }
    let found = server.request("textDocument/definition", at(11, 30));
    assert_eq!(found[0]["targetSelectionRange"], range(4, 4, 9));
    assert_eq!(found[0]["originSelectionRange"], range(11, 28, 33));

    let mut ask = at(4, 5);
    ask["context"] = json!({"includeDeclaration": false});
    let found = server.request("textDocument/references", ask);
    let places: Vec<_> = found.as_array().unwrap().iter().map(|place| place["range"].clone()).collect();
    assert_eq!(places, [range(6, 13, 18), range(11, 28, 33)]);
    let found = server.request("textDocument/documentHighlight", at(4, 5));
    assert_eq!(found[0], json!({"range": range(4, 4, 9), "kind": 3}));
    assert_eq!(server.request("textDocument/definition", at(2, 2)), Value::Null);

    let (mut server, _) = started(&json!({}));
    let found = server.request("textDocument/definition", at(6, 14));
    assert_eq!(found, json!([{"uri": URI, "range": range(4, 4, 9)}]));
}

#[test]
fn renaming() {
    let (mut server, capabilities) = started(&json!({"rename": {"prepareSupport": true}}));
    assert_eq!(capabilities["renameProvider"]["prepareProvider"], true);
    let prepared = server.request("textDocument/prepareRename", at(6, 14));
    assert_eq!(prepared, json!({"range": range(6, 13, 18), "placeholder": "größe"}));

    let mut ask = at(6, 14);
    ask["newName"] = json!("size");
    let edit = server.request("textDocument/rename", ask.clone());
    let edits = edit["changes"][URI].as_array().unwrap().clone();
    assert_eq!(edits[2], json!({"range": range(11, 28, 33), "newText": "size"}));
    assert_eq!(edits.len(), 3);

    ask["newName"] = json!("md_metadata");
    assert_eq!(server.refused("textDocument/rename", ask), -32803);
    assert_eq!(server.refused("textDocument/prepareRename", at(2, 2)), -32803);
}

#[test]
fn outlines_folds_selections_and_links() {
    let (mut server, _) = started(&json!({"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}));
    let document = json!({"textDocument": {"uri": URI}});
    let symbols = server.request("textDocument/documentSymbol", document.clone());
    let names: Vec<_> = symbols.as_array().unwrap().iter().map(|symbol| symbol["name"].clone()).collect();
    assert_eq!(names, ["params", "ui", "source_url", "app"]);
    assert_eq!(symbols[0]["children"][0]["selectionRange"], range(4, 4, 9));

    let folds = server.request("textDocument/foldingRange", document.clone());
    assert_eq!(folds[0], json!({"startLine": 0, "endLine": 1, "kind": "comment"}));
    assert_eq!(folds[1], json!({"startLine": 2, "endLine": 4}));

    server.change(URI, 2, json!([{"text": format!("{BUNDLE}\n\n")}]));
    let mut ask = document.clone();
    ask["options"] = json!({"tabSize": 2, "insertSpaces": true});
    let edits = server.request("textDocument/formatting", ask.clone());
    assert_eq!(edits.as_array().unwrap().len(), 1);
    ask["range"] = range(0, 0, 3);
    assert_eq!(server.request("textDocument/rangeFormatting", ask), json!([]));

    let mut ask = document.clone();
    ask["positions"] = json!([{"line": 6, "character": 14}, {"line": 0, "character": 0}]);
    let selections = server.request("textDocument/selectionRange", ask);
    assert_eq!(selections[0]["range"], range(6, 13, 18));
    assert_eq!(selections[0]["parent"]["range"], range(6, 12, 19));
    assert_eq!(selections.as_array().unwrap().len(), 2);

    let links = server.request("textDocument/documentLink", document.clone());
    assert_eq!(links[0]["range"], range(7, 12, 33));
    let (mut server, _) = started(&json!({}));
    let flat = server.request("textDocument/documentSymbol", document);
    assert_eq!(flat[1]["containerName"], "params");
}

#[test]
fn code_actions() {
    let kinds = json!({"codeActionKind": {"valueSet": ["quickfix", "source"]}});
    let action = json!({"codeAction": {"codeActionLiteralSupport": kinds, "isPreferredSupport": true}});
    let mut server = Server::start(&[]);
    let capabilities = server.initialize(json!({"capabilities": {"textDocument": action}}));
    let offered = &capabilities["codeActionProvider"]["codeActionKinds"];
    assert_eq!(*offered, json!(["quickfix", "refactor.rewrite", "source.fixAll.massdriver"]));
    server.open(URI, "params:\n  properties:\n    a: {type: integer, default: '80'}\n    b: {type: integer, default: '81'}\n");
    let mut ask = |only: Value, end: u32| {
        let range = json!({"start": {"line": 2, "character": 0}, "end": {"line": end, "character": 40}});
        let context = if only.is_null() {
            json!({"diagnostics": []})
        } else {
            json!({"diagnostics": [], "only": only})
        };
        let params = json!({"textDocument": {"uri": URI}, "range": range, "context": context});
        let actions = server.request("textDocument/codeAction", params);
        actions.as_array().unwrap().clone()
    };
    let titles = |actions: &[Value]| actions.iter().map(|action| action["title"].clone()).collect::<Vec<_>>();
    let one = ask(Value::Null, 2);
    assert_eq!(one[0]["isPreferred"], true);
    assert_eq!(
        titles(&one),
        [
            "Remove the quotes",
            "Remove it",
            "Ignore `default-type` on this line",
            "Ignore `default-type` in this file"
        ]
    );
    assert_eq!(ask(json!(["quickfix"]), 2).len(), 4);
    for only in ["source", "source.fixAll", "source.fixAll.massdriver"] {
        let all = ask(json!([only]), 2);
        assert_eq!(titles(&all), ["Fix all"]);
        let edits = all[0]["edit"]["changes"][URI].as_array().unwrap();
        assert!(
            edits.iter().any(|edit| edit["newText"].as_str().unwrap().contains("default: 81")),
            "{edits:?}"
        );
    }
    assert!(ask(json!(["refactor.extract"]), 2).is_empty());
}

#[test]
fn step_paths_follow_a_renamed_directory() {
    let top = tempfile::tempdir().unwrap();
    let uri = |name: &str| format!("file://{}/{name}", top.path().display());
    std::fs::create_dir(top.path().join("src")).unwrap();
    let text = "steps:\n  - path: ./src\n  - path: 'src'\n  - path: other\n";
    std::fs::write(top.path().join("massdriver.yaml"), text).unwrap();
    for is_open in [false, true] {
        let mut server = Server::start(&[]);
        let capabilities = server.initialize(json!({"rootUri": uri(""), "capabilities": {}}));
        assert!(capabilities["workspace"]["fileOperations"]["willRename"].is_object());
        if is_open {
            server.open(&uri("massdriver.yaml"), text);
        }
        let mut ask = |new: &str| {
            let files = json!({"files": [{"oldUri": uri("src"), "newUri": uri(new)}]});
            server.request("workspace/willRenameFiles", files)
        };
        let edits = ask("infra")["changes"][&uri("massdriver.yaml")].clone();
        assert_eq!(edits[0], json!({"range": range(1, 10, 15), "newText": "infra"}));
        assert_eq!(edits[1], json!({"range": range(2, 10, 15), "newText": "'infra'"}));
        assert_eq!(edits.as_array().unwrap().len(), 2);
        assert_eq!(ask("elsewhere/infra"), Value::Null);
        let able = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
        let mut server = Server::start(&[]);
        server.initialize(json!({"rootUri": uri(""), "capabilities": able}));
        if is_open {
            server.open(&uri("massdriver.yaml"), text);
        }
        let files = json!({"files": [{"oldUri": uri("src"), "newUri": uri("infra")}]});
        let edit = server.request("workspace/willRenameFiles", files);
        let [change] = edit["documentChanges"].as_array().unwrap().as_slice() else { panic!("{edit}") };
        // Files that are only on disk have no version.
        let version = if is_open { json!(1) } else { Value::Null };
        assert_eq!(change["textDocument"], json!({"uri": uri("massdriver.yaml"), "version": version}));
        assert_eq!(change["edits"], edits);
    }
}

#[test]
fn two_directories_renamed_at_once_are_one_change() {
    let top = tempfile::tempdir().unwrap();
    let uri = |name: &str| format!("file://{}/{name}", top.path().display());
    ["a", "b"].into_iter().for_each(|step| std::fs::create_dir(top.path().join(step)).unwrap());
    std::fs::write(top.path().join("massdriver.yaml"), "steps: [{path: a}, {path: b}]\n").unwrap();
    let able = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    let mut server = Server::start(&[]);
    server.initialize(json!({"rootUri": uri(""), "capabilities": able}));
    let files =
        [("a", "first"), ("b", "second")].map(|(old, new)| json!({"oldUri": uri(old), "newUri": uri(new)}));
    let edit = server.request("workspace/willRenameFiles", json!({"files": files}));
    // Clients apply a change to the result of the previous one, so all edits of a document must be in one change.
    let [change] = edit["documentChanges"].as_array().unwrap().as_slice() else { panic!("{edit}") };
    let expected = [(15, 16, "first"), (26, 27, "second")]
        .map(|(start, end, name)| json!({"range": range(0, start, end), "newText": name}));
    assert_eq!(change["edits"], json!(expected));
}

#[test]
fn names_are_found_in_the_whole_workspace() {
    let top = tempfile::tempdir().unwrap();
    let uri = |name: &str| format!("file://{}/{name}", top.path().display());
    for bundle in ["a", "b", ".hidden"] {
        std::fs::create_dir(top.path().join(bundle)).unwrap();
        let text =
            format!("params:\n  properties:\n    node_{}: {{type: string}}\n", &bundle[bundle.len() - 1..]);
        std::fs::write(top.path().join(bundle).join("massdriver.yaml"), text).unwrap();
    }
    let mut server = Server::start(&[]);
    server.initialize(json!({"rootUri": uri(""), "capabilities": {}}));
    server.open(&uri("b/massdriver.yaml"), "params:\n  properties:\n    node_open: {type: string}\n");
    let mut names = |query: &str| {
        let found = server.request("workspace/symbol", json!({"query": query}));
        let found = found.as_array().unwrap().iter();
        let mut names: Vec<_> = found.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("NODE"), ["node_a", "node_open"]);
    assert_eq!(names("nopen"), ["node_open"]);
    assert_eq!(names("").len(), 4);
}

#[test]
fn lenses_and_linked_places() {
    let mut server = Server::start(&[]);
    let commands = json!({"commands": {"commands": ["massdriver.showReferences", "massdriver.setRule"]}});
    let capabilities = server.initialize(json!({
        "capabilities": {
            "experimental": commands,
            "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
        },
        "initializationOptions": {"codeLens": true},
    }));
    assert!(capabilities["codeLensProvider"].is_object());
    server.open(URI, BUNDLE);
    let ask = json!({"textDocument": {"uri": URI}});
    let lenses = server.request("textDocument/codeLens", ask.clone());
    assert_eq!((&lenses[0]["range"], &lenses[0]["command"]["title"]), (&range(4, 4, 9), &json!("2 uses")));
    let shown = &lenses[0]["command"]["arguments"];
    assert_eq!((&shown[0], &shown[1]), (&json!(URI), &json!({"line": 4, "character": 4})));
    assert_eq!(shown[2][1]["range"], range(11, 28, 33), "{shown}");

    let linked = server.request("textDocument/linkedEditingRange", at(6, 14));
    let places = [range(4, 4, 9), range(6, 13, 18), range(11, 28, 33)];
    assert_eq!(linked["ranges"], json!(places));
    assert_eq!(server.request("textDocument/linkedEditingRange", at(2, 1)), Value::Null);

    let context = json!({"diagnostics": [], "only": ["quickfix"]});
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let actions = json!({"textDocument": {"uri": URI}, "range": whole, "context": context});
    let actions = server.request("textDocument/codeAction", actions);
    let settings = actions.as_array().unwrap().iter().filter_map(|action| action["command"].as_object());
    let named: Vec<_> = settings.map(|command| command["arguments"].clone()).collect();
    assert!(named.contains(&json!(["version-missing", "off"])), "{named:?}");
    server.notify("workspace/didChangeConfiguration", json!({"settings": {"massdriver": {}}}));
    assert_eq!(server.request("textDocument/codeLens", ask), json!([]));
}

#[test]
fn a_client_without_the_commands_is_not_sent_any() {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}, "initializationOptions": {"codeLens": true}}));
    server.open(URI, BUNDLE);
    let lenses = server.request("textDocument/codeLens", json!({"textDocument": {"uri": URI}}));
    assert_eq!(lenses[0]["command"], json!({"title": "2 uses", "command": ""}));
}

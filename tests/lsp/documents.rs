//! Document synchronization. A tab in the indentation is the syntax error that these tests look for.

use crate::client::Server;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/massdriver.yaml";

fn started(encodings: &[&str]) -> (Server, String) {
    let mut server = Server::start(&[]);
    let capabilities =
        server.initialize(json!({"capabilities": {"general": {"positionEncodings": encodings}}}));
    (server, capabilities["positionEncoding"].as_str().unwrap_or_default().to_owned())
}

/// Lines (from 0) with a syntax error.
fn broken_lines(diagnostics: &[Value]) -> Vec<u64> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic["code"] == "yaml-syntax");
    let mut lines: Vec<u64> =
        errors.filter_map(|diagnostic| diagnostic["range"]["start"]["line"].as_u64()).collect();
    lines.dedup();
    lines
}

#[test]
fn the_encoding_is_negotiated() {
    for (offered, agreed) in [
        (&[][..], "utf-16"),
        (&["utf-16"], "utf-16"),
        (&["utf-32"], "utf-32"),
        (&["utf-16", "utf-8"], "utf-8"),
        (&["klingon"], "utf-16"),
    ] {
        assert_eq!(started(offered).1, agreed, "{offered:?}");
    }
}

#[test]
fn columns_count_in_the_agreed_encoding() {
    // The columns just after `é😀` in each encoding.
    for (encoding, column) in [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)] {
        let (mut server, agreed) = started(&[encoding]);
        assert_eq!(agreed, encoding);
        server.open(URI, "# é😀x\r\na:\r\n  b: c\r\n");
        assert_eq!(broken_lines(&server.published(URI, 1)), [0; 0]);
        // Replaces `x` and the line break by a new line with a tab; correct only if `é😀` is kept intact.
        server.edit(URI, 2, [0, 2 + column, 1, 0], "\r\nz:\r\n\ty: 1\r\n");
        assert_eq!(broken_lines(&server.published(URI, 2)), [2]);
        // Removes the tab again.
        server.edit(URI, 3, [2, 0, 2, 1], "  ");
        assert_eq!(broken_lines(&server.published(URI, 3)), [0; 0]);
    }
}

#[test]
fn changes_of_one_notification_build_on_each_other() {
    let (mut server, _) = started(&[]);
    server.open(URI, "a: 1\n");
    let at = |line, character| json!({"line": line, "character": character});
    server.change(
        URI,
        2,
        json!([
            {"range": {"start": at(1, 0), "end": at(1, 0)}, "text": "b:\n"},
            {"range": {"start": at(2, 0), "end": at(2, 0)}, "text": "\tc: 1\n"},
            {"range": {"start": at(0, 0), "end": at(1, 0)}, "text": ""},
        ]),
    );
    assert_eq!(broken_lines(&server.published(URI, 2)), [1]);
    server.change(URI, 3, json!([{"text": "a: 1\n"}]));
    assert_eq!(broken_lines(&server.published(URI, 3)), [0; 0]);
}

#[test]
fn positions_outside_the_text_are_moved_into_it() {
    let (mut server, _) = started(&[]);
    server.open(URI, "a:\n  b: 1");
    server.edit(URI, 2, [7, 3, 900, 4], "\nc:\n\td: 1");
    assert_eq!(broken_lines(&server.published(URI, 2)), [3]);
    server.edit(URI, 3, [2, 4_000_000_000, 3, 1], "\n  ");
    assert_eq!(broken_lines(&server.published(URI, 3)), [0; 0]);
}

#[test]
fn an_edit_inside_a_surrogate_pair_is_applied() {
    let (mut server, _) = started(&[]);
    server.open(URI, "a: 1\n");
    server.send_body(
        r##"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{
            "uri":"file:///nowhere/massdriver.yaml","version":2},"contentChanges":[{"range":{
            "start":{"line":0,"character":0},"end":{"line":0,"character":0}},"text":"# \ud83d\nb:\n\tc: 1\n"}]}}"##,
    );
    assert_eq!(broken_lines(&server.published(URI, 2)), [2]);
}

#[test]
fn every_edit_is_applied_and_the_last_version_is_published() {
    let (mut server, _) = started(&[]);
    server.open(URI, "a:\n  b: 1\n");
    // 300 keystrokes: 100 times a tab, one more letter, and the deletion of the tab.
    for round in 0..100 {
        server.edit(URI, 3 * round + 2, [1, 0, 1, 0], "\t");
        server.edit(URI, 3 * round + 3, [0, 0, 0, 0], "x");
        server.edit(URI, 3 * round + 4, [1, 0, 1, 1], "");
    }
    assert_eq!(broken_lines(&server.published(URI, 301)), [0; 0]);
    server.edit(URI, 302, [0, 102, 0, 102], "\n\tc: 1");
    assert_eq!(broken_lines(&server.published(URI, 302)), [1], "the first line has 100 letters more");
}

#[test]
fn documents_are_recognized_by_file_name() {
    let broken = "a:\n\tb: 1\n";
    let ours = [
        ("file:///x/massdriver.yaml", "yaml"),
        ("file:///x%20y/massdriver.yml", "plaintext"),
        ("vscode-vfs://github/o/r/massdriver.yaml", "yaml"),
        ("untitled:massdriver.yaml", "yaml"),
        ("untitled:/x/massdriver.yaml", "yaml"),
        ("untitled:Untitled-1", "massdriver"),
        ("git:/x/massdriver.yaml?%7B%22ref%22%3A%22~%22%7D", "yaml"),
    ];
    let others = [
        ("file:///x/values.yaml", "yaml"),
        ("file:///x/not-massdriver.yaml", "yaml"),
        ("file:///massdriver.yaml/x.yaml", "yaml"),
        ("untitled:Untitled-1", "yaml"),
        ("untitled:Untitled-2", "yaml"),
    ];
    for (uri, language) in ours {
        let (mut server, _) = started(&[]);
        server.open_as(uri, language, broken);
        assert_eq!(broken_lines(&server.published(uri, 1)), [1], "{uri}");
    }
    let (mut server, _) = started(&[]);
    for (uri, language) in others {
        server.open_as(uri, language, broken);
        server.edit(uri, 2, [0, 0, 0, 0], "x");
        let action = json!({"textDocument": {"uri": uri}, "context": {"diagnostics": []},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}});
        assert_eq!(server.request("textDocument/codeAction", action), Value::Null);
        assert_eq!(server.pulled(uri), [Value::Null; 0]);
        server.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert_eq!(server.rest(), [""; 0]);
}

#[test]
fn closing_a_document_clears_its_diagnostics() {
    let (mut server, _) = started(&[]);
    server.open(URI, "a:\n\tb: 1\n");
    assert!(!server.published(URI, 1).is_empty());
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert_eq!(server.notification("textDocument/publishDiagnostics")["diagnostics"], json!([]));
    server.edit(URI, 2, [0, 0, 0, 0], "x");
    assert_eq!(server.rest(), [""; 0]);
}

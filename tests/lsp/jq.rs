//! jq in YAML over the protocol: positions, semantic tokens and signature help, in every position encoding.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/massdriver.yaml";

const TEXT: &str = "\
params: {properties: {size: {type: integer}}}
app:
  envs:
    É😀: '\"é😀\" + .params.sise'
    F: >-
      \"é😀
      x\" | split(
";

const ENCODINGS: [&str; 3] = ["utf-8", "utf-16", "utf-32"];

fn opened(encoding: &str, features: Value) -> (Server, Value) {
    let mut server = Server::start(&[]);
    let mut capabilities = json!({"general": {"positionEncodings": [encoding]}});
    capabilities["textDocument"] = features;
    let capabilities = server.initialize(json!({"capabilities": capabilities}));
    server.open(URI, TEXT);
    (server, capabilities)
}

/// Start and end column of a piece of a line in an encoding.
fn columns(line: usize, piece: &str, encoding: &str) -> [usize; 2] {
    let line = TEXT.lines().nth(line).unwrap();
    let start = line.find(piece).unwrap();
    let count = |text: &str| match encoding {
        "utf-8" => text.len(),
        "utf-16" => text.encode_utf16().count(),
        _ => text.chars().count(),
    };
    [count(&line[..start]), count(&line[..start + piece.len()])]
}

#[test]
fn findings_are_at_their_tokens() {
    for encoding in ENCODINGS {
        let (mut server, _) = opened(encoding, json!({}));
        let found = server.published(URI, 1);
        let found = found.iter().find(|one| one["code"] == "jq-unknown-param").unwrap();
        let [start, end] = columns(3, "sise", encoding);
        let range = json!({"start": {"line": 3, "character": start}, "end": {"line": 3, "character": end}});
        assert_eq!(found["range"], range, "{encoding}");
    }
}

#[test]
fn tokens_are_coloured() {
    for encoding in ENCODINGS {
        let (mut server, capabilities) = opened(encoding, json!({}));
        let legend = capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].as_array().unwrap();
        let tokens =
            server.request("textDocument/semanticTokens/full", json!({"textDocument": {"uri": URI}}));
        let data: Vec<usize> =
            tokens["data"].as_array().unwrap().iter().map(|one| one.as_u64().unwrap() as usize).collect();
        let (mut line, mut column, mut found) = (0, 0, Vec::new());
        for token in data.chunks(5) {
            column = if token[0] == 0 { column + token[1] } else { token[1] };
            line += token[0];
            found.push((line, [column, column + token[2]], legend[token[3]].as_str().unwrap()));
        }
        let expected = [
            (3, "\"é😀\"", "string"),
            (3, "+", "operator"),
            (3, ".", "operator"),
            (3, "params", "property"),
            (3, ".sise", "operator"),
            (3, "sise", "property"),
            (5, "\"é😀", "string"),
            (6, "x\"", "string"),
            (6, "|", "operator"),
            (6, "split", "function"),
        ];
        let expected = expected.map(|(line, piece, name)| {
            let [start, end] = columns(line, piece, encoding);
            (line, [start, if name == "operator" { start + 1 } else { end }], name)
        });
        assert_eq!(found, expected, "{encoding}");
    }
}

#[test]
fn arguments_are_explained() {
    let information = |offsets: bool| {
        json!({"signatureHelp": {"signatureInformation": {
            "documentationFormat": if offsets { vec!["markdown"] } else { vec![] },
            "parameterInformation": {"labelOffsetSupport": offsets},
        }}})
    };
    for (encoding, offsets) in [("utf-16", true), ("utf-8", false), ("utf-32", true)] {
        let (mut server, _) = opened(encoding, information(offsets));
        let [_, column] = columns(6, "split(", encoding);
        let help = server.request(
            "textDocument/signatureHelp",
            json!({"textDocument": {"uri": URI}, "position": {"line": 6, "character": column}}),
        );
        assert_eq!((&help["activeSignature"], &help["activeParameter"]), (&json!(0), &json!(0)));
        let first = &help["signatures"][0];
        assert_eq!(first["label"], "string | split(separator: string) -> array<string>");
        let label = if offsets { json!([15, 32]) } else { json!("separator: string") };
        assert_eq!(first["parameters"][0]["label"], label);
        let kind = if offsets { "markdown" } else { "plaintext" };
        assert_eq!(first["documentation"]["kind"], kind);
        let nothing = server.request(
            "textDocument/signatureHelp",
            json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}),
        );
        assert_eq!(nothing, Value::Null);
    }
}

#[test]
fn types_are_shown_as_inlay_hints_if_enabled() {
    for encoding in ENCODINGS {
        let mut server = Server::start(&[]);
        let wanted = json!({"massdriver": {"inlayHints": ["types"]}});
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        server.initialize(json!({"capabilities": capabilities, "initializationOptions": wanted}));
        server.open(URI, TEXT);
        let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
        let ask = json!({"textDocument": {"uri": URI}, "range": whole});
        let hints = server.request("textDocument/inlayHint", ask.clone());
        let [_, end] = columns(3, ".sise'", encoding);
        assert_eq!(hints[0]["position"], json!({"line": 3, "character": end}), "{hints}");
        assert_eq!(hints[0]["label"], "→ string");
    }
    let (mut server, _) = opened("utf-16", json!({}));
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let hints =
        server.request("textDocument/inlayHint", json!({"textDocument": {"uri": URI}, "range": whole}));
    assert_eq!(hints, json!([]));
}

#[test]
fn names_have_completion_and_hover() {
    for encoding in ENCODINGS {
        let (mut server, _) = opened(encoding, json!({}));
        let [start, end] = columns(3, "sise", encoding);
        let at = |character: usize| json!({"textDocument": {"uri": URI}, "position": {"line": 3, "character": character}});
        let list = server.request("textDocument/completion", at(start + 2));
        let size = list["items"].as_array().unwrap().iter().find(|item| item["label"] == "size").unwrap();
        let typed =
            json!({"start": {"line": 3, "character": start}, "end": {"line": 3, "character": start + 2}});
        assert_eq!(size["textEdit"], json!({"range": typed, "newText": "size"}), "{encoding}");
        server.edit(URI, 2, [3, start as u32, 3, end as u32], "size");
        let hover = server.request("textDocument/hover", at(start));
        let name = json!({"start": {"line": 3, "character": start}, "end": {"line": 3, "character": end}});
        assert_eq!(hover["range"], name, "{encoding}");
        let text = hover["contents"]["value"].as_str().unwrap();
        assert!(text.contains("the program returns é😀"), "{text}");
    }
}

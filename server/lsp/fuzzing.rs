//! Properties that hold for all edits and all messages, checked by the fuzzer and by tests with seeded bytes.

use crate::analysis;
use crate::lsp::RunOptions;
use crate::lsp::convert::position;
use crate::lsp::document::DocumentText;
use crate::lsp::encoding::Encoding;
use crate::lsp::main_loop::serve;
use crate::lsp::transport::frame::{self, Frame};
use ropey::Rope;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::ls_types::{Position, Range, TextDocumentContentChangeEvent};

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

/// Turns bytes into choices. At the end of the input, every choice is the first one.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() % limit
    }

    /// Text from fragments of bundles, special characters and the bytes themselves.
    fn text(&mut self) -> String {
        const PIECES: [&str; 32] = [
            "\n",
            "\r\n",
            "\r",
            "  ",
            "\t",
            "- ",
            ": ",
            "é",
            "😀",
            "\u{2028}",
            "\u{85}",
            "\u{feff}",
            "\0",
            "name: x\n",
            "params:\n  properties:\n",
            "    a: {type: string, enum: [a, b]}\n",
            "    b:\n      type: object\n",
            "      $ref: '#/definitions/c'\n",
            "connections:\n  properties:\n    c: {$ref: aws-vpc}\n",
            "dependencies: {d: {resource_type: x@~1, required: true}}\n",
            "app:\n  envs:\n",
            "    E: .params.a | ascii_upcase\n",
            "    F: '.connections.c[] as [$x] | {\"a\": $x}'\n",
            "ui:\n  ui:order: [a, \"*\"]\n",
            "&x ",
            "*x",
            "<<: *x\n",
            "|\n",
            "\"",
            "'",
            "[",
            "{",
        ];
        let mut text = String::new();
        for _ in 0..self.below(24) {
            match self.next() {
                piece if piece < 224 => text.push_str(PIECES[piece % PIECES.len()]),
                _ => text.push(char::from(self.next() as u8)),
            }
        }
        text
    }

    fn position(&mut self) -> Position {
        Position::new(self.below(24) as u32, self.below(64) as u32)
    }
}

/// The byte offset of a position, computed naively.
pub(super) fn walk(text: &str, encoding: Encoding, position: Position) -> usize {
    let mut at = 0;
    for _ in 0..position.line {
        let Some(found) = text[at..].find(['\n', '\r']) else { return text.len() };
        at += found + if text[at + found..].starts_with("\r\n") { 2 } else { 1 };
    }
    let mut left = position.character as usize;
    for c in text[at..].chars() {
        let width = match encoding {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        };
        if matches!(c, '\n' | '\r') || left < width {
            break;
        }
        left -= width;
        at += c.len_utf8();
    }
    at
}

/// Edits change a document like plain text, in each encoding.
pub fn document(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let encoding = ENCODINGS[bytes.below(ENCODINGS.len())];
    let mut plain = bytes.text();
    let mut document = DocumentText::new(Rope::from(plain.as_str()), encoding);
    while !bytes.0.is_empty() {
        let (start, end, text) = (bytes.position(), bytes.position(), bytes.text());
        let from = walk(&plain, encoding, start);
        plain.replace_range(from..walk(&plain, encoding, end).max(from), &text);
        let range = Some(Range::new(start, end));
        document = document.edited(vec![TextDocumentContentChangeEvent { range, range_length: None, text }]);
        assert_eq!(document.rope.to_string(), plain);
    }
    for (offset, _) in plain.char_indices().step_by(5) {
        let position = position::position(&document.rope, encoding, offset);
        if !plain[..offset].ends_with('\r') || !plain[offset..].starts_with('\n') {
            assert_eq!(walk(&plain, encoding, position), offset);
        }
    }
}

/// For any messages: the server ends with the input, every request gets exactly one response, and nothing panics.
pub fn session(bytes: &[u8]) {
    let (input, requests) = conversation(Bytes(bytes));
    let output = SharedBuffer::default();
    let ended = serve(
        BufReader::new(Cursor::new(input)),
        output.clone(),
        analysis::findings_at_once,
        RunOptions::default(),
    );
    assert!(ended.is_ok());
    let output = output.0.lock().unwrap_or_else(PoisonError::into_inner);
    let mut responses: HashMap<u64, usize> = HashMap::new();
    for message in frames(&output) {
        let text = message.to_string();
        for broken in ["Internal error", "Analysis failed", "notification was lost"] {
            assert!(!text.contains(broken), "{text}");
        }
        if message.get("method").is_none()
            && let Some(id) = message["id"].as_u64()
        {
            *responses.entry(id).or_default() += 1;
        }
    }
    for id in 0..requests {
        assert_eq!(responses.get(&id), Some(&1), "responses to request {id} of {requests}");
    }
}

#[derive(Clone, Default)]
struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The messages in the output; asserts that every frame contains one.
fn frames(mut output: &[u8]) -> Vec<Value> {
    let mut messages = Vec::new();
    while let Ok(Some(frame)) = frame::read(&mut output, &mut |_| ()) {
        let Frame::Body(body) = frame else { continue };
        let message = serde_json::from_slice(&body);
        assert!(message.is_ok(), "{}", String::from_utf8_lossy(&body));
        messages.extend(message);
    }
    assert!(output.is_empty());
    messages
}

/// The input of a session, and the number of requests in it; their ids start at 0.
fn conversation(mut bytes: Bytes<'_>) -> (Vec<u8>, u64) {
    const URIS: [&str; 4] = [
        "file:///nowhere/a/massdriver.yaml",
        "file:///nowhere/a/src/artifact_x.jq",
        "untitled:massdriver.yaml",
        "http://[::1]/massdriver.yaml",
    ];
    let mut sent = Vec::new();
    let mut requests = 0;
    let mut version = 1;
    let mut say = |method: &str, params: Value, id: Option<&mut u64>| {
        let mut message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        if let Some(next) = id {
            message["id"] = json!(*next);
            *next += 1;
        }
        let body = message.to_string();
        sent.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    };
    if bytes.below(16) != 15 {
        let pulls = if bytes.below(2) == 1 { json!({"diagnostic": {}}) } else { json!({}) };
        let encoding = ["utf-8", "utf-16", "utf-32"][bytes.below(3)];
        let capabilities = json!({"general": {"positionEncodings": [encoding]}, "textDocument": pulls});
        say("initialize", json!({"capabilities": capabilities}), Some(&mut requests));
        say("initialized", json!({}), None);
        say("textDocument/didOpen", opened(URIS[0], 1, &mut bytes), None);
    }
    while !bytes.0.is_empty() {
        let uri = URIS[[0, 0, 0, 0, 0, 1, 2, 3][bytes.below(8)]];
        let document = json!({"uri": uri});
        match bytes.below(12) {
            0 => say("textDocument/didOpen", opened(uri, version, &mut bytes), None),
            1 => say("textDocument/didClose", json!({"textDocument": document}), None),
            2 => say("$/cancelRequest", json!({"id": bytes.next()}), None),
            3 => say("workspace/didChangeConfiguration", json!({"settings": settings(&mut bytes)}), None),
            4..=6 => {
                version += 1;
                let range = json!({"start": bytes.position(), "end": bytes.position()});
                let change = json!([{"range": range, "text": bytes.text()}]);
                let document = json!({"uri": uri, "version": version});
                say(
                    "textDocument/didChange",
                    json!({"textDocument": document, "contentChanges": change}),
                    None,
                );
            }
            _ => {
                let (method, params) = request(document, &mut bytes);
                say(method, params, Some(&mut requests));
            }
        }
    }
    (sent, requests)
}

fn opened(uri: &str, version: i32, bytes: &mut Bytes<'_>) -> Value {
    json!({"textDocument": {"uri": uri, "languageId": "yaml", "version": version, "text": bytes.text()}})
}

fn settings(bytes: &mut Bytes<'_>) -> Value {
    let choices = [
        json!(null),
        json!({"massdriver": {"codeLens": true, "inlayHints": ["types", "defaults", "variables"]}}),
        json!({"massdriver": {"bundleFormat": "dependencies", "rules": {"boolean-default": "on", "name-invalid": "off"}}}),
        json!({"massdriver": {"rules": 5}}),
    ];
    choices[bytes.below(choices.len())].clone()
}

fn request(document: Value, bytes: &mut Bytes<'_>) -> (&'static str, Value) {
    const METHODS: [&str; 22] = [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/definition",
        "textDocument/references",
        "textDocument/documentHighlight",
        "textDocument/prepareRename",
        "textDocument/rename",
        "textDocument/codeAction",
        "textDocument/codeLens",
        "textDocument/documentSymbol",
        "textDocument/documentLink",
        "textDocument/foldingRange",
        "textDocument/formatting",
        "textDocument/rangeFormatting",
        "textDocument/selectionRange",
        "textDocument/inlayHint",
        "textDocument/semanticTokens/full",
        "textDocument/signatureHelp",
        "textDocument/linkedEditingRange",
        "textDocument/diagnostic",
        "workspace/symbol",
        "nonsense",
    ];
    let method = METHODS[bytes.below(METHODS.len())];
    let params = json!({
        "textDocument": document,
        "position": bytes.position(),
        "positions": [bytes.position()],
        "range": {"start": bytes.position(), "end": bytes.position()},
        "newName": bytes.text(),
        "query": "a",
        "context": {"includeDeclaration": true, "diagnostics": [], "triggerKind": 1},
        "options": {"tabSize": 2, "insertSpaces": true},
    });
    (method, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seeded bytes (an xorshift generator).
    fn seeded(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn any_edits() {
        (0..200).for_each(|seed| document(&seeded(seed, 100)));
    }

    #[test]
    fn any_messages() {
        (0..150).for_each(|seed| session(&seeded(seed, 300)));
    }
}

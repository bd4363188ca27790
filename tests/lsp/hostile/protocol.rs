//! Clients that violate the protocol.

use crate::client::Server;
use crate::hostile::witness::{HOSTILE, INNOCENT, ends_well, started, unharmed};
use serde_json::{Value, json};

const CANCELLED: i32 = -32800;

fn hover(line: u32) -> Value {
    json!({"textDocument": {"uri": INNOCENT}, "position": {"line": line, "character": 6}})
}

#[test]
fn invalid_headers_are_skipped() {
    let mut server = started(None);
    for header in [
        "Content-Length: 99999999999999999999999999\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 0x10\r\n\r\n",
        "Content-Length:\r\n\r\n",
        "Content-Length\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\r\n\r\n\r\n\r\n",
        "\u{0}\u{0}\u{0}\u{0}\r\n\r\n",
        "é: ü\r\n\r\n",
    ] {
        server.send_bytes(header.as_bytes());
        unharmed(&mut server);
    }
    server.send_bytes(&[&[0xff; 1000], &b"\r\n\r\n"[..]].concat());
    server.send_bytes(&[&vec![b'x'; 10 << 20], &b"\r\n\r\n"[..]].concat());
    unharmed(&mut server);
    // The last of several lengths counts, and an empty body is not JSON.
    server.send_bytes(b"Content-Length: 7\r\nContent-Length: 0\r\n\r\n");
    ends_well(server);
}

/// After any bytes in place of a header, the next message is answered, and the skipped bytes are reported.
#[test]
fn noise_before_between_and_inside_headers_is_skipped_and_reported() {
    let directory = tempfile::tempdir().unwrap();
    let (log, errors) = (directory.path().join("log"), directory.path().join("errors"));
    let text = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let file = std::fs::File::create(&errors).unwrap();
    let mut server =
        Server::start_in(&["--log-file", log.to_str().unwrap()], |command| _ = command.stderr(file));
    // Also before the first message.
    let noises = [
        "Content-Length: abc\r\n\r\n{}",
        "\u{feff}",
        "warning: something is deprecated\n",
        "Content-Length: 50\r\n\r\n",
        "Content-Length: 9000000000000000000\r\n\r\n{}",
        "Content-Length: 60000000\r\n\r\n{\"jsonrpc\": \"2.0\"}",
        "Content-Length: 4\r\n\r\n{\"jsonrpc\": \"2.0\"}",
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: 17\r\nnoise\u{0}\r\n",
        "Content-Length: 17\r\n{\"jsonrpc\": \"2.0\"}",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];
    let skipped = |path| text(path).matches("skipped ").count();
    server.send_bytes(noises[0].as_bytes());
    server.initialize(json!({"capabilities": {}}));
    server.open(INNOCENT, "params:\n  properties:\n    size: {type: integer}\n");
    server.published(INNOCENT, 1);
    for noise in noises {
        let before = (skipped(&errors), skipped(&log));
        server.send_bytes(noise.as_bytes());
        unharmed(&mut server);
        assert!(skipped(&errors) > before.0 && skipped(&log) > before.1, "{noise:?} is not reported");
    }
    // The number of reports is limited.
    for _ in 0..200 {
        server.send_bytes(noises[0].as_bytes());
    }
    unharmed(&mut server);
    assert_eq!((skipped(&errors), skipped(&log)), (50, 50), "{}", text(&errors));
    assert!(text(&log).contains("not reported"));
    ends_well(server);
}

#[test]
fn a_false_content_length_allocates_no_memory() {
    let mut server = started(None);
    server.send_bytes(b"Content-Length: 9000000000000000000\r\n\r\n");
    for _ in 0..400 {
        server.send_bytes(&[b'x'; 1 << 20]);
    }
    server.hang_up();
    assert_eq!(server.exit_code(), Some(1));
}

#[test]
fn an_oversized_message_is_skipped_and_reported() {
    let mut server = started(None);
    let text = "#".repeat(200 << 20);
    server.open(HOSTILE, &text);
    drop(text);
    let message = server.notification("window/showMessage")["message"].clone();
    assert!(message.as_str().unwrap().contains("200 MiB"), "{message}");
    // The document is not open then, so edits of it are ignored.
    server.edit(HOSTILE, 2, [0, 0, 0, 0], "x");
    ends_well(server);
}

#[test]
fn workspace_settings_cannot_put_links_into_messages() {
    let mut server = started(None);
    let level = "[x](command:evil)\n\u{1b}[31m";
    let settings = json!({"settings": {"massdriver": {"rules": {"name-invalid": level}}}});
    server.notify("workspace/didChangeConfiguration", settings);
    let message = server.notification("window/showMessage")["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("command:evil") && !message.contains("](") && !message.contains(['\n', '\u{1b}']),
        "{message}"
    );
    ends_well(server);
}

#[test]
fn a_body_that_is_not_a_message_gets_one_error() {
    let mut server = started(None);
    for body in [
        "",
        "null",
        "7",
        "\"text\"",
        "{}",
        "{\"jsonrpc\": \"2.0\"}",
        "{\"jsonrpc\": \"2.0\", \"method\": 7}",
        "{\"jsonrpc\": \"2.0\", \"method\": \"\", \"id\": {}}",
        "{\"jsonrpc\": \"2.0\", \"method\": \"initialize\", \"id\": 1e400}",
        "[{\"jsonrpc\": \"2.0\", \"method\": \"shutdown\", \"id\": 1}]",
        "{\"jsonrpc\": \"2.0\", \"id\": 4711, \"result\": null}",
        "\u{0}",
    ] {
        server.send_body(body);
    }
    server.send_bytes(b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc");
    server.send_body(&format!("{}1{}", r#"{"a":"#.repeat(500_000), "}".repeat(500_000)));
    server.send_body(&format!(
        r#"{{"jsonrpc": "2.0", "id": 5000, "method": "textDocument/hover", "params": {}1{}}}"#,
        "[".repeat(500_000),
        "]".repeat(500_000)
    ));
    ends_well(server);
}

#[test]
fn invalid_parameters_are_rejected_or_ignored() {
    let mut server = started(None);
    let odd = [json!(null), json!(7), json!("text"), json!([]), json!({}), json!({"textDocument": null})];
    for params in &odd {
        for method in
            ["textDocument/hover", "textDocument/completion", "textDocument/rename", "workspace/symbol"]
        {
            let id = server.ask(method, params.clone());
            server.answer(&id);
        }
        for method in [
            "textDocument/didOpen",
            "textDocument/didChange",
            "textDocument/didClose",
            "workspace/didChangeConfiguration",
            "workspace/didChangeWatchedFiles",
            "workspace/didChangeWorkspaceFolders",
            "$/cancelRequest",
            "$/setTrace",
        ] {
            server.notify(method, params.clone());
        }
    }
    ends_well(server);
}

#[test]
fn requests_with_the_same_id_are_all_answered() {
    let mut server = started(None);
    let body =
        json!({"jsonrpc": "2.0", "id": 4711, "method": "textDocument/hover", "params": hover(2)}).to_string();
    for _ in 0..20 {
        server.send_body(&body);
    }
    for _ in 0..20 {
        server.answer(&4711.into());
    }
    ends_well(server);
}

#[test]
fn mass_cancellation_leaves_exactly_one_response_per_request() {
    let mut server = started(None);
    let mut asked = Vec::new();
    for number in 0..2_000 {
        let id = server.ask("textDocument/hover", hover(number % 3));
        server.notify("$/cancelRequest", json!({"id": number + 1_000_000}));
        asked.push(id);
    }
    for id in &asked {
        server.notify("$/cancelRequest", json!({"id": id}));
        server.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in &asked {
        if let Err(error) = server.answer(id).response_result {
            assert_eq!(error.code, CANCELLED);
        }
    }
    assert!(!server.rest().contains(&"answer".to_owned()), "something was answered twice");
    ends_well(server);
}

#[test]
fn decreasing_versions_are_accepted() {
    let mut server = started(None);
    server.open(HOSTILE, "a: b\n");
    for (version, text) in [(7, "x"), (3, "y"), (-1, "z"), (i32::MAX, "!"), (i32::MIN, "")] {
        server.edit(HOSTILE, version, [0, 0, 0, 0], text);
        server.published(HOSTILE, version);
    }
    server.edit(HOSTILE, 4, [9, 9, 3, 3], "back to front");
    server.edit(HOSTILE, 5, [u32::MAX, u32::MAX, u32::MAX, u32::MAX], "end\n");
    server.published(HOSTILE, 5);
    ends_well(server);
}

#[test]
fn documents_are_opened_twice_closed_twice_and_edited_when_closed() {
    let mut server = started(None);
    let closed = json!({"textDocument": {"uri": HOSTILE}});
    server.edit(HOSTILE, 1, [0, 0, 0, 0], "x");
    server.notify("textDocument/didClose", closed.clone());
    server.open(HOSTILE, "name: a_b\n");
    server.open(HOSTILE, "a: b\n\tc: d\n");
    server.notify("textDocument/didSave", closed.clone());
    server.notify("textDocument/didClose", closed.clone());
    server.notify("textDocument/didClose", closed.clone());
    server.edit(HOSTILE, 2, [0, 0, 0, 0], "x");
    server.notify("textDocument/didSave", closed);
    ends_well(server);
}

#[test]
fn documents_without_a_file_are_served_without_disk_access() {
    let mut server = started(None);
    for uri in [
        "untitled:massdriver.yaml",
        "untitled:Untitled-1/massdriver.yaml",
        "http://example.com/massdriver.yaml",
        "vscode-vfs://github/acme/bundle/massdriver.yaml",
        "git:/b/massdriver.yaml?%7B%22ref%22%3A%22HEAD%22%7D",
        "file://server/share/massdriver.yaml",
        "file:///%00/massdriver.yaml",
        "file:///%ff%fe/massdriver.yaml",
        "file:///a%2Fb/../../../massdriver.yaml",
        "zip:///a.zip!/massdriver.yaml",
    ] {
        server.open(uri, "name: a_b\nsteps: [{path: src, provisioner: opentofu}]\n");
        assert!(!server.published(uri, 1).is_empty(), "{uri}");
        server.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
        server.request("textDocument/documentLink", json!({"textDocument": {"uri": uri}}));
        server.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    }
    for uri in
        ["", "massdriver.yaml", ":", "file:", "http://[::1", "\u{0}", "file:///\u{fffd}/massdriver.yaml"]
    {
        server.open(uri, "name: a_b\n");
    }
    ends_well(server);
}

#[test]
fn noise_at_the_end_of_input_ends_the_server() {
    let mut server = Server::start(&[]);
    let mut state = 1u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(4 << 20)
    .collect();
    server.send_bytes(&noise);
    server.hang_up();
    assert_eq!(server.exit_code(), Some(1));
}

//! Hovers over the protocol, for clients with and without Markdown support.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};

const URI: &str = "file:///nowhere/massdriver.yaml";
const BUNDLE: &str = "\
params:
  properties:
    größe: {type: string, title: '😀'}
    size:
      type: string
      enum: [s, l]
connections:
  properties:
    role: {$ref: massdriver/aws-iam-role}
";

fn started(content_formats: &Value) -> Server {
    let mut server = Server::start(&[]);
    let hover = json!({"contentFormat": content_formats});
    let capabilities = server.initialize(json!({"capabilities": {"textDocument": {"hover": hover}}}));
    assert_eq!(capabilities["hoverProvider"], true);
    server.open(URI, BUNDLE);
    server
}

fn hover(server: &mut Server, line: u32, character: u32) -> Value {
    let position = json!({"line": line, "character": character});
    server.request("textDocument/hover", json!({"textDocument": {"uri": URI}, "position": position}))
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

#[test]
fn a_client_that_shows_markdown_gets_it() {
    let mut server = started(&json!(["markdown", "plaintext"]));
    let param = hover(&mut server, 3, 5);
    assert_eq!(param["range"], range(3, 4, 8));
    assert_eq!(param["contents"]["kind"], "markdown");
    let text = param["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("**`size`** · param · `string` · optional\n\n- Allowed: `s`, `l`"), "{text}");
    assert!(text.contains("```hcl\nvariable \"size\" {"), "{text}");

    let reference = hover(&mut server, 8, 20);
    assert_eq!(reference["range"], range(8, 17, 40));
    let text = reference["contents"]["value"].as_str().unwrap();
    assert!(text.contains("```yaml\ndata:                  # required\n  arn: string"), "{text}");
}

#[test]
fn any_other_client_gets_plain_text() {
    for formats in [json!(["plaintext", "markdown"]), json!([]), Value::Null] {
        let mut server = started(&formats);
        let param = hover(&mut server, 3, 5);
        assert_eq!(param["contents"]["kind"], "plaintext");
        let text = param["contents"]["value"].as_str().unwrap();
        assert!(text.starts_with("size · param · string · optional\n\n- Allowed: s, l\n"), "{text}");
        assert!(text.contains("\n  variable \"size\" {\n    type    = string\n"), "{text}");
        assert!(!text.contains('`') && !text.contains("**"), "{text}");
    }
}

#[test]
fn ranges_count_in_the_clients_unit() {
    let mut server = started(&json!(["markdown"]));
    assert_eq!(hover(&mut server, 2, 6)["range"], range(2, 4, 9));
    // The emoji are two UTF-16 units between two quotes.
    assert_eq!(hover(&mut server, 2, 35)["range"], range(2, 33, 37));
}

#[test]
fn no_hover_where_nothing_is_known() {
    let mut server = started(&json!(["markdown"]));
    assert_eq!(hover(&mut server, 3, 0), Value::Null);
    assert_eq!(hover(&mut server, 3, 8), Value::Null);
    assert_eq!(hover(&mut server, 999, 0), Value::Null);
    let elsewhere = json!({"textDocument": {"uri": "file:///nowhere/other.yaml"}, "position": {"line": 0, "character": 0}});
    assert_eq!(server.request("textDocument/hover", elsewhere), Value::Null);
}

//! Parses the body of a message. Parsing is lenient: a lost edit would leave the document wrong until it is closed.

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};

/// A message of the client.
pub(crate) enum Message {
    /// A request or a notification.
    Request(Request),
    /// The response to a request of the server.
    Response(Response),
    /// Not a message; with the error response.
    Malformed(Response),
}

/// Parses a body.
pub(crate) fn parse(body: Vec<u8>) -> Message {
    let Some(value) = json(body) else {
        return Message::Malformed(Response::from_error(Id::Null, Error::parse_error()));
    };
    let id = value.get("id").and_then(|id| serde_json::from_value(id.clone()).ok()).unwrap_or(Id::Null);
    let is_response = value.get("method").is_none() && (value.get("result").or(value.get("error"))).is_some();
    if is_response {
        let error = |_| Response::from_error(id, Error::internal_error());
        return Message::Response(serde_json::from_value(value).unwrap_or_else(error));
    }
    let error = |_| Message::Malformed(Response::from_error(id, Error::invalid_request()));
    serde_json::from_value(value).map_or_else(error, Message::Request)
}

fn json(mut body: Vec<u8>) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(&body) {
        return Some(value);
    }
    replace_lone_surrogates(&mut body);
    serde_json::from_str(&String::from_utf8_lossy(&body)).ok()
}

/// Replaces escapes of lone surrogates by U+FFFD. JavaScript strings may contain them, and `JSON.stringify` keeps them. Both
/// have one UTF-16 unit and three UTF-8 bytes, so positions stay valid.
fn replace_lone_surrogates(json: &mut [u8]) {
    let mut at = 0;
    while at < json.len() {
        at += match (json[at], unit(json, at)) {
            (b'\\', Some(0xD800..=0xDBFF)) if matches!(unit(json, at + 6), Some(0xDC00..=0xDFFF)) => 12,
            (b'\\', Some(0xD800..=0xDFFF)) => {
                json[at + 2..at + 6].copy_from_slice(b"fffd");
                6
            }
            (b'\\', _) => 2,
            _ => 1,
        };
    }
}

/// The UTF-16 unit of the escape sequence at `at`.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(json: &str) -> String {
        let mut bytes = json.as_bytes().to_vec();
        replace_lone_surrogates(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn only_lone_surrogates_are_replaced() {
        for (json, expected) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\uD83D""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud8"#, r#""\ud8"#),
            (r"\", r"\"),
        ] {
            assert_eq!(replaced(json), expected, "{json}");
        }
    }

    #[test]
    fn lone_surrogates_and_invalid_utf8_are_accepted() {
        for (body, text) in [
            (&br#"{"jsonrpc":"2.0","method":"m","params":"a\ud83d"}"#[..], "a\u{fffd}"),
            (&b"{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":\"a\xff\"}"[..], "a\u{fffd}"),
        ] {
            let Message::Request(request) = parse(body.to_vec()) else { panic!("not a request") };
            assert_eq!(request.params(), Some(&Value::from(text)));
        }
    }

    #[test]
    fn malformed_messages_get_an_error_response() {
        for (body, error) in [
            ("{", r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#),
            ("[]", r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}"#),
            (
                r#"{"id":7,"method":"x"}"#,
                r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":7}"#,
            ),
        ] {
            let Message::Malformed(answer) = parse(body.into()) else { panic!("{body}") };
            assert_eq!(serde_json::to_string(&answer).unwrap(), error);
        }
    }
}

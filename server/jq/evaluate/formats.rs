//! Formats: `@text`, `@json` and the others.

use super::{Stop, fail, operators};
use serde_json::Value;
use std::fmt::Write;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Applies a format to a value.
pub(super) fn apply(format: &str, value: &Value) -> Result<String, Stop> {
    match format {
        "@text" => Ok(plain(value)),
        "@json" => Ok(value.to_string()),
        "@uri" => Ok(uri(&plain(value))),
        "@html" => Ok(html(&plain(value))),
        "@base64" => Ok(base64(plain(value).as_bytes())),
        "@csv" => row(value, ",", |text| format!("\"{}\"", text.replace('"', "\"\""))),
        "@tsv" => row(value, "\t", |text| {
            text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
        }),
        "@sh" => shell(value),
        _ => Err(Stop::Unsupported),
    }
}

/// Converts a value to a string like `tostring`.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn uri(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\'', "&#39;").replace('"', "&quot;")
}

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (group >> (18 - 6 * place) & 63) as usize;
            out.push(if place <= chunk.len() {
                BASE64.get(index).map_or('=', |byte| char::from(*byte))
            } else {
                '='
            });
        }
    }
    out
}

fn row(value: &Value, separator: &str, quote: fn(&str) -> String) -> Result<String, Stop> {
    let Value::Array(items) = value else {
        return fail(format!("{} cannot be formatted as a row", operators::named(value)));
    };
    let cells = items.iter().map(|item| match item {
        Value::String(text) => Ok(quote(text)),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => {
            fail(format!("{} is not valid in a row", operators::named(item)))
        }
        other => Ok(other.to_string()),
    });
    Ok(cells.collect::<Result<Vec<_>, _>>()?.join(separator))
}

fn shell(value: &Value) -> Result<String, Stop> {
    let word = |value: &Value| match value {
        Value::String(text) => Ok(format!("'{}'", text.replace('\'', "'\\''"))),
        Value::Array(_) | Value::Object(_) => {
            fail(format!("{} can not be escaped for shell", operators::named(value)))
        }
        other => Ok(other.to_string()),
    };
    match value {
        Value::Array(items) => Ok(items.iter().map(word).collect::<Result<Vec<_>, _>>()?.join(" ")),
        value => word(value),
    }
}

//! Formats: `@text`, `@json` and the others.

use super::{Halt, fail, operators};
use serde_json::Value;
use std::fmt::Write;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Applies a format to a value.
pub(super) fn apply(format: &str, value: &Value) -> Result<String, Halt> {
    match format {
        "@text" => plain(value),
        "@json" => json(value),
        "@uri" => uri(&plain(value)?),
        "@html" => Ok(html(&plain(value)?)),
        "@base64" => Ok(base64(plain(value)?.as_bytes())),
        "@base64d" => decoded(&plain(value)?),
        "@csv" => row(value, ",", |text| format!("\"{}\"", text.replace('"', "\"\""))),
        "@tsv" => row(value, "\t", |text| {
            text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
        }),
        "@sh" => shell(value),
        _ => Err(Halt::Unsupported),
    }
}

/// Converts a value to a string like `tostring`.
pub(super) fn plain(value: &Value) -> Result<String, Halt> {
    match value {
        Value::String(text) => Ok(text.clone()),
        other => json(other),
    }
}

/// Converts a value to JSON text.
pub(super) fn json(value: &Value) -> Result<String, Halt> {
    operators::check_exact(value)?;
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            // `1.0` is `1` in some versions, and small numbers have exponents of different widths.
            Value::Number(number) if number.is_f64() => {
                let text = number.to_string();
                if text.contains(['e', 'E']) || text.ends_with(".0") {
                    return Err(Halt::Unsupported);
                }
            }
            // Escaped by some engines.
            Value::String(text) if text.contains(['\u{7f}', '\u{2028}', '\u{2029}']) => {
                return Err(Halt::Unsupported);
            }
            Value::Array(items) => pending.extend(items),
            Value::Object(fields) => pending.extend(fields.values()),
            _ => {}
        }
    }
    Ok(value.to_string())
}

fn uri(text: &str) -> Result<String, Halt> {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else if b"!*'()".contains(&byte) {
            // Only newer versions encode these.
            return Err(Halt::Unsupported);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Ok(out)
}

/// The text that is encoded as Base64; only for canonical encodings of text.
fn decoded(text: &str) -> Result<String, Halt> {
    let mut bytes = Vec::new();
    let (mut group, mut bits) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let index = BASE64.iter().position(|letter| *letter == byte).ok_or(Halt::Unsupported)?;
        group = group << 6 | u32::try_from(index).unwrap_or_default();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits & 0xff) as u8);
        }
    }
    let decoded = String::from_utf8(bytes).map_err(|_| Halt::Unsupported)?;
    if base64(decoded.as_bytes()) == text { Ok(decoded) } else { Err(Halt::Unsupported) }
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

fn row(value: &Value, separator: &str, quote: fn(&str) -> String) -> Result<String, Halt> {
    let Value::Array(items) = value else {
        return fail(format!("{} cannot be formatted as a row", operators::named(value)));
    };
    let cells = items.iter().map(|item| match item {
        Value::String(text) => Ok(quote(text)),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => {
            fail(format!("{} is not valid in a row", operators::named(item)))
        }
        other => plain(other),
    });
    Ok(cells.collect::<Result<Vec<_>, _>>()?.join(separator))
}

fn shell(value: &Value) -> Result<String, Halt> {
    let word = |value: &Value| match value {
        Value::String(text) => Ok(format!("'{}'", text.replace('\'', "'\\''"))),
        Value::Array(_) | Value::Object(_) => {
            fail(format!("{} can not be escaped for shell", operators::named(value)))
        }
        other => plain(other),
    };
    match value {
        Value::Array(items) => Ok(items.iter().map(word).collect::<Result<Vec<_>, _>>()?.join(" ")),
        value => word(value),
    }
}

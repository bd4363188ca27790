//! The key, and its detection in text.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem;
use std::borrow::Cow;
use std::fmt;

/// Replaces a secret in text.
const HIDDEN: &str = "***";

/// Shorter texts (bytes) are not keys; hiding them would garble messages.
const MIN_LENGTH: usize = 4;

/// Encoded forms of shorter keys (bytes) are not searched: they would cause false matches.
const MIN_ENCODED_LENGTH: usize = 8;

/// Depth of nested escapes: a schema is JSON in a JSON string.
const MAX_LAYERS: usize = 4;

/// A secret text. It has no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the header of a request only.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// The text with each occurrence of the secret replaced.
    pub(super) fn hide_in(&self, text: &str) -> String {
        if self.0.len() < MIN_LENGTH { text.to_owned() } else { text.replace(&self.0, HIDDEN) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

/// Whether a text contains one of the secrets: literally, in base64 (either alphabet, at any offset) or in hexadecimal digits;
/// each also with nested JSON, percent and HTML escapes.
pub(super) fn are_in(secrets: &[Secret], text: &[u8]) -> bool {
    let forms: Vec<Vec<u8>> = secrets
        .iter()
        .filter(|secret| secret.0.len() >= MIN_LENGTH)
        .flat_map(|secret| forms(&secret.0))
        .collect();
    let mut text = Cow::Borrowed(text);
    for _ in 0..=MAX_LAYERS {
        if forms.iter().any(|form| memmem::find(&text, form).is_some()) {
            return true;
        }
        let plain = unescaped(&text);
        if plain.len() == text.len() {
            return false;
        }
        text = Cow::Owned(plain);
    }
    false
}

/// The forms of a secret that are searched.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec()];
    if secret.len() < MIN_ENCODED_LENGTH {
        return forms;
    }
    let digits = |upper: bool| {
        let digit = |byte: u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        secret.bytes().map(digit).collect::<String>().into_bytes()
    };
    forms.extend([digits(false), digits(true)]);
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        // Inside a longer text, the secret may start at any of three offsets within a group of bytes; digits that it shares
        // with its surroundings are left out.
        for before in 0..3 {
            let text = engine.encode([&b"xx"[..before], secret.as_bytes()].concat());
            let (from, to) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
            forms.extend(text.get(from..to).map(|text| text.as_bytes().to_vec()));
        }
    }
    forms
}

/// A text with one level of escapes decoded. Each escape makes it shorter.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'%' | b'&')) {
        let (before, from) = rest.split_at(at);
        plain.extend_from_slice(before);
        let (letter, length) = escape(from).unwrap_or((from.first().copied().unwrap_or_default(), 1));
        plain.push(letter);
        rest = from.get(length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// The ASCII character of an escape at the start of a text, and the length of the escape. Other characters do not occur in a
/// key.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let number = |digits: &[u8], radix| u8::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok();
    match text {
        [b'\\', b'u', b'0', b'0', a, b, ..] => Some((number(&[*a, *b], 16)?, 6)),
        [b'\\', b'x', a, b, ..] => Some((number(&[*a, *b], 16)?, 4)),
        [b'\\', letter, ..] => Some((*letter, 2)),
        [b'%', a, b, ..] => Some((number(&[*a, *b], 16)?, 3)),
        [b'&', b'#', rest @ ..] => {
            let end = rest.iter().take(8).position(|byte| *byte == b';')?;
            let digits = rest.get(..end)?;
            let value = match digits {
                [b'x' | b'X', digits @ ..] => number(digits, 16),
                digits => number(digits, 10),
            };
            Some((value?, end + 3))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Secret::new("mds_abc123".to_owned());
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "*** Some(\n    ***,\n)");
        assert_eq!(secret.hide_in("no mds_abc123, not `mds_abc123`"), "no ***, not `***`");
    }

    #[test]
    fn an_empty_secret_hides_nothing() {
        let secret = Secret::new(String::new());
        assert_eq!(secret.hide_in("text"), "text");
        assert!(!are_in(&[secret], b"text"));
    }

    #[test]
    fn an_echo_is_found_in_every_form() {
        let key = "mds_Abc/12+3?~";
        let secrets = [Secret::new(key.to_owned())];
        let base64 = |text: &str| [STANDARD_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(text)];
        let mut echoes = vec![
            key.to_owned(),
            key.replace('/', "\\/"),
            key.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
            key.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            key.bytes().map(|byte| format!("&#{byte};")).collect(),
            key.bytes().map(|byte| format!("&#x{byte:x};")).collect(),
            key.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ];
        for before in ["", "a", "ab", "abc", "Authorization: Bearer ", "{\"authorization\":\"Bearer "] {
            echoes.extend(base64(&format!("{before}{key}")));
            echoes.extend(base64(&format!("{before}{key}\"}}")));
        }
        for echo in echoes {
            let mut reply = serde_json::json!({ "items": [{ "icon": format!("x {echo} y") }] }).to_string();
            for layer in 0..3 {
                assert!(are_in(&secrets, reply.as_bytes()), "{layer} {reply}");
                reply = serde_json::json!({ "schema": reply }).to_string();
            }
        }
        for other in
            ["mds_Abc", "mds_Abd/12+3?~", "%6d\\u0064", &*STANDARD_NO_PAD.encode("mds_Abc"), "\\u00", "&#;%"]
        {
            assert!(!are_in(&secrets, other.as_bytes()), "{other}");
        }
    }
}

//! Resolves the type of scalars for the two parsers that the platform uses.

use super::tree::{Kind, Node, ScalarStyle};
use std::borrow::Cow;

/// A YAML parser of the platform.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// go-yaml 2 through `sigs.k8s.io/yaml`, for bundles. `yes`, `no`, `on`, `off`, `y` and `n` are booleans.
    GoYaml2,
    /// go-yaml 3, for resource types.
    GoYaml3,
}

/// A scalar's value. Timestamps are strings.
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar<'a> {
    /// Missing, `~` or `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits into 64 bits, signed or unsigned.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(Cow<'a, str>),
}

impl<'a> Node<'a> {
    /// The value that the platform's parser reads. Aliases are followed; collections give [`Scalar::Null`].
    #[must_use]
    pub fn resolve(self, dialect: Dialect) -> Scalar<'a> {
        let node = self.target();
        let style = match node.kind() {
            Kind::Scalar(style) => Some(style),
            Kind::Null => None,
            _ => return Scalar::Null,
        };
        let plain = !matches!(style, Some(style) if style != ScalarStyle::Plain);
        match node.tag().and_then(|tag| node.syntax().untracked_text().get(tag.range())) {
            None if plain => resolve_plain(node.value(), dialect),
            // go-yaml 3 ignores the non-specific tag.
            Some("!") if plain && dialect == Dialect::GoYaml3 => resolve_plain(node.value(), dialect),
            Some("!!int" | "!!float" | "!!bool" | "!!null") => resolve_plain(node.value(), dialect),
            Some("!!binary") => Scalar::Str(base64(&node.value()).map_or_else(|| node.value(), Cow::Owned)),
            _ => Scalar::Str(node.value()),
        }
    }
}

/// Resolves an unquoted text.
pub(crate) fn resolve_plain(text: Cow<'_, str>, dialect: Dialect) -> Scalar<'_> {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if dialect == Dialect::GoYaml2 => {
            return Scalar::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if dialect == Dialect::GoYaml2 => {
            return Scalar::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let number = match text.as_bytes().first() {
        Some(b'.') => float(&text),
        Some(b'0'..=b'9' | b'+' | b'-') if !is_timestamp(&text) => number(&text),
        _ => None,
    };
    number.unwrap_or(Scalar::Str(text))
}

fn number(text: &str) -> Option<Scalar<'static>> {
    let digits: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    integer(&digits).map(Scalar::Int).or_else(|| float(&digits))
}

/// Like Go's `strconv.ParseInt(text, 0, 64)` and `ParseUint`, plus `0o` and `0b` prefixes.
fn integer(text: &str) -> Option<i128> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixed = |prefixes: [&str; 2]| prefixes.iter().find_map(|prefix| unsigned.strip_prefix(prefix));
    let (radix, digits) = if let Some(digits) = prefixed(["0x", "0X"]) {
        (16, digits)
    } else if let Some(digits) = prefixed(["0b", "0B"]) {
        (2, digits)
    } else if let Some(digits) = prefixed(["0o", "0O"]) {
        (8, digits)
    } else if unsigned.len() > 1 && unsigned.starts_with('0') {
        (8, &unsigned[1..])
    } else {
        (10, unsigned)
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -magnitude } else { magnitude };
    let largest = if text.starts_with('+') { i128::from(i64::MAX) } else { i128::from(u64::MAX) };
    (i128::from(i64::MIN)..=largest).contains(&value).then_some(value)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float(text: &str) -> Option<Scalar<'static>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_float = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    if !is_float {
        return None;
    }
    text.parse().ok().map(Scalar::Float)
}

/// Whether the text starts like a date: `2001-12-14`, `2001-12-14T21:59:43Z`.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5..].contains(&b'-')
        && bytes[5..].iter().all(|byte| byte.is_ascii_digit() || b"-:.TtZz +".contains(byte))
}

/// Decodes `!!binary` to text. Invalid UTF-8 is replaced; `None` if it is not base64.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::Dialect::{GoYaml2, GoYaml3};
    use super::{Dialect, Scalar};
    use crate::syntax::parse;

    fn resolve(text: &str, dialect: Dialect) -> Scalar<'static> {
        let syntax = parse(text);
        match syntax.root().expect("a value").resolve(dialect) {
            Scalar::Str(text) => Scalar::Str(text.into_owned().into()),
            Scalar::Null => Scalar::Null,
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Int(value) => Scalar::Int(value),
            Scalar::Float(value) => Scalar::Float(value),
        }
    }

    fn text(text: &str) -> Scalar<'static> {
        Scalar::Str(text.to_owned().into())
    }

    #[test]
    fn words() {
        for word in ["yes", "On", "y"] {
            assert_eq!(resolve(word, GoYaml2), Scalar::Bool(true));
            assert_eq!(resolve(word, GoYaml3), text(word));
        }
        assert_eq!(resolve("'yes'", GoYaml2), text("yes"));
        assert_eq!(resolve("~", GoYaml2), Scalar::Null);
        assert_eq!(resolve("tRuE", GoYaml2), text("tRuE"));
    }

    #[test]
    fn numbers() {
        let whole =
            [("0777", 511), ("0o17", 15), ("0b11", 3), ("0x1F", 31), ("1_000", 1000), ("-5", -5), ("+5", 5)];
        for (written, value) in whole {
            assert_eq!(resolve(written, GoYaml2), Scalar::Int(value), "{written}");
        }
        assert_eq!(resolve("18446744073709551615", GoYaml2), Scalar::Int(u64::MAX.into()));
        assert_eq!(resolve("08", GoYaml2), Scalar::Float(8.0));
        assert_eq!(resolve("1e3", GoYaml2), Scalar::Float(1000.0));
        assert_eq!(resolve(".5", GoYaml2), Scalar::Float(0.5));
        for written in ["1e", "12:30", "1.2.3", "0x", "0b2", "+-1", "- 1 2", "2001-12-14", "1__a", "."] {
            assert!(!matches!(resolve(written, GoYaml2), Scalar::Int(_) | Scalar::Float(_)), "{written}");
        }
    }

    #[test]
    fn tags() {
        assert_eq!(resolve("!!str 1", GoYaml2), text("1"));
        assert_eq!(resolve("!!int '1'", GoYaml2), Scalar::Int(1));
        assert_eq!(resolve("!!binary aGk=", GoYaml2), text("hi"));
        assert_eq!(resolve("!own 1", GoYaml2), text("1"));
        assert_eq!(resolve("! 1", GoYaml2), text("1"));
        assert_eq!(resolve("! 1", GoYaml3), Scalar::Int(1));
    }
}

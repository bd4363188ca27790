//! Encodes text as a scalar: the inverse of [`super::decode`].

use super::resolve::{Dialect, Scalar, resolve_plain};
use super::tree::{Kind, Node, ScalarStyle};
use std::borrow::Cow;

/// Encodes a string as a single-line scalar, in a flow collection if `flow`. Quotes it if the dialect would otherwise
/// read something else.
#[must_use]
pub(crate) fn string(text: &str, flow: bool, dialect: Dialect) -> Cow<'_, str> {
    if is_plain(text, flow, dialect) {
        return Cow::Borrowed(text);
    }
    if text.contains(['"', '\\']) && !text.contains('\'') && !text.contains(char::is_control) {
        return Cow::Owned(format!("'{text}'"));
    }
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    Cow::Owned(out)
}

/// Whether a text is a decimal number that every parser reads as the same number: `010` may be ten or eight, and
/// `1_000` may be a string.
#[must_use]
pub(crate) fn is_decimal(text: &str) -> bool {
    let is_same = |dialect| match resolve_plain(Cow::Borrowed(text), dialect) {
        Scalar::Int(number) => number.to_string() == text,
        Scalar::Float(number) => number.is_finite() && text.parse() == Ok(number),
        _ => false,
    };
    serde_json::from_str::<serde_json::Number>(text).is_ok()
        && is_same(Dialect::GoYaml2)
        && is_same(Dialect::GoYaml3)
}

fn is_plain(text: &str, flow: bool, dialect: Dialect) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let starts_badly = match first {
        '-' | '?' | ':' => second.is_none_or(|second| second == ' ' || flow && ",[]{}".contains(second)),
        first => ",[]{}#&*!|>'\"%@`".contains(first),
    };
    let breaks = text.contains(['\n', '\r', '\t'])
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':');
    let bounds = text.starts_with(' ') || text.ends_with(' ');
    let in_flow = flow && text.contains([',', '[', ']', '{', '}']);
    let marker = text.starts_with("---") || text.starts_with("...");
    !(starts_badly || breaks || bounds || in_flow || marker)
        && text.chars().all(|letter| !letter.is_control())
        && matches!(resolve_plain(Cow::Borrowed(text), dialect), Scalar::Str(_))
}

/// Encodes a text without line breaks for insertion into a scalar. `None` if the scalar's style cannot represent it: in
/// a plain scalar, some characters end the scalar or start a comment.
#[must_use]
pub(crate) fn within<'t>(scalar: Node<'_>, text: &'t str) -> Option<Cow<'t, str>> {
    let Kind::Scalar(style) = scalar.kind() else { return None };
    if text.contains(char::is_control) {
        return None;
    }
    match style {
        ScalarStyle::Single if text.contains('\'') => Some(text.replace('\'', "''").into()),
        ScalarStyle::Double if text.contains(['"', '\\']) => {
            Some(text.replace('\\', "\\\\").replace('"', "\\\"").into())
        }
        ScalarStyle::Plain
            if ends_plain(text) || in_flow(scalar) && text.contains([',', '[', ']', '{', '}']) =>
        {
            None
        }
        _ => Some(text.into()),
    }
}

fn ends_plain(text: &str) -> bool {
    text.contains(": ") || text.contains(" #") || text.starts_with('#') || text.ends_with(':')
}

/// Encodes a scalar as an item of a list. `None` if it has a tag or cannot be written there.
#[must_use]
pub(crate) fn in_list<'t>(scalar: Node<'t>, list: Node<'_>, dialect: Dialect) -> Option<Cow<'t, str>> {
    let (scalar, flow) = (scalar.target(), !matches!(list.kind(), Kind::Sequence { flow: false }));
    let source = scalar.source();
    let is_quoted = matches!(scalar.kind(), Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double));
    let is_plain = scalar.kind() == Kind::Scalar(ScalarStyle::Plain);
    if scalar.tag().is_some() || !scalar.is_scalar() {
        return None;
    }
    if !source.contains(['\n', '\r'])
        && (is_quoted || is_plain && !source.contains([',', '[', ']', '{', '}']))
    {
        return Some(Cow::Borrowed(source));
    }
    match scalar.resolve(dialect) {
        Scalar::Str(text) => Some(Cow::Owned(string(&text, flow, dialect).into_owned())),
        _ => None,
    }
}

/// Whether a node is in a flow collection, where commas and brackets end plain scalars.
#[must_use]
pub(crate) fn in_flow(node: Node<'_>) -> bool {
    let is_flow = |kind| matches!(kind, Kind::Mapping { flow: true } | Kind::Sequence { flow: true });
    node.parent().is_some_and(|parent| is_flow(parent.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn strings_round_trip() {
        let words =
            ["yes", "n", "null", "~", "80", "0x1F", "1e3", ".5", "", " a", "a ", "- a", "-", "?", "---"];
        let marks = [
            "a: b",
            "a:",
            "a #b",
            "#a",
            "a,b",
            "[a",
            "it's",
            "a\"b",
            "a\\b",
            "'\"",
            "a\n\tb\u{7}",
            "@a",
            "é",
        ];
        for text in words.into_iter().chain(marks) {
            for dialect in [Dialect::GoYaml2, Dialect::GoYaml3] {
                for flow in [false, true] {
                    let written = string(text, flow, dialect);
                    let syntax = parse(if flow { format!("[{written}]") } else { format!("a: {written}\n") });
                    let root = syntax.root().unwrap();
                    let value = root.items().next().unwrap_or_else(|| root.field("a").unwrap().value());
                    assert_eq!(value.resolve(dialect), Scalar::Str(text.into()), "{written}");
                }
            }
        }
        assert_eq!(string("node count", false, Dialect::GoYaml2), "node count");
        assert_eq!(string("yes", false, Dialect::GoYaml3), "yes");
    }

    #[test]
    fn styles_hold_what_they_can() {
        let within = |scalar: &str, text: &'static str| {
            let syntax = parse(format!("a: {scalar}\n"));
            let value = syntax.root()?.field("a")?.value();
            within(value.items().next().unwrap_or(value), text).map(Cow::into_owned)
        };
        for (scalar, text, written) in [
            (".x", "[\"b-c\"]", Some("[\"b-c\"]")),
            ("[.x]", "[\"b-c\"]", None),
            ("[.x]", ".b", Some(".b")),
            (".x", "{a: 1}", None),
            (".x", "a #b", None),
            ("'.x'", "'it'", Some("''it''")),
            ("\".x\"", "[\"b\\\"]", Some("[\\\"b\\\\\\\"]")),
            ("|\n  .x", "[\"b-c\"]: #", Some("[\"b-c\"]: #")),
            (".x", "a\nb", None),
            ("[]", "a", None),
        ] {
            assert_eq!(within(scalar, text).as_deref(), written, "{scalar} {text}");
        }
    }
}

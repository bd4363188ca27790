//! Text for the inside of a scalar that stands there already: the way back from [`super::decode`].

use super::tree::{Kind, Node, ScalarStyle};
use std::borrow::Cow;

/// How a text without line breaks must be written within a scalar, so that it reads as the text. `None` where the
/// scalar's style cannot hold it: unquoted, some characters end the scalar or begin a comment.
#[must_use]
pub fn within<'t>(scalar: Node<'_>, text: &'t str) -> Option<Cow<'t, str>> {
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

fn in_flow(node: Node<'_>) -> bool {
    let is_flow = |kind| matches!(kind, Kind::Mapping { flow: true } | Kind::Sequence { flow: true });
    node.parent().is_some_and(|parent| is_flow(parent.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

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

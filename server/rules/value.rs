//! Types of YAML values, in the terms of the reference.

use crate::reference::JsonType;
use crate::syntax::reads::untracked;
use crate::syntax::{Dialect, Kind, Node, Scalar};
use regex::Regex;
use std::borrow::Cow;

/// The JSON type of a value; `None` for an unresolved alias.
pub(super) fn json_type(node: Node<'_>, dialect: Dialect) -> Option<JsonType> {
    let node = node.target();
    Some(match node.kind() {
        Kind::Null => JsonType::Null,
        Kind::Mapping { .. } => JsonType::Object,
        Kind::Sequence { .. } => JsonType::Array,
        Kind::Alias => return None,
        // An edit in place keeps the type, so the text is not recorded as read.
        Kind::Scalar(_) => match untracked(|| node.resolve(dialect)) {
            Scalar::Null => JsonType::Null,
            Scalar::Bool(_) => JsonType::Boolean,
            Scalar::Int(_) => JsonType::Integer,
            Scalar::Float(number) if number.fract() == 0.0 => JsonType::Integer,
            Scalar::Float(_) => JsonType::Number,
            Scalar::Str(_) => JsonType::String,
        },
    })
}

/// The text of a value that the platform reads as a string.
pub(super) fn string(node: Node<'_>, dialect: Dialect) -> Option<Cow<'_, str>> {
    match node.target().resolve(dialect) {
        Scalar::Str(text) => Some(text),
        _ => None,
    }
}

/// Whether a mapping is still being typed: an entry has no colon.
pub(super) fn is_unfinished(mapping: Node<'_>) -> bool {
    mapping.entries().any(|entry| entry.colon().is_none())
}

/// A compiled pattern of the reference. An absent or invalid pattern matches everything.
pub(super) struct Pattern(Option<Regex>);

impl Pattern {
    /// Compiles a pattern. Expensive; cache the result.
    pub(super) fn new(pattern: Option<&str>) -> Self {
        Self(pattern.and_then(|pattern| Regex::new(pattern).ok()))
    }

    /// Whether a text matches.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

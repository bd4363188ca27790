//! Second opinion from a strict parser on texts that our own parser accepts.
//!
//! Our parser is error-tolerant and accepts some texts that are not YAML. The strict parser costs about as much as
//! parsing again, so it only runs on texts with constructs that the two parse differently.

use super::error::{SyntaxError, SyntaxErrorKind};
use super::span::Span;
use super::tree::{Kind, Node, ScalarStyle, Syntax};
use std::panic::{AssertUnwindSafe, catch_unwind};
use yaml_rust2::Event;
use yaml_rust2::parser::Parser;
use yaml_rust2::scanner::ScanError;

/// Longer texts (bytes) are not checked.
const MAX_BYTES: usize = 1 << 20;

/// The first error of a strict parser, if our own found none. [`SyntaxErrorKind::Loose`] marks what the platform's
/// parser accepts, such as a tab before a value or a closing bracket in the column of its key.
#[must_use]
pub fn second_opinion(syntax: &Syntax) -> Option<SyntaxError> {
    let text = syntax.untracked_text();
    if !syntax.errors().is_empty() || text.len() > MAX_BYTES || is_beyond_doubt(syntax) {
        return None;
    }
    syntax.reads.whole();
    // The strict parser does not handle a byte order mark.
    let content = text.strip_prefix('\u{feff}').unwrap_or(text);
    let error = catch_unwind(AssertUnwindSafe(|| first_error(content))).ok().flatten()?;
    let mut offset = text.len() - content.len() + byte_offset(content, error.marker().index());
    let line = syntax.lines().span(syntax.lines().line_of(offset));
    let rest = syntax.slice(Span::new(offset, line.end()));
    offset += rest.len() - rest.trim_start().len();
    let end = offset + rest.trim().len();
    let kind = if is_fatal(error.info()) { SyntaxErrorKind::Strict } else { SyntaxErrorKind::Loose };
    Some(SyntaxError { span: Span::new(offset, end), kind })
}

/// Whether a text has none of the constructs that only a strict parser rejects: tabs, directives and markers, tags,
/// explicit keys, and multi-line flow collections and quoted scalars.
fn is_beyond_doubt(syntax: &Syntax) -> bool {
    let bytes = syntax.untracked_text().as_bytes();
    let lines = syntax.lines();
    let may_differ = |line: usize| {
        let rest = bytes.get(lines.start(line)..).unwrap_or_default();
        matches!(rest, [b'%' | b'?', ..] | [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..])
    };
    memchr::memchr(b'\t', bytes).is_none()
        && !(0..lines.count()).any(may_differ)
        && syntax.nodes().all(|node| node.tag().is_none() && !goes_on(node))
}

/// Whether a flow collection or quoted scalar spans several lines.
fn goes_on(node: Node<'_>) -> bool {
    let delimited = match node.kind() {
        Kind::Sequence { flow } | Kind::Mapping { flow } => flow,
        Kind::Scalar(style) => matches!(style, ScalarStyle::Single | ScalarStyle::Double),
        Kind::Null | Kind::Alias => false,
    };
    // A scalar that is in the source as it is has no line breaks.
    delimited
        && !(node.is_scalar() && node.data().as_is)
        && node.syntax().untracked_text()[node.span().range()].contains(['\n', '\r'])
}

fn first_error(text: &str) -> Option<ScanError> {
    let mut parser = Parser::new_from_str(text);
    loop {
        match parser.next_token() {
            Ok((Event::StreamEnd, _)) => return None,
            Ok(_) => {}
            Err(error) => return Some(error),
        }
    }
}

/// Whether the platform's parser reports the error too. Like libyaml, it is lenient about indentation within brackets
/// and quotes, and about tabs.
fn is_fatal(complaint: &str) -> bool {
    const FATAL: &[&str] = &[
        "mapping values are not allowed",
        "mapping keys are not allowed",
        "block sequence entries are not allowed",
        "did not find expected key",
        "did not find expected '-' indicator",
        "did not find expected node content",
        "simple key expect",
    ];
    FATAL.iter().any(|fatal| complaint.contains(fatal))
}

/// Converts the character offset of the strict parser to a byte offset.
fn byte_offset(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::second_opinion;
    use crate::syntax::{SyntaxErrorKind, parse};

    fn opinion(text: &str) -> Option<(SyntaxErrorKind, String)> {
        let syntax = parse(text);
        second_opinion(&syntax).map(|error| (error.kind, syntax.slice(error.span).to_owned()))
    }

    #[test]
    fn errors_that_the_platform_accepts_are_lenient() {
        assert_eq!(opinion("a: [\n1\n]").map(|(kind, _)| kind), Some(SyntaxErrorKind::Loose));
        assert_eq!(opinion("é: \"x\n\ty\"").map(|(kind, _)| kind), Some(SyntaxErrorKind::Loose));
        assert_eq!(opinion("a: 1\nb: [2, {c: d}]\n"), None);
    }

    #[test]
    fn our_own_errors_come_first() {
        assert_eq!(opinion("a: b: c"), None);
    }
}

//! An independent strict YAML parser: whether a text is YAML, and its events.

use massdriver_ls::internals::syntax::{
    Kind, Node, ScalarStyle, Syntax, SyntaxError, SyntaxErrorKind as Kinds, parse,
};
use yaml_rust2::Event;
use yaml_rust2::parser::Parser;
use yaml_rust2::scanner::TScalarStyle;

/// The events of a text in the notation of the YAML test suite, without anchors, tags and document markers; `None` if
/// the text is not YAML.
pub(crate) fn events(text: &str) -> Option<String> {
    let mut parser = Parser::new_from_str(text);
    let mut out = String::new();
    loop {
        let line = match parser.next_token().ok()?.0 {
            Event::StreamEnd => return Some(out),
            Event::Nothing | Event::StreamStart => continue,
            Event::DocumentStart => "+DOC".to_owned(),
            Event::DocumentEnd => "-DOC".to_owned(),
            Event::Alias(_) => "=ALI".to_owned(),
            Event::Scalar(value, style, ..) => {
                let mark = match style {
                    TScalarStyle::Plain => ':',
                    TScalarStyle::SingleQuoted => '\'',
                    TScalarStyle::DoubleQuoted => '"',
                    TScalarStyle::Literal => '|',
                    TScalarStyle::Folded => '>',
                };
                // An empty value is reported as a plain `~`.
                let value = if mark == ':' && value == "~" { String::new() } else { value };
                format!("=VAL {mark}{}", value.escape_debug())
            }
            Event::SequenceStart(..) => "+SEQ".to_owned(),
            Event::SequenceEnd => "-SEQ".to_owned(),
            Event::MappingStart(..) => "+MAP".to_owned(),
            Event::MappingEnd => "-MAP".to_owned(),
        };
        out.push_str(&line);
        out.push('\n');
    }
}

/// First difference between our tree and the events of the other parser, or the first syntax error.
pub(crate) fn difference(text: &str, expected: &str) -> Option<String> {
    let syntax = parse(text);
    // The other parser accepts tabs as indentation of a block's first line and `|` and `?` at the start of text within
    // brackets, and does not resolve recursive aliases. The platform's parser rejects these.
    let known = |error: &SyntaxError| {
        matches!(error.kind, Kinds::TabIndent | Kinds::UnquotedStart('|' | '>' | '?') | Kinds::RecursiveAlias)
    };
    if syntax.errors().iter().any(known) {
        return None;
    }
    if let Some(error) = syntax.errors().first() {
        let line = syntax.lines().line_of(error.span.start());
        return Some(format!("line {}: {:?} `{}`", line + 1, error.kind, syntax.slice(error.span)));
    }
    let actual = ours(&syntax);
    let pairs = expected.lines().map(Some).chain([None]).zip(actual.lines().map(Some).chain([None]));
    let (event, (left, right)) = pairs.enumerate().find(|(_, (left, right))| left != right)?;
    Some(format!("event {event}: expected {left:?}, read {right:?}"))
}

/// The events of our tree in the same notation.
fn ours(syntax: &Syntax) -> String {
    let mut out = String::new();
    for document in syntax.documents() {
        out.push_str("+DOC\n");
        write_events(syntax.document_root(document), &mut out);
        out.push_str("-DOC\n");
    }
    out
}

fn write_events(node: Node<'_>, out: &mut String) {
    match node.kind() {
        Kind::Null => out.push_str("=VAL :\n"),
        Kind::Alias => out.push_str("=ALI\n"),
        Kind::Scalar(style) => {
            let mark = match style {
                ScalarStyle::Plain => ':',
                ScalarStyle::Single => '\'',
                ScalarStyle::Double => '"',
                ScalarStyle::Literal => '|',
                ScalarStyle::Folded => '>',
            };
            let value = node.value();
            let value = if mark == ':' && value == "~" { "".into() } else { value };
            out.push_str(&format!("=VAL {mark}{}\n", value.escape_debug()));
        }
        Kind::Sequence { .. } => {
            out.push_str("+SEQ\n");
            node.items().for_each(|item| write_events(item, out));
            out.push_str("-SEQ\n");
        }
        Kind::Mapping { .. } => {
            out.push_str("+MAP\n");
            for entry in node.entries() {
                write_events(entry.key(), out);
                write_events(entry.value(), out);
            }
            out.push_str("-MAP\n");
        }
    }
}

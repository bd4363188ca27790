//! Literal and folded block scalars: indentation, folding, and chomping of trailing line breaks.

use super::Output;
use crate::syntax::span::Span;
use crate::syntax::tree::{Node, ScalarStyle};

/// The indicators after `|` or `>`.
#[derive(Default)]
struct Header {
    keep: bool,
    strip: bool,
    indent: Option<usize>,
}

fn header(line: &str) -> Header {
    let mut header = Header::default();
    for byte in line.bytes().skip(1) {
        match byte {
            b'+' => header.keep = true,
            b'-' => header.strip = true,
            b'1'..=b'9' => header.indent = Some(usize::from(byte - b'0')),
            _ => break,
        }
    }
    header
}

pub(super) fn decode(node: Node<'_>, style: ScalarStyle, output: &mut Output<'_>) {
    let syntax = node.syntax();
    let lines = syntax.lines();
    let source = syntax.untracked_text();
    let slice = |span: Span| source.get(span.range()).unwrap_or_default();
    let first = lines.line_of(node.span().start());
    let last = lines.line_of(node.span().end());
    let header = header(node.source());
    let content = |line: usize| {
        let span = lines.span(line);
        let text = source.get(span.range()).unwrap_or_default();
        Span::new(span.start(), span.start() + text.trim_end_matches(['\n', '\r']).len())
    };
    let depth = match header.indent {
        Some(indent) => node.data().indent.max(0) as usize + indent,
        None => (first + 1..=last)
            .map(|line| slice(content(line)))
            .find(|text| !text.trim_start_matches(' ').is_empty())
            .map_or(0, |text| text.len() - text.trim_start_matches(' ').len()),
    };
    // The span of a line without its indentation.
    let body = |line: usize| {
        let span = content(line);
        let spaces = slice(span).bytes().take_while(|&byte| byte == b' ').count();
        Span::new(span.start() + spaces.min(depth), span.end())
    };

    let folded = style == ScalarStyle::Folded;
    let mut breaks_from = content(first).end();
    let mut blank = 0;
    let mut started = false;
    let mut more_before = false;
    for line in first + 1..=last {
        let text = body(line);
        if text.is_empty() {
            blank += 1;
            continue;
        }
        let more = matches!(source.as_bytes().get(text.start()), Some(b' ' | b'\t'));
        let gap = breaks_from..text.start();
        match () {
            () if !started => output.put(&"\n".repeat(blank), gap),
            () if !folded || more || more_before => output.put(&"\n".repeat(blank + 1), gap),
            () if blank == 0 => output.put(" ", gap),
            () => output.put(&"\n".repeat(blank), gap),
        }
        output.copy(text.range());
        (started, more_before, blank, breaks_from) = (true, more, 0, text.end());
    }

    // A whitespace-only line at the end of the text counts as terminated.
    let has_break = |line: usize| {
        let (whole, text) = (lines.span(line), content(line));
        whole.end() > text.end() || !text.is_empty() && slice(text).bytes().all(|byte| byte == b' ')
    };
    let mut end = breaks_from;
    let mut breaks = usize::from(started && !header.strip && has_break(last));
    if breaks > 0 {
        end = lines.span(last).end();
    }
    if header.keep {
        let trailing = (last + 1..lines.count())
            .take_while(|&line| slice(content(line)).bytes().all(|byte| byte == b' ') && has_break(line));
        for line in trailing {
            breaks += 1;
            end = lines.span(line).end();
        }
    }
    if breaks > 0 {
        output.put(&"\n".repeat(breaks), breaks_from..end);
    }
}

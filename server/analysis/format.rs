//! Formatting that cannot change the content of a document: trailing white space is removed, consecutive empty lines
//! become one, the last line gets a line break, and blocks are indented uniformly. Quotes and the order of keys stay
//! as written.

mod indent;

use super::Snapshot;
use super::verify::{Verified, Verifier};
use crate::edit::{Edit, Edits, Fix};
use crate::settings::Settings;
use crate::syntax::{Kind, Node, ScalarStyle, Span, Syntax};
use crate::workspace::NoFiles;

/// The edits that format a document, or only the lines that a range (bytes) touches. `None` if there is nothing to
/// change or the text has syntax errors.
#[must_use]
pub fn format(snapshot: &Snapshot, range: Option<Span>) -> Option<Verified> {
    let edits = Edits::layout(edits(snapshot, range));
    let fix = Fix::safe("Format", edits).filter(|fix| !fix.edits.is_empty())?;
    Verifier::new(snapshot, &NoFiles, &Settings::default()).edits(fix).ok()
}

fn edits(snapshot: &Snapshot, range: Option<Span>) -> Vec<Edit> {
    let document = snapshot.document();
    let syntax = &document.syntax;
    if !syntax.errors().is_empty() {
        return Vec::new();
    }
    let kept = kept_lines(syntax);
    let lines = syntax.lines();
    let has_content = |line: &usize| kept[*line] || !syntax.slice(lines.span(*line)).trim().is_empty();
    let Some(last) = (0..lines.count()).rev().find(has_content) else { return Vec::new() };
    let mut edits = Vec::new();
    let mut blank_above = true;
    for (line, &is_kept) in kept.iter().enumerate().take(last + 1) {
        let span = lines.span(line);
        let text = syntax.slice(span);
        let content = text.trim_end_matches(['\n', '\r']);
        if is_kept {
            blank_above = false;
            continue;
        }
        let trimmed = content.trim_end_matches([' ', '\t']);
        let is_blank = trimmed.is_empty();
        if is_blank && blank_above {
            edits.push(Edit { span, text: String::new() });
        } else if trimmed.len() < content.len() {
            let from = span.start() + trimmed.len();
            edits.push(Edit { span: Span::new(from, span.start() + content.len()), text: String::new() });
        }
        blank_above = is_blank;
    }
    if !kept[last] {
        edits.extend(end(syntax, last));
    }
    if let Some(range) = range {
        edits.retain(|edit| edit.span.start() <= range.end() && range.start() <= edit.span.end());
    }
    edits.extend(indent::indent(document, range));
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// The lines of each multi-line scalar, and the empty lines after a block scalar, where white space can be content.
fn kept_lines(syntax: &Syntax) -> Vec<bool> {
    let lines = syntax.lines();
    let mut kept = vec![false; lines.count()];
    for node in syntax.nodes().filter(|node| node.is_scalar()) {
        let (first, mut last) = (lines.line_of(node.span().start()), lines.line_of(node.span().end()));
        if first == last && !is_block(node) {
            continue;
        }
        while is_block(node)
            && last + 1 < lines.count()
            && syntax.slice(lines.span(last + 1)).trim().is_empty()
        {
            last += 1;
        }
        kept[first..=last].fill(true);
    }
    kept
}

fn is_block(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded))
}

/// The edit that leaves exactly one line break after the last line with content.
fn end(syntax: &Syntax, last: usize) -> Option<Edit> {
    let text = syntax.text();
    let end = syntax.lines().span(last).end();
    if end < text.len() {
        return Some(Edit { span: Span::new(end, text.len()), text: String::new() });
    }
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let is_open = !text.is_empty() && !text.ends_with(['\n', '\r']);
    is_open.then(|| Edit { span: Span::at(end), text: line_break.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> String {
        in_range(text, None)
    }

    fn in_range(text: &str, range: Option<Span>) -> String {
        match format(&Snapshot::new(text, None), range) {
            Some(formatted) => formatted.fix().edits.apply(text).unwrap(),
            None => text.to_owned(),
        }
    }

    #[test]
    fn blanks_and_empty_lines() {
        assert_eq!(formatted("\n\na: 1  \n\n \n\nb: [1,\t\n  2] # x \n"), "a: 1\n\nb: [1,\n  2] # x\n");
        assert_eq!(formatted("a: 1"), "a: 1\n");
        assert_eq!(formatted("a: 1\r\nb: 2 \r\n\r\n\r\n"), "a: 1\r\nb: 2\r\n");
        assert_eq!(formatted("a: 1\n\n"), "a: 1\n");
        assert_eq!(formatted(""), "");
    }

    #[test]
    fn text_of_several_lines_is_kept() {
        for text in [
            "a: |+\n  x  \n\n\n  y\n\n\n",
            "a: >\n  x\n\n\nb: 1\n",
            "a: 'x  \n\n\n  y'\nb: 1\n",
            "a: x  \n  y\nb: 1\n",
        ] {
            assert_eq!(formatted(text), text, "{text:?}");
        }
    }

    #[test]
    fn blocks_are_indented_alike() {
        let text = "\
# top
a:
  b: 1
  c:
      # deep
      d: |
          x
            y

      e:
      - f: 1
        g:
           h: 'two
             lines'
      # of a list
      -   i: 2
          j: [1,
            2]
  # last
k:
    - l
";
        let wanted = "\
# top
a:
  b: 1
  c:
    # deep
    d: |
        x
          y

    e:
    - f: 1
      g:
        h: 'two
          lines'
    # of a list
    -   i: 2
        j: [1,
          2]
  # last
k:
  - l
";
        assert_eq!(formatted(text), wanted);
        assert_eq!(formatted(wanted), wanted);
        let four = "a:\n    b:\n        c: 1\nd:\n  e: 2\n";
        assert_eq!(formatted(four), "a:\n    b:\n        c: 1\nd:\n    e: 2\n");
        // A block is not re-indented if only part of it is in the range.
        let text = "a:\n  b: 1\nc:\n  d: 1\ne:\n    f: 1\n    g: 1\n";
        assert_eq!(in_range(text, Some(Span::new(28, 29))), text);
    }

    #[test]
    fn broken_text_is_left_alone_and_ranges_are_heeded() {
        assert_eq!(formatted("a: b: c  \n"), "a: b: c  \n");
        let text = "a: 1  \nb: 2  \n";
        assert_eq!(in_range(text, Some(Span::new(0, 3))), text);
        assert_eq!(in_range(text, Some(Span::new(0, 5))), "a: 1\nb: 2  \n");
    }
}

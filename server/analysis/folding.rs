//! Folding ranges and selection ranges.

use super::Snapshot;
use crate::syntax::{Kind, Node, ScalarStyle, Span, Syntax};

/// A folding range, in lines counted from 0. The first line stays visible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fold {
    /// The first line, which stays visible.
    pub first: usize,
    /// The last hidden line.
    pub last: usize,
    /// Whether the range is a group of comments.
    pub comment: bool,
}

/// Every block, list item, multi-line string and group of comments that spans several lines, in source order.
#[must_use]
pub fn folds(snapshot: &Snapshot) -> Vec<Fold> {
    let syntax = &snapshot.document().syntax;
    let mut folds: Vec<Fold> = syntax.nodes().filter_map(|node| fold(syntax, node)).collect();
    folds.extend(comments(syntax));
    folds.sort();
    // A mapping in a list begins on the line of its first entry: only the longest fold of a line is kept.
    folds.dedup_by(|next, kept| {
        let same = next.first == kept.first;
        kept.last = if same { kept.last.max(next.last) } else { kept.last };
        same
    });
    folds
}

fn fold(syntax: &Syntax, node: Node<'_>) -> Option<Fold> {
    let lines = syntax.lines();
    let holds_lines = match node.kind() {
        Kind::Mapping { .. } | Kind::Sequence { .. } => true,
        Kind::Scalar(style) => matches!(style, ScalarStyle::Literal | ScalarStyle::Folded),
        Kind::Null | Kind::Alias => false,
    };
    if !holds_lines || node.span().is_empty() {
        return None;
    }
    node.parent()?;
    // A value folds from the line of its key, an item from its own line.
    let key = node.entry().map(|entry| entry.key().span().start());
    let first = lines.line_of(key.unwrap_or(node.span().start()));
    let text = syntax.slice(node.span()).trim_end();
    let last = lines.line_of((node.span().start() + text.len()).saturating_sub(1).max(node.span().start()));
    (last > first).then_some(Fold { first, last, comment: false })
}

/// Groups of consecutive comments that are alone on their lines.
fn comments(syntax: &Syntax) -> Vec<Fold> {
    let lines = syntax.lines();
    let alone = |span: &&Span| {
        let start = lines.start(lines.line_of(span.start()));
        syntax.slice(Span::new(start, span.start())).trim().is_empty()
    };
    let mut groups: Vec<Fold> = Vec::new();
    for line in syntax.comments().iter().filter(alone).map(|span| lines.line_of(span.start())) {
        match groups.last_mut() {
            Some(group) if group.last + 1 == line => group.last = line,
            _ => groups.push(Fold { first: line, last: line, comment: true }),
        }
    }
    groups.retain(|group| group.last > group.first);
    groups
}

/// The selection ranges around a byte offset, from the innermost to the outermost: the text within the token's
/// quotes, the token, then its ancestors. Each contains the previous one; the last is the whole text.
#[must_use]
pub fn selections(snapshot: &Snapshot, offset: usize) -> Vec<Span> {
    let syntax = &snapshot.document().syntax;
    let mut spans = Vec::new();
    let mut next =
        syntax.nodes().filter(|node| node.span().touches(offset)).min_by_key(|node| node.span().len());
    while let Some(node) = next {
        let span = node.span();
        let quotes = matches!(node.kind(), Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double));
        if quotes && span.len() > 2 {
            spans.push(Span::new(span.start() + 1, span.end() - 1));
        }
        spans.push(span);
        spans.push(node.full_span());
        next = node.parent();
        spans.extend(node.entry().map(|entry| entry.span()));
    }
    spans.push(Span::new(0, snapshot.text().len()));
    let mut steps: Vec<Span> = Vec::new();
    for span in spans {
        if steps.last().is_none_or(|last| span.covers(*last) && span != *last) && span.touches(offset) {
            steps.push(span);
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the folds of a text in which `<fold>` and `</fold>` enclose them.
    #[track_caller]
    fn check(marked: &str) {
        let (mut open, mut expected) = (Vec::new(), Vec::new());
        for (line, text) in marked.lines().enumerate() {
            open.extend(text.matches("<fold>").map(|_| line));
            expected.extend(text.matches("</fold>").map(|_| (open.pop().unwrap(), line)));
        }
        expected.sort_unstable();
        let text = marked.replace("<fold>", "").replace("</fold>", "");
        let snapshot = Snapshot::new(text, None);
        let folds: Vec<_> = folds(&snapshot).iter().map(|fold| (fold.first, fold.last)).collect();
        assert_eq!(folds, expected);
    }

    #[test]
    fn blocks_items_texts_and_comments() {
        check(
            "\
<fold># one
# two</fold>
name: x
<fold>steps:
  - <fold>path: a
    provisioner: b</fold></fold>

<fold>description: |
  long
  text</fold>

ui: {a: 1}
empty:
",
        );
        check("");
        check("a: b # x\nc: d # y\n");
    }

    #[test]
    fn selections_grow() {
        let text = "a:\n  b: 'word'\n";
        let spans = selections(&Snapshot::new(text, None), text.find("ord").unwrap());
        let texts: Vec<&str> = spans.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(texts, ["word", "'word'", "b: 'word'", "a:\n  b: 'word'", text]);
    }
}

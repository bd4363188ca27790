//! What can be folded away, and what selecting more and more means.

use super::Snapshot;
use crate::syntax::{Kind, Node, ScalarStyle, Span, Syntax};

/// Lines that can be folded away, counted from 0; the first one stays in sight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Fold {
    /// The line that stays.
    pub first: usize,
    /// The last one that goes.
    pub last: usize,
    /// Whether these are comments.
    pub comment: bool,
}

/// Every block, list item, multi-line text and group of comments that is longer than a line, in source order.
#[must_use]
pub fn folds(snapshot: &Snapshot) -> Vec<Fold> {
    let syntax = &snapshot.document().syntax;
    let mut folds: Vec<Fold> = syntax.nodes().filter_map(|node| fold(syntax, node)).collect();
    folds.extend(comments(syntax));
    folds.sort();
    // A mapping in a list begins on the line of its first entry: one fold a line is enough, the longest.
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
    // A value folds from its key's line, an item from its own.
    let key = node.entry().map(|entry| entry.key().span().start());
    let first = lines.line_of(key.unwrap_or(node.span().start()));
    let text = syntax.slice(node.span()).trim_end();
    let last = lines.line_of((node.span().start() + text.len()).saturating_sub(1).max(node.span().start()));
    (last > first).then_some(Fold { first, last, comment: false })
}

/// Groups of comments that each have a line to themselves.
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

/// What an editor selects around an offset (bytes), more with each step: the token, what is within its quotes first, then
/// ever larger parts of the document. Each covers the one before it; the last is the whole text.
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

    fn folded(text: &str) -> Vec<(usize, usize)> {
        folds(&Snapshot::new(text, None)).iter().map(|fold| (fold.first, fold.last)).collect()
    }

    #[test]
    fn blocks_items_texts_and_comments() {
        let text = "# one\n# two\nname: x\nsteps:\n  - path: a\n    provisioner: b\n\ndescription: |\n  long\n  text\n\nui: {a: 1}\nempty:\n";
        assert_eq!(folded(text), [(0, 1), (3, 5), (4, 5), (7, 9)]);
        assert_eq!(folded(""), []);
        assert_eq!(folded("a: b # x\nc: d # y\n"), []);
    }

    #[test]
    fn selections_grow() {
        let text = "a:\n  b: 'word'\n";
        let spans = selections(&Snapshot::new(text, None), text.find("ord").unwrap());
        let texts: Vec<&str> = spans.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(texts, ["word", "'word'", "b: 'word'", "a:\n  b: 'word'", text]);
    }
}

//! Indentation: every block is indented relative to its parent by the step that is most common in the document.

use crate::bundle::Document;
use crate::edit::build::column;
use crate::edit::verify::verify;
use crate::edit::{Edit, Edits};
use crate::syntax::{Kind, Node, Span, Syntax, parse};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// The edits that indent the lines that a range (bytes) touches, in source order; none if they would change the
/// content.
pub(super) fn indent(document: &Document, range: Option<Span>) -> Vec<Edit> {
    let syntax = &document.syntax;
    let Some(root) = syntax.root().filter(|_| syntax.documents().len() == 1) else { return Vec::new() };
    let Some(blocks) = blocks(root) else { return Vec::new() };
    let shifts = shifts(syntax, &blocks);
    let touched =
        |line: Span| range.is_none_or(|range| line.start() <= range.end() && range.start() <= line.end());
    if shifts.iter().all(|shift| *shift == 0) {
        return Vec::new();
    }
    let edits = shifts.into_iter().enumerate().filter_map(|(line, shift)| {
        let line = syntax.lines().span(line);
        let text = syntax.slice(line);
        let blanks = text.len() - text.trim_start_matches(' ').len();
        if shift == 0 || text.trim().is_empty() || !touched(line) {
            return None;
        }
        let removed = blanks.min(usize::try_from(-shift).unwrap_or(0));
        let text = " ".repeat(usize::try_from(shift).unwrap_or(0));
        Some(Edit { span: Span::new(line.start(), line.start() + removed), text })
    });
    let edits: Vec<Edit> = edits.filter(|edit| !edit.span.is_empty() || !edit.text.is_empty()).collect();
    if edits.is_empty() || says_the_same(document, &edits) { edits } else { Vec::new() }
}

/// A block mapping or sequence.
struct Block<'a> {
    node: Node<'a>,
    /// Index of the enclosing block.
    around: Option<usize>,
    /// The offsets of its keys or dashes; never empty.
    starts: Vec<usize>,
    /// The column of all keys or dashes.
    column: usize,
}

impl<'a> Block<'a> {
    /// `None` if the keys or dashes are in different columns.
    fn new(node: Node<'a>, around: Option<usize>) -> Option<Self> {
        let syntax = node.syntax();
        let keys = node.entries().map(|entry| Some(entry.key().full_span().start()));
        let dashes = node.items().map(|item| dash(syntax, item));
        let starts = keys.chain(dashes).collect::<Option<Vec<usize>>>()?;
        let column = column(syntax, *starts.first()?);
        let is_straight = starts.iter().all(|start| crate::edit::build::column(syntax, *start) == column);
        is_straight.then_some(Self { node, around, starts, column })
    }
}

/// The offset of an item's dash; only white space and comments are between the two.
fn dash(syntax: &Syntax, item: Node<'_>) -> Option<usize> {
    let mut end = item.full_span().start();
    loop {
        let start = syntax.lines().start(syntax.lines().line_of(end));
        let comments = syntax.comments();
        let comment = comments.get(comments.partition_point(|comment| comment.start() < start));
        let code_end = comment.map_or(end, |comment| comment.start().min(end));
        match syntax.slice(Span::new(start, code_end)).trim_end() {
            "" => end = start.checked_sub(1)?,
            code => return code.ends_with('-').then(|| start + code.len() - 1),
        }
    }
}

/// All blocks, outer ones first. `None` if the layout is not supported.
fn blocks(root: Node<'_>) -> Option<Vec<Block<'_>>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut work = vec![(root, None)];
    while let Some((node, around)) = work.pop() {
        if !matches!(node.kind(), Kind::Mapping { flow: false } | Kind::Sequence { flow: false }) {
            continue;
        }
        let index = blocks.len();
        blocks.push(Block::new(node, around)?);
        let inner = node.entries().map(|entry| entry.value()).chain(node.items());
        work.extend(inner.map(|inner| (inner, Some(index))));
    }
    Some(blocks)
}

/// The most common indentation, in columns, of a mapping relative to its parent mapping.
fn usual_step(blocks: &[Block<'_>]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for block in blocks {
        let around = block.around.map(|around| &blocks[around]);
        if let Some(around) = around.filter(|around| around.node.is_mapping() && block.node.is_mapping()) {
            *counts.entry(block.column.saturating_sub(around.column)).or_default() += 1;
        }
    }
    // Of two equally common ones, the smaller.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(2, |(step, _)| step)
}

/// The number of columns by which each line moves.
fn shifts(syntax: &Syntax, blocks: &[Block<'_>]) -> Vec<isize> {
    let step = usual_step(blocks);
    let lines = syntax.lines();
    let mut own: Vec<Option<isize>> = vec![None; lines.count()];
    let mut wanted: Vec<usize> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let around = block.around.map(|around| (&blocks[around], wanted[around]));
        let first = block.starts.first().copied().unwrap_or_default();
        let want = match around {
            None => 0,
            // A list is either aligned with its key or indented.
            Some((outer, want)) if outer.node.is_mapping() => {
                let is_flush = block.node.is_sequence() && block.column == outer.column;
                if is_flush { want } else { want + step }
            }
            Some((_, want)) if begins_line(syntax, first) => want + step,
            Some((outer, want)) => want + block.column.saturating_sub(outer.column),
        };
        wanted.push(want);
        for start in block.starts.iter().filter(|start| begins_line(syntax, **start)) {
            own[lines.line_of(*start)] = Some(want.cast_signed() - block.column.cast_signed());
        }
    }
    with_the_rest(syntax, &own)
}

fn begins_line(syntax: &Syntax, offset: usize) -> bool {
    let line = syntax.lines().start(syntax.lines().line_of(offset));
    syntax.slice(Span::new(line, offset)).trim().is_empty()
}

/// Adds the shifts of the remaining lines: a comment moves with the next line if that has the same indentation, else
/// with the last line that has; any other line moves with the entry that it is part of.
fn with_the_rest(syntax: &Syntax, own: &[Option<isize>]) -> Vec<isize> {
    let lines = syntax.lines();
    let indent = |line: usize| {
        let text = syntax.slice(lines.span(line));
        text.len() - text.trim_start_matches(' ').len()
    };
    let mut next: Vec<Option<usize>> = vec![None; own.len()];
    let mut below = None;
    for line in (0..own.len()).rev() {
        below = if own[line].is_some() { Some(line) } else { below };
        next[line] = below;
    }
    let mut above: Option<usize> = None;
    let mut latest: HashMap<usize, usize> = HashMap::default();
    let mut all = Vec::with_capacity(own.len());
    for (line, shift) in own.iter().enumerate() {
        let begin = indent(line);
        let is_comment = || {
            let start = lines.start(line) + begin;
            syntax.comments().binary_search_by_key(&start, |comment| comment.start()).is_ok()
        };
        let neighbour = if shift.is_some() {
            above = Some(line);
            latest.insert(begin, line);
            above
        } else if is_comment() {
            next[line].filter(|next| indent(*next) == begin).or_else(|| latest.get(&begin).copied())
        } else {
            above
        };
        all.push(neighbour.and_then(|line| own[line]).unwrap_or(0));
    }
    all
}

/// Whether the indented document has the same values and comments.
fn says_the_same(document: &Document, edits: &[Edit]) -> bool {
    let edits = Edits::layout(edits.to_vec());
    let after = edits.apply(document.syntax.text()).map(parse);
    after.is_some_and(|after| verify(&document.syntax, &edits, &after, document.dialect()).is_ok())
}

//! Indentation: every block as deep below its parent as most blocks of the document are.

use crate::bundle::Document;
use crate::edit::build::column;
use crate::edit::verify::verify;
use crate::edit::{Edit, Edits};
use crate::syntax::{Kind, Node, Span, Syntax, parse};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// The edits that indent the lines that a range (bytes) touches, in source order; none where anything else would change.
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

/// A block mapping or list.
struct Block<'a> {
    node: Node<'a>,
    /// The block around it (index).
    around: Option<usize>,
    /// Where its entries, or the dashes of its items, begin; never empty.
    starts: Vec<usize>,
    /// The column of them all.
    column: usize,
}

impl<'a> Block<'a> {
    /// `None` where not everything begins in one column.
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

/// Offset of the dash of an item: nothing but blanks and comments is between them.
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

/// Every block, those around first. `None` where the layout is beyond what is understood here.
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

/// How many columns most mappings are deeper than the mapping around them.
fn usual_step(blocks: &[Block<'_>]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for block in blocks {
        let around = block.around.map(|around| &blocks[around]);
        if let Some(around) = around.filter(|around| around.node.is_mapping() && block.node.is_mapping()) {
            *counts.entry(block.column.saturating_sub(around.column)).or_default() += 1;
        }
    }
    // Of two that are as usual, the smaller one.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(2, |(step, _)| step)
}

/// By how many columns each line moves.
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
            // A list may stand below its key, or deeper.
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

/// Comments follow the next line, or the one before, that begins where they do; what else is no entry follows the entry
/// that it is part of.
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

/// Whether the indented document has the values and comments of this one.
fn says_the_same(document: &Document, edits: &[Edit]) -> bool {
    let edits = Edits::layout(edits.to_vec());
    let after = edits.apply(document.syntax.text()).map(parse);
    after.is_some_and(|after| verify(&document.syntax, &edits, &after, document.dialect()).is_ok())
}

//! Indentation: every block as deep below its parent as most blocks of the document are.

use crate::analysis::rename::apply;
use crate::bundle::Document;
use crate::rules::Edit;
use crate::rules::edit::column;
use crate::syntax::{Kind, Node, Span, Syntax, json, parse};
use std::collections::{BTreeMap, HashMap};

/// The edits that indent the lines that a range (bytes) touches, in source order; none where anything else would change.
pub(super) fn indent(document: &Document, range: Option<Span>) -> Vec<Edit> {
    let syntax = &document.syntax;
    let Some(root) = syntax.root().filter(|_| syntax.documents().len() == 1) else { return Vec::new() };
    let blocks = blocks(root);
    let Some(shifts) = shifts(syntax, &blocks, usual_step(syntax, &blocks)) else { return Vec::new() };
    let touched =
        |line: Span| range.is_none_or(|range| line.start() <= range.end() && range.start() <= line.end());
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

/// A block mapping or list, with the block around it (index), in source order.
struct Block<'a> {
    node: Node<'a>,
    around: Option<usize>,
}

impl Block<'_> {
    /// Column of its entries or dashes; `None` where it has none, or they are not in one column.
    fn column(&self, syntax: &Syntax) -> Option<usize> {
        let mut columns = self.starts(syntax).map(|start| Some(column(syntax, start?)));
        let first = columns.next()??;
        columns.all(|column| column == Some(first)).then_some(first)
    }

    /// Where its entries, or the dashes of its items, begin.
    fn starts<'a>(&'a self, syntax: &'a Syntax) -> impl Iterator<Item = Option<usize>> + 'a {
        let keys = self.node.entries().map(|entry| Some(entry.key().full_span().start()));
        let dashes = self.node.items().map(|item| dash(syntax, item));
        keys.chain(dashes)
    }
}

/// Offset of the dash of an item: nothing but blanks and comments is between them.
fn dash(syntax: &Syntax, item: Node<'_>) -> Option<usize> {
    let mut end = item.full_span().start();
    loop {
        let line = syntax.lines().span(syntax.lines().line_of(end));
        let before = syntax.slice(Span::new(line.start(), end));
        let code = syntax.comments().iter().find(|comment| line.covers(**comment));
        let code = code.map_or(before, |comment| &before[..before.len().min(comment.start() - line.start())]);
        match code.trim_end() {
            "" => end = line.start().checked_sub(1)?,
            code => return code.ends_with('-').then(|| line.start() + code.len() - 1),
        }
    }
}

fn blocks(root: Node<'_>) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut work = vec![(root, None)];
    while let Some((node, around)) = work.pop() {
        if !matches!(node.kind(), Kind::Mapping { flow: false } | Kind::Sequence { flow: false }) {
            continue;
        }
        let index = blocks.len();
        blocks.push(Block { node, around });
        let inner = node.entries().map(|entry| entry.value()).chain(node.items());
        work.extend(inner.map(|inner| (inner, Some(index))));
    }
    blocks
}

/// How many columns most mappings are deeper than the mapping around them.
fn usual_step(syntax: &Syntax, blocks: &[Block<'_>]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for block in blocks {
        let Some(around) = block.around.map(|around| &blocks[around]) else { continue };
        if block.node.is_mapping() && around.node.is_mapping() {
            let columns = block.column(syntax).zip(around.column(syntax));
            let step = columns.and_then(|(inner, outer)| inner.checked_sub(outer));
            *counts.entry(step.unwrap_or(2)).or_default() += 1;
        }
    }
    // Of two that are as usual, the smaller one.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(2, |(step, _)| step)
}

/// By how many columns each line moves. `None` where the layout is beyond what is understood here.
fn shifts(syntax: &Syntax, blocks: &[Block<'_>], step: usize) -> Option<Vec<isize>> {
    let lines = syntax.lines();
    let mut own: Vec<Option<isize>> = vec![None; lines.count()];
    let mut wanted: Vec<usize> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let is = block.column(syntax)?;
        let want = match block.around.map(|around| (&blocks[around], wanted[around])) {
            None => 0,
            Some((around, want)) => {
                let outer = around.column(syntax)?;
                let begins_line = |start: usize| begins_line(syntax, start);
                let first = block.starts(syntax).next()??;
                match around.node.is_mapping() {
                    // A list may stand below its key, or deeper.
                    true if block.node.is_sequence() && is == outer => want,
                    true => want + step,
                    false if begins_line(first) => want + step,
                    false => want + (is - outer),
                }
            }
        };
        wanted.push(want);
        for start in block.starts(syntax).flatten().filter(|start| begins_line(syntax, *start)) {
            own[lines.line_of(start)] = Some(want.cast_signed() - is.cast_signed());
        }
    }
    Some(with_the_rest(syntax, &own))
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
    let mut latest: HashMap<usize, usize> = HashMap::new();
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

fn says_the_same(document: &Document, edits: &[Edit]) -> bool {
    let after = parse(apply(document.syntax.text(), edits));
    let value = |root: Option<Node<'_>>| json::to_json(root?, document.dialect()).ok();
    let comments = |syntax: &Syntax| -> Vec<String> {
        syntax.comments().iter().map(|comment| syntax.slice(*comment).to_owned()).collect()
    };
    let before = value(document.syntax.root());
    after.errors().is_empty()
        && before.is_some()
        && before == value(after.root())
        && comments(&document.syntax) == comments(&after)
}

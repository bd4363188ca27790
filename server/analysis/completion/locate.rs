//! Where the cursor stands in the tree: the containers around it and the free place in the innermost one. The column
//! decides which block a line belongs to, whatever is (or is not yet) written on it.

use super::flow;
use super::line::{Line, is_dash};
use super::token::{Token, token, word};
use crate::syntax::{Entry, Kind, Node, ScalarStyle, Span, Syntax, SyntaxErrorKind};
use std::borrow::Cow;

/// One step from a container to a part of it.
#[derive(Clone, Debug)]
pub(super) enum Turn<'a> {
    /// To the value of a key.
    Key {
        /// The key, decoded.
        name: Cow<'a, str>,
        /// Its value, as written.
        value: Node<'a>,
    },
    /// To an item of a list.
    Item {
        /// The item, where there is one.
        node: Option<Node<'a>>,
    },
}

/// What may be written at the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    /// A key of the mapping that the trail leads to.
    Key,
    /// The value that the trail leads to, on the line where the cursor is.
    Value,
    /// The beginning of what the trail leads to, on a line (or behind a dash) of its own: a key, an item or a scalar.
    Start,
    /// An item, dash included, of the list that the trail leads to.
    Item,
}

/// The place of the cursor.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a> {
    /// From the root to the container or value at hand.
    pub(super) trail: Vec<Turn<'a>>,
    /// What may be written.
    pub(super) slot: Slot,
    /// The mapping or list that is already there.
    pub(super) container: Option<Node<'a>>,
    /// What is typed so far.
    pub(super) token: Token<'a>,
    /// Whether it is inside `[…]` or `{…}`.
    pub(super) flow: bool,
    /// Column (bytes) at which a key or dash belongs.
    pub(super) column: usize,
    /// Column (bytes) of the dash in front.
    pub(super) dash: Option<usize>,
    /// The indentation to be replaced by `column` blanks, where it is wrong.
    pub(super) indentation: Option<Span>,
    /// The block scalar around the cursor.
    pub(super) block_text: Option<Node<'a>>,
    /// The way to the value that ends above, and that a deeper line would go on with.
    pub(super) continues: Option<Turn<'a>>,
}

impl<'a> Spot<'a> {
    /// The same place with the key in front of the cursor read as unfinished: `ui:|` may become `ui:order`.
    pub(super) fn as_key(&self, syntax: &'a Syntax) -> Option<Self> {
        let colon = self.token.cursor.checked_sub(1)?;
        let Some(Turn::Key { value, .. }) = self.trail.last() else { return None };
        let mapping = value.parent()?;
        let entry = mapping.entries().find(|entry| entry.colon() == Some(colon))?;
        let start = entry.key().span().start();
        if self.slot != Slot::Value || value.kind() != Kind::Null || !entry.key().is_scalar() {
            return None;
        }
        let mut spot = self.clone();
        spot.trail.pop();
        (spot.slot, spot.container) = (Slot::Key, Some(mapping));
        let typed = syntax.slice(Span::new(start, self.token.cursor));
        spot.token = Token { start, typed, pad: 0, ..self.token };
        Some(spot)
    }
}

/// Where the cursor stands; `None` in comments and where nothing can be written.
pub(super) fn locate(syntax: &Syntax, offset: usize) -> Option<Spot<'_>> {
    if in_comment(syntax, offset) || beyond_first_document(syntax, offset) {
        return None;
    }
    let offset = within_line(syntax, offset);
    let line = Line::new(syntax, offset);
    let root = syntax.root();
    if let Some(found) = root.and_then(|root| flow::flow_around(root, offset)) {
        return flow::locate(found, offset, &line);
    }
    if !line.is_blank() && (offset < line.first || line.opens_item(offset)) {
        return None;
    }
    let mut landing = Landing::default();
    let (column, dashed) = line.outermost();
    match root {
        Some(root) => descend(root, column, dashed, &line, &mut landing),
        None => landing.land(Slot::Start, None, column),
    }
    if dashed {
        // A dash that no list can begin with, or that goes on with the text above.
        if landing.reindent || !matches!(landing.slot, Some(Slot::Item | Slot::Start)) {
            return None;
        }
        within_item(&mut landing, &line);
        let adopted = landing.container.is_some_and(|item| item.span().start() > line.end);
        if is_astray(syntax, &line, adopted) {
            return None;
        }
    }
    finish(landing, &line, offset)
}

/// The nearest offset before, where one lies inside a character, inside a line break or behind the text.
fn within_line(syntax: &Syntax, offset: usize) -> usize {
    let text = syntax.text();
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let bytes = text.as_bytes();
    let in_break = offset > 0 && bytes[offset - 1] == b'\r' && bytes.get(offset) == Some(&b'\n');
    offset - usize::from(in_break)
}

/// Where the way down the blocks has ended so far.
#[derive(Default)]
struct Landing<'a> {
    trail: Vec<Turn<'a>>,
    slot: Option<Slot>,
    container: Option<Node<'a>>,
    column: usize,
    reindent: bool,
    block_text: Option<Node<'a>>,
    continues: Option<Turn<'a>>,
}

impl<'a> Landing<'a> {
    fn land(&mut self, slot: Slot, container: Option<Node<'a>>, column: usize) {
        (self.slot, self.container, self.column) = (Some(slot), container, column);
    }

    /// Lands on a key of a mapping, below the entry `above`.
    fn land_key(
        &mut self,
        mapping: Node<'a>,
        above: Option<Entry<'a>>,
        column_wanted: usize,
        line: &Line<'a>,
    ) {
        let value = above.map(Entry::value).filter(|value| is_block(*value) && value.span().end() > line.end);
        match (value, above) {
            // Between the items of a list whose dashes are as deep as its key.
            (Some(list), Some(entry)) if list.is_sequence() && column(list) == column_wanted => {
                self.trail.push(Turn::Key { name: entry.name(), value: list });
                self.land(Slot::Item, Some(list), column_wanted);
            }
            // Amid a block, there is no room for a key that is not part of it.
            (Some(_), _) => {}
            (None, _) if column(mapping) == column_wanted => {
                self.land(Slot::Key, Some(mapping), column_wanted);
            }
            (None, _) => self.snap(Slot::Key, mapping),
        }
    }

    /// Lands at the column that the block has and the line has not.
    fn snap(&mut self, slot: Slot, container: Node<'a>) {
        if !is_aligned(container) {
            return;
        }
        self.land(slot, Some(container), column(container));
        self.reindent = true;
    }
}

/// Column (bytes) at which a block node starts.
pub(super) fn column(node: Node<'_>) -> usize {
    let first = node.entries().next().map(|entry| entry.key().full_span().start());
    let start = first.unwrap_or(node.span().start());
    let lines = node.syntax().lines();
    start - lines.start(lines.line_of(start))
}

/// Whether nothing but blanks and dashes stands before a block on its line, so that others can be in line with it.
fn is_aligned(node: Node<'_>) -> bool {
    let syntax = node.syntax();
    let line = syntax.lines().span(syntax.lines().line_of(node.span().start()));
    let before = syntax.slice(Span::new(line.start(), line.start() + column(node)));
    before.bytes().all(|byte| matches!(byte, b' ' | b'-'))
}

fn is_block(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping { flow: false } | Kind::Sequence { flow: false })
}

/// Goes from block to block as far as a line with this column belongs inside.
fn descend<'a>(
    root: Node<'a>,
    column_wanted: usize,
    dashed: bool,
    line: &Line<'a>,
    landing: &mut Landing<'a>,
) {
    if !is_block(root) {
        // A lone word that is not a key yet: until it is, nothing can stand below it.
        let alone = root.kind() != Kind::Null && root.span().start() < line.start;
        if !alone {
            landing.land(Slot::Start, None, 0);
        }
        return;
    }
    let mut node = root;
    loop {
        let own = column(node);
        let next = if node.is_mapping() {
            let above = last_entry_before(node, line.start);
            if column_wanted < own || column_wanted == own && !dashed || above.is_none() {
                return landing.land_key(node, above, column_wanted, line);
            }
            let Some(entry) = above else { return };
            landing.trail.push(Turn::Key { name: entry.name(), value: entry.value() });
            entry.value()
        } else {
            if column_wanted == own {
                return landing.land(Slot::Item, Some(node), own);
            }
            // The dash may stand above, alone, and its item begin here.
            let item = last_item_before(node, line.first + 1).filter(|_| column_wanted > own);
            let Some(item) = item else { return landing.snap(Slot::Item, node) };
            landing.trail.push(Turn::Item { node: Some(item) });
            item
        };
        if next.kind() == Kind::Null || next.is_scalar() && next.span().start() >= line.start {
            return landing.land(Slot::Start, None, column_wanted);
        }
        if matches!(next.kind(), Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded)) {
            landing.block_text = Some(next);
            return landing.land(Slot::Value, None, column_wanted);
        }
        if !is_block(next) {
            landing.continues = landing.trail.pop();
            return landing.snap(if node.is_mapping() { Slot::Key } else { Slot::Item }, node);
        }
        node = next;
    }
}

/// Whether the reader could make nothing of a dash on a line, or only because of what it has `adopted` from below.
fn is_astray(syntax: &Syntax, line: &Line<'_>, adopted: bool) -> bool {
    let errors = syntax.errors();
    let next = errors.partition_point(|error| error.span.start() < line.start);
    let mut here = errors[next..].iter().take_while(|error| error.span.start() <= line.end);
    here.any(|error| match error.kind {
        SyntaxErrorKind::StrayCharacter('-') => true,
        SyntaxErrorKind::WrongIndent { .. } => adopted,
        _ => false,
    })
}

/// The last entry whose key starts before an offset.
pub(super) fn last_entry_before(mapping: Node<'_>, offset: usize) -> Option<Entry<'_>> {
    let entries = mapping.entries();
    let (mut low, mut high) = (0, entries.len());
    while low < high {
        let middle = (low + high) / 2;
        let before =
            entries.clone().nth(middle).is_some_and(|entry| entry.key().full_span().start() < offset);
        if before { low = middle + 1 } else { high = middle }
    }
    entries.clone().nth(low.checked_sub(1)?)
}

pub(super) fn last_item_before(sequence: Node<'_>, offset: usize) -> Option<Node<'_>> {
    first_item_from(sequence, offset).0.checked_sub(1).and_then(|index| sequence.items().nth(index))
}

/// The first item that starts at or after an offset, with its index.
fn first_item_from(sequence: Node<'_>, offset: usize) -> (usize, Option<Node<'_>>) {
    let items = sequence.items();
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = (low + high) / 2;
        let before = items.clone().nth(middle).is_some_and(|item| item.full_span().start() < offset);
        if before { low = middle + 1 } else { high = middle }
    }
    (low, items.clone().nth(low))
}

/// Goes on behind the dashes of the cursor's line.
fn within_item<'a>(landing: &mut Landing<'a>, line: &Line<'a>) {
    let mut list = landing.container.filter(|_| landing.slot == Some(Slot::Item));
    for (index, &dash) in line.dashes.iter().enumerate() {
        let next = line.dashes.get(index + 1).copied();
        let item = list.and_then(|list| first_item_from(list, dash).1);
        // An item that starts further down belongs to this dash only while no other dash comes between.
        let item = item.filter(|item| list.is_some_and(|list| owns(list, dash, *item)));
        landing.trail.push(Turn::Item { node: item });
        list = item.filter(|item| item.is_sequence() && is_block(*item));
        if next.is_none() {
            let column_here = line.column(line.token);
            match item {
                Some(mapping) if matches!(mapping.kind(), Kind::Mapping { flow: false }) => {
                    landing.land(Slot::Key, Some(mapping), column_here.max(column(mapping)));
                }
                _ => landing.land(Slot::Start, None, column_here.max(line.column(dash) + 2)),
            }
        }
    }
}

/// Whether nothing but blanks, comments, anchors and tags stands between a dash and an item.
fn owns(list: Node<'_>, dash: usize, item: Node<'_>) -> bool {
    let between = list.syntax().slice(Span::new(dash + 1, item.full_span().start()));
    between.lines().all(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with(['#', '&', '!']) || line.chars().all(|c| c == '-' || c == ' ')
    })
}

/// Looks behind the key on the cursor's line.
fn finish<'a>(mut landing: Landing<'a>, line: &Line<'a>, offset: usize) -> Option<Spot<'a>> {
    let mut slot = landing.slot?;
    let (mut value, mut colon) = (None, false);
    if landing.block_text.is_none() {
        let entry = landing
            .container
            .filter(|node| node.is_mapping())
            .and_then(|mapping| last_entry_before(mapping, line.token + 1))
            .filter(|entry| entry.key().full_span().start() == line.token);
        match entry {
            Some(entry) if entry.colon().is_some_and(|colon| colon < offset) => {
                landing.trail.push(Turn::Key { name: entry.name(), value: entry.value() });
                landing.container = None;
                (slot, value) = (Slot::Value, Some(entry.value()));
            }
            Some(entry) if entry.colon().is_some() && !entry.key().is_scalar() => return None,
            Some(entry) => (value, colon) = (Some(entry.key()), entry.colon().is_some()),
            None if slot == Slot::Start => value = scalar_here(landing.trail.last(), line),
            None => {}
        }
    }
    let mut token = match value {
        None if line.token < offset && landing.block_text.is_none() => word(line, offset)?,
        value => token(line, offset, value, landing.block_text)?,
    };
    token.colon |= colon;
    if landing.block_text.is_none() {
        if token.quote.is_none() && !line.may_begin(token.start) {
            return None;
        }
        token.pad = missing_blanks(line, &token, slot, landing.column)?;
    }
    if slot == Slot::Start && line.dashes.is_empty() {
        follow_items(&mut landing, line);
    }
    if landing.block_text.is_none() && !token.stands_alone(line, slot, false) {
        return None;
    }
    // A tag or an anchor is no place for a dash.
    let decorated = slot != Slot::Value && line.dashes.is_empty() && line.first < line.token;
    if decorated || splits_block(line, landing.column, offset) {
        return None;
    }
    let wrong = landing.reindent && line.dashes.is_empty() && slot != Slot::Value;
    // A finished entry stays where it is: what stands below belongs to it.
    if wrong && token.colon {
        return None;
    }
    Some(Spot {
        trail: landing.trail,
        slot,
        container: landing.container,
        token,
        flow: false,
        column: landing.column,
        dash: line.dashes.last().map(|dash| line.column(*dash)),
        indentation: wrong.then(|| Span::new(line.start, line.first.min(offset))),
        block_text: landing.block_text,
        continues: landing.continues,
    })
}

/// How many blanks must come before the token; `None` where it stands too far right for its block.
fn missing_blanks(line: &Line<'_>, token: &Token<'_>, slot: Slot, column: usize) -> Option<usize> {
    let before = line.syntax.slice(Span::new(line.start, token.start));
    let quoted = usize::from(token.quote.is_some());
    if slot == Slot::Value {
        return Some(usize::from(quoted == 0 && before.ends_with(':')));
    }
    if line.dashes.is_empty() || quoted > 0 {
        return Some(0);
    }
    let least = usize::from(before.ends_with('-'));
    let pad = column.saturating_sub(line.column(token.start)).max(least);
    let fits = slot == Slot::Start || line.column(token.start) + pad == column;
    fits.then_some(pad)
}

/// A new list begins where the items that are already below it do.
fn follow_items(landing: &mut Landing<'_>, line: &Line<'_>) {
    let rest = line.syntax.text().get(line.end..).unwrap_or_default();
    let below = rest.lines().skip(1).find(|line| !line.trim().is_empty());
    let Some(column_below) = below.and_then(|below| below.find(|letter| letter != ' ')) else { return };
    let is_item = below.is_some_and(|below| is_dash(below, column_below));
    let parent = match landing.trail.last() {
        Some(Turn::Key { value, .. }) => value.parent().map(column),
        _ => None,
    };
    if is_item && column_below != landing.column && parent.is_some_and(|parent| parent <= column_below) {
        landing.column = column_below;
        landing.reindent = true;
    }
}

/// Whether the lines above and below belong to one block that is deeper than a column: what is written between them
/// would take the lower part over.
fn splits_block(line: &Line<'_>, column: usize, offset: usize) -> bool {
    let text = line.syntax.text();
    let depth = |line: &str| {
        let content = line.trim_start();
        let written = !content.is_empty() && !content.starts_with('#');
        written.then(|| line.len() - content.len())
    };
    let above = text[..line.start].lines().rev().find_map(depth);
    let below = text[line.end.max(offset)..].lines().skip(1).find_map(depth);
    above.is_some_and(|above| above > column) && below.is_some_and(|below| below > column)
}

/// The scalar that starts what the trail leads to, on the cursor's line.
fn scalar_here<'a>(turn: Option<&Turn<'a>>, line: &Line<'a>) -> Option<Node<'a>> {
    let node = match turn {
        Some(Turn::Key { value, .. }) => Some(*value),
        Some(Turn::Item { node }) => *node,
        None => line.syntax.root(),
    };
    let starts_here = |node: Node<'_>| [node.span().start(), node.full_span().start()].contains(&line.token);
    node.filter(|node| !is_block(*node) && starts_here(*node))
}

fn in_comment(syntax: &Syntax, offset: usize) -> bool {
    let comments = syntax.comments();
    let next = comments.partition_point(|comment| comment.start() < offset);
    next > 0 && comments[next - 1].end() >= offset
}

fn beyond_first_document(syntax: &Syntax, offset: usize) -> bool {
    syntax.documents().get(1).is_some_and(|second| second.span.start() <= offset)
}

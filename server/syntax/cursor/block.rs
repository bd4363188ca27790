//! The cursor in block collections: the column decides which block a line belongs to, whatever is written on it.

use super::line::{Line, is_dash};
use super::search::{block_column, first_item_from, is_block, last_entry_before, last_item_before};
use super::{Cursor, Insertion, Step, Word};
use crate::syntax::{Entry, Kind, Node, ScalarStyle, Span, SyntaxErrorKind};

/// The cursor on a line of block collections; `None` where nothing can be inserted.
pub(super) fn cursor<'a>(offset: usize, line: &Line<'a>) -> Option<Cursor<'a>> {
    if !line.is_blank() && (offset < line.first || line.has_dash_at(offset)) {
        return None;
    }
    let mut descent = Descent::default();
    match line.syntax.root() {
        Some(root) => descent.descend(root, line),
        None => descent.stop(Insertion::Start, None, line.indentation()),
    }
    if !line.dashes.is_empty() {
        // A dash that cannot open a list, or that continues the text above.
        if descent.reindent || !matches!(descent.insertion, Some(Insertion::Item | Insertion::Start)) {
            return None;
        }
        descent.enter_dashes(line);
        let adopted = descent.container.is_some_and(|item| item.span().start() > line.end);
        if has_stray_dash(line, adopted) {
            return None;
        }
    }
    descent.finish(line, offset)
}

/// The way down the blocks as far as the line belongs inside them, and where it has ended.
#[derive(Default)]
struct Descent<'a> {
    path: Vec<Step<'a>>,
    insertion: Option<Insertion>,
    container: Option<Node<'a>>,
    column: usize,
    /// Whether the line is at another column than `column`.
    reindent: bool,
    block_scalar: Option<Node<'a>>,
    continued: Option<Step<'a>>,
}

impl<'a> Descent<'a> {
    fn stop(&mut self, insertion: Insertion, container: Option<Node<'a>>, column: usize) {
        (self.insertion, self.container, self.column) = (Some(insertion), container, column);
    }

    /// Stops at the column of a block that the line is not aligned with.
    fn stop_reindented(&mut self, insertion: Insertion, container: Node<'a>) {
        if !can_align_with(container) {
            return;
        }
        self.stop(insertion, Some(container), block_column(container));
        self.reindent = true;
    }

    /// Stops at a key of a mapping, below the entry `above`.
    fn stop_at_key(&mut self, mapping: Node<'a>, above: Option<Entry<'a>>, line: &Line<'a>) {
        let wanted = line.indentation();
        let around = above.filter(|entry| is_block(entry.value()) && entry.value().span().end() > line.end);
        match around {
            // Between the items of a list whose dashes are at the column of its key.
            Some(entry) if entry.value().is_sequence() && block_column(entry.value()) == wanted => {
                self.path.push(Step::Entry(entry));
                self.stop(Insertion::Item, Some(entry.value()), wanted);
            }
            // Inside a block, there is no room for a key that is not part of it.
            Some(_) => {}
            None if block_column(mapping) == wanted => self.stop(Insertion::Key, Some(mapping), wanted),
            None => self.stop_reindented(Insertion::Key, mapping),
        }
    }

    /// Goes from block to block as far as the line belongs inside.
    fn descend(&mut self, root: Node<'a>, line: &Line<'a>) {
        let wanted = line.indentation();
        if !is_block(root) {
            // Nothing can stand below a lone word that is not a key yet.
            let below_word = root.kind() != Kind::Null && root.span().start() < line.start;
            if !below_word {
                self.stop(Insertion::Start, None, 0);
            }
            return;
        }
        let mut node = root;
        loop {
            let own = block_column(node);
            let next = if node.is_mapping() {
                let above = last_entry_before(node, line.start);
                let is_key = wanted < own || wanted == own && line.dashes.is_empty();
                let Some(entry) = above.filter(|_| !is_key) else {
                    return self.stop_at_key(node, above, line);
                };
                self.path.push(Step::Entry(entry));
                entry.value()
            } else {
                if wanted == own {
                    return self.stop(Insertion::Item, Some(node), own);
                }
                // The dash may stand alone on a line above, and its item begin here.
                let item = last_item_before(node, line.first + 1).filter(|_| wanted > own);
                let Some(item) = item else { return self.stop_reindented(Insertion::Item, node) };
                self.path.push(Step::Item(Some(item)));
                item
            };
            if next.kind() == Kind::Null || next.is_scalar() && next.span().start() >= line.start {
                return self.stop(Insertion::Start, None, wanted);
            }
            if matches!(next.kind(), Kind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded)) {
                self.block_scalar = Some(next);
                return self.stop(Insertion::Value, None, wanted);
            }
            if !is_block(next) {
                self.continued = self.path.pop();
                let insertion = if node.is_mapping() { Insertion::Key } else { Insertion::Item };
                return self.stop_reindented(insertion, node);
            }
            node = next;
        }
    }

    /// Goes on behind the dashes of the line.
    fn enter_dashes(&mut self, line: &Line<'a>) {
        let mut list = self.container.filter(|_| self.insertion == Some(Insertion::Item));
        for (index, &dash) in line.dashes.iter().enumerate() {
            let item = list.and_then(|list| first_item_from(list, dash));
            // An item that starts further down belongs to this dash only if no other dash is in between.
            let item = item.filter(|item| list.is_some_and(|list| is_item_of(list, dash, *item)));
            self.path.push(Step::Item(item));
            list = item.filter(|item| item.is_sequence() && is_block(*item));
            if index + 1 == line.dashes.len() {
                let column = line.column(line.token);
                match item {
                    Some(mapping) if matches!(mapping.kind(), Kind::Mapping { flow: false }) => {
                        self.stop(Insertion::Key, Some(mapping), column.max(block_column(mapping)));
                    }
                    _ => self.stop(Insertion::Start, None, column.max(line.column(dash) + 2)),
                }
            }
        }
    }

    /// Looks behind the key on the line, and reads the word at the cursor.
    fn finish(mut self, line: &Line<'a>, offset: usize) -> Option<Cursor<'a>> {
        let mut insertion = self.insertion?;
        let word = match self.block_scalar {
            Some(_) => Word::in_block_scalar(line, offset),
            None => {
                let (written, has_colon) = self.enter_value(&mut insertion, line, offset)?;
                let mut word = match written {
                    None if line.token < offset => Word::without_node(line, offset)?,
                    written => Word::of(written, line, offset)?,
                };
                word.has_colon |= has_colon;
                if word.quote.is_none() && !line.may_begin(word.start) {
                    return None;
                }
                word.padding = padding(line, &word, insertion, self.column)?;
                word
            }
        };
        if insertion == Insertion::Start && line.dashes.is_empty() {
            self.align_with_items_below(line);
        }
        if self.block_scalar.is_none() && !word.is_replaceable(line, insertion, false) {
            return None;
        }
        // A dash cannot be inserted behind a tag or an anchor.
        let has_properties =
            insertion != Insertion::Value && line.dashes.is_empty() && line.first < line.token;
        if has_properties || splits_block(line, self.column, offset) {
            return None;
        }
        let is_wrong = self.reindent && line.dashes.is_empty() && insertion != Insertion::Value;
        // A finished entry keeps its indentation: the lines below belong to it.
        if is_wrong && word.has_colon {
            return None;
        }
        Some(Cursor {
            path: self.path,
            insertion,
            container: self.container,
            word,
            in_flow: false,
            column: self.column,
            dash: line.dashes.last().map(|dash| line.column(*dash)),
            indentation: is_wrong.then(|| Span::new(line.start, line.first.min(offset))),
            block_scalar: self.block_scalar,
            continued: self.continued,
        })
    }

    /// Enters the value behind the key on the line, if the cursor is behind its colon. Returns the node at the cursor,
    /// and whether it is a key followed by a colon. `None` where nothing can be inserted.
    fn enter_value(
        &mut self,
        insertion: &mut Insertion,
        line: &Line<'a>,
        offset: usize,
    ) -> Option<(Option<Node<'a>>, bool)> {
        let mapping = self.container.filter(|node| node.is_mapping());
        let entry = mapping
            .and_then(|mapping| last_entry_before(mapping, line.token + 1))
            .filter(|entry| entry.key().full_span().start() == line.token);
        Some(match entry {
            Some(entry) if entry.colon().is_some_and(|colon| colon < offset) => {
                self.path.push(Step::Entry(entry));
                self.container = None;
                *insertion = Insertion::Value;
                (Some(entry.value()), false)
            }
            Some(entry) if entry.colon().is_some() && !entry.key().is_scalar() => return None,
            Some(entry) => (Some(entry.key()), entry.colon().is_some()),
            None if *insertion == Insertion::Start => (value_on_line(self.path.last(), line), false),
            None => (None, false),
        })
    }

    /// A new list begins at the column of the items that are already below it.
    fn align_with_items_below(&mut self, line: &Line<'_>) {
        let rest = line.syntax.text().get(line.end..).unwrap_or_default();
        let below = rest.lines().skip(1).find(|line| !line.trim().is_empty());
        let Some(column) = below.and_then(|below| below.find(|letter| letter != ' ')) else { return };
        let is_item = below.is_some_and(|below| is_dash(below, column));
        let parent = match self.path.last() {
            Some(Step::Entry(entry)) => entry.key().parent().map(block_column),
            _ => None,
        };
        if is_item && column != self.column && parent.is_some_and(|parent| parent <= column) {
            self.column = column;
            self.reindent = true;
        }
    }
}

/// Whether only spaces and dashes stand before a block on its line, so that other lines can be aligned with it.
fn can_align_with(node: Node<'_>) -> bool {
    let syntax = node.syntax();
    let line = syntax.lines().span(syntax.lines().line_of(node.span().start()));
    let before = syntax.slice(Span::new(line.start(), line.start() + block_column(node)));
    before.bytes().all(|byte| matches!(byte, b' ' | b'-'))
}

/// Whether the parser reported a dash on the line as stray, or wrong indentation of what it has `adopted` from below.
fn has_stray_dash(line: &Line<'_>, adopted: bool) -> bool {
    let errors = line.syntax.errors();
    let next = errors.partition_point(|error| error.span.start() < line.start);
    let mut here = errors[next..].iter().take_while(|error| error.span.start() <= line.end);
    here.any(|error| match error.kind {
        SyntaxErrorKind::StrayCharacter('-') => true,
        SyntaxErrorKind::WrongIndent { .. } => adopted,
        _ => false,
    })
}

/// Whether only blanks, comments, anchors and tags stand between a dash and an item.
fn is_item_of(list: Node<'_>, dash: usize, item: Node<'_>) -> bool {
    let between = list.syntax().slice(Span::new(dash + 1, item.full_span().start()));
    between.lines().all(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with(['#', '&', '!']) || line.chars().all(|c| c == '-' || c == ' ')
    })
}

/// How many spaces are missing before the word; `None` where it stands too far right for its block.
fn padding(line: &Line<'_>, word: &Word<'_>, insertion: Insertion, column: usize) -> Option<usize> {
    let before = line.slice(line.start, word.start);
    let quoted = word.quote.is_some();
    if insertion == Insertion::Value {
        return Some(usize::from(!quoted && before.ends_with(':')));
    }
    if line.dashes.is_empty() || quoted {
        return Some(0);
    }
    let least = usize::from(before.ends_with('-'));
    let padding = column.saturating_sub(line.column(word.start)).max(least);
    let fits = insertion == Insertion::Start || line.column(word.start) + padding == column;
    fits.then_some(padding)
}

/// Whether the lines above and below belong to one block that is deeper than a column. A line inserted between them
/// would take over the lower part.
fn splits_block(line: &Line<'_>, column: usize, offset: usize) -> bool {
    let text = line.syntax.text();
    let depth = |line: &str| {
        let content = line.trim_start();
        let has_content = !content.is_empty() && !content.starts_with('#');
        has_content.then(|| line.len() - content.len())
    };
    let above = text[..line.start].lines().rev().find_map(depth);
    let below = text[line.end.max(offset)..].lines().skip(1).find_map(depth);
    above.is_some_and(|above| above > column) && below.is_some_and(|below| below > column)
}

/// What a step leads to, if it is a value that starts on the cursor's line.
fn value_on_line<'a>(step: Option<&Step<'a>>, line: &Line<'a>) -> Option<Node<'a>> {
    let node = match step {
        Some(Step::Entry(entry)) => Some(entry.value()),
        Some(Step::Item(item)) => *item,
        None => line.syntax.root(),
    };
    let starts_here = |node: Node<'_>| [node.span().start(), node.full_span().start()].contains(&line.token);
    node.filter(|node| !is_block(*node) && starts_here(*node))
}

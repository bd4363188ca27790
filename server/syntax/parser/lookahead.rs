//! What the lines below say about a line that stands in an unexpected column.

use super::{Parser, is_blank};
use crate::syntax::error::SyntaxErrorKind;
use crate::syntax::span::Span;

/// An open block collection.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub column: i32,
    pub sequence: bool,
    /// The line it begins on.
    pub first_row: usize,
    /// Whether only that line was read so far: its column is then no better known than the next line's.
    pub young: bool,
}

/// What a line begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `- `
    Item,
    /// `key:` or `? `
    Entry,
    /// Anything else.
    Text,
}

impl Parser<'_> {
    /// Lines that belong to another tool: merge conflict markers and template tags.
    pub(super) fn foreign(&self, row: usize) -> Option<SyntaxErrorKind> {
        let line = self.line(row);
        let text = self.bytes.get(line.text()..line.end()).unwrap_or_default();
        match text.first()? {
            mark @ (b'<' | b'=' | b'>' | b'|') if line.text == line.start => {
                let conflict = text.len() >= 7
                    && text[..7].iter().all(|byte| byte == mark)
                    && (text.len() == 7 || text[7] == b' ');
                conflict.then_some(SyntaxErrorKind::ConflictMarker)
            }
            b'{' if text.starts_with(b"{%") && text.trim_ascii_end().ends_with(b"%}") => {
                Some(SyntaxErrorKind::TemplateTag)
            }
            _ => None,
        }
    }

    /// The first line below `row` that holds more than a comment.
    pub(super) fn content_below(&self, row: usize) -> Option<usize> {
        (row + 1..self.rows.len()).find(|&row| {
            let line = self.line(row);
            !line.is_blank() && self.at(line.text()) != b'#' && self.foreign(row).is_none()
        })
    }

    /// What a line begins with.
    pub(super) fn shape(&self, row: usize) -> Shape {
        let start = self.line(row).text();
        match self.at(start) {
            b'-' if self.gap(start + 1) => Shape::Item,
            b'?' if self.gap(start + 1) => Shape::Entry,
            _ if self.key_on(row).is_some() => Shape::Entry,
            _ => Shape::Text,
        }
    }

    /// Whether a line looks like block structure rather than like the rest of a scalar.
    pub(super) fn is_structural(&self, row: usize) -> bool {
        self.shape(row) != Shape::Text
    }

    /// Whether the lines below are a block that hangs deeper than `column`.
    pub(super) fn block_below(&self, row: usize, column: i32) -> bool {
        self.content_below(row).is_some_and(|below| {
            !self.is_marker(below) && self.indent(below) > column && self.is_structural(below)
        })
    }

    /// The level that the line at the current position belongs to, as an index into `levels`.
    ///
    /// In sound text that is the one in its very column. A line in a column that matches no level, or one that the
    /// lines below it cannot follow, is counted to the level that makes most sense of what is below.
    pub(super) fn owner(&mut self) -> Option<usize> {
        let column = self.column();
        let innermost = self.levels.len().checked_sub(1)?;
        let shape = self.shape_in(self.levels[innermost], column);
        if self.levels[innermost].column == column && self.levels[innermost].suits(shape) {
            return Some(innermost);
        }
        if let Some((row, owner)) = self.owner
            && row == self.row
        {
            return owner;
        }
        let exact = self.levels.iter().rposition(|level| level.column == column && level.suits(shape));
        let owner = match exact {
            Some(level) => Some(self.moved_out_of(column, shape).unwrap_or(level)),
            None => self.stray_level(column, shape),
        };
        self.owner = Some((self.row, owner));
        owner
    }

    /// The shape of the current line; `-item` in the column of the dashes counts as an item if it cannot be a key.
    fn shape_in(&self, level: Level, column: i32) -> Shape {
        let crammed = level.sequence
            && level.column == column
            && self.byte() == b'-'
            && !self.levels.iter().any(|level| !level.sequence && level.column == column);
        if crammed && self.at(self.pos + 1) != b'-' { Shape::Item } else { self.shape(self.row) }
    }

    /// The deeper level that a line was moved out of, although its column fits an outer one.
    fn moved_out_of(&self, column: i32, shape: Shape) -> Option<usize> {
        let (true_column, below) = self.true_column(self.row, column)?;
        let deeper = |level: &Level| level.suits(shape) && level.column > column;
        if self.holds_value(self.row) {
            // Was this line moved out, or the next one in?
            let next = self.content_below(below).map(|row| self.indent(row));
            let moved_in = next == Some(column);
            return self
                .levels
                .iter()
                .rposition(|level| deeper(level) && level.column == true_column && !moved_in);
        }
        let back = self.line_out_of(below, true_column)?;
        let continued = self.levels.iter().any(|level| level.column == self.indent(back));
        if column == 0 || !continued {
            return None;
        }
        self.nearest(true_column, deeper)
    }

    /// The first line below that stands no deeper than a column.
    fn line_out_of(&self, row: usize, column: i32) -> Option<usize> {
        let mut row = row;
        loop {
            row = self.content_below(row)?;
            if self.indent(row) <= column {
                return Some(row);
            }
        }
    }

    /// The level for a line in a column that no level has.
    fn stray_level(&self, column: i32, shape: Shape) -> Option<usize> {
        let fits = |level: &Level| level.suits(shape) || shape == Shape::Text;
        if let Some((level, reported)) = self.misindent
            && reported == column
            && self.levels.get(level).is_some_and(fits)
        {
            return Some(level);
        }
        self.nearest(self.wanted_column(shape), fits).or_else(|| self.nearest(column, |_| true))
    }

    /// The column that the current line would have if it were where the lines below want it.
    pub(super) fn wanted_column(&self, shape: Shape) -> i32 {
        let below = self.content_below(self.row).filter(|&row| !self.is_marker(row));
        match below.filter(|_| shape != Shape::Item && !self.holds_value(self.row)) {
            // It opens a block, and that stands one step deeper.
            Some(row) if self.shape(row) != Shape::Item => self.indent(row) - self.step,
            _ => self.column(),
        }
    }

    /// The level whose column is nearest to one, the deeper one of two.
    fn nearest(&self, column: i32, fits: impl Fn(&Level) -> bool) -> Option<usize> {
        let distance = |level: &Level| (level.column - column).abs();
        let least = self.levels.iter().filter(|level| fits(level)).map(distance).min()?;
        self.levels.iter().rposition(|level| fits(level) && distance(level) == least)
    }

    /// The column that a line must have had for the lines below to follow it, if they cannot follow it where it stands;
    /// and the next line.
    pub(super) fn true_column(&self, row: usize, column: i32) -> Option<(i32, usize)> {
        let column = column + self.dashes(row) as i32;
        let below = self.content_below(row)?;
        let depth = self.indent(below);
        if depth <= column || self.is_marker(below) || !self.is_structural(below) {
            return None;
        }
        if self.holds_value(row) {
            let goes_on = self.shape(below) == Shape::Item && self.shape(row) == Shape::Item;
            return (!goes_on).then_some((depth, below));
        }
        // The line opens a block: the first line that comes back out of it tells.
        let back = self.line_out_of(below, depth - 1)?;
        let indent = self.indent(back);
        let sound = indent <= column || self.is_marker(back) || !self.is_structural(back);
        (!sound && indent <= depth - self.step).then_some((depth - self.step, below))
    }

    /// Bytes of the dashes, with the blanks behind them, that a line begins with.
    pub(super) fn dashes(&self, row: usize) -> usize {
        let line = self.line(row);
        let mut index = line.text();
        while self.at(index) == b'-' && self.gap(index + 1) && index < line.end() {
            index = self.skip_blanks(index + 1);
        }
        index - line.text()
    }

    /// Whether a line is complete in itself, so that no deeper line can follow it.
    pub(super) fn holds_value(&self, row: usize) -> bool {
        let line = self.line(row);
        let end = line.end();
        let start = line.text() + self.dashes(row);
        let value = match self.key_at(start, end) {
            // `- key: value` can be followed by more keys.
            Some(_) if start > line.text() => return false,
            Some(key) => self.skip_blanks(key.colon + 1),
            None if start == line.text() => return (start..end).any(|index| is_blank(self.at(index))),
            None => start,
        };
        match self.at(value) {
            _ if value >= end || self.is_split(value, end) => false,
            b'#' if is_blank(self.at(value - 1)) => false,
            b'|' | b'>' | b'&' | b'!' => false,
            quote @ (b'"' | b'\'') => self.closing_quote(value + 1, end, quote).is_some(),
            b'[' | b'{' => self.closing_bracket(value, end).is_some(),
            _ => true,
        }
    }

    /// Takes a line in a wrong column into the innermost level: reports it, once per run of lines that share the
    /// cause, and tells which column its children hang from.
    pub(super) fn adopt(&mut self) -> i32 {
        let column = self.column();
        let index = self.levels.len().saturating_sub(1);
        let Some(level) = self.levels.get(index).copied() else { return column };
        let excused = self.misindent.is_some_and(|(_, reported)| reported == column)
            || self.misindent_row == Some(level.first_row)
            || self.tab_row == Some(self.row)
            || self.here().shed;
        if !excused {
            self.report_indent(column, level.column);
        }
        self.misindent = Some((index, column));
        self.misindent_row = Some(self.row);
        let below = self.content_below(self.row).map_or(i32::MAX, |row| self.indent(row));
        let alone = below == level.column && self.holds_value(self.row);
        if level.young && column < level.column && !level.sequence && !alone {
            self.levels[index].column = column;
            return column;
        }
        if below > level.column { level.column } else { column }
    }

    /// Reports that the current line stands in the wrong column.
    pub(super) fn report_indent(&mut self, found: i32, expected: i32) {
        let line = self.here();
        let at = if line.text == line.start { line.end() } else { line.start() };
        let span = Span::new(line.text().min(at), line.text().max(at));
        let kind =
            SyntaxErrorKind::WrongIndent { found: found.max(0) as u32, expected: expected.max(0) as u32 };
        self.error(span, kind);
    }
}

impl Level {
    /// Whether a line of this shape can be one of the collection's own.
    fn suits(&self, shape: Shape) -> bool {
        self.sequence == (shape == Shape::Item)
    }
}

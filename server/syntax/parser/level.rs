//! Which open block a line belongs to, and what the lines below say about one in an unexpected column.

use super::Parser;
use super::shape::Shape;
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

/// A line in a wrong column, taken into a level. Further lines of the level in that column share the cause.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Misindent {
    /// The line that the level begins on.
    first_row: usize,
    column: i32,
}

impl Level {
    /// Whether a line of this shape can be one of the collection's own.
    pub(super) fn suits(&self, shape: Shape) -> bool {
        self.sequence == (shape == Shape::Item)
    }
}

impl Parser<'_> {
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
        let same_cause = |level: &Level| {
            self.misindent == Some(Misindent { first_row: level.first_row, column }) && fits(level)
        };
        if let Some(level) = self.levels.iter().rposition(same_cause) {
            return Some(level);
        }
        self.nearest(self.wanted_column(shape), fits).or_else(|| self.nearest(column, |_| true))
    }

    /// The column that the current line would have if it were where the lines below want it.
    pub(super) fn wanted_column(&self, shape: Shape) -> i32 {
        let below = self.content_below(self.row).filter(|&row| !self.is_marker(row));
        let column = self.column();
        match below.filter(|_| shape != Shape::Item && !self.holds_value(self.row)) {
            Some(row) if self.shape(row) == Shape::Item => column,
            // It opens a block, and that stands one step deeper.
            Some(row) if shape == Shape::Entry || self.indent(row) > column => self.indent(row) - self.step,
            _ => column,
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
        let start = self.line(row).text();
        let indicator = matches!(self.at(start), b'?' | b':') && self.gap(start + 1);
        let column = column + self.dashes(row) as i32;
        let below = self.content_below(row).filter(|_| !indicator)?;
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
        let sound = indent <= column
            || self.is_marker(back)
            || !self.is_structural(back)
            || self.joined_column(row) == Some(indent);
        (!sound && indent <= depth - self.step).then_some((depth - self.step, below))
    }

    /// Takes a line in a wrong column into the innermost level: reports it, once per run of lines that share the
    /// cause, and tells which column its children hang from.
    pub(super) fn adopt(&mut self) -> i32 {
        let column = self.column();
        let index = self.levels.len().saturating_sub(1);
        let Some(level) = self.levels.get(index).copied() else { return column };
        let misindent = Some(Misindent { first_row: level.first_row, column });
        let excused = self.misindent == misindent
            || self.misindent_row == Some(level.first_row)
            || self.tab_row == Some(self.row)
            || self.shed_row == Some(self.row);
        if !excused {
            self.report_indent(column, level.column);
        }
        self.misindent = misindent;
        self.misindent_row = Some(self.row);
        let below = self.content_below(self.row).map_or(i32::MAX, |row| self.indent(row));
        let alone = below == level.column && self.holds_value(self.row);
        let free = !self.levels.iter().any(|level| level.column == column);
        if level.young && column < level.column && !level.sequence && !alone && free {
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

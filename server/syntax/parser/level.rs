//! Assigns lines to open blocks. For a line in an unexpected column, the lines after it decide.

use super::Parser;
use super::shape::Shape;
use crate::syntax::error::SyntaxErrorKind;
use crate::syntax::span::Span;

/// An open block collection.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub column: i32,
    pub sequence: bool,
    /// The line where it starts.
    pub first_row: usize,
    /// Whether only that line has been parsed so far. Its column is then no more certain than that of the next line.
    pub young: bool,
}

/// A level that accepted a line in the wrong column. Further lines of the level in that column share the cause and are
/// not reported again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Misindent {
    /// The line where the level starts.
    first_row: usize,
    column: i32,
}

impl Level {
    /// Whether a line of this shape can be an entry or item of this collection.
    pub(super) fn suits(&self, shape: Shape) -> bool {
        self.sequence == (shape == Shape::Item)
    }
}

impl Parser<'_> {
    /// The level that the current line belongs to, as an index into `levels`.
    ///
    /// In valid text that is the level with the same column. A line in a column that matches no level, or that the
    /// lines after it cannot follow, is assigned to the level that best fits the lines after it.
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

    /// The shape of the current line. `-item` in the column of the dashes counts as an item if it cannot be a key.
    fn shape_in(&self, level: Level, column: i32) -> Shape {
        let crammed = level.sequence
            && level.column == column
            && self.byte() == b'-'
            && !self.levels.iter().any(|level| !level.sequence && level.column == column);
        if crammed && self.at(self.pos + 1) != b'-' { Shape::Item } else { self.shape(self.row) }
    }

    /// The deeper level that a line belongs to, although its column matches an outer one.
    fn moved_out_of(&self, column: i32, shape: Shape) -> Option<usize> {
        let (true_column, below) = self.true_column(self.row, column)?;
        let deeper = |level: &Level| level.suits(shape) && level.column > column;
        if self.holds_value(self.row) {
            // Either this line is indented too little, or the next one too much.
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

    /// The first line after `row` whose indentation is at most `column`.
    fn line_out_of(&self, row: usize, column: i32) -> Option<usize> {
        let mut row = row;
        loop {
            row = self.content_below(row)?;
            if self.indent(row) <= column {
                return Some(row);
            }
        }
    }

    /// The level for a line in a column that matches no level.
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

    /// The column that the lines after the current one expect it to have.
    pub(super) fn wanted_column(&self, shape: Shape) -> i32 {
        let below = self.content_below(self.row).filter(|&row| !self.is_marker(row));
        let column = self.column();
        match below.filter(|_| shape != Shape::Item && !self.holds_value(self.row)) {
            Some(row) if self.shape(row) == Shape::Item => column,
            // The line opens a block, which is indented by one step.
            Some(row) if shape == Shape::Entry || self.indent(row) > column => self.indent(row) - self.step,
            _ => column,
        }
    }

    /// The level whose column is nearest; the deeper one of two.
    fn nearest(&self, column: i32, fits: impl Fn(&Level) -> bool) -> Option<usize> {
        let distance = |level: &Level| (level.column - column).abs();
        let least = self.levels.iter().filter(|level| fits(level)).map(distance).min()?;
        self.levels.iter().rposition(|level| fits(level) && distance(level) == least)
    }

    /// The column that the lines after a line require it to have, and the next line. `None` if they can follow it where
    /// it is.
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
        // The line opens a block: the first line after that block determines the column.
        let back = self.line_out_of(below, depth - 1)?;
        let indent = self.indent(back);
        let sound = indent <= column
            || self.is_marker(back)
            || !self.is_structural(back)
            || self.joined_column(row) == Some(indent);
        (!sound && indent <= depth - self.step).then_some((depth - self.step, below))
    }

    /// Accepts a line in the wrong column into the innermost level. Reports it once per run of lines with the same
    /// cause. Returns the column that its children are nested under.
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

    /// Reports that the current line is in the wrong column.
    pub(super) fn report_indent(&mut self, found: i32, expected: i32) {
        let line = self.here();
        let at = if line.text == line.start { line.end() } else { line.start() };
        let span = Span::new(line.text().min(at), line.text().max(at));
        let kind =
            SyntaxErrorKind::WrongIndent { found: found.max(0) as u32, expected: expected.max(0) as u32 };
        self.error(span, kind);
    }
}

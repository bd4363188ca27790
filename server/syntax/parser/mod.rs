//! The parser. Indentation is the synchronization point: a line is assigned to the innermost open block that its column
//! allows, whatever precedes it, so that one broken line affects one line.
//!
//! Every byte is consumed once, and lookahead is bounded: by a line, by the 1,024 bytes that YAML allows for a key, by
//! the indentation (a line may be reread once per enclosing block), or by [`Parser::fuel`].

mod aliases;
mod as_is;
mod block;
mod block_scalar;
mod build;
mod flow;
mod key;
mod level;
mod quoted;
mod repair;
mod rows;
mod scalar;
mod shape;
mod stream;

use super::error::{SyntaxError, SyntaxErrorKind};
use super::key_index::KeyIndex;
use super::lines::Lines;
use super::reads::Reads;
use super::span::Span;
use super::tree::{Document, EntryData, NodeData, NodeId, NodeProperties, Syntax};
use super::{MAX_BYTES, MAX_DEPTH};
use build::Properties;
use level::{Level, Misindent};
use rows::{Row, is_blank, is_flow_indicator, rows};
use std::sync::Arc;

/// Parses any text, in linear time. A text longer than [`MAX_BYTES`] gives an empty tree and one error.
#[must_use]
pub fn parse(text: impl Into<Arc<str>>) -> Syntax {
    let text = text.into();
    if text.len() > MAX_BYTES {
        let error = SyntaxError { span: Span::at(0), kind: SyntaxErrorKind::TooLarge };
        return Syntax {
            lines: Lines::new(""),
            text,
            nodes: Vec::new(),
            properties: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            errors: vec![error],
            key_index: KeyIndex::default(),
            reads: Reads::default(),
        };
    }
    let lines = Lines::new(&text);
    let mut parser = Parser::new(&text, &lines);
    parser.stream();
    let Parser { mut nodes, properties, entries, items, documents, comments, mut errors, .. } = parser;
    as_is::mark(&text, &mut nodes, &entries);
    errors.sort_by_key(|error| error.span);
    errors.dedup();
    let key_index = KeyIndex::default();
    let reads = Reads::new(nodes.len(), lines.count());
    Syntax { lines, nodes, properties, entries, items, documents, comments, errors, text, key_index, reads }
}

/// A saved position. Errors found after it are kept on reset; the duplicates from rereading are removed at the end.
#[derive(Clone, Copy)]
struct Mark {
    pos: usize,
    row: usize,
    comments: usize,
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    rows: Vec<Row>,
    /// Current byte offset; always within, or at the end of, `rows[row]`.
    pos: usize,
    row: usize,

    nodes: Vec<NodeData>,
    /// Ordered by node.
    properties: Vec<NodeProperties>,
    entries: Vec<EntryData>,
    items: Vec<NodeId>,
    documents: Vec<Document>,
    comments: Vec<Span>,
    errors: Vec<SyntaxError>,

    /// Children of the open collections, innermost last.
    open_entries: Vec<EntryData>,
    open_items: Vec<NodeId>,
    /// The open block collections, innermost last.
    levels: Vec<Level>,
    depth: usize,
    /// Whether parsing stopped at the nesting limit. Open collections are then closed without further errors.
    stopped: bool,
    /// Bytes left for unbounded lookahead. At 0, lookahead returns its most permissive answer.
    fuel: usize,
    /// The document's indentation step, in columns; a tab counts as one step.
    step: i32,
    /// Number of lines that may still be split in two; each split shifts all lines after it.
    splits: usize,
    /// Upper bound for the end of the outermost open flow collection (byte offset).
    flow_limit: usize,
    /// The level that accepted the last line with wrong indentation.
    misindent: Option<Misindent>,
    /// The last line reported for its indentation.
    misindent_row: Option<usize>,
    /// Cache of [`Parser::owner`]: line and result.
    owner: Option<(usize, Option<usize>)>,
    /// The line of the last tab error.
    tab_row: Option<usize>,
    /// The line from which a stray character was last dropped.
    shed_row: Option<usize>,
    /// The line of the last entry without a colon.
    unfinished_row: Option<usize>,
    /// Anchored nodes and aliases of this document, in source order.
    named: Vec<NodeId>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, lines: &Lines) -> Self {
        let bytes = text.as_bytes();
        let (rows, step) = rows(bytes, lines);
        let pos = rows.first().map_or(0, |row| row.start());
        let guess = bytes.len() / 24;
        Self {
            text,
            bytes,
            step,
            splits: 32,
            rows,
            pos,
            row: 0,
            nodes: Vec::with_capacity(guess),
            properties: Vec::new(),
            entries: Vec::with_capacity(guess / 2),
            items: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            open_entries: Vec::new(),
            open_items: Vec::new(),
            levels: Vec::new(),
            depth: 0,
            stopped: false,
            fuel: bytes.len() * 4 + 4096,
            flow_limit: usize::MAX,
            misindent: None,
            misindent_row: None,
            owner: None,
            tab_row: None,
            shed_row: None,
            unfinished_row: None,
            named: Vec::new(),
        }
    }

    fn error(&mut self, span: Span, kind: SyntaxErrorKind) {
        if !self.stopped {
            self.errors.push(SyntaxError { span, kind });
        }
    }

    fn mark(&self) -> Mark {
        Mark { pos: self.pos, row: self.row, comments: self.comments.len() }
    }

    fn reset(&mut self, mark: Mark) {
        self.pos = mark.pos;
        self.row = mark.row;
        self.comments.truncate(mark.comments);
    }

    /// Skips whitespace, comments, line breaks and foreign lines, up to the next token or the end of the text.
    fn skip_trivia(&mut self) {
        loop {
            self.pos = self.skip_blanks(self.pos);
            let line = self.here();
            if self.pos >= line.end() {
                if self.row + 1 >= self.rows.len() {
                    self.pos = self.bytes.len();
                    return;
                }
                self.row += 1;
                self.pos = self.here().start();
                continue;
            }
            if self.byte() == b'#' && (self.pos == line.start() || is_blank(self.at(self.pos - 1))) {
                self.comments.push(Span::new(self.pos, line.end()));
                self.pos = line.end();
                continue;
            }
            let foreign = if self.starts_line() { self.foreign(self.row) } else { None };
            let Some(kind) = foreign else { return };
            self.error(Span::new(line.text(), line.end()), kind);
            self.pos = line.end();
        }
    }

    /// Ends a line after a complete value. Only a comment may follow; other text is reported and skipped.
    fn finish_line(&mut self) {
        let next = self.skip_blanks(self.pos);
        let end = self.here().end();
        if next >= end || self.at(next) == b'#' && next > self.pos {
            return;
        }
        if self.at(next) == b'#' {
            self.error(Span::at(next), SyntaxErrorKind::MissingSpaceBeforeComment);
            self.comments.push(Span::new(next, end));
        } else if !self.is_joined(next, end) || self.split_at(next).is_none() {
            self.error(Span::new(next, self.trim_end(next, end)), SyntaxErrorKind::TextAfterValue);
        } else {
            return;
        }
        self.pos = end;
    }

    /// Reports tabs in the indentation of the current line, once.
    fn check_tabs(&mut self) {
        let line = self.here();
        let indent = self.bytes.get(line.start()..line.text()).unwrap_or_default();
        if self.starts_line() && self.tab_row != Some(self.row) && indent.contains(&b'\t') {
            self.tab_row = Some(self.row);
            self.error(Span::new(line.start(), line.text()), SyntaxErrorKind::TabIndent);
        }
    }

    /// Reports a tab between `-`, `?` or `:` and the collection that starts here.
    fn check_gap(&mut self) {
        let line = self.here();
        let gap = self.trim_end(line.start(), self.pos);
        if gap > line.text() && self.bytes.get(gap..self.pos).unwrap_or_default().contains(&b'\t') {
            self.error(Span::new(gap, self.pos), SyntaxErrorKind::TabIndent);
        }
    }

    /// Reports the nesting limit and stops parsing.
    fn stop(&mut self, indent: i32) -> NodeId {
        let end = self.here().end().max(self.pos);
        self.error(Span::new(self.pos, end), SyntaxErrorKind::TooDeep);
        let id = self.null(Properties::default(), indent);
        self.stopped = true;
        self.goto(self.bytes.len());
        id
    }

    fn too_deep(&self) -> bool {
        self.depth >= MAX_DEPTH
    }
}

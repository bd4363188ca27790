//! Text to tree. Indentation is the synchronisation point: a line goes to the innermost open block that its column
//! can belong to, whatever came before, so that one broken line costs one line.
//!
//! Every byte is consumed once, and lookahead is bounded: by a line, by the 1,024 bytes that YAML grants a key, by
//! the indentation (rereading a line once per block around it), or by [`Parser::fuel`].

mod aliases;
mod block;
mod block_scalar;
mod flow;
mod key;
mod lookahead;
mod quoted;
mod repair;
mod scalar;
mod stream;

use super::error::{SyntaxError, SyntaxErrorKind};
use super::lines::Lines;
use super::span::Span;
use super::tree::{Document, EntryData, Kind, NodeData, NodeId, Syntax};
use super::{MAX_BYTES, MAX_DEPTH};
use lookahead::Level;
use std::sync::Arc;

/// Reads a text of any content. Linear in its length; a text above [`MAX_BYTES`] gives an empty tree and one error.
#[must_use]
pub fn parse(text: impl Into<Arc<str>>) -> Syntax {
    let text = text.into();
    if text.len() > MAX_BYTES {
        let error = SyntaxError { span: Span::at(0), kind: SyntaxErrorKind::TooLarge };
        return Syntax {
            lines: Lines::new(""),
            text,
            nodes: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            errors: vec![error],
        };
    }
    let lines = Lines::new(&text);
    let mut parser = Parser::new(&text, &lines);
    parser.stream();
    let Parser { nodes, entries, items, documents, comments, mut errors, .. } = parser;
    errors.sort_by_key(|error| error.span);
    errors.dedup();
    Syntax { lines, nodes, entries, items, documents, comments, errors, text }
}

/// The parts of one line (byte offsets).
#[derive(Clone, Copy, Default)]
struct Row {
    /// Its first byte, after a byte order mark.
    start: u32,
    /// Its first byte that is neither space nor tab; `end` on a blank line.
    text: u32,
    /// Its line break, or the end of the text.
    end: u32,
    /// Whether `text` was moved past a stray character, which its column then does not count.
    shed: bool,
}

impl Row {
    fn start(self) -> usize {
        self.start as usize
    }
    fn text(self) -> usize {
        self.text as usize
    }
    fn end(self) -> usize {
        self.end as usize
    }
    fn is_blank(self) -> bool {
        self.text == self.end
    }
}

/// A place to come back to. Errors of what is then read again stay, and are dropped as duplicates at the end.
#[derive(Clone, Copy)]
struct Mark {
    pos: usize,
    row: usize,
    comments: usize,
}

/// Anchor and tag written before a value.
#[derive(Clone, Copy, Default)]
struct Properties {
    anchor: Option<Span>,
    tag: Option<Span>,
    /// The line of the last one.
    row: Option<usize>,
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    rows: Vec<Row>,
    /// Where reading stands; always within, or at the end of, `rows[row]`.
    pos: usize,
    row: usize,

    nodes: Vec<NodeData>,
    entries: Vec<EntryData>,
    items: Vec<NodeId>,
    documents: Vec<Document>,
    comments: Vec<Span>,
    errors: Vec<SyntaxError>,

    /// Children of the collections that are still open, innermost last.
    open_entries: Vec<EntryData>,
    open_items: Vec<NodeId>,
    /// The block collections that are still open, innermost last.
    levels: Vec<Level>,
    depth: usize,
    /// Nesting hit the limit: reading has stopped, what remains open is closed without further errors.
    stopped: bool,
    /// Bytes that unbounded lookahead may still read. Spent, lookahead gives its most trusting answer.
    fuel: usize,
    /// The document's own step of indentation, in columns; a tab counts as one.
    step: i32,
    /// Lines that may still be broken in two; each costs a move of all lines below.
    splits: usize,
    /// Where the outermost open flow collection ends at the latest (byte offset).
    flow_limit: usize,
    /// The level and the column of the line last taken in although it is wrongly indented: further lines in that column
    /// share the cause.
    misindent: Option<(usize, i32)>,
    /// That line.
    misindent_row: Option<usize>,
    /// Memo of [`Parser::owner`]: line and answer.
    owner: Option<(usize, Option<usize>)>,
    /// The line of the last tab error.
    tab_row: Option<usize>,
    /// The line of the last entry without a colon.
    unfinished_row: Option<usize>,
    /// Nodes with an anchor and alias nodes of this document, in source order.
    named: Vec<NodeId>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, lines: &Lines) -> Self {
        let bytes = text.as_bytes();
        let rows = rows(bytes, lines);
        let pos = rows.first().map_or(0, |row| row.start());
        let guess = bytes.len() / 24;
        Self {
            text,
            bytes,
            step: indent_step(&rows),
            splits: 32,
            rows,
            pos,
            row: 0,
            nodes: Vec::with_capacity(guess),
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
            unfinished_row: None,
            named: Vec::new(),
        }
    }

    // --- bytes and lines ---

    /// The byte at an offset; 0 past the end.
    fn at(&self, index: usize) -> u8 {
        self.bytes.get(index).copied().unwrap_or(0)
    }

    fn byte(&self) -> u8 {
        self.at(self.pos)
    }

    fn eof(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// Whether a blank, a line break or the end of the text stands at an offset.
    fn gap(&self, index: usize) -> bool {
        self.bytes.get(index).is_none_or(|&byte| is_blank(byte) || is_break(byte))
    }

    fn line(&self, row: usize) -> Row {
        let end = self.bytes.len() as u32;
        self.rows.get(row).copied().unwrap_or(Row { start: end, text: end, end, shed: false })
    }

    /// The line at the current position.
    fn here(&self) -> Row {
        self.line(self.row)
    }

    /// Moves to an offset on this line or a later one.
    fn goto(&mut self, pos: usize) {
        self.pos = pos;
        while self.rows.get(self.row + 1).is_some_and(|row| row.start() <= pos) {
            self.row += 1;
        }
    }

    fn to_line_end(&mut self) {
        self.pos = self.here().end();
    }

    /// First offset from `index` on that is not a blank.
    fn skip_blanks(&self, mut index: usize) -> usize {
        while self.bytes.get(index).is_some_and(|&byte| is_blank(byte)) {
            index += 1;
        }
        index
    }

    /// End of the text `from..to` without the blanks before `to`.
    fn trim_end(&self, from: usize, mut to: usize) -> usize {
        while to > from && is_blank(self.at(to - 1)) {
            to -= 1;
        }
        to
    }

    /// The character at an offset, for messages.
    fn char_at(&self, index: usize) -> char {
        self.text.get(index..).and_then(|rest| rest.chars().next()).unwrap_or(' ')
    }

    /// The character at an offset.
    fn char_span(&self, index: usize) -> Span {
        Span::new(index, (index + self.char_at(index).len_utf8()).min(self.bytes.len()))
    }

    /// Whether the current position is the first content of its line.
    fn starts_line(&self) -> bool {
        self.pos == self.here().text()
    }

    /// Column of a line's content; a tab counts as one step of indentation.
    fn indent(&self, row: usize) -> i32 {
        let line = self.line(row);
        self.column_of(line, line.text())
    }

    /// Column of the current position.
    fn column(&self) -> i32 {
        self.column_of(self.here(), self.pos)
    }

    fn column_of(&self, line: Row, pos: usize) -> i32 {
        let indent = self.bytes.get(line.start()..line.text().min(pos)).unwrap_or_default();
        let tabs = indent.iter().filter(|&&byte| byte == b'\t').count() as i32;
        (pos - line.start()) as i32 + tabs * (self.step - 1) - i32::from(line.shed)
    }

    /// Whether a line is `---` or `...`, alone or before a blank.
    fn is_marker(&self, row: usize) -> bool {
        let start = self.line(row).start();
        let rest = self.bytes.get(start..).unwrap_or_default();
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.gap(start + 3)
    }

    /// Whether the document ends at the current position: with a marker, or for want of one with a directive.
    fn at_document_end(&self) -> bool {
        let starts_line = self.pos == self.here().start();
        self.eof() || starts_line && (self.is_marker(self.row) || self.is_directive(self.row))
    }

    /// Whether a line is a directive rather than text that begins with `%`.
    fn is_directive(&self, row: usize) -> bool {
        let rest = self.bytes.get(self.line(row).start()..).unwrap_or_default();
        (rest.starts_with(b"%YAML") || rest.starts_with(b"%TAG"))
            && is_blank(
                self.at(self.line(row).start()
                    + rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count()),
            )
    }

    // --- errors, marks, trivia ---

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

    /// Skips blanks, comments, line breaks and foreign lines, up to the next token or the end of the text.
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
            match self.foreign(self.row) {
                Some(kind) if self.starts_line() => {
                    self.error(Span::new(line.text(), line.end()), kind);
                    self.pos = line.end();
                }
                _ => return,
            }
        }
    }

    /// After a complete value: only a comment may follow on its line. Other text is reported and skipped.
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

    /// Reports tabs that indent the current line, once.
    fn check_tabs(&mut self) {
        let line = self.here();
        let indent = self.bytes.get(line.start()..line.text()).unwrap_or_default();
        if self.starts_line() && self.tab_row != Some(self.row) && indent.contains(&b'\t') {
            self.tab_row = Some(self.row);
            self.error(Span::new(line.start(), line.text()), SyntaxErrorKind::TabIndent);
        }
    }

    /// Reports a tab between `-`, `?` or `:` and the collection that begins here.
    fn check_gap(&mut self) {
        let line = self.here();
        let gap = self.trim_end(line.start(), self.pos);
        if gap > line.text() && self.bytes.get(gap..self.pos).unwrap_or_default().contains(&b'\t') {
            self.error(Span::new(gap, self.pos), SyntaxErrorKind::TabIndent);
        }
    }

    // --- tree ---

    /// Reserves a node, so that ids follow the source; filled by one of the `close` functions.
    fn open(&mut self, properties: Properties, indent: i32) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        if properties.anchor.is_some() {
            self.named.push(id);
        }
        self.nodes.push(NodeData {
            kind: Kind::Null,
            span: Span::at(self.pos),
            anchor: properties.anchor,
            tag: properties.tag,
            indent,
            parent: None,
            children: (0, 0),
            target: None,
        });
        id
    }

    fn leaf(&mut self, kind: Kind, span: Span, properties: Properties, indent: i32) -> NodeId {
        let id = self.open(properties, indent);
        if kind == Kind::Alias {
            self.named.push(id);
        }
        self.node_mut(id).kind = kind;
        self.node_mut(id).span = span;
        id
    }

    /// The value that was not written, at the current position.
    fn null(&mut self, properties: Properties, indent: i32) -> NodeId {
        self.leaf(Kind::Null, Span::at(self.pos), properties, indent)
    }

    fn node_mut(&mut self, id: NodeId) -> &mut NodeData {
        &mut self.nodes[id.index()]
    }

    fn node_span(&self, id: NodeId) -> Span {
        self.nodes[id.index()].span
    }

    /// Where a node begins, its properties included.
    fn full_start(&self, id: NodeId) -> usize {
        let node = &self.nodes[id.index()];
        [node.anchor, node.tag].into_iter().flatten().fold(node.span, Span::join).start()
    }

    fn is_null(&self, id: NodeId) -> bool {
        self.nodes[id.index()].kind == Kind::Null
    }

    /// Makes a reserved node the mapping of the open entries from `base` on.
    fn close_mapping(&mut self, id: NodeId, flow: bool, base: usize, span: Span) {
        let first = self.entries.len();
        self.entries.extend_from_slice(&self.open_entries[base..]);
        self.open_entries.truncate(base);
        for index in first..self.entries.len() {
            let EntryData { key, value, .. } = self.entries[index];
            self.node_mut(key).parent = Some(id);
            self.node_mut(value).parent = Some(id);
        }
        let children = (first as u32, self.entries.len() as u32);
        let node = self.node_mut(id);
        (node.kind, node.span, node.children) = (Kind::Mapping { flow }, span, children);
    }

    /// Makes a reserved node the sequence of the open items from `base` on.
    fn close_sequence(&mut self, id: NodeId, flow: bool, base: usize, span: Span) {
        let first = self.items.len();
        self.items.extend_from_slice(&self.open_items[base..]);
        self.open_items.truncate(base);
        for index in first..self.items.len() {
            let item = self.items[index];
            self.node_mut(item).parent = Some(id);
        }
        let children = (first as u32, self.items.len() as u32);
        let node = self.node_mut(id);
        (node.kind, node.span, node.children) = (Kind::Sequence { flow }, span, children);
    }

    /// Nesting hit the limit: one error, and nothing more is read.
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

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// A character that ends plain text within brackets.
fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

fn rows(bytes: &[u8], lines: &Lines) -> Vec<Row> {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let row = |line: usize| {
        let span = lines.span(line);
        let start = if line == 0 { mark } else { span.start() };
        let mut end = span.end();
        while end > start && is_break(bytes[end - 1]) {
            end -= 1;
        }
        let indent = bytes[start..end].iter().take_while(|&&byte| is_blank(byte)).count();
        Row { start: start as u32, text: (start + indent) as u32, end: end as u32, shed: false }
    };
    (0..lines.count()).map(row).collect()
}

/// The document's own step of indentation, taken from its first indented line.
fn indent_step(rows: &[Row]) -> i32 {
    let indented = rows.iter().find(|row| !row.is_blank() && row.text > row.start);
    indented.map_or(2, |row| (row.text - row.start) as i32).clamp(2, 8)
}

//! Edits of candidates, with the quotes, indentation and line breaks of the document.

use super::context::CursorContext;
use super::snippets::{escaped, without_stops};
use super::{Below, Candidate, Completion, CompletionOptions, Write};
use crate::analysis::jq_completion::JqCompletion;
use crate::bundle::typed::TypedNode;
use crate::edit::Edit;
use crate::syntax::cursor::block_column;
use crate::syntax::{self, Dialect, Kind, Node, Span, Syntax, encode};

/// The layout of a document.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// Spaces per level.
    step: usize,
    /// Spaces before the dashes of a list, counted from its key.
    dash: usize,
    line_break: &'static str,
}

/// Most nodes that are examined to detect the layout.
const MAX_LOOK: usize = 400;

impl Layout {
    /// Detects the layout of a document, the blocks around the cursor first.
    fn of(context: &CursorContext<'_>) -> Self {
        let syntax = &context.document.syntax;
        let (mut step, mut dash) = (None, None);
        let around = context.innermost_first().filter_map(TypedNode::target);
        let mut queue: Vec<Node<'_>> = around.collect();
        queue.extend(syntax.root());
        let mut at = 0;
        while at < queue.len().min(MAX_LOOK) && (step.is_none() || dash.is_none()) {
            let node = queue[at];
            at += 1;
            if matches!(node.kind(), Kind::Mapping { flow: false }) {
                let own = block_column(node);
                for value in node.entries().map(|entry| entry.value()) {
                    let depth = || block_column(value).checked_sub(own);
                    match value.kind() {
                        Kind::Mapping { flow: false } => {
                            step = step.or_else(|| depth().filter(|depth| *depth > 0));
                        }
                        Kind::Sequence { flow: false } => dash = dash.or_else(depth),
                        _ => continue,
                    }
                    if queue.len() < MAX_LOOK {
                        queue.push(value);
                    }
                }
            }
            let room = MAX_LOOK.saturating_sub(queue.len());
            queue.extend(node.items().take(room));
        }
        let line_break = if syntax.text().contains("\r\n") { "\r\n" } else { "\n" };
        let step = step.unwrap_or(2).clamp(1, 8);
        Self { step, dash: dash.unwrap_or(step).min(step), line_break }
    }
}

/// Builds items from the candidates at a cursor.
pub(super) struct ItemBuilder<'p> {
    context: &'p CursorContext<'p>,
    snippets: bool,
    layout: Layout,
    dialect: Dialect,
    /// Column of the next line with content, and whether it begins with a dash.
    below: Option<(usize, bool)>,
}

impl<'p> ItemBuilder<'p> {
    pub(super) fn new(context: &'p CursorContext<'p>, options: &CompletionOptions) -> Self {
        Self {
            context,
            snippets: options.snippets,
            layout: Layout::of(context),
            dialect: context.document.dialect(),
            below: line_below(&context.document.syntax, context.cursor.word.end),
        }
    }

    /// Whether a candidate can be inserted without breaking the lines below.
    pub(super) fn has_room(&self, candidate: &Candidate) -> bool {
        let cursor = &self.context.cursor;
        let is_block = matches!(candidate.write, Write::Block(_) | Write::Made(_));
        let takes_over = self.below.is_some_and(|(column, dash)| {
            let in_item = cursor.dash.is_some_and(|own| dash && column > own);
            in_item || (candidate.dash || is_block) && column > cursor.column
        });
        let quotes_half =
            cursor.word.multiline && (is_block || self.string(&candidate.label).starts_with(['"', '\'']));
        // A key of a mapping cannot become the item of a list.
        let rest = self.context.document.syntax.text().get(cursor.word.end..).unwrap_or_default();
        let splits_key = candidate.dash && (cursor.word.has_colon || rest.starts_with(':'));
        !takes_over && !quotes_half && !splits_key
    }

    pub(super) fn build(&self, candidate: Candidate, rank: usize) -> Completion {
        let cursor = &self.context.cursor;
        let word = &cursor.word;
        if let Write::Program(item) = &candidate.write {
            let item = item.clone();
            return program(candidate, item, rank);
        }
        let start = word.start;
        let column = cursor.column + if candidate.dash { 2 } else { 0 };
        let mut text = self.body(&candidate.label, &candidate.write, column);
        let closes = text.starts_with(['"', '\'', '{', '[']);
        if candidate.dash {
            text.insert_str(0, "- ");
        }
        text.insert_str(0, &" ".repeat(word.padding));
        if word.lacks_comma {
            text.push(',');
        }
        let is_snippet = self.snippets && has_stops(&text);
        if !is_snippet {
            text = without_stops(&text);
        }
        let end = word.end;
        // Text after the cursor cannot follow a closing quote or bracket, or a whole block.
        let is_block = matches!(candidate.write, Write::Block(_) | Write::Made(_));
        let whole = word.quote.is_none() && closes || word.unclosed || is_block;
        let insert = Span::new(start, if whole { end } else { word.cursor });
        Completion {
            label: candidate.label,
            kind: candidate.kind,
            detail: candidate.detail,
            description: candidate.description,
            topic: candidate.topic,
            rank,
            filter: candidate.filter,
            insert,
            replace: Span::new(start, end),
            text,
            is_snippet,
            deprecated: candidate.rank.deprecated,
            edits: self.reindent(),
        }
    }

    /// The edit that corrects wrong indentation.
    fn reindent(&self) -> Vec<Edit> {
        let cursor = &self.context.cursor;
        let edit = |span: Span| Edit { span, text: " ".repeat(cursor.column) };
        cursor.indentation.map(edit).into_iter().collect()
    }

    /// The text, with tab stops and everything else escaped.
    fn body(&self, label: &str, write: &Write, column: usize) -> String {
        match write {
            Write::Key(below) => self.key(label, below, column),
            Write::Text => escaped(&self.string(label)),
            Write::Plain => escaped(&self.in_quotes(label)),
            Write::Verbatim(text) => match self.context.cursor.word.quote {
                Some(_) => escaped(&self.in_quotes(label)),
                None => escaped(text),
            },
            Write::Block(yaml) => self.block(yaml, column),
            Write::Made(yaml) => self.block(yaml, column),
            // Handled by `program`.
            Write::Program(item) => item.text.clone(),
        }
    }

    fn key(&self, label: &str, below: &Below, column: usize) -> String {
        let cursor = &self.context.cursor;
        let mut text = escaped(&self.string(label));
        let word = &cursor.word;
        // `"key|"` and `key|: …`: the rest of the entry is already there.
        if word.has_colon || word.quote.is_some() && !word.unclosed {
            return text;
        }
        text.push(':');
        let deeper = !cursor.in_flow && self.below.is_some_and(|(indentation, _)| indentation > column);
        let begun = *below == Below::List || word.start < word.cursor;
        let listed = begun && !cursor.in_flow && self.below == Some((column, true));
        if deeper || listed {
            return text;
        }
        let broken = |columns: usize| format!("{}{}", self.layout.line_break, " ".repeat(columns));
        match below {
            Below::Line(choices) => {
                text.push(' ');
                match choices.as_slice() {
                    [] => {}
                    [only] => text.push_str(&format!("${{1:{}}}", escaped(only))),
                    several => text.push_str(&format!("${{1|{}|}}", several.join(","))),
                }
            }
            _ if cursor.in_flow => text.push(' '),
            Below::Mapping => text.push_str(&broken(column + self.layout.step)),
            Below::List => {
                text.push_str(&broken(column + self.layout.dash));
                text.push_str("- ");
            }
        }
        text
    }

    /// A string in the quotes around the cursor, or in those that it needs.
    fn string(&self, text: &str) -> String {
        match self.context.cursor.word.quote {
            Some(_) => self.in_quotes(text),
            None => encode::string(text, self.context.cursor.in_flow, self.dialect).into_owned(),
        }
    }

    /// Text escaped for the quotes around the cursor, if there are any.
    fn in_quotes(&self, text: &str) -> String {
        let word = &self.context.cursor.word;
        let mut text = match word.quote {
            Some('\'') => text.replace('\'', "''"),
            Some(_) => text.replace('\\', "\\\\").replace('"', "\\\""),
            None => return text.to_owned(),
        };
        if word.unclosed {
            text.extend(word.quote);
        }
        text
    }

    /// YAML in the layout of the document. Its first line starts at the cursor.
    fn block(&self, yaml: &str, column: usize) -> String {
        let syntax = syntax::parse(yaml);
        let mut out = String::new();
        if let Some(root) = syntax.root() {
            self.render(root, column, &mut out);
        }
        out
    }

    fn render(&self, node: Node<'_>, column: usize, out: &mut String) {
        let broken = |columns: usize| format!("{}{}", self.layout.line_break, " ".repeat(columns));
        match node.kind() {
            Kind::Mapping { flow: false } => {
                for (index, entry) in node.entries().enumerate() {
                    if index > 0 {
                        out.push_str(&broken(column));
                    }
                    out.push_str(entry.key().source());
                    out.push(':');
                    let value = entry.value();
                    let inner = match value.kind() {
                        Kind::Null => continue,
                        Kind::Mapping { flow: false } => Some(column + self.layout.step),
                        Kind::Sequence { flow: false } => Some(column + self.layout.dash),
                        _ => None,
                    };
                    match inner {
                        Some(inner) => out.push_str(&broken(inner)),
                        None => out.push(' '),
                    }
                    self.render(value, inner.unwrap_or(column), out);
                }
            }
            Kind::Sequence { flow: false } => {
                for (index, item) in node.items().enumerate() {
                    if index > 0 {
                        out.push_str(&broken(column));
                    }
                    out.push_str("- ");
                    self.render(item, column + 2, out);
                }
            }
            _ => out.push_str(node.source()),
        }
    }
}

/// The item of a candidate with its own span.
pub(super) fn program(candidate: Candidate, item: JqCompletion, rank: usize) -> Completion {
    Completion {
        label: candidate.label,
        kind: candidate.kind,
        detail: candidate.detail,
        description: candidate.description,
        topic: candidate.topic,
        rank,
        filter: candidate.filter,
        insert: item.insert,
        replace: item.replace,
        text: item.text,
        is_snippet: item.is_snippet,
        deprecated: item.deprecated,
        edits: Vec::new(),
    }
}

/// Column of the next line with content other than a comment, and whether it begins with a dash.
fn line_below(syntax: &Syntax, offset: usize) -> Option<(usize, bool)> {
    let rest = syntax.text().get(offset..)?;
    let mut lines = rest.split(['\n', '\r']);
    let behind = lines.next()?.trim();
    if !behind.is_empty() && !behind.starts_with('#') {
        return None;
    }
    let line = lines.find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    let content = line.trim_start();
    Some((line.len() - content.len(), content == "-" || content.starts_with("- ")))
}

/// Whether text has tab stops.
fn has_stops(text: &str) -> bool {
    let mut before = ' ';
    for letter in text.chars() {
        if letter == '$' && before != '\\' {
            return true;
        }
        before = if before == '\\' { ' ' } else { letter };
    }
    false
}

//! Completion: the items at the cursor, best first, as edits that keep the document valid.
//!
//! [`cursor`] finds the position in the tree, `context` adds the description of the format and the document's schemas.
//! Then `keys`, `values`, `names`, `refs`, `steps`, `app`, `jq` and `snippets` add candidates, `rank` sorts them, and
//! `insert` turns them into edits.

mod app;
mod context;
#[cfg(test)]
mod coverage;
mod documentation;
mod insert;
mod jq;
mod keys;
mod names;
mod rank;
mod refs;
mod schema;
mod snippets;
mod steps;
#[cfg(test)]
mod tests;
mod ui;
mod usage;
mod values;

pub(crate) use documentation::{Topic, documentation};

use super::Snapshot;
use super::jq_completion::JqCompletion;
use crate::bundle::Kind;
use crate::edit::Edit;
use crate::settings::Settings;
use crate::syntax::Span;
use crate::syntax::cursor::{self, Insertion};
use crate::workspace::Files;
use context::CursorContext;

/// Capabilities of the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CompletionOptions {
    /// Whether inserted text may contain the tab stops `$1` and `${1:text}`.
    pub snippets: bool,
}

/// The items at a cursor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completions {
    /// The items, best first.
    pub items: Vec<Completion>,
    /// Whether further typing can bring other items.
    pub incomplete: bool,
}

/// The icon of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    Key,
    Property,
    Value,
    EnumMember,
    Keyword,
    Reference,
    Folder,
    File,
    Function,
    Variable,
    Snippet,
}

/// An item of the list. Spans are bytes of the document and never cross a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// The text shown in the list.
    pub label: String,
    /// Its icon.
    pub kind: CompletionKind,
    /// Short text next to the label: type, default.
    pub detail: Option<String>,
    /// Less prominent text: summary, source.
    pub description: Option<String>,
    /// Key of its [`documentation`].
    pub topic: Option<Topic>,
    /// Its position in the list, from 0.
    pub rank: usize,
    /// The text to match typed text against, if not the label.
    pub filter: Option<String>,
    /// The replaced text in insert mode: up to the cursor.
    pub insert: Span,
    /// The replaced text in replace mode: the whole word. Starts where `insert` does.
    pub replace: Span,
    /// The new text, with all lines but the first indented for the document.
    pub text: String,
    /// Whether the text contains tab stops.
    pub is_snippet: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Additional edits outside of the replaced span.
    pub edits: Vec<Edit>,
}

/// The items at a byte offset.
#[must_use]
pub fn completion(
    snapshot: &Snapshot,
    files: &dyn Files,
    settings: &Settings,
    offset: usize,
    options: &CompletionOptions,
) -> Completions {
    let document = snapshot.document();
    if document.kind == Kind::Program {
        let items = snapshot.in_bundle(files).and_then(|document| jq::of_file(&document, offset, options));
        return Completions { items: items.unwrap_or_default(), incomplete: false };
    }
    let Some(cursor) = cursor::at(&document.syntax, offset) else { return Completions::default() };
    let unfinished = cursor.with_unfinished_key();
    let read = |cursor| CursorContext::new(document, snapshot.directory(), files, settings, cursor);
    let context = unfinished.and_then(read).filter(keys::continues_typed).or_else(|| read(cursor));
    let Some(context) = context else { return Completions::default() };
    let builder = insert::ItemBuilder::new(&context, options);
    let candidates =
        rank::rank(candidates(&context, options)).into_iter().filter(|candidate| builder.has_room(candidate));
    let items = candidates.enumerate().map(|(rank, candidate)| builder.build(candidate, rank));
    Completions { items: items.collect(), incomplete: false }
}

/// An item before its edits are known.
#[derive(Clone, Debug)]
struct Candidate {
    label: String,
    kind: CompletionKind,
    write: Write,
    rank: Rank,
    detail: Option<String>,
    description: Option<String>,
    topic: Option<Topic>,
    filter: Option<String>,
    /// Whether a dash is inserted first.
    dash: bool,
}

/// The sort key of a candidate; smaller comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Rank {
    deprecated: bool,
    tier: u8,
    /// The negated weight: frequent candidates come first.
    rarity: i64,
}

/// The text that a candidate inserts.
#[derive(Clone, PartialEq, Debug)]
enum Write {
    /// The label as a key, and the start of its value.
    Key(Below),
    /// The label as a string, quoted where YAML requires it.
    Text,
    /// The label, unquoted.
    Plain,
    /// This text instead of the label, unquoted.
    Verbatim(String),
    /// Part of a jq program, with its own span.
    Program(JqCompletion),
    /// YAML that is laid out like the document: entries of a mapping, items of a list, or a value.
    Block(&'static str),
    /// The same, generated.
    Made(String),
}

/// The start of the value of a new key.
#[derive(Clone, PartialEq, Debug)]
enum Below {
    /// A value on the same line: one of these, if there are any.
    Line(Vec<String>),
    /// A mapping on the next lines.
    Mapping,
    /// A list on the next lines.
    List,
}

impl Candidate {
    fn new(label: impl Into<String>, kind: CompletionKind, write: Write) -> Self {
        Self {
            label: label.into(),
            kind,
            write,
            rank: Rank::default(),
            detail: None,
            description: None,
            topic: None,
            filter: None,
            dash: false,
        }
    }

    fn tier(mut self, tier: u8) -> Self {
        self.rank.tier = tier;
        self
    }

    fn weight(mut self, weight: u32) -> Self {
        self.rank.rarity = -i64::from(weight);
        self
    }

    fn deprecated(mut self, deprecated: bool) -> Self {
        self.rank.deprecated = deprecated;
        self
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into()).filter(|detail| !detail.is_empty());
        self
    }

    fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into()).filter(|description| !description.is_empty());
        self
    }

    fn topic(mut self, topic: Topic) -> Self {
        self.topic = Some(topic);
        self
    }
}

/// All candidates, grouped by source.
fn candidates(context: &CursorContext<'_>, options: &CompletionOptions) -> Vec<Candidate> {
    let mut found = Vec::new();
    let cursor = &context.cursor;
    if cursor.block_scalar.is_some()
        || context.last().jq && cursor.insertion != Insertion::Key && !values::holds_block(context)
    {
        jq::programs(context, options, &mut found);
        if cursor.block_scalar.is_some() {
            return found;
        }
    }
    match cursor.insertion {
        Insertion::Key => keys::keys(context, &mut found),
        Insertion::Value => values::values(context, &mut found),
        Insertion::Start => {
            keys::keys(context, &mut found);
            values::values(context, &mut found);
        }
        Insertion::Item => {}
    }
    if matches!(cursor.insertion, Insertion::Item | Insertion::Start) && context.takes_items() {
        values::items(context, &mut found);
    }
    snippets::snippets(context, &mut found);
    found
}

//! Completion: everything that can be known at the cursor, best first, as edits that leave the text right.
//!
//! [`cursor`] finds the position in the tree, `context` adds the description of the format and the document's schemas.
//! Then each area adds what it knows (`keys`, `values`, `names`, `refs`, `steps`, `app`, `jq`, `snippets`), `rank` orders
//! it, and `insert` turns it into edits.

mod app;
mod context;
#[cfg(test)]
mod coverage;
mod documentation;
mod insert;
mod jq;
mod keys;
mod mentions;
mod names;
mod rank;
mod refs;
mod schema;
mod snippets;
mod steps;
#[cfg(test)]
mod tests;
mod ui;
mod values;

pub use documentation::{Topic, documentation};

use super::Snapshot;
use super::jq_completion::JqCompletion;
use crate::bundle::Kind;
use crate::edit::Edit;
use crate::settings::Settings;
use crate::syntax::Span;
use crate::syntax::cursor::{self, Insertion};
use crate::workspace::Files;
use context::CursorContext;

/// What the client can do with an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CompletionOptions {
    /// It understands `$1` and `${1:text}` in inserted text.
    pub snippets: bool,
}

/// What may be written at a place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completions {
    /// The items, best first.
    pub items: Vec<Completion>,
    /// Whether more typing may bring items that are not among these.
    pub incomplete: bool,
}

/// The icon of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are the protocol's")]
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

/// One thing that may be written. Spans are bytes of the text that was completed, and never cross a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// Its icon.
    pub kind: CompletionKind,
    /// A few words beside the label: type, default.
    pub detail: Option<String>,
    /// A few dimmer words: summary, where it comes from.
    pub description: Option<String>,
    /// What [`documentation`] has more about.
    pub topic: Option<Topic>,
    /// Its position among the items, from 0: the order to show them in.
    pub rank: usize,
    /// What typed text is matched against, if not the label.
    pub filter: Option<String>,
    /// What is replaced when text behind the cursor shall stay.
    pub insert: Span,
    /// What is replaced when the whole word shall go; begins where `insert` does.
    pub replace: Span,
    /// The new text; further lines are indented as they must stand in the document.
    pub text: String,
    /// Whether the text has `$1` and `${1:text}` in it.
    pub is_snippet: bool,
    /// Whether it should no longer be written.
    pub deprecated: bool,
    /// Further edits, beside the replaced span.
    pub edits: Vec<Edit>,
}

/// What may be written at a byte offset.
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
    let writer = insert::Writer::new(&context, options);
    let candidates =
        rank::rank(candidates(&context, options)).into_iter().filter(|candidate| writer.has_room(candidate));
    let items = candidates.enumerate().map(|(rank, candidate)| writer.write(candidate, rank));
    Completions { items: items.collect(), incomplete: false }
}

/// Something that may be written, before it is known how.
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
    /// Whether a dash comes first.
    dash: bool,
}

/// How wanted a candidate is; smaller comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Rank {
    deprecated: bool,
    tier: u8,
    /// Negative counts: what is used more comes first.
    rarity: i64,
}

/// What a candidate puts into the text.
#[derive(Clone, PartialEq, Debug)]
enum Write {
    /// A key, and what its value begins with.
    Key(Below),
    /// The label as a string, in quotes where YAML would misread it.
    Text,
    /// The label as it is.
    Plain,
    /// This text instead of the label, as it is.
    Verbatim(String),
    /// Part of a jq program; knows what it replaces.
    Program(JqCompletion),
    /// A piece of YAML, brought to the layout of the document: entries of a mapping, items of a list, or a value.
    Block(&'static str),
    /// The same, made up on the spot.
    Made(String),
}

/// What stands behind a new key.
#[derive(Clone, PartialEq, Debug)]
enum Below {
    /// A value on the same line, chosen from these where there are any.
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

/// Everything that may be written, in no particular order but that of its sources.
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

//! Whether edits do what they promise and nothing else, read off the text before and after.

use super::{Change, Edits};
use crate::syntax::{Dialect, Entry, Node, NodeId, Scalar, Span, Syntax};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::fmt;

/// Why edits are not offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Violation {
    /// The edits overlap or lie outside of the text.
    Overlap,
    /// The text would have more syntax errors than before.
    Syntax,
    /// A mapping would have a key twice.
    DuplicateKey,
    /// A value would change that was not meant to, at this line of the text before (from 1).
    Value(usize),
    /// A comment would be lost, at this line of the text before (from 1).
    Comment(usize),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap => write!(f, "its edits overlap"),
            Self::Syntax => write!(f, "the file would no longer be valid YAML"),
            Self::DuplicateKey => write!(f, "a key would occur twice"),
            Self::Value(line) => write!(f, "it would also change the value in line {line}"),
            Self::Comment(line) => write!(f, "the comment in line {line} would be lost"),
        }
    }
}

/// Compares a document before and after edits. Where the text before has syntax errors that the platform's reader stops
/// at, its values are a guess and are not compared.
///
/// # Errors
/// The first promise that is broken.
pub fn verify(before: &Syntax, edits: &Edits, after: &Syntax, dialect: Dialect) -> Result<(), Violation> {
    let is_broken = before.fatal_errors().next().is_some();
    if after.fatal_errors().count() > before.fatal_errors().count()
        || after.errors().len() > before.errors().len()
    {
        return Err(Violation::Syntax);
    }
    if duplicates(after) > duplicates(before) {
        return Err(Violation::DuplicateKey);
    }
    comments_are_kept(before, edits, after)?;
    if is_broken { Ok(()) } else { Comparison::new(before, edits, dialect).documents(before, after) }
}

/// Number of entries whose key an earlier entry of the same mapping has.
fn duplicates(syntax: &Syntax) -> usize {
    syntax.nodes().filter(|node| node.is_mapping()).map(|mapping| mapping.duplicates().count()).sum()
}

/// Every comment is still there, perhaps as part of a longer one, unless it stands on the lines of what is removed.
fn comments_are_kept(before: &Syntax, edits: &Edits, after: &Syntax) -> Result<(), Violation> {
    let text = |syntax: &Syntax, span: Span| syntax.slice(span).trim_end().to_owned();
    let mut left: HashMap<String, usize> = HashMap::default();
    for comment in after.comments() {
        *left.entry(text(after, *comment)).or_default() += 1;
    }
    let mut take = |comment: &str| match left.get_mut(comment) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    let lost: Vec<Span> =
        before.comments().iter().copied().filter(|comment| !take(&text(before, *comment))).collect();
    for comment in lost {
        let wanted = text(before, comment);
        let longer = left.iter_mut().find(|(text, count)| **count > 0 && text.contains(&wanted));
        if let Some((_, count)) = longer {
            *count -= 1;
        } else if !is_removed(before, edits, comment) && !is_reworded(edits, comment) {
            return Err(Violation::Comment(before.lines().line_of(comment.start()) + 1));
        }
    }
    Ok(())
}

/// Whether a comment stands on the lines of an entry or item that is removed.
fn is_removed(syntax: &Syntax, edits: &Edits, comment: Span) -> bool {
    let lines = syntax.lines();
    let of_node = |id: NodeId| {
        let node = syntax.node(id);
        let span = node.entry().filter(|entry| entry.key() == node).map_or(node.full_span(), Entry::span);
        Span::new(lines.start(lines.line_of(span.start())), lines.span(lines.line_of(span.end())).end())
    };
    edits.changes.iter().any(|change| matches!(change, Change::Removed(id) if of_node(*id).covers(comment)))
}

/// Whether an edit is about words of this comment, which stays one.
fn is_reworded(edits: &Edits, comment: Span) -> bool {
    let within =
        |span: Span| comment.start() < span.start() && span.end() <= comment.end() && !span.is_empty();
    edits
        .list
        .iter()
        .any(|edit| within(edit.span) && !edit.text.is_empty() && !edit.text.contains(['\n', '\r']))
}

/// The comparison of the values of two documents.
struct Comparison<'a> {
    dialect: Dialect,
    values: HashSet<NodeId>,
    texts: HashMap<NodeId, &'a str>,
    keys: HashMap<NodeId, &'a str>,
    removed: HashSet<NodeId>,
    entries: HashSet<&'a str>,
    lists: HashSet<NodeId>,
    root: bool,
    /// Pairs of nodes that are compared already: a shared node is compared once with each of its counterparts.
    seen: HashSet<(NodeId, NodeId)>,
}

impl<'a> Comparison<'a> {
    fn new(before: &Syntax, edits: &'a Edits, dialect: Dialect) -> Self {
        let mut new = Self {
            dialect,
            values: HashSet::default(),
            texts: HashMap::default(),
            keys: HashMap::default(),
            removed: HashSet::default(),
            entries: HashSet::default(),
            lists: HashSet::default(),
            root: false,
            seen: HashSet::default(),
        };
        for change in &edits.changes {
            match change {
                Change::Value(node) => _ = new.values.insert(before.node(*node).target().id()),
                Change::Text(node, text) => _ = new.texts.insert(before.node(*node).target().id(), text),
                Change::Key(node, name) => _ = new.keys.insert(*node, name),
                Change::Removed(node) => _ = new.removed.insert(*node),
                Change::Entry(_, name) => _ = new.entries.insert(name),
                Change::Items(list) => _ = new.lists.insert(before.node(*list).target().id()),
                Change::Document => new.root = true,
            }
        }
        new
    }

    fn documents(mut self, before: &'a Syntax, after: &'a Syntax) -> Result<(), Violation> {
        match (before.root(), after.root()) {
            (Some(before), Some(after)) => self.nodes(before, after),
            (None, None) => Ok(()),
            (None, Some(_)) if self.root => Ok(()),
            _ => Err(Violation::Value(1)),
        }
    }

    fn nodes(&mut self, before: Node<'_>, after: Node<'_>) -> Result<(), Violation> {
        let mut work = vec![(before, after)];
        while let Some((written, other)) = work.pop() {
            let (before, after) = (written.target(), other.target());
            if self.values.contains(&before.id()) || self.values.contains(&written.id()) {
                continue;
            }
            if !self.seen.insert((before.id(), after.id())) {
                continue;
            }
            let is_same = if let Some(text) = self.texts.get(&before.id()) {
                after.is_scalar() && is_text(after, text, self.dialect)
            } else if before.is_mapping() && after.is_mapping() {
                self.mappings(before, after, &mut work)
            } else if before.is_sequence() && after.is_sequence() {
                self.sequences(before, after, &mut work)
            } else {
                let is_collection = |node: Node<'_>| node.is_mapping() || node.is_sequence();
                !is_collection(before) && !is_collection(after) && self.is_same_scalar(before, after)
            };
            if !is_same {
                return Err(violation(written));
            }
        }
        Ok(())
    }

    /// Queues the values that two mappings have under the same names; `false` if they have other names.
    fn mappings<'t>(&self, before: Node<'t>, after: Node<'t>, work: &mut Vec<(Node<'t>, Node<'t>)>) -> bool {
        let mut others: HashMap<Cow<'_, str>, Entry<'_>> =
            after.fields().map(|entry| (entry.name(), entry)).collect();
        for entry in before.fields() {
            let key = entry.key().id();
            if self.removed.contains(&key) {
                // Of two entries with one name the other may take its place.
                others.remove(&entry.name());
                continue;
            }
            let name = self.keys.get(&key).map_or(entry.name(), |name| Cow::Borrowed(*name));
            match others.remove(&name) {
                Some(other) if is_key(other, entry) => work.push((entry.value(), other.value())),
                // An earlier entry of the same name, which another change removes, hid it or took it over.
                _ => return false,
            }
        }
        others.keys().all(|name| self.entries.contains(&**name) || self.is_moved(name))
    }

    /// Whether an entry of this name was in the document before and is promised under another mapping or name.
    fn is_moved(&self, name: &str) -> bool {
        self.keys.values().any(|renamed| *renamed == name)
    }

    fn sequences<'t>(&self, before: Node<'t>, after: Node<'t>, work: &mut Vec<(Node<'t>, Node<'t>)>) -> bool {
        let items = before.items().filter(|item| !self.removed.contains(&item.id()));
        let mut others = after.items();
        for item in items {
            match others.next() {
                Some(other) => work.push((item, other)),
                None => return false,
            }
        }
        others.len() == 0 || self.lists.contains(&before.id())
    }

    fn is_same_scalar(&self, before: Node<'_>, after: Node<'_>) -> bool {
        let tag = |node: Node<'_>| node.tag().map(|tag| node.syntax().slice(tag).to_owned());
        let (one, other) = (before.resolve(self.dialect), after.resolve(self.dialect));
        // Not-a-number differs from itself.
        let is_nan = |scalar: &Scalar<'_>| matches!(scalar, Scalar::Float(number) if number.is_nan());
        let is_alias = |node: Node<'_>| node.kind() == crate::syntax::Kind::Alias;
        tag(before) == tag(after)
            && is_alias(before) == is_alias(after)
            && (one == other || is_nan(&one) && is_nan(&other))
    }
}

fn violation(node: Node<'_>) -> Violation {
    Violation::Value(node.syntax().lines().line_of(node.span().start()) + 1)
}

/// Whether a scalar is read as this text.
fn is_text(scalar: Node<'_>, text: &str, dialect: Dialect) -> bool {
    match scalar.resolve(dialect) {
        Scalar::Str(read) => read == text,
        _ => scalar.value() == text && text.parse::<f64>().is_ok(),
    }
}

/// Whether a key is no merge key where the one before it was none.
fn is_key(after: Entry<'_>, before: Entry<'_>) -> bool {
    after.is_merge() == before.is_merge()
}

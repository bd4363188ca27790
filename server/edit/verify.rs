//! Checks that edits make the declared changes and no others, by comparing the document before and after.

use super::{Change, Edits};
use crate::syntax::{Dialect, Entry, Node, NodeId, Scalar, Span, Syntax};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::fmt;

/// Why edits are rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Violation {
    /// The text would have more syntax errors than before.
    Syntax,
    /// A mapping would contain a key twice.
    DuplicateKey,
    /// A value would change without a declared change, at this line of the text before (from 1).
    Value(usize),
    /// A comment would be lost, at this line of the text before (from 1).
    Comment(usize),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax => write!(f, "the file would no longer be valid YAML"),
            Self::DuplicateKey => write!(f, "a key would occur twice"),
            Self::Value(line) => write!(f, "it would also change the value in line {line}"),
            Self::Comment(line) => write!(f, "the comment in line {line} would be lost"),
        }
    }
}

/// Compares a document before and after edits. If the text before has syntax errors that stop the platform's parser,
/// its values are a guess and are not compared.
///
/// # Errors The first violation found.
pub(crate) fn verify(
    before: &Syntax,
    edits: &Edits,
    after: &Syntax,
    dialect: Dialect,
) -> Result<(), Violation> {
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

/// Number of entries whose key repeats the key of an earlier entry in the same mapping.
fn duplicates(syntax: &Syntax) -> usize {
    syntax.nodes().filter(|node| node.is_mapping()).map(|mapping| mapping.duplicates().count()).sum()
}

/// Checks that every comment is kept, possibly as part of a longer one, unless it is on the lines of a removed node.
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

/// Whether a comment is on the lines of a removed entry or item.
fn is_removed(syntax: &Syntax, edits: &Edits, comment: Span) -> bool {
    let lines = syntax.lines();
    let of_node = |id: NodeId| {
        let node = syntax.node(id);
        let span = node.entry().filter(|entry| entry.key() == node).map_or(node.full_span(), Entry::span);
        Span::new(lines.start(lines.line_of(span.start())), lines.span(lines.line_of(span.end())).end())
    };
    edits.changes.iter().any(|change| matches!(change, Change::Removed(id) if of_node(*id).covers(comment)))
}

/// Whether an edit changes only text inside this comment.
fn is_reworded(edits: &Edits, comment: Span) -> bool {
    let within =
        |span: Span| comment.start() < span.start() && span.end() <= comment.end() && !span.is_empty();
    edits
        .list
        .iter()
        .any(|edit| within(edit.span) && !edit.text.is_empty() && !edit.text.contains(['\n', '\r']))
}

/// Compares the values of two documents.
struct Comparison<'a> {
    dialect: Dialect,
    values: HashSet<NodeId>,
    texts: HashMap<NodeId, &'a str>,
    keys: HashMap<NodeId, &'a str>,
    removed: HashSet<NodeId>,
    entries: HashSet<&'a str>,
    lists: HashSet<NodeId>,
    root: bool,
    /// Pairs of nodes already compared. A shared node is compared once with each counterpart.
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

    /// Queues the value pairs of two mappings with the same names. `false` if their names differ.
    fn mappings<'t>(&self, before: Node<'t>, after: Node<'t>, work: &mut Vec<(Node<'t>, Node<'t>)>) -> bool {
        let mut others: HashMap<Cow<'_, str>, Entry<'_>> =
            after.fields().map(|entry| (entry.name(), entry)).collect();
        for entry in before.fields() {
            let key = entry.key().id();
            if self.removed.contains(&key) {
                // If the key is duplicated, the other entry may take effect.
                others.remove(&entry.name());
                continue;
            }
            let name = self.keys.get(&key).map_or(entry.name(), |name| Cow::Borrowed(*name));
            match others.remove(&name) {
                Some(other) if is_key(other, entry) => work.push((entry.value(), other.value())),
                // An earlier entry with the same name, removed by another change, hid this one or replaced it.
                _ => return false,
            }
        }
        others.keys().all(|name| self.entries.contains(&**name) || self.is_moved(name))
    }

    /// Whether a new name comes from renaming another entry.
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
        // NaN is not equal to itself.
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

/// Whether a scalar has this text.
fn is_text(scalar: Node<'_>, text: &str, dialect: Dialect) -> bool {
    match scalar.resolve(dialect) {
        Scalar::Str(read) => read == text,
        _ => scalar.value() == text && text.parse::<f64>().is_ok(),
    }
}

/// Whether two keys are both merge keys, or neither is.
fn is_key(after: Entry<'_>, before: Entry<'_>) -> bool {
    after.is_merge() == before.is_merge()
}

#[cfg(test)]
mod tests {
    use super::super::build;
    use super::*;
    use crate::edit::Edit;
    use crate::syntax::parse;

    const TEXT: &str = "\
# top
a: &a {x: 1, y: two} # shared
b: *a
c:
  <<: *a
  y: other
d: [1, 2] # list
e:
  f: 1 # f
  g: 2
";

    /// Verifies edits that replace the only `from` in the text and declare the changes returned by `promise`.
    fn verified(from: &str, to: &str, promise: impl Fn(&Syntax) -> Vec<Change>) -> Result<(), Violation> {
        let before = parse(TEXT);
        let at = TEXT.find(from).unwrap();
        assert_eq!(TEXT.matches(from).count(), 1, "{from}");
        let list = vec![Edit { span: Span::new(at, at + from.len()), text: to.to_owned() }];
        let edits = Edits { list, changes: promise(&before) };
        let after = parse(edits.apply(TEXT).unwrap());
        verify(&before, &edits, &after, Dialect::GoYaml2)
    }

    fn node<'a>(syntax: &'a Syntax, key: &str) -> Node<'a> {
        syntax.root().unwrap().get(key).unwrap().value()
    }

    #[test]
    fn layout_changes_nothing() {
        let nothing = |_: &Syntax| Vec::new();
        assert_eq!(verified("[1, 2]", "[ 1,2 ]", nothing), Ok(()));
        assert_eq!(verified("y: other", "y: 'other'", nothing), Ok(()));
        assert_eq!(verified("b: *a", "b: {x: 1, y: two}", nothing), Ok(()));
        assert_eq!(verified("b: *a", "b: {x: 1, y: too}", nothing), Err(Violation::Value(2)));
        assert_eq!(verified("[1, 2]", "[1, '2']", nothing), Err(Violation::Value(7)));
        assert_eq!(verified("[1, 2]", "[1, 2, 3]", nothing), Err(Violation::Value(7)));
        assert_eq!(verified("  g: 2\n", "", nothing), Err(Violation::Value(9)));
        assert_eq!(verified("  g: 2\n", "  g: 2\nh: 1\n", nothing), Err(Violation::Value(2)));
    }

    #[test]
    fn a_shared_node_changes_everywhere() {
        let x = |syntax: &Syntax| {
            let entry = node(syntax, "a").get("x").unwrap();
            vec![Change::Text(entry.value().id(), "7".to_owned())]
        };
        assert_eq!(verified("x: 1", "x: 7", x), Ok(()));
        assert_eq!(verified("x: 1", "x: 8", x), Err(Violation::Value(2)));
    }

    #[test]
    fn keys_are_renamed_removed_and_added() {
        let g = |change: fn(NodeId) -> Change| {
            move |syntax: &Syntax| vec![change(node(syntax, "e").get("g").unwrap().key().id())]
        };
        let renamed = |id| Change::Key(id, "h".to_owned());
        assert_eq!(verified("g: 2", "h: 2", g(renamed)), Ok(()));
        assert!(verified("g: 2", "h: 3", g(renamed)).is_err());
        assert!(verified("g: 2", "i: 2", g(renamed)).is_err());
        assert_eq!(
            verified("g: 2", "f: 2", g(|id| Change::Key(id, "f".to_owned()))),
            Err(Violation::DuplicateKey)
        );
        assert_eq!(verified("  g: 2\n", "", g(Change::Removed)), Ok(()));
        let added = |syntax: &Syntax| vec![Change::Entry(node(syntax, "e").id(), "h".to_owned())];
        assert_eq!(verified("g: 2", "g: 2\n  h: 3", added), Ok(()));
        assert!(verified("g: 2", "g: 3\n  h: 3", added).is_err());
    }

    #[test]
    fn comments_stay_or_go_with_what_is_removed() {
        let nothing = |_: &Syntax| Vec::new();
        assert_eq!(verified(" # list", "", nothing), Err(Violation::Comment(7)));
        assert_eq!(verified("# top", "# top and more", nothing), Ok(()));
        let f = |syntax: &Syntax| vec![Change::Removed(node(syntax, "e").get("f").unwrap().key().id())];
        assert_eq!(verified("  f: 1 # f\n", "", f), Ok(()));
        assert!(verified("# shared", "", f).is_err());
    }

    #[test]
    fn text_stays_readable() {
        let anything = |syntax: &Syntax| vec![Change::Value(syntax.root().unwrap().id())];
        assert_eq!(verified("[1, 2]", "[1, 2", anything), Err(Violation::Syntax));
        assert_eq!(verified("b: *a", "b: *gone", anything), Err(Violation::Syntax));
    }

    #[test]
    fn a_broken_text_must_not_get_more_errors() {
        let text = "a: 1\nb\nc: 2\n";
        let before = parse(text);
        let entry = before.root().unwrap().get("c").unwrap();
        let edits = build::replace_text(entry.value(), "three").unwrap();
        let after = parse(edits.apply(text).unwrap());
        assert_eq!(verify(&before, &edits, &after, Dialect::GoYaml2), Ok(()));
        let worse = Edits::layout(vec![Edit { span: Span::at(0), text: "[".to_owned() }]);
        let after = parse(worse.apply(text).unwrap());
        assert_eq!(verify(&before, &worse, &after, Dialect::GoYaml2), Err(Violation::Syntax));
    }
}

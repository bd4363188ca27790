//! Key lookup, in the source and after `<<` merges as on the platform.

use super::tree::{Entry, Kind, Node, NodeId, ScalarStyle};
use foldhash::HashSet;
use std::borrow::Cow;

/// At most this many mappings are merged into one; more indicate an alias bomb.
const MERGE_LIMIT: usize = 10_000;

impl<'a> Entry<'a> {
    /// Whether the key is the merge key: an unquoted `<<`.
    #[must_use]
    pub fn is_merge(self) -> bool {
        let key = self.key();
        key.kind() == Kind::Scalar(ScalarStyle::Plain) && key.source() == "<<"
    }
}

impl<'a> Node<'a> {
    /// The mapping's own entry with this name. Follows an alias to its target. The last of duplicate keys wins, as on
    /// the platform.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Entry<'a>> {
        self.target().last_entry(key)
    }

    /// The effective entry with this name: own entries before merged ones, earlier merges before later ones.
    #[must_use]
    pub fn field(self, key: &str) -> Option<Entry<'a>> {
        let mapping = self.target();
        mapping.get(key).filter(|entry| !entry.is_merge()).or_else(|| {
            if mapping.data().as_is {
                return None;
            }
            let mut merged = Merges::of(mapping);
            std::iter::from_fn(|| merged.next_mapping()).find_map(|source| {
                source.entries().rev().find(|entry| !entry.is_merge() && entry.is_named(key))
            })
        })
    }

    /// All effective entries: the mapping's own (without `<<`), then merged ones that nothing overrides. The last of
    /// duplicate own keys wins. Follows an alias to its target.
    pub fn fields(self) -> impl Iterator<Item = Entry<'a>> {
        let mapping = self.target();
        let as_is = mapping.data().as_is;
        let own = as_is.then(|| mapping.entries()).into_iter().flatten();
        own.chain((!as_is).then(|| Fields::of(mapping)).into_iter().flatten())
    }

    /// The mapping's own entries that repeat the name of an earlier one, each after that earlier one.
    pub fn duplicates(self) -> impl Iterator<Item = (Entry<'a>, Entry<'a>)> {
        let mut seen = foldhash::HashMap::default();
        let entries = (!self.data().as_is).then(|| self.entries()).into_iter().flatten();
        entries.filter(|entry| !entry.is_merge() && entry.key().kind() != Kind::Null).filter_map(
            move |entry| match seen.entry(entry.name()) {
                std::collections::hash_map::Entry::Occupied(first) => Some((*first.get(), entry)),
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(entry);
                    None
                }
            },
        )
    }
}

/// The mappings that `<<` entries merge into a mapping, nearest first, without repetition.
struct Merges<'a> {
    /// Values of `<<` still to be visited; the next one is last.
    pending: Vec<Node<'a>>,
    seen: HashSet<NodeId>,
}

impl<'a> Merges<'a> {
    fn of(mapping: Node<'a>) -> Self {
        let mut merges = Self { pending: Vec::new(), seen: HashSet::default() };
        merges.push_sources(mapping);
        if !merges.pending.is_empty() {
            merges.seen.insert(mapping.id());
        }
        merges
    }

    fn push_sources(&mut self, mapping: Node<'a>) {
        self.pending.extend(mapping.merge_entries().into_iter().map(Entry::value));
    }

    fn next_mapping(&mut self) -> Option<Node<'a>> {
        while let Some(node) = self.pending.pop().map(Node::target) {
            if self.seen.len() >= MERGE_LIMIT || !self.seen.insert(node.id()) {
                continue;
            }
            if node.is_mapping() {
                self.push_sources(node);
                return Some(node);
            }
            self.pending.extend(node.items().rev());
        }
        None
    }
}

struct Fields<'a> {
    queue: std::vec::IntoIter<Entry<'a>>,
    names: HashSet<Cow<'a, str>>,
    merges: Merges<'a>,
}

impl<'a> Fields<'a> {
    fn of(mapping: Node<'a>) -> Self {
        let mut fields =
            Self { queue: Vec::new().into_iter(), names: HashSet::default(), merges: Merges::of(mapping) };
        fields.load(mapping);
        fields
    }

    /// Queues a mapping's entries that are not overridden, in source order.
    fn load(&mut self, mapping: Node<'a>) {
        let mut fresh: Vec<_> = mapping
            .entries()
            .rev()
            .filter(|entry| !entry.is_merge() && self.names.insert(entry.name()))
            .collect();
        fresh.reverse();
        self.queue = fresh.into_iter();
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            if let Some(entry) = self.queue.next() {
                return Some(entry);
            }
            let source = self.merges.next_mapping()?;
            self.load(source);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Node, Syntax, parse};

    const TEXT: &str = "
base: &base {x: 1, y: 2}
more: &more {y: 3, z: 4}
one:
  <<: *base
  y: own
list:
  <<: [*base, *more]
  w: 0
nested: &nested
  <<: *more
deep:
  <<: *nested
alias: *base
twice: {k: 1, k: 2}
";

    fn value<'a>(syntax: &'a Syntax, key: &str) -> Node<'a> {
        syntax.root().and_then(|root| root.get(key)).expect("a key").value()
    }

    fn fields(key: &str) -> String {
        let syntax = parse(TEXT);
        let fields = value(&syntax, key).fields();
        let fields: Vec<_> =
            fields.map(|entry| format!("{}={}", entry.name(), entry.value().value())).collect();
        fields.join(" ")
    }

    #[test]
    fn own_entries_win_and_earlier_merges() {
        assert_eq!(fields("one"), "y=own x=1");
        assert_eq!(fields("list"), "w=0 x=1 y=2 z=4");
        assert_eq!(fields("deep"), "y=3 z=4");
        assert_eq!(fields("alias"), "x=1 y=2");
        assert_eq!(fields("twice"), "k=2");
    }

    #[test]
    fn one_field() {
        let syntax = parse(TEXT);
        let field =
            |key: &str, name: &str| value(&syntax, key).field(name).map(|entry| entry.value().value());
        assert_eq!(field("one", "y").as_deref(), Some("own"));
        assert_eq!(field("list", "y").as_deref(), Some("2"));
        assert_eq!(field("deep", "z").as_deref(), Some("4"));
        assert_eq!(field("twice", "k").as_deref(), Some("2"));
        assert_eq!(field("one", "z"), None);
        assert_eq!(field("one", "<<"), None);
    }

    #[test]
    fn duplicates() {
        let syntax = parse(TEXT);
        let pairs: Vec<_> = value(&syntax, "twice").duplicates().collect();
        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].0.value().source(), pairs[0].1.value().source()), ("1", "2"));
    }

    #[test]
    fn a_merge_of_itself_ends() {
        let syntax = parse("a: &a\n  <<: *a\n  b: 1\n");
        assert_eq!(value(&syntax, "a").fields().count(), 1);
    }
}

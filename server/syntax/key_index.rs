//! Key lookup in mappings with thousands of entries.

use super::tree::{Entry, Node, NodeId};
use foldhash::HashMap;
use foldhash::fast::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

/// Mappings with at least this many entries get an index, since rules look up keys for each finding.
const MIN_ENTRIES: usize = 1_000;

/// The indices of a tree's large mappings, each built on first use.
#[derive(Default)]
pub(super) struct KeyIndex {
    mappings: Mutex<HashMap<NodeId, Arc<Keys>>>,
}

/// Entry positions in a mapping.
struct Keys {
    hasher: RandomState,
    /// Hash of a name to the position of its last entry.
    last: HashMap<u64, u32>,
    /// Positions of the `<<` entries.
    merges: Vec<u32>,
}

impl Clone for KeyIndex {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for KeyIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyIndex")
    }
}

impl KeyIndex {
    fn of(&self, mapping: Node<'_>) -> Arc<Keys> {
        let mut mappings = self.mappings.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(mappings.entry(mapping.id()).or_insert_with(|| Arc::new(Keys::new(mapping))))
    }
}

impl Keys {
    fn new(mapping: Node<'_>) -> Self {
        let hasher = RandomState::default();
        let mut last = HashMap::default();
        let mut merges = Vec::new();
        for (position, entry) in (0u32..).zip(mapping.entries()) {
            last.insert(hasher.hash_one(&*entry.name()), position);
            if entry.is_merge() {
                merges.push(position);
            }
        }
        Self { hasher, last, merges }
    }
}

impl<'a> Node<'a> {
    /// The mapping's last own entry with this name.
    pub(super) fn last_entry(self, name: &str) -> Option<Entry<'a>> {
        let mut entries = self.entries();
        if entries.len() < MIN_ENTRIES {
            return entries.rfind(|entry| entry.is_named(name));
        }
        let keys = self.syntax().key_index.of(self);
        let position = *keys.last.get(&keys.hasher.hash_one(name))? as usize;
        match entries.clone().nth(position).filter(|entry| entry.is_named(name)) {
            Some(entry) => Some(entry),
            // Hash collision.
            None => entries.rfind(|entry| entry.is_named(name)),
        }
    }

    /// The mapping's `<<` entries, last one first.
    pub(super) fn merge_entries(self) -> Vec<Entry<'a>> {
        let entries = self.entries();
        if entries.len() < MIN_ENTRIES {
            return entries.rev().filter(|entry| entry.is_merge()).collect();
        }
        let keys = self.syntax().key_index.of(self);
        keys.merges.iter().rev().filter_map(|&position| entries.clone().nth(position as usize)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::parse;

    #[test]
    fn a_large_mapping_is_read_like_a_small_one() {
        let mut text = "m: &m {merged: 1, k7: 2}\n'k\\\"': 3\n".to_owned();
        (0..5_000).for_each(|index| text += &format!("k{index}: {index}\n"));
        text += "k9: again\n<<: *m\n\"k\\x41\": escaped\n";
        let syntax = parse(text);
        let root = syntax.root().unwrap();
        let value = |name: &str| root.field(name).map(|entry| entry.value().value().into_owned());
        for (name, expected) in [
            ("k0", Some("0")),
            ("k4999", Some("4999")),
            ("k9", Some("again")),
            ("k7", Some("7")),
            ("merged", Some("1")),
            ("kA", Some("escaped")),
            ("k\\\"", Some("3")),
            ("k5000", None),
            ("", None),
        ] {
            assert_eq!(value(name).as_deref(), expected, "{name}");
        }
    }
}

//! Marks what can be taken from the source as it stands. Nearly all of a bundle can: later passes look at every name many
//! times, and need neither decode nor compare them again.

use crate::syntax::tree::{EntryData, Kind, NodeData, ScalarStyle};

/// Sets [`NodeData::as_is`] on every node.
pub(super) fn mark(text: &str, nodes: &mut [NodeData], entries: &[EntryData]) {
    let mut hashes = Vec::new();
    // Keys come after the mapping that they stand in.
    for index in (0..nodes.len()).rev() {
        let node = &nodes[index];
        let as_is = match node.kind {
            Kind::Scalar(style) => {
                is_as_written(style, text.as_bytes().get(node.span.range()).unwrap_or_default())
            }
            Kind::Mapping { .. } => {
                let (first, end) = node.children;
                let keys =
                    entries[first as usize..end as usize].iter().map(|entry| &nodes[entry.key.index()]);
                have_own_names(text.as_bytes(), keys, &mut hashes)
            }
            Kind::Sequence { .. } | Kind::Null | Kind::Alias => false,
        };
        nodes[index].as_is = as_is;
    }
}

/// Whether nothing but the quotes has to be taken off a scalar.
fn is_as_written(style: ScalarStyle, source: &[u8]) -> bool {
    let (text, escape) = match (style, source) {
        (ScalarStyle::Plain, text) => (text, None),
        (ScalarStyle::Single, [b'\'', text @ .., b'\'']) => (text, Some(b'\'')),
        (ScalarStyle::Double, [b'"', text @ .., b'"']) => (text, Some(b'\\')),
        _ => return false,
    };
    !text.iter().any(|&byte| matches!(byte, b'\n' | b'\r') || Some(byte) == escape)
}

/// Whether no key occurs twice or merges another mapping in. May be `false` without need, when two names hash alike.
fn have_own_names<'n>(text: &[u8], keys: impl Iterator<Item = &'n NodeData>, hashes: &mut Vec<u64>) -> bool {
    hashes.clear();
    for key in keys {
        if !key.as_is || !matches!(key.kind, Kind::Scalar(_)) {
            return false;
        }
        let name = text.get(key.as_is_range()).unwrap_or_default();
        if name == b"<<" {
            return false;
        }
        hashes.push(hash(name));
    }
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

/// FNV-1a.
fn hash(name: &[u8]) -> u64 {
    name.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

//! Marks nodes whose text can be taken from the source unchanged. This covers nearly all of a bundle; later passes look
//! at every name many times and need not decode or compare these again.

use crate::syntax::tree::{EntryData, Kind, NodeData, ScalarStyle};

/// Sets [`NodeData::as_is`] on every node.
pub(super) fn mark(text: &str, nodes: &mut [NodeData], entries: &[EntryData]) {
    let mut hashes = Vec::new();
    // Reverse order: keys follow the mapping that contains them.
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

/// Whether a scalar needs no decoding beyond removing its quotes.
fn is_as_written(style: ScalarStyle, source: &[u8]) -> bool {
    let (text, escape) = match (style, source) {
        (ScalarStyle::Plain, text) => (text, None),
        (ScalarStyle::Single, [b'\'', text @ .., b'\'']) => (text, Some(b'\'')),
        (ScalarStyle::Double, [b'"', text @ .., b'"']) => (text, Some(b'\\')),
        _ => return false,
    };
    !text.iter().any(|&byte| matches!(byte, b'\n' | b'\r') || Some(byte) == escape)
}

/// Whether no key is duplicated or a merge key. A hash collision may give a false negative.
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

/// FNV-1a hash.
fn hash(name: &[u8]) -> u64 {
    name.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

//! Tracks who has read which part of a text, so that an edit only repeats the work that read what it changes.
//!
//! The accessors of the tree record every read for the current reader of the thread; nothing is declared by hand. Reads
//! outside of [`reading`] are not recorded.

use super::Lines;
use super::span::Span;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

thread_local! {
    static READER: Cell<u64> = const { Cell::new(0) };
}

/// Restores the previous reader, also when the work panics.
struct Restore(u64);

impl Drop for Restore {
    fn drop(&mut self) {
        READER.set(self.0);
    }
}

/// Does some work and records what it reads for these readers (a bit set).
pub(crate) fn reading<T>(readers: u64, work: impl FnOnce() -> T) -> T {
    let _restore = Restore(READER.replace(readers));
    work()
}

/// Does some work without recording what it reads.
pub(crate) fn untracked<T>(work: impl FnOnce() -> T) -> T {
    reading(0, work)
}

/// The readers (bit sets) of each node's text, of each line, and of the whole text.
#[derive(Debug, Default)]
pub(super) struct Reads {
    nodes: Vec<AtomicU64>,
    lines: Vec<AtomicU64>,
    whole: AtomicU64,
}

impl Clone for Reads {
    fn clone(&self) -> Self {
        let copy = |bits: &AtomicU64| AtomicU64::new(bits.load(Relaxed));
        let nodes = self.nodes.iter().map(copy).collect();
        Self { nodes, lines: self.lines.iter().map(copy).collect(), whole: copy(&self.whole) }
    }
}

impl Reads {
    pub(super) fn new(nodes: usize, lines: usize) -> Self {
        let unread = |count| (0..count).map(|_| AtomicU64::new(0)).collect();
        Self { nodes: unread(nodes), lines: unread(lines), whole: AtomicU64::new(0) }
    }

    /// Records that the text of the node at this index is read.
    #[inline]
    pub(super) fn node(&self, index: usize) {
        let readers = READER.get();
        if readers != 0
            && let Some(bits) = self.nodes.get(index)
        {
            add(bits, readers);
        }
    }

    /// Records that a part of the text is read.
    #[inline]
    pub(super) fn part(&self, lines: &Lines, span: Span) {
        let readers = READER.get();
        if readers != 0 {
            let lines = lines.line_of(span.start())..=lines.line_of(span.end());
            self.lines.get(lines).into_iter().flatten().for_each(|bits| add(bits, readers));
        }
    }

    /// Records that the whole text is read.
    #[inline]
    pub(super) fn whole(&self) {
        add(&self.whole, READER.get());
    }

    /// Everyone who has read these nodes, this line or the whole text.
    pub(super) fn of(&self, nodes: impl Iterator<Item = usize>, line: usize) -> u64 {
        let bits = nodes.filter_map(|index| self.nodes.get(index)).chain(self.lines.get(line));
        bits.fold(self.whole.load(Relaxed), |readers, bits| readers | bits.load(Relaxed))
    }
}

/// Adds bits. Most are set already, and a load is cheaper than an atomic change.
#[inline]
fn add(bits: &AtomicU64, readers: u64) {
    if bits.load(Relaxed) & readers != readers {
        bits.fetch_or(readers, Relaxed);
    }
}

//! What may be spent on one document, so that no text costs more than its reader can afford.

use std::cell::Cell;

/// Work and memory that are left for a computation. One unit stands for a byte that is held or for some ten nanoseconds.
///
/// Aliases and references let a few bytes stand for gigabytes. Whatever expands them deducts from the budget before it
/// does, and leaves out what cannot be paid for.
#[derive(Debug)]
pub struct Budget {
    left: Cell<usize>,
}

impl Budget {
    /// For all findings of a document. Real documents need less than a hundredth of it.
    pub const FINDINGS: usize = 40 << 20;

    /// For one value that is converted by itself.
    pub const VALUE: usize = 16 << 20;

    /// A budget of this many units.
    #[must_use]
    pub fn new(units: usize) -> Self {
        Self { left: Cell::new(units) }
    }

    /// Deducts `units`. `None`, and nothing is left for anything else, if there are fewer.
    pub fn spend(&self, units: usize) -> Option<()> {
        let left = self.left.get().checked_sub(units);
        self.left.set(left.unwrap_or(0));
        left.map(|_| ())
    }

    /// Units that are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.left.get()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn what_cannot_be_paid_for_ends_it() {
        let budget = Budget::new(10);
        assert_eq!(budget.spend(4), Some(()));
        assert_eq!(budget.left(), 6);
        assert_eq!(budget.spend(7), None);
        assert_eq!((budget.left(), budget.spend(1)), (0, None));
    }
}

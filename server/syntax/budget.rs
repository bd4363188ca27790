//! Budgets that bound the work done for one document.

use std::cell::Cell;

/// Work and memory left for a computation. One unit is roughly a byte of memory, or as much work as writing it.
///
/// Aliases and references let a few bytes expand to gigabytes. Code that expands them deducts from the budget first,
/// and skips what exceeds it.
#[derive(Debug)]
pub struct Budget {
    left: Cell<usize>,
}

impl Budget {
    /// Budget for all findings of a document. A generated bundle of 30,000 lines does not exhaust it.
    pub const FINDINGS: usize = 32 << 20;

    /// Budget for converting a single value.
    pub const VALUE: usize = 16 << 20;

    /// Creates a budget of this many units.
    #[must_use]
    pub fn new(units: usize) -> Self {
        Self { left: Cell::new(units) }
    }

    /// Deducts `units`. If fewer are left, returns `None` and sets the budget to 0.
    pub fn spend(&self, units: usize) -> Option<()> {
        let left = self.left.get().checked_sub(units);
        self.left.set(left.unwrap_or(0));
        left.map(|_| ())
    }

    /// Units left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.left.get()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn exceeding_the_budget_stops_the_work() {
        let budget = Budget::new(10);
        assert_eq!(budget.spend(4), Some(()));
        assert_eq!(budget.left(), 6);
        assert_eq!(budget.spend(7), None);
        assert_eq!((budget.left(), budget.spend(1)), (0, None));
    }
}

//! The order of the list: what is required, then what is common, then the rest; what is deprecated comes last.

use super::Candidate;
use foldhash::HashSet;

/// Sorts candidates and drops those that say the same as an earlier one.
pub(super) fn rank(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    // Stable: equals stay in the order of their source.
    candidates.sort_by_key(|candidate| candidate.rank);
    let mut seen = HashSet::default();
    candidates.retain(|candidate| !candidate.label.is_empty() && seen.insert(candidate.label.clone()));
    candidates
}

//! The order of the list: required items, then common ones, then the rest, and deprecated ones last.

use super::Candidate;
use foldhash::HashSet;

/// Sorts candidates and drops those whose label an earlier one has.
pub(super) fn rank(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    // Stable, so that equal candidates keep the order of their source.
    candidates.sort_by_key(|candidate| candidate.rank);
    let mut seen = HashSet::default();
    candidates.retain(|candidate| !candidate.label.is_empty() && seen.insert(candidate.label.clone()));
    candidates
}

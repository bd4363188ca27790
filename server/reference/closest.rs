//! "Did you mean": finds the known name closest to a misspelled one.

use strsim::generic_damerau_levenshtein;

/// Names with a larger edit distance are treated as different words, not typos.
const MAX_DISTANCE: usize = 2;

/// Names longer than this (characters) are not compared: no name of the format is longer, and the cost of a comparison
/// is the product of both lengths.
const MAX_LENGTH: usize = 64;

/// At most this many candidates are compared.
const MAX_CANDIDATES: usize = 5_000;

/// The candidate closest to `name`, if one is close enough to suggest.
///
/// A candidate that differs only in case wins. Otherwise it differs by at most two edits (insertion, deletion,
/// substitution, transposition), and at most one per three characters of `name`. The first of equally close candidates
/// wins. A candidate equal to `name` is returned unchanged.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written: Vec<char> = name.chars().take(MAX_LENGTH + 1).flat_map(char::to_lowercase).collect();
    if written.len() > MAX_LENGTH {
        return None;
    }
    let allowed = MAX_DISTANCE.min(written.len() / 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(MAX_CANDIDATES) {
        let known: Vec<char> = candidate.chars().take(MAX_LENGTH + 1).flat_map(char::to_lowercase).collect();
        if known == written {
            return Some(candidate);
        }
        if known.len().abs_diff(written.len()) > allowed {
            continue;
        }
        let distance = generic_damerau_levenshtein(&written, &known);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The end of a message about an unknown name: a suggestion, or a full stop.
#[must_use]
pub(crate) fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or_else(|| ".".to_owned(), |meant| format!("; did you mean `{meant}`?"))
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_typos() {
        let known = ["opentofu", "terraform", "helm", "bicep"];
        let find = |name| closest(name, known);
        assert_eq!(find("terrafrom"), Some("terraform"));
        assert_eq!(find("opentfu"), Some("opentofu"));
        assert_eq!(find("hlem"), Some("helm"));
        assert_eq!(find("HELM"), Some("helm"));
        assert_eq!(find("bicep"), Some("bicep"));
    }

    #[test]
    fn ignores_other_words() {
        assert_eq!(closest("pulumi", ["opentofu", "helm"]), None);
        assert_eq!(closest("ab", ["ac", "abc"]), None);
        assert_eq!(closest("", ["helm"]), None);
        assert_eq!(closest(&"x".repeat(100_000), ["helm"]), None);
    }

    #[test]
    fn case_beats_distance_and_order_breaks_ties() {
        assert_eq!(closest("Titel", ["tite", "TITEL"]), Some("TITEL"));
        assert_eq!(closest("maximun", ["maximum", "maximus"]), Some("maximum"));
    }
}

//! Regular expressions that authors write into schemas.
//!
//! The form runs them as JavaScript. Here they run on an engine without backtracking, so none can hang; what that
//! engine does not know (look-around, back-references) is not run at all.

use foldhash::HashMap;
use regex::{Regex, RegexBuilder};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Compiled size (bytes) past which a pattern is not run.
const MAX_SIZE: usize = 1 << 20;
/// Patterns kept compiled; a workspace of bundles shares far fewer.
const MAX_CACHED: usize = 512;

static CACHE: LazyLock<Mutex<HashMap<String, Option<Regex>>>> = LazyLock::new(Mutex::default);

/// The pattern, ready to run; `None` when this engine cannot. Compiled once, then remembered.
#[must_use]
pub fn compile(pattern: &str) -> Option<Regex> {
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = cache.get(pattern) {
        return known.clone();
    }
    let compiled = RegexBuilder::new(pattern).size_limit(MAX_SIZE).build().ok();
    if cache.len() >= MAX_CACHED {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), compiled.clone());
    compiled
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn runs_what_it_can_and_leaves_the_rest() {
        assert!(compile("^[a-z]+$").is_some_and(|regex| regex.is_match("abc") && !regex.is_match("a1")));
        assert!(compile("^(?!x)").is_none());
        assert!(compile("(a{1000}){1000}{1000}").is_none());
    }
}

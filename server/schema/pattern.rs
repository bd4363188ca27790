//! Regular expressions that authors write into schemas.
//!
//! The form runs them as JavaScript. Here they run on an engine whose time and memory are linear in the pattern and the
//! text; what that engine does not know (look-around, back-references) is not run at all.

use foldhash::HashMap;
use regex_automata::meta::{BuildError, Config, Regex};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Compiled size (bytes) above which a pattern is not run.
const MAX_SIZE: usize = 1 << 20;

/// Most memory (bytes) of all compiled patterns of a document; thousands of usual ones.
const MAX_TOTAL: usize = 8 << 20;

/// Work of matching (bytes of text times bytes of compiled pattern) for one check of a document; takes at most a second.
const MAX_WORK: usize = 1 << 32;

/// What a pattern takes besides its program (bytes).
const OVERHEAD: usize = 1 << 10;

/// The compiled patterns of one schema, within a limit for all.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    compiled: HashMap<String, Option<Regex>>,
    size: usize,
    left_out: bool,
}

impl Patterns {
    /// Adds a pattern; takes it over from the patterns of an earlier version where that has it.
    pub(super) fn add(&mut self, pattern: &str, earlier: Option<&Self>) {
        if self.compiled.contains_key(pattern) {
            return;
        }
        if self.size > MAX_TOTAL {
            self.left_out = true;
            return;
        }
        let known = earlier.and_then(|earlier| earlier.compiled.get(pattern));
        let (regex, size) = match known {
            Some(Some(regex)) => (Some(regex.clone()), regex.memory_usage()),
            _ => match compile(pattern) {
                Ok(regex) => (Some(regex.clone()), regex.memory_usage()),
                // It takes time to find out.
                Err(error) if error.size_limit().is_some() => (None, MAX_SIZE / 4),
                Err(_) => (None, 0),
            },
        };
        self.size += OVERHEAD + pattern.len() + size;
        self.compiled.insert(pattern.to_owned(), regex);
    }

    /// Whether the limit has left out a pattern.
    pub(super) fn left_out(&self) -> bool {
        self.left_out
    }

    /// The pattern, ready to run; `None` where it is not run.
    pub(super) fn get(&self, pattern: &str) -> Option<Regex> {
        self.compiled.get(pattern)?.clone()
    }
}

/// The pattern, ready to run. An error when this engine cannot run it, or when it would be too large.
fn compile(pattern: &str) -> Result<Regex, Box<BuildError>> {
    // The other engines are faster for long texts, and keep caches of megabytes.
    let only_linear = Config::new().hybrid(false).dfa(false).onepass(false).backtrack(false);
    let config = only_linear.nfa_size_limit(Some(MAX_SIZE));
    Regex::builder().configure(config).build(pattern).map_err(Box::new)
}

/// The work that the patterns of a check have left.
#[derive(Debug)]
pub(super) struct MatchWork {
    left: AtomicUsize,
    spent: AtomicBool,
}

impl Default for MatchWork {
    fn default() -> Self {
        Self { left: AtomicUsize::new(MAX_WORK), spent: AtomicBool::new(false) }
    }
}

impl MatchWork {
    /// Begins a check.
    pub(super) fn reset(&self) {
        self.left.store(MAX_WORK, Relaxed);
        self.spent.store(false, Relaxed);
    }

    /// Whether a text was not matched since then.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Relaxed)
    }

    /// Whether the text matches; `true` where finding out would take too long.
    pub(super) fn is_match(&self, regex: &Regex, text: &str) -> bool {
        let work = text.len().saturating_mul(regex.memory_usage());
        if self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(work)).is_err() {
            self.spent.store(true, Relaxed);
            return true;
        }
        regex.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{MatchWork, Patterns, compile};

    #[test]
    fn runs_what_it_can_and_leaves_the_rest() {
        assert!(compile("^[a-z]+$").is_ok_and(|regex| regex.is_match("abc") && !regex.is_match("a1")));
        assert!(compile("^(?!x)").is_err());
        assert!(compile("(a{1000}){1000}{1000}").is_err());
    }

    #[test]
    fn patterns_take_a_limited_amount_of_memory() {
        let mut patterns = Patterns::default();
        (0..1000).for_each(|index| patterns.add(&format!(r"^[a{index}]{{1,200}}\w{{30}}$"), None));
        assert!(patterns.left_out());
        assert!(patterns.get(r"^[a0]{1,200}\w{30}$").is_some());
        assert!(patterns.get(r"^[a999]{1,200}\w{30}$").is_none());
    }

    #[test]
    fn patterns_of_an_earlier_version_are_not_compiled_again() {
        let mut earlier = Patterns::default();
        earlier.compiled.insert("a".to_owned(), compile("b").ok());
        let mut patterns = Patterns::default();
        patterns.add("a", Some(&earlier));
        assert!(patterns.get("a").is_some_and(|regex| regex.is_match("b")));
    }

    #[test]
    fn a_text_that_takes_too_long_counts_as_matching() {
        let (work, regex) = (MatchWork::default(), compile("^a{900}$").unwrap());
        let long = "b".repeat(10 << 20);
        assert!(work.is_match(&regex, &long) && work.is_spent());
        work.reset();
        assert!(!work.is_match(&regex, "b") && !work.is_spent());
    }
}

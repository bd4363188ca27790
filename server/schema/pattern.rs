//! Regular expressions that authors write in schemas.
//!
//! The form runs them as JavaScript. Here they are translated, and run on an engine whose time and memory are linear in the pattern and the
//! text. Patterns that it does not support (lookaround, backreferences) are not run.

use super::translate::translated;
use foldhash::HashMap;
use regex_automata::meta::{BuildError, Config, Regex};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Maximum compiled size (bytes) of a pattern; larger ones are not run.
const MAX_SIZE: usize = 1 << 20;

/// Maximum memory (bytes) of all compiled patterns of a document; enough for thousands of typical ones.
const MAX_TOTAL: usize = 8 << 20;

/// Maximum matching work (bytes of text times bytes of compiled pattern) per check of a document; some 0.6 s for the slowest
/// patterns tried.
const MAX_WORK: usize = 1 << 29;

/// Memory of a pattern besides its program (bytes).
const OVERHEAD: usize = 1 << 10;

/// The compiled patterns of one schema, with a limit for all.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// Shared by all schemas with the same pattern: each clone of a [`Regex`] would keep caches of its own.
    compiled: HashMap<String, Option<Arc<Regex>>>,
    size: usize,
    left_out: bool,
}

impl Patterns {
    /// Adds a pattern, reusing the compiled one of the previous version if present.
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
            Some(Some(regex)) => (Some(Arc::clone(regex)), regex.memory_usage()),
            _ => match translated(pattern).as_deref().map(compile) {
                None => (None, 0),
                Some(Ok(regex)) => {
                    let size = regex.memory_usage();
                    (Some(Arc::new(regex)), size)
                }
                // Charges for the failed compilation, which takes time.
                Some(Err(error)) if error.size_limit().is_some() => (None, MAX_SIZE / 4),
                Some(Err(_)) => (None, 0),
            },
        };
        self.size += OVERHEAD + pattern.len() + size;
        self.compiled.insert(pattern.to_owned(), regex);
    }

    /// Whether patterns were left out because of the limit.
    pub(super) fn left_out(&self) -> bool {
        self.left_out
    }

    /// The compiled pattern; `None` if it is not run.
    pub(super) fn get(&self, pattern: &str) -> Option<Arc<Regex>> {
        self.compiled.get(pattern)?.clone()
    }
}

/// Compiles a pattern. Fails if this engine does not support it or if it is too large.
fn compile(pattern: &str) -> Result<Regex, Box<BuildError>> {
    // The other engines are faster for long texts but keep megabytes of caches.
    let only_linear = Config::new().hybrid(false).dfa(false).onepass(false).backtrack(false);
    let config = only_linear.nfa_size_limit(Some(MAX_SIZE));
    Regex::builder().configure(config).build(pattern).map_err(Box::new)
}

/// The matching work left for a check.
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
    /// Starts a check.
    pub(super) fn reset(&self) {
        self.left.store(MAX_WORK, Relaxed);
        self.spent.store(false, Relaxed);
    }

    /// Whether some text has not been matched since the start of the check.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Relaxed)
    }

    /// Whether the text matches; `true` if matching would exceed the work limit.
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
    use std::sync::Arc;

    #[test]
    fn supported_patterns_run_and_others_are_skipped() {
        assert!(compile("^[a-z]+$").is_ok_and(|regex| regex.is_match("abc") && !regex.is_match("a1")));
        assert!(compile("^(?!x)").is_err());
        assert!(compile("(a{1000}){1000}{1000}").is_err());
    }

    #[test]
    fn patterns_take_a_limited_amount_of_memory() {
        let mut patterns = Patterns::default();
        (0..1000).for_each(|index| patterns.add(&format!(r"^[a{index}]{{1,900}}$"), None));
        assert!(patterns.left_out());
        assert!(patterns.get(r"^[a0]{1,900}$").is_some());
        assert!(patterns.get(r"^[a999]{1,900}$").is_none());
    }

    #[test]
    fn patterns_of_an_earlier_version_are_not_compiled_again() {
        let mut earlier = Patterns::default();
        earlier.compiled.insert("a".to_owned(), compile("b").ok().map(Arc::new));
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

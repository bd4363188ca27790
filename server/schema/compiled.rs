//! Compiles schemas with the `jsonschema` crate and caches them between versions of a document.

use super::lenient::PATTERN;
use super::pattern::{MatchWork, Patterns};
use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use regex_automata::meta::Regex;
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, PoisonError};

/// A compiled schema.
pub(super) struct Compiled {
    text: String,
    pub(super) schema: Value,
    pub(super) validator: Validator,
    patterns: Arc<Patterns>,
    work: Arc<MatchWork>,
}

impl Compiled {
    /// Starts a check: resets the work limit of the patterns.
    pub(super) fn start(&self) {
        self.work.reset();
    }

    /// Whether some patterns were not run.
    pub(super) fn left_out_patterns(&self) -> bool {
        self.patterns.left_out() || self.work.is_spent()
    }
}

/// Cache for the schema of the document's previous version. Compiling costs several times as much as validating, and
/// most keystrokes (in titles, descriptions, values) leave the schema unchanged.
#[derive(Default)]
pub struct Memory(Mutex<Option<Arc<Compiled>>>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Memory {
    /// Returns the compiled schema of a JSON text, from the cache if unchanged. `None` if it cannot be compiled.
    pub(super) fn compiled(&self, text: String) -> Option<Arc<Compiled>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.as_ref().filter(|known| known.text == text) {
            return Some(Arc::clone(known));
        }
        // Drops the old schema first, so that two large schemas are never in memory at once.
        let patterns = kept.take().map(|earlier| Arc::clone(&earlier.patterns));
        let compiled = Arc::new(compile(text, patterns.as_deref())?);
        *kept = Some(Arc::clone(&compiled));
        Some(compiled)
    }
}

fn compile(text: String, earlier: Option<&Patterns>) -> Option<Compiled> {
    let schema: Value = serde_json::from_str(&text).ok()?;
    let mut patterns = Patterns::default();
    collect(&schema, &mut patterns, earlier);
    let patterns = Arc::new(patterns);
    let work = Arc::new(MatchWork::default());
    let (compiled, shared) = (Arc::clone(&patterns), Arc::clone(&work));
    let validator = jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(false)
        .with_keyword(PATTERN, move |_: &Map<String, Value>, value: &Value, _: Location| {
            let pattern = value.get(0).and_then(Value::as_str).unwrap_or_default();
            Ok(Box::new(Pattern { regex: compiled.get(pattern), work: Arc::clone(&shared) }))
        })
        .build(&schema)
        .ok()?;
    Some(Compiled { text, schema, validator, patterns, work })
}

/// Compiles the patterns of a schema. Recursion is bounded by the depth limit of the JSON parser.
fn collect(schema: &Value, patterns: &mut Patterns, earlier: Option<&Patterns>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value.get(0).and_then(Value::as_str).filter(|_| key == PATTERN) {
                    Some(pattern) => patterns.add(pattern, earlier),
                    None => collect(value, patterns, earlier),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, patterns, earlier)),
        _ => {}
    }
}

/// The `pattern` keyword on a linear-time engine. A pattern that the engine does not support matches everything.
struct Pattern {
    regex: Option<Arc<Regex>>,
    work: Arc<MatchWork>,
}

impl<'i> Keyword<'i> for Pattern {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(PATTERN)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (&self.regex, instance) {
            (Some(regex), Value::String(text)) => self.work.is_match(regex, text),
            _ => true,
        }
    }
}

//! Schemas, compiled by the `jsonschema` crate, and what is kept of them from one version of a document to the next.

use super::lenient::PATTERN;
use super::pattern::{MatchWork, Patterns};
use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use regex_automata::meta::Regex;
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, PoisonError};

/// A schema, ready for use.
pub(super) struct Compiled {
    text: String,
    pub(super) schema: Value,
    pub(super) validator: Validator,
    patterns: Arc<Patterns>,
    work: Arc<MatchWork>,
}

impl Compiled {
    /// Begins a check: its patterns may work anew.
    pub(super) fn start(&self) {
        self.work.reset();
    }

    /// Whether some patterns were not run.
    pub(super) fn left_out_patterns(&self) -> bool {
        self.patterns.left_out() || self.work.is_spent()
    }
}

/// The schema of a document's last version. Compiling costs several times what validating does, and most keystrokes (in
/// titles, descriptions, values) leave the schema as it was.
#[derive(Default)]
pub struct Memory(Mutex<Option<Arc<Compiled>>>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Memory {
    /// The schema of this JSON text; `None` where it cannot be compiled.
    pub(super) fn compiled(&self, text: String) -> Option<Arc<Compiled>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.as_ref().filter(|known| known.text == text) {
            return Some(Arc::clone(known));
        }
        // Two large schemas need not be in memory at once.
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

/// Compiles the patterns of a schema; it nests no deeper than JSON is read.
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

/// `pattern`, on an engine that cannot hang; a pattern that it cannot run matches everything.
struct Pattern {
    regex: Option<Regex>,
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

//! Asks the `jsonschema` crate whether values fit, and finds the node and the reason of each that does not.

use super::lenient::{PATTERN, schema_text};
use super::pattern;
use crate::bundle::{Document, SchemaId};
use crate::syntax::{Node, json};
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// A value and the schema it should fit.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The schema.
    pub schema: SchemaId,
    /// The value, as it stands in the document.
    pub value: Node<'a>,
}

/// A value, or a part of one, that does not fit.
#[derive(Clone, Debug)]
pub struct Violation<'a> {
    /// Index of the question.
    pub question: usize,
    /// The offending node.
    pub node: Node<'a>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Why a value does not fit.
#[derive(Clone, PartialEq, Debug)]
pub enum Problem {
    /// Another JSON type is wanted; the names of those allowed.
    Type(Vec<&'static str>),
    /// Only these values are allowed.
    NotOneOf(Vec<Value>),
    /// The number must be (words) the limit: "at least", "at most", "more than", "less than", "a multiple of".
    Number(&'static str, Value),
    /// The length must be (words: "at least" or "at most") the limit, in this unit.
    Length(&'static str, u64, &'static str),
    /// The text does not match; the pattern, and the author's own words for it.
    Pattern(String, Option<String>),
    /// Elements repeat.
    Repeats,
    /// Fits none of several alternatives.
    NoAlternative,
    /// Nothing is allowed here.
    Forbidden,
}

/// Every violation of the questions, in their order. Leniency: see [`super::lenient`].
#[must_use]
pub fn violations<'a>(document: &Document, questions: &[Question<'a>]) -> Vec<Violation<'a>> {
    let instance: Map<String, Value> = questions
        .iter()
        .enumerate()
        .filter_map(|(index, question)| {
            Some((index.to_string(), json::to_json(question.value, document.dialect()).ok()?))
        })
        .collect();
    if instance.is_empty() {
        return Vec::new();
    }
    // One schema and one instance for all: compiling is what costs.
    let schema = schema_text(document, questions.iter().map(|question| question.schema));
    let Some(compiled) = compiled(schema) else { return Vec::new() };
    let instance = Value::Object(instance);
    let mut found = Vec::new();
    for error in compiled.validator.iter_errors(&instance) {
        for error in innermost(&error) {
            found.extend(locate(questions, &compiled.schema, error));
        }
    }
    found.sort_by_key(|violation| (violation.question, violation.node.span()));
    found.dedup_by(|a, b| a.question == b.question && a.node == b.node && a.problem == b.problem);
    found
}

/// A schema, ready for use.
struct Compiled {
    text: String,
    schema: Value,
    validator: Validator,
}

/// The last ones: one a document at hand is plenty.
static COMPILED: Mutex<VecDeque<Arc<Compiled>>> = Mutex::new(VecDeque::new());
const MAX_COMPILED: usize = 8;

/// Compiling costs several times what validating does, and most keystrokes (in titles, descriptions, values) leave the
/// schema as it was, so the last ones are kept.
fn compiled(text: String) -> Option<Arc<Compiled>> {
    let kept = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().iter().find(|known| known.text == text).cloned();
    if known.is_some() {
        return known;
    }
    let schema = serde_json::from_str(&text).ok()?;
    let validator = compile(&schema)?;
    let compiled = Arc::new(Compiled { text, schema, validator });
    let mut kept = kept();
    kept.truncate(MAX_COMPILED - 1);
    kept.push_front(Arc::clone(&compiled));
    Some(compiled)
}

fn compile(schema: &Value) -> Option<Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(false)
        .with_keyword(PATTERN, |_: &Map<String, Value>, value: &Value, _: Location| {
            let pattern = value.get(0).and_then(Value::as_str).unwrap_or_default();
            Ok(Box::new(Pattern(pattern::compile(pattern))))
        })
        .build(schema)
        .ok()
}

/// `pattern`, on an engine that cannot hang; a pattern that it cannot run matches everything.
struct Pattern(Option<Regex>);

impl<'i> Keyword<'i> for Pattern {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(PATTERN)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (&self.0, instance) {
            (Some(regex), Value::String(text)) => regex.is_match(text),
            _ => true,
        }
    }
}

/// The errors that say something precise: of alternatives, those of the one that the author most likely means.
fn innermost<'e, 'i>(error: &'e ValidationError<'i>) -> Vec<&'e ValidationError<'i>>
where
    'static: 'i,
{
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = error.kind() else {
        return vec![error];
    };
    // A branch whose discriminator (`const`, `enum`) or type already differs is not the one meant.
    let strangers = |branch: &[ValidationError<'static>]| {
        branch
            .iter()
            .filter(|error| {
                matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. } | Kind::Type { .. })
            })
            .count()
    };
    let meant: Vec<_> = context.iter().filter(|branch| strangers(branch) == 0).collect();
    match meant[..] {
        [branch] => branch.iter().flat_map(innermost).collect(),
        _ => vec![error],
    }
}

fn locate<'a>(
    questions: &[Question<'a>],
    schema: &Value,
    error: &ValidationError<'_>,
) -> Option<Violation<'a>> {
    let mut path = error.instance_path().into_iter().map(|segment| segment.to_string());
    let question: usize = path.next()?.parse().ok()?;
    let mut node = questions.get(question)?.value.target();
    for segment in path {
        let next = match segment.parse::<usize>() {
            Ok(index) if node.is_sequence() => node.items().nth(index),
            _ => node.field(&segment).map(|entry| entry.value()),
        };
        // A part that came in by an unusual road (an alias as key, say) is reported at its nearest parent.
        let Some(next) = next else { break };
        node = next.target();
    }
    Some(Violation { question, node, problem: problem(schema, error)? })
}

/// A number as authors write it: without a fraction where it has none.
fn whole(number: f64) -> Value {
    // Whole numbers up to this one are exact.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= MAX_EXACT { json!(number as i64) } else { json!(number) }
}

fn problem(schema: &Value, error: &ValidationError<'_>) -> Option<Problem> {
    Some(match error.kind() {
        Kind::Type { kind: TypeKind::Single(name) } => Problem::Type(vec![name.as_str()]),
        Kind::Type { kind: TypeKind::Multiple(names) } => {
            Problem::Type(names.iter().map(|name| name.as_str()).collect())
        }
        Kind::Enum { options } => Problem::NotOneOf(options.as_array()?.clone()),
        Kind::Constant { expected_value } => Problem::NotOneOf(vec![Value::clone(expected_value)]),
        Kind::Minimum { limit } => Problem::Number("at least", limit.clone()),
        Kind::Maximum { limit } => Problem::Number("at most", limit.clone()),
        Kind::ExclusiveMinimum { limit } => Problem::Number("more than", limit.clone()),
        Kind::ExclusiveMaximum { limit } => Problem::Number("less than", limit.clone()),
        Kind::MultipleOf { multiple_of } => Problem::Number("a multiple of", whole(*multiple_of)),
        Kind::MinLength { limit } => Problem::Length("at least", *limit, "character"),
        Kind::MaxLength { limit } => Problem::Length("at most", *limit, "character"),
        Kind::MinItems { limit } => Problem::Length("at least", *limit, "item"),
        Kind::MaxItems { limit } => Problem::Length("at most", *limit, "item"),
        Kind::MaxProperties { limit } => Problem::Length("at most", *limit, "member"),
        Kind::UniqueItems => Problem::Repeats,
        Kind::Custom { keyword, .. } if keyword == PATTERN => {
            let stated = schema.pointer(error.schema_path().as_str())?;
            let text = |index: usize| stated.get(index).and_then(Value::as_str).map(str::to_owned);
            Problem::Pattern(text(0)?, text(1))
        }
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => Problem::NoAlternative,
        Kind::PropertyNames { error } => return problem(schema, error),
        Kind::FalseSchema => Problem::Forbidden,
        _ => return None,
    })
}

//! Validates values with the `jsonschema` crate and finds the node and reason of each violation.

use super::cost;
use super::lenient::{PATTERN, schema_text};
use crate::bundle::{Document, SchemaId};
use crate::syntax::json::{JsonErrorKind, to_json_within};
use crate::syntax::{Budget, Node};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Map, Value, json};

/// A value and the schema that it should satisfy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// The schema.
    pub schema: SchemaId,
    /// The value in the document.
    pub value: Node<'a>,
}

/// A value, or a part of one, that does not satisfy the schema.
#[derive(Clone, Debug)]
pub(crate) struct Violation<'a> {
    /// Index of the question.
    pub question: usize,
    /// The invalid node.
    pub node: Node<'a>,
    /// The reason.
    pub problem: Problem,
}

/// Why a value is invalid.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Problem {
    /// Wrong JSON type; the names of the allowed types.
    Type(Vec<&'static str>),
    /// Not one of these allowed values.
    NotOneOf(Vec<Value>),
    /// The number must be (words) the limit. The words are "at least", "at most", "more than", "less than" or "a
    /// multiple of".
    Number(&'static str, Value),
    /// The length must be (words: "at least" or "at most") the limit, in this unit.
    Length(&'static str, u64, &'static str),
    /// The text does not match; the pattern and the author's message.
    Pattern(String, Option<String>),
    /// Duplicate items.
    Repeats,
    /// Matches none of several alternatives.
    NoAlternative,
    /// No value is allowed here.
    Forbidden,
}

/// The result of a check.
pub(crate) struct Checked<'a> {
    /// The violations, one per value (at most [`MAX_VIOLATIONS`]), in the order of the questions.
    pub violations: Vec<Violation<'a>>,
    /// Index of the first question that was not checked completely because a limit was reached.
    pub unchecked: Option<usize>,
}

/// The limit on violations: more are not useful, and each stores the allowed values.
const MAX_VIOLATIONS: usize = 1_000;

/// Memory of a compiled schema per byte of its JSON text.
const COMPILED: usize = 40;

/// Validates the values, as far as the budget allows. For leniency, see [`super::lenient`].
#[must_use]
pub(crate) fn check<'a>(document: &Document, questions: &[Question<'a>], budget: &Budget) -> Checked<'a> {
    // The other half is for the schema.
    let values = Budget::new(budget.left() / 2);
    let before = values.left();
    let mut instance = Map::new();
    let mut unchecked = None;
    for (index, question) in questions.iter().enumerate() {
        let value = match to_json_within(question.value, document.dialect(), &values) {
            Err(error) if error.kind != JsonErrorKind::TooLarge => continue,
            value => value.ok(),
        };
        let affordable =
            value.filter(|value| cost::spend(document, question.schema, value, &values).is_some());
        let Some(value) = affordable else {
            unchecked = Some(index);
            break;
        };
        instance.insert(index.to_string(), value);
    }
    let _ = budget.spend(before - values.left());
    if instance.is_empty() {
        return Checked { violations: Vec::new(), unchecked };
    }
    // Uses one schema and one instance for all questions, since compiling dominates the cost.
    let wanted = questions.iter().map(|question| question.schema).take(unchecked.unwrap_or(questions.len()));
    let Some(schema) = schema_text(document, wanted, budget.left() / COMPILED) else {
        return Checked { violations: Vec::new(), unchecked: Some(0) };
    };
    let _ = budget.spend(schema.len() * COMPILED);
    let Some(compiled) = document.memory().schemas.compiled(schema) else {
        return Checked { violations: Vec::new(), unchecked };
    };
    compiled.start();
    let instance = Value::Object(instance);
    let mut violations = Vec::new();
    for error in compiled.validator.iter_errors(&instance) {
        for error in innermost(&error) {
            violations.extend(locate(questions, &compiled.schema, error));
        }
        if violations.len() > MAX_VIOLATIONS {
            break;
        }
    }
    // One violation per value: a wrong type makes the others meaningless.
    let is_type = |problem: &Problem| matches!(problem, Problem::Type(_));
    violations.sort_by_key(|one| (one.question, one.node.span(), one.node.id(), !is_type(&one.problem)));
    violations.dedup_by(|a, b| a.question == b.question && a.node == b.node);
    Checked { violations, unchecked: unchecked.or(compiled.left_out_patterns().then_some(0)) }
}

/// The most specific errors: of alternatives, those of the branch that the author most likely intended.
fn innermost<'e, 'i>(error: &'e ValidationError<'i>) -> Vec<&'e ValidationError<'i>>
where
    'static: 'i,
{
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = error.kind() else {
        return vec![error];
    };
    // A branch whose discriminator (`const`, `enum`) or type does not match is not the intended one.
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
        // A part that cannot be found by name (such as an alias as a key) is reported at its nearest parent.
        let Some(next) = next else { break };
        node = next.target();
    }
    Some(Violation { question, node, problem: problem(schema, error)? })
}

/// A number as authors write it: without a fraction if it is whole.
fn whole(number: f64) -> Value {
    // Whole numbers up to this limit are exact.
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

//! Results of a program, evaluated for every preset.

use super::markdown::{Page, code, listed};
use super::schema;
use crate::bundle::expressions::{self, Place};
use crate::bundle::{Document, Expression, Preset, SchemaId};
use crate::jq::Shape;
use crate::jq::evaluate::{self, Outcome, Stop};
use crate::jq::infer::{PathUse, Report, Root, Step};
use crate::jq::types::{Kind, Types};
use crate::reference::JsonType;
use crate::syntax::Scalar;
use serde_json::{Map, Value};

/// Most presets that are shown.
const MAX_PRESETS: usize = 5;

/// Most results of one evaluation that are shown.
const MAX_RESULTS: usize = 4;

/// Longest result that is shown, in characters.
const MAX_TEXT: usize = 100;

/// Deepest nesting of objects that is filled in.
const MAX_DEPTH: usize = 8;

/// Adds the results of a program, if they can be computed.
pub(super) fn show(page: &mut Page, document: &Document, expression: &Expression) {
    if !matches!(expression.place, Place::Config(_) | Place::Env | Place::Policy)
        || reads_unknown_input(expression.report(document))
    {
        return;
    }
    let shapes = expressions::input(document, expression.place, document.shapes());
    let presets: Vec<&Preset> = document.presets.iter().take(MAX_PRESETS).collect();
    let run = |preset: Option<&Preset>| {
        let input = input(document, &shapes, preset)?;
        Some(evaluate::evaluate(expression.program(), &input))
    };
    let outcomes: Option<Vec<Outcome>> = match presets.as_slice() {
        [] => run(None).map(|outcome| vec![outcome]),
        presets => presets.iter().map(|preset| run(Some(preset))).collect(),
    };
    let Some(outcomes) = outcomes else { return };
    if let Some(reason) = outcomes.iter().find_map(not_evaluated) {
        page.paragraph(reason);
        return;
    }
    let results: Option<Vec<String>> = outcomes.iter().map(result).collect();
    let Some(results) = results else { return };
    if let ([], [result]) = (presets.as_slice(), results.as_slice()) {
        page.paragraph(&format!("With the defaults, the program returns {result}."));
        return;
    }
    let rows = presets.into_iter().map(|preset| name(document, preset)).zip(results);
    page.paragraph("With the presets, the program returns:");
    for (name, result) in rows {
        page.item(&format!("{name} → {result}"));
    }
}

fn name(document: &Document, preset: &Preset) -> String {
    let named = preset.name.map(|node| document.node(node).target().value().into_owned());
    let index = document.presets.iter().position(|one| one.node == preset.node).unwrap_or_default();
    named
        .filter(|name| !name.is_empty())
        .map_or_else(|| format!("Preset {}", index + 1), |name| super::markdown::prose(&name))
}

/// Whether a program reads values that cannot be made up: payloads of unknown types, and what the bundle publishes.
fn reads_unknown_input(report: &Report) -> bool {
    report.uses.iter().any(|one: &PathUse| {
        let root = report.path(one).first();
        let outside = |names: &[&str]| matches!(root, Some(Step::Field(name)) if names.contains(&&**name));
        let is_unknown = || one.after.as_ref().is_none_or(|after| matches!(after.kind(), Kind::Unknown));
        one.root == Root::Input
            && (outside(&["artifacts", "resources"])
                || outside(&["connections", "dependencies"]) && is_unknown())
    })
}

/// The input of a program: a preset with defaults filled in, and placeholders for the rest.
fn input(document: &Document, shape: &Shape, preset: Option<&Preset>) -> Option<Value> {
    let mut input = Map::new();
    for (name, root) in shape.fields() {
        let value = match name {
            "params" => params(document, root, preset)?,
            "artifacts" | "resources" => continue,
            _ => placeholder(root, name, 0),
        };
        input.insert(name.to_owned(), value);
    }
    Some(Value::Object(input))
}

fn params(document: &Document, shape: &Shape, preset: Option<&Preset>) -> Option<Value> {
    let chosen = match preset {
        Some(preset) => schema::small_json(document, document.node(preset.node))?,
        None => Value::Object(Map::new()),
    };
    let Value::Object(mut chosen) = chosen else { return None };
    chosen.shift_remove("__name");
    if let Some(params) = document.params {
        fill(document, params, shape, &mut chosen, 0);
    }
    chosen.insert("md_metadata".to_owned(), placeholder(&shape.field("md_metadata"), "md_metadata", 0));
    Some(Value::Object(chosen))
}

/// Fills in defaults, `false` for booleans without one, and placeholders for required values.
fn fill(document: &Document, id: SchemaId, shape: &Shape, object: &mut Map<String, Value>, depth: usize) {
    let names = document.names(id);
    for name in &names.unconditional {
        let property = names.known.get(name).and_then(|same| same.first());
        let Some(schema) = property.map(|&property| document.schemas.property(property).schema) else {
            continue;
        };
        let inner = shape.field(name);
        if let Some(Value::Object(value)) = object.get_mut(name) {
            if depth < MAX_DEPTH {
                fill(document, schema, &inner, value, depth + 1);
            }
            continue;
        }
        if object.contains_key(name) {
            continue;
        }
        let default =
            document.keyword(schema, "default").and_then(|(_, node)| schema::small_json(document, node));
        let is_boolean = inner.only(Types::BOOLEAN) == inner && !inner.types().is_empty();
        let value = match default {
            Some(default) => default,
            None if is_boolean => Value::Bool(false),
            None if has_fields(document, schema) && depth < MAX_DEPTH => {
                let mut value = Map::new();
                fill(document, schema, &inner, &mut value, depth + 1);
                Value::Object(value)
            }
            None if !inner.types().meets(Types::NULL) => placeholder(&inner, name, 0),
            None => continue,
        };
        object.insert(name.clone(), value);
    }
}

fn has_fields(document: &Document, schema: SchemaId) -> bool {
    let is_object = document.keyword(schema, "type").is_some_and(|(_, node)| {
        matches!(node.resolve(document.dialect()), Scalar::Str(text) if JsonType::named(&text) == Some(JsonType::Object))
    });
    is_object && !document.names(schema).unconditional.is_empty()
}

/// A placeholder of a shape: `<hostname>`.
fn placeholder(shape: &Shape, name: &str, depth: usize) -> Value {
    let member = shape.members().iter().find(|member| !matches!(member.kind(), Kind::Null | Kind::Never));
    match member.map(Shape::kind) {
        Some(Kind::Boolean) => Value::Bool(true),
        Some(Kind::Number) => Value::from(1),
        Some(Kind::Array(item)) if depth < MAX_DEPTH => {
            Value::Array(vec![placeholder(item, name, depth + 1)])
        }
        Some(Kind::Object(object)) if depth < MAX_DEPTH => {
            let fields = object.fields.iter();
            fields.map(|(name, field)| (name.to_string(), placeholder(field, name, depth + 1))).collect()
        }
        Some(Kind::String | Kind::Unknown) => Value::String(format!("<{name}>")),
        _ => Value::Null,
    }
}

/// Why a program was not evaluated; `None` if it was.
fn not_evaluated(outcome: &Outcome) -> Option<&'static str> {
    match outcome.stop {
        Some(Stop::Unsupported) => {
            Some("Its result is not shown: the program uses a feature that cannot be evaluated here.")
        }
        Some(Stop::Budget) if outcome.results.is_empty() => {
            Some("Its result is not shown: the program takes too long to evaluate here.")
        }
        _ => None,
    }
}

/// The results of an evaluation in words; `None` if it did not finish.
fn result(outcome: &Outcome) -> Option<String> {
    let shown = |value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut short: String = text.chars().take(MAX_TEXT).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        code(&short)
    };
    match (&outcome.stop, outcome.results.as_slice()) {
        (None, []) => Some("nothing".to_owned()),
        (None, results) if results.len() <= MAX_RESULTS => Some(listed(results.iter().map(shown))),
        (None, results) => Some(format!(
            "{} and {} more",
            listed(results.iter().take(MAX_RESULTS).map(shown)),
            results.len() - MAX_RESULTS
        )),
        // An error caused by a placeholder need not occur with a real value.
        (Some(Stop::Error(error)), _) if error.to_string().contains("(\\\"<") => None,
        (Some(Stop::Error(error)), _) => Some(format!("an error: {}", shown(error))),
        (Some(_), _) => None,
    }
}

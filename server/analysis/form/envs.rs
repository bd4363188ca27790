//! The values of the variables in `app.envs` for the values of a form.

use super::sample;
use crate::analysis::Snapshot;
use crate::bundle::{Document, Expression, Kind, Named};
use crate::jq::ast::ExprKind;
use crate::jq::evaluate::{self, Outcome, Stop};
use crate::jq::infer::{Root, Step};
use crate::syntax::Scalar;
use crate::workspace::Files;
use serde_json::{Map, Value};

/// Most variables that are computed; each can take some milliseconds.
const MAX_RUNS: usize = 300;

/// An environment variable.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Env {
    /// Its name.
    pub name: String,
    /// Its value, or the reason why it has none: one sentence.
    pub value: Result<String, String>,
}

/// The value of each variable for these params; `None` if the bundle has no variables.
#[must_use]
pub(crate) fn envs(snapshot: &Snapshot, files: &dyn Files, values: &Map<String, Value>) -> Option<Vec<Env>> {
    let document = snapshot.document();
    if document.kind != Kind::Bundle || document.app.envs.is_empty() {
        return None;
    }
    let inputs = sample::inputs(document, files);
    let unknown = |name: &str| inputs.get(name).is_some_and(Value::is_null);
    let unknown: Vec<String> = inputs.keys().filter(|name| unknown(name)).cloned().collect();
    let mut params = values.clone();
    params.insert("md_metadata".to_owned(), sample::metadata());
    let input = Value::Object(Map::from_iter([
        ("params".to_owned(), Value::Object(params)),
        ("dependencies".to_owned(), Value::Object(inputs.clone())),
        ("connections".to_owned(), Value::Object(inputs)),
        ("secrets".to_owned(), Value::Object(sample::secrets(document))),
    ]));
    let value = |(index, env): (usize, &Named)| {
        let value = match index < MAX_RUNS {
            true => value(document, env, &input, &unknown),
            false => Err("There are too many variables to evaluate all of them.".to_owned()),
        };
        Env { name: env.name.clone(), value }
    };
    Some(document.app.envs.iter().enumerate().map(value).collect())
}

fn value(document: &Document, env: &Named, input: &Value, unknown: &[String]) -> Result<String, String> {
    let node = document.node(env.value);
    let expression = match node.resolve(document.dialect()) {
        // The platform converts these to text, which as a jq program yields the same value.
        Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_) => return Ok(node.value().into_owned()),
        _ => document.expressions().of(env.value).ok_or("This is not a jq program.")?,
    };
    if let Some(error) = expression.program().errors().first() {
        return Err(format!("This is not a jq program: {}", lower_first(&error.kind.to_string())));
    }
    if let Some(name) = reads(document, expression, unknown) {
        return Err(format!("The payload of the connection `{name}` is not known here."));
    }
    text(expression, evaluate::evaluate(expression.program(), input))
}

/// The first of `names`, which are connections, that a program reads.
fn reads<'n>(document: &Document, expression: &Expression, names: &'n [String]) -> Option<&'n String> {
    let report = expression.report(document);
    report.uses.iter().filter(|one| one.root == Root::Input).find_map(|one| match report.path(one) {
        [Step::Field(root), Step::Field(name), ..] if ["connections", "dependencies"].contains(&&**root) => {
            names.iter().find(|unknown| ***unknown == **name)
        }
        _ => None,
    })
}

fn text(expression: &Expression, outcome: Outcome) -> Result<String, String> {
    match outcome.stop {
        None => {}
        Some(Stop::Error(Value::String(error))) => return Err(error),
        Some(Stop::Error(error)) => return Err(error.to_string()),
        Some(Stop::Unsupported) => {
            return Err("This program uses a feature that cannot be evaluated here.".to_owned());
        }
        Some(Stop::Budget) => {
            return Err("This program takes too long to evaluate here.".to_owned());
        }
    }
    let program = expression.program();
    let is_path = matches!(&program.expr(program.root()).kind, ExprKind::Path { head, .. }
        if matches!(program.expr(*head).kind, ExprKind::Identity));
    match outcome.results.as_slice() {
        [Value::Null] if is_path => Err(format!("`{}` has no value.", program.text().trim())),
        [Value::Null] => Err("The result is `null`; a variable needs a value.".to_owned()),
        [Value::String(text)] => Ok(text.clone()),
        [other] => Ok(other.to_string()),
        [] => Err("The program has no result; a variable needs a value.".to_owned()),
        several => Err(format!("The program has {} results; a variable takes one.", several.len())),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

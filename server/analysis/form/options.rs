//! The choices of a drop-down that are computed from a connection (`$md.enum`), for a sample of its payload.

use super::sample;
use crate::bundle::Document;
use crate::jq::{
    self,
    evaluate::{self, Stop},
};
use crate::workspace::Files;
use serde_json::{Map, Value, json};

/// Most programs that are run for one form; each can take some milliseconds.
const MAX_RUNS: usize = 300;

/// Runs the queries of a form.
pub(super) struct Queries<'a> {
    document: &'a Document,
    files: &'a dyn Files,
    /// Sample payloads of the connections; computed for the first query.
    payloads: Option<Map<String, Value>>,
    runs: usize,
    /// Whether a program of the current query could not be evaluated.
    unknown: bool,
}

impl<'a> Queries<'a> {
    pub(super) fn new(document: &'a Document, files: &'a dyn Files) -> Self {
        Self { document, files, payloads: None, runs: MAX_RUNS, unknown: false }
    }

    /// Adds the choices of a query as `oneOf`, or a note that they cannot be computed.
    pub(super) fn add(&mut self, query: &Value, schema: &mut Map<String, Value>) {
        self.unknown = false;
        if let Some(choices) = self.choices(query) {
            schema.insert("oneOf".to_owned(), choices);
        } else if self.unknown {
            let own = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let note = format!("{own} (The choices come from a program that cannot be evaluated here.)");
            schema.insert("description".to_owned(), Value::from(note.trim_start()));
        }
    }

    /// The choices, as `oneOf`; `None` if the query yields none.
    fn choices(&mut self, query: &Value) -> Option<Value> {
        // `dependency` takes precedence over `connection`.
        let connection = ["dependency", "connection"].iter().find_map(|key| query.get(key))?.as_str()?;
        let (document, files) = (self.document, self.files);
        let payloads = self.payloads.get_or_insert_with(|| sample::inputs(document, files));
        let payload = payloads.get(connection)?.clone();
        let program = |key: &str| query.get(key).and_then(Value::as_str);
        let options = self.run(program("options")?, &payload)?;
        // The program yields either one list or several options.
        let options = match <[Value; 1]>::try_from(options) {
            Ok([Value::Array(items)]) => items,
            Ok([option]) => vec![option],
            Err(options) => options,
        };
        let (value, label) = (program("value").unwrap_or("."), program("label"));
        let mut choices: Vec<Value> = Vec::new();
        for option in &options {
            let value = self.run(value, option)?.into_iter().next()?;
            let label = match label {
                Some(label) => self.run(label, option)?.into_iter().next()?,
                None => value.clone(),
            };
            let label = label.as_str().map_or_else(|| label.to_string(), str::to_owned);
            choices.push(json!({"const": value, "title": label}));
        }
        (!choices.is_empty()).then(|| Value::Array(choices))
    }

    fn run(&mut self, program: &str, input: &Value) -> Option<Vec<Value>> {
        self.runs = self.runs.checked_sub(1)?;
        let program = jq::parse(program);
        let outcome = evaluate::evaluate(&program, input);
        let stopped = matches!(outcome.stop, Some(Stop::Unsupported | Stop::Budget));
        self.unknown |= stopped && program.errors().is_empty();
        outcome.stop.is_none().then_some(outcome.results)
    }
}

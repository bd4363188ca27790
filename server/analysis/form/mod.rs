//! The form that users of a bundle fill in, as data for a client that renders it; specified in
//! `docs/form-preview.md`.

mod envs;
mod options;
mod places;
mod preset;
mod sample;
mod schema;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use envs::{Env, envs};
pub(crate) use places::Place;
pub(super) use preset::add as add_preset;
pub(crate) use preset::save as save_preset;

use super::Snapshot;
use crate::bundle::{Document, Kind};
use crate::syntax::Budget;
use crate::syntax::json::to_json_within;
use crate::workspace::Files;
use serde_json::{Map, Value};

/// Budget for the values of `params` and `ui` with aliases expanded. Bundles that exceed it get no form preview.
const MAX_COST: usize = 24 << 20;

/// A form.
#[derive(Clone, PartialEq, Debug)]
pub struct Form {
    /// The bundle's name, or `""`.
    pub title: String,
    /// A JSON Schema (draft-07) for all values.
    pub schema: Value,
    /// The value of `ui`, or an empty object.
    pub ui: Value,
    /// The presets, in source order.
    pub presets: Vec<Preset>,
    /// The definitions of params.
    pub places: Vec<Place>,
}

/// A named set of values.
#[derive(Clone, PartialEq, Debug)]
pub struct Preset {
    /// The name, or `Preset N` if it has none.
    pub name: String,
    /// The values of params.
    pub values: Value,
}

/// The form of a bundle; `None` for other documents, and while the text has syntax errors.
#[must_use]
pub fn form(snapshot: &Snapshot, files: &dyn Files) -> Option<Form> {
    let document = readable(snapshot)?;
    let params = document.node(document.schemas.get(document.params?).node);
    let budget = Budget::new(MAX_COST);
    let Ok(Value::Object(mut params)) = to_json_within(params, document.dialect(), &budget) else {
        return None;
    };
    let ui = document.value("ui").and_then(|ui| to_json_within(ui, document.dialect(), &budget).ok());
    Some(Form {
        title: document.value("name").map(|name| name.target().value().into_owned()).unwrap_or_default(),
        presets: presets(params.shift_remove("examples")),
        schema: schema::schema(document, files, &Value::Object(params)),
        ui: ui.filter(Value::is_object).unwrap_or_else(|| Value::Object(Map::new())),
        places: places::places(document),
    })
}

/// The document, if it is a bundle without errors at which the platform's parser fails.
fn readable(snapshot: &Snapshot) -> Option<&Document> {
    let document = snapshot.document();
    let is_sound = document.syntax.fatal_errors().next().is_none();
    (document.kind == Kind::Bundle && is_sound).then_some(document)
}

fn presets(examples: Option<Value>) -> Vec<Preset> {
    let Some(Value::Array(items)) = examples else { return Vec::new() };
    let presets = items.into_iter().enumerate().filter_map(|(index, item)| {
        let Value::Object(mut values) = item else { return None };
        let name = match values.shift_remove("__name") {
            Some(Value::String(name)) => name,
            _ => format!("Preset {}", index + 1),
        };
        Some(Preset { name, values: Value::Object(values) })
    });
    presets.collect()
}

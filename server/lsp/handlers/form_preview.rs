//! `massdriver/formPreview`, `formEnvs` and `formSavePreset`: what a client needs to draw a bundle's form. See
//! `docs/form-preview.md`.

use crate::analysis;
use crate::lsp::convert::workspace_edit::{changes, workspace_edit};
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tower_lsp::ls_types::{Range, Uri, WorkspaceEdit};

/// Which form.
#[derive(Deserialize)]
pub(crate) struct Document {
    pub(crate) uri: Uri,
}

/// The values in it.
#[derive(Deserialize)]
pub(crate) struct Filled {
    pub(crate) uri: Uri,
    pub(crate) values: Map<String, Value>,
}

/// Values to be kept under a name.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) uri: Uri,
    pub(crate) name: String,
    pub(crate) values: Map<String, Value>,
}

/// The answer to `massdriver/formPreview`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preview {
    version: i32,
    title: String,
    schema: Value,
    ui_schema: Value,
    presets: Vec<Value>,
    places: Vec<Place>,
}

#[derive(Serialize)]
struct Place {
    pointer: String,
    key: Range,
    range: Range,
}

/// What the server says that it can do.
pub(crate) fn abilities() -> Value {
    json!({"preview": true, "envs": true, "savePreset": true})
}

/// A document's form.
pub(crate) fn preview(session: &Session, view: &View) -> Option<Preview> {
    let form = analysis::form(view.snapshot(), &FreshFiles::new(session, view))?;
    let presets = form.presets.into_iter();
    let places = form.places.into_iter();
    Some(Preview {
        version: view.version,
        title: form.title,
        schema: form.schema,
        ui_schema: form.ui,
        presets: presets.map(|preset| json!({"name": preset.name, "values": preset.values})).collect(),
        places: places
            .map(|place| Place {
                pointer: place.pointer,
                key: view.range(place.key),
                range: view.range(place.range),
            })
            .collect(),
    })
}

/// What the variables get for the values in a form.
pub(crate) fn envs(session: &Session, view: &View, values: &Map<String, Value>) -> Option<Value> {
    let files = FreshFiles::new(session, view);
    let envs = analysis::form::envs(view.snapshot(), &files, values)?;
    let env = |env: analysis::form::Env| match env.value {
        Ok(value) => json!({"name": env.name, "value": value}),
        Err(error) => json!({"name": env.name, "error": error}),
    };
    Some(json!({"envs": envs.into_iter().map(env).collect::<Vec<_>>()}))
}

/// The edit that keeps values as a preset.
pub(crate) fn save_preset(
    session: &Session,
    view: &View,
    name: &str,
    values: &Map<String, Value>,
) -> Option<WorkspaceEdit> {
    let saved = analysis::form::save_preset(view.snapshot(), name, values)?;
    Some(workspace_edit(changes(session, view, &saved).ok()?, session.abilities()))
}

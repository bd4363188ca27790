//! `massdriver/formPreview`, `formEnvs` and `formSavePreset`: the form of a bundle; see `docs/form-preview.md`.

use crate::analysis;
use crate::lsp::convert::workspace_edit::workspace_edit;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tower_lsp::ls_types::{Range, Uri, WorkspaceEdit};

/// The parameters of `massdriver/formPreview`.
#[derive(Deserialize)]
pub(crate) struct FormPreviewParams {
    pub(crate) uri: Uri,
}

/// The parameters of `massdriver/formEnvs`: the values in the form.
#[derive(Deserialize)]
pub(crate) struct FormEnvsParams {
    pub(crate) uri: Uri,
    pub(crate) values: Map<String, Value>,
}

/// The parameters of `massdriver/formSavePreset`: the values to save, and the name of the preset.
#[derive(Deserialize)]
pub(crate) struct SavePresetParams {
    pub(crate) uri: Uri,
    name: String,
    values: Map<String, Value>,
}

/// The response to `massdriver/formPreview`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FormPreview {
    version: i32,
    title: String,
    schema: Value,
    ui_schema: Value,
    presets: Vec<Value>,
    places: Vec<FieldRange>,
}

/// Where a field of the form is declared.
#[derive(Serialize)]
struct FieldRange {
    pointer: String,
    key: Range,
    range: Range,
}

/// The experimental capability `massdriver.form`.
pub(crate) fn capabilities() -> Value {
    json!({"preview": true, "envs": true, "savePreset": true})
}

/// The form of a document.
pub(crate) fn preview(state: &StateSnapshot, document: &DocumentSnapshot) -> Option<FormPreview> {
    let form = analysis::form(document.snapshot(), &FreshFiles::new(state, document))?;
    let presets = form.presets.into_iter();
    let places = form.places.into_iter();
    Some(FormPreview {
        version: document.version,
        title: form.title,
        schema: form.schema,
        ui_schema: form.ui,
        presets: presets.map(|preset| json!({"name": preset.name, "values": preset.values})).collect(),
        places: places
            .map(|place| FieldRange {
                pointer: place.pointer,
                key: document.range(place.key),
                range: document.range(place.range),
            })
            .collect(),
    })
}

/// The environment variables for the values in a form.
pub(crate) fn envs(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    values: &Map<String, Value>,
) -> Option<Value> {
    let files = FreshFiles::new(state, document);
    let envs = analysis::form::envs(document.snapshot(), &files, values)?;
    let env = |env: analysis::form::Env| match env.value {
        Ok(value) => json!({"name": env.name, "value": value}),
        Err(error) => json!({"name": env.name, "error": error}),
    };
    Some(json!({"envs": envs.into_iter().map(env).collect::<Vec<_>>()}))
}

/// The edit that saves values as a preset.
pub(crate) fn save_preset(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    params: &SavePresetParams,
) -> Option<WorkspaceEdit> {
    let saved = analysis::form::save_preset(document.snapshot(), &params.name, &params.values)?;
    Some(workspace_edit(state.changes(document, &saved).ok()?, &state.client))
}

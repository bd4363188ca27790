//! The user's settings, however a client hands them over.

use crate::lsp::server::Session;
use crate::settings::Settings;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use tower_lsp::ls_types::ConfigurationItem;

/// The section of an editor's settings that is ours.
pub(crate) const SECTION: &str = "massdriver";

/// Reads settings: our section of an object that has it, else the whole; nothing means the defaults.
pub(crate) fn read(value: &Value) -> Result<Settings, String> {
    let ours = value.get(SECTION).unwrap_or(value);
    if ours.is_null() {
        return Ok(Settings::default());
    }
    Settings::deserialize(ours).map_err(|error| {
        format!(
            "The `{SECTION}` settings were not understood, so the ones before them stay in force: {error}."
        )
    })
}

/// `workspace/didChangeConfiguration`.
pub(crate) fn change_settings(session: &Arc<Session>, sent: Value) {
    if session.abilities().configuration {
        fetch_settings(session, sent);
    } else if !sent.is_null() {
        session.use_settings(&sent);
    }
}

/// Asks a client that can be asked; what it `sent` counts where it has no answer. Nobody waits for it meanwhile.
pub(super) fn fetch_settings(session: &Arc<Session>, sent: Value) {
    if !session.abilities().configuration {
        return;
    }
    let mut state = session.state();
    state.fetches += 1;
    let turn = state.fetches;
    drop(state);
    let session = Arc::clone(session);
    tokio::spawn(async move {
        let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
        let answer = session.remote.configuration(vec![item]).await.unwrap_or_default();
        let answer = answer.into_iter().next().filter(|answer| !answer.is_null()).unwrap_or(sent);
        if session.state().fetches == turn && !answer.is_null() {
            session.use_settings(&answer);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Level;
    use serde_json::json;

    #[test]
    fn a_section_or_the_whole_or_nothing() {
        for value in [json!({"massdriver": {"rules": {"a": "off"}}}), json!({"rules": {"a": "off"}})] {
            assert_eq!(read(&value).unwrap().rules["a"], Level::Off, "{value}");
        }
        for value in [json!(null), json!({}), json!({"massdriver": null}), json!({"yaml": {"x": 1}})] {
            assert_eq!(read(&value), Ok(Settings::default()), "{value}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = read(&json!({"rules": {"a": "of"}})).unwrap_err();
        assert!(error.contains("unknown variant `of`"), "{error}");
    }
}

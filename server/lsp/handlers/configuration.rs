//! The client's settings: `workspace/didChangeConfiguration`, `workspace/configuration`, initialization options.

use crate::lsp::server::Server;
use crate::settings::Settings;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use tower_lsp::ls_types::ConfigurationItem;

/// The server's section of the client's settings.
pub(crate) const SECTION: &str = "massdriver";

/// Parses settings: the section [`SECTION`] if there is one, else the whole value. Null means the defaults.
pub(crate) fn read(value: &Value) -> Result<Settings, String> {
    let section = value.get(SECTION).unwrap_or(value);
    if section.is_null() {
        return Ok(Settings::default());
    }
    Settings::deserialize(section).map_err(|error| {
        format!("The `{SECTION}` settings are invalid, so the previous ones stay in use: {error}.")
    })
}

/// `workspace/didChangeConfiguration`.
pub(crate) fn change_settings(server: &Arc<Server>, sent: Value) {
    if server.client_capabilities().configuration {
        fetch_settings(server, sent);
    } else if !sent.is_null() {
        server.set_settings(&sent);
    }
}

/// Requests the settings from the client in the background, if it supports that; `sent` is used if it returns none.
pub(super) fn fetch_settings(server: &Arc<Server>, sent: Value) {
    if !server.client_capabilities().configuration {
        return;
    }
    let mut state = server.state();
    state.settings_requests += 1;
    let request = state.settings_requests;
    drop(state);
    let server = Arc::clone(server);
    tokio::spawn(async move {
        let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
        let response = server.client.configuration(vec![item]).await.unwrap_or_default();
        let settings = response.into_iter().next().filter(|settings| !settings.is_null()).unwrap_or(sent);
        if server.state().settings_requests == request && !settings.is_null() {
            server.set_settings(&settings);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Level;
    use serde_json::json;

    #[test]
    fn reads_a_section_the_whole_value_or_null() {
        for value in [json!({"massdriver": {"rules": {"a": "off"}}}), json!({"rules": {"a": "off"}})] {
            assert_eq!(read(&value).unwrap().rules["a"], Level::Off, "{value}");
        }
        for value in [json!(null), json!({}), json!({"massdriver": null}), json!({"yaml": {"x": 1}})] {
            assert_eq!(read(&value), Ok(Settings::default()), "{value}");
        }
    }

    #[test]
    fn an_error_names_the_invalid_value() {
        let error = read(&json!({"rules": {"a": "of"}})).unwrap_err();
        assert!(error.contains("unknown variant `of`"), "{error}");
    }
}

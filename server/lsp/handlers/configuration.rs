//! The client's settings, from `workspace/didChangeConfiguration`, `workspace/configuration` or the initialization options.

use crate::settings::Settings;
use serde::Deserialize;
use serde_json::Value;

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

//! The user's settings, however a client hands them over.

use crate::settings::Settings;
use serde::Deserialize;
use serde_json::Value;

/// The section of an editor's settings that is ours.
pub(super) const SECTION: &str = "massdriver";

/// Reads settings: our section of an object that has it, else the whole; nothing means the defaults.
pub(super) fn read(value: &Value) -> Result<Settings, String> {
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

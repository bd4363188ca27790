//! The JSON Schema of the settings with all rules, from which the settings pages of editors are generated.

use crate::settings::SCHEMA;
use serde_json::{Map, Value, json};

/// JSON Schema (draft-07) of the settings, with title and levels of every rule.
#[must_use]
pub fn settings_schema() -> Value {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    if let Some(Value::Object(setting)) = schema.pointer_mut("/properties/rules") {
        setting.insert(
            "properties".to_owned(),
            Value::Object(super::all().map(level_schema).collect::<Map<_, _>>()),
        );
    }
    schema
}

fn level_schema(rule: &super::Rule) -> (String, Value) {
    let usual = if rule.opt_in { "off" } else { rule.severity.word() };
    let description = format!("{} ({usual} by default)", rule.title);
    let levels = ["off", "on", "hint", "info", "warning", "error"];
    (rule.id.to_owned(), json!({ "type": "string", "enum": levels, "description": description }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Level, Settings};
    use serde::Deserialize;

    fn members(schema: &Value, pointer: &str) -> Vec<String> {
        let at = schema.pointer(pointer).unwrap();
        at.as_array().unwrap().iter().map(|member| member.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn its_values_are_accepted() {
        let schema = settings_schema();
        for format in members(&schema, "/properties/bundleFormat/enum") {
            assert!(Settings::deserialize(json!({ "bundleFormat": format })).is_ok(), "{format}");
        }
        for rule in crate::rules::all() {
            let levels = members(&schema, &format!("/properties/rules/properties/{}/enum", rule.id));
            assert!(levels.iter().all(|level| Level::parse(level).is_some()), "{}", rule.id);
        }
    }

    #[test]
    fn its_defaults_are_those_of_the_settings() {
        let schema = settings_schema();
        let properties = schema["properties"].as_object().unwrap();
        let defaults: Map<_, _> =
            properties.iter().map(|(name, setting)| (name.clone(), setting["default"].clone())).collect();
        assert_eq!(Settings::deserialize(Value::Object(defaults)).unwrap(), Settings::default());
    }
}

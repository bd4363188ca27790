//! The settings as a JSON Schema: the one description that editors' settings pages are made from.

use crate::rules;
use serde_json::{Map, Value, json};

/// All but the rules, which know themselves best.
const DATA: &str = include_str!("schema.json");

/// The settings as a JSON Schema (draft-07), every rule with its title and levels.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema: Value = serde_json::from_str(DATA).unwrap_or_default();
    if let Some(Value::Object(setting)) = schema.pointer_mut("/properties/rules") {
        setting.insert(
            "properties".to_owned(),
            Value::Object(rules::all().map(level_of).collect::<Map<_, _>>()),
        );
    }
    schema
}

fn level_of(rule: &rules::Rule) -> (String, Value) {
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
    fn what_it_offers_is_understood() {
        let schema = json_schema();
        for edition in members(&schema, "/properties/edition/enum") {
            assert!(Settings::deserialize(json!({ "edition": edition })).is_ok(), "{edition}");
        }
        for rule in rules::all() {
            let levels = members(&schema, &format!("/properties/rules/properties/{}/enum", rule.id));
            assert!(levels.iter().all(|level| Level::parse(level).is_some()), "{}", rule.id);
        }
    }

    #[test]
    fn the_defaults_are_the_defaults() {
        let schema = json_schema();
        let properties = schema["properties"].as_object().unwrap();
        let defaults: Map<_, _> =
            properties.iter().map(|(name, setting)| (name.clone(), setting["default"].clone())).collect();
        assert_eq!(Settings::deserialize(Value::Object(defaults)).unwrap(), Settings::default());
    }
}

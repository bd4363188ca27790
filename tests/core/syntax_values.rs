//! Compares the JSON values of documents with recorded results of the platform's two parsers.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use massdriver_ls::internals::syntax::{Dialect, parse, to_json};
use serde_json::Value;
use std::fs;

/// JSON with a single number type and sorted keys.
fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.clone(), normal(value))).collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// Our JSON of a document, or the reason why there is none.
fn ours(text: &str, dialect: Dialect) -> Result<Value, String> {
    let syntax = parse(text);
    if let Some(error) = syntax.fatal_errors().next() {
        return Err(error.kind.message().into_owned());
    }
    let Some(root) = syntax.root() else { return Ok(Value::Null) };
    to_json(root, dialect).map(|value| normal(&value)).map_err(|error| format!("{:?}", error.kind))
}

#[test]
fn platform_values() {
    let Some(file) = crate::support::shared("yaml/platform-values.json") else { return };
    let Some(suite) = crate::support::shared("yaml/test-suite") else { return };
    let records: Vec<Value> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let (mut small, mut differing, mut total) = (Vec::new(), Vec::new(), 0);
    for record in &records {
        let from = record["from"].as_str().unwrap();
        let text = match from.strip_prefix("suite/") {
            Some(case) => fs::read_to_string(suite.join(case).join("in.yaml")).unwrap(),
            None => record["yaml"].as_str().unwrap().to_owned(),
        };
        for (name, dialect) in [("bundle", Dialect::GoYaml2), ("resource_type", Dialect::GoYaml3)] {
            let expected = &record[name];
            // For cases of the suite, only accepted documents are compared: a YAML 1.1 or stricter parser may reject
            // others.
            if from != "small" && expected.get("value").is_none() {
                continue;
            }
            total += 1;
            let ours = ours(&text, dialect);
            let equal = match (expected.get("value"), &ours) {
                (Some(value), Ok(ours)) => normal(value) == *ours,
                (None, Err(_)) => true,
                _ => false,
            };
            if !equal {
                println!("{from} {name}\n{text}\n  platform {expected}\n  ours     {ours:?}");
                let list = if from == "small" { &mut small } else { &mut differing };
                let key = if from == "small" { text.clone() } else { from.to_owned() };
                if !list.contains(&key) {
                    list.push(key);
                }
            }
        }
    }
    println!(
        "platform values: {total} compared, differing: {} small documents, {} of the suite",
        small.len(),
        differing.len()
    );
    assert_eq!(small, [""; 0]);
    assert_eq!(differing, KNOWN.map(|(case, _)| case));
}

/// Documents of the suite that the platform reads differently, with the reason why we deviate.
const KNOWN: [(&str, &str); 8] = [
    ("suite/4ABK", "`key:,` in braces: the platform takes the colon for text"),
    ("suite/652Z", "`{ ?foo: bar }`: the platform takes the question mark for YAML's"),
    ("suite/DK3J", "a block scalar at column 0 at the root: the platform reads it as empty"),
    ("suite/FP8R", "the same"),
    ("suite/HM87/01", "`[?x]`: the platform takes the question mark for YAML's"),
    ("suite/JEF9/02", "blanks at the end of a text without a last line break"),
    ("suite/L24T/01", "the same"),
    ("suite/Y2GN", "`&an:chor`: the platform ends the name at the colon"),
];

//! The values that the platform's two readers make of documents, as recorded from them.

mod support;

use massdriver_ls::syntax::{Dialect, parse, to_json};
use serde_json::Value;
use std::fs;

/// JSON as a reader with one number type sees it, keys sorted.
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

/// What we make of a document: its JSON, or why there is none.
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
    let Some(file) = support::shared("yaml/platform-values.json") else { return };
    let Some(suite) = support::shared("yaml/test-suite") else { return };
    let records: Vec<Value> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let (mut small, mut suite_differences, mut total) = (Vec::new(), Vec::new(), 0);
    for record in &records {
        let from = record["from"].as_str().unwrap();
        let text = match from.strip_prefix("suite/") {
            Some(case) => fs::read_to_string(suite.join(case).join("in.yaml")).unwrap(),
            None => record["yaml"].as_str().unwrap().to_owned(),
        };
        for (name, dialect) in [("bundle", Dialect::GoYaml2), ("resource_type", Dialect::GoYaml3)] {
            let Some(expected) = record.get(name) else { continue };
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
            if equal {
                continue;
            }
            println!("{from} {name}\n{text}\n  platform {expected}\n  ours     {ours:?}");
            if from == "small" {
                small.push(text.clone());
            } else {
                suite_differences.push(format!("{from} {name}"));
            }
        }
    }
    println!(
        "platform values: {total} compared, {} small and {} suite differences",
        small.len(),
        suite_differences.len()
    );
    println!("{small:?} {suite_differences:?}");
}

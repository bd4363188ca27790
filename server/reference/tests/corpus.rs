//! Compares the description with real files, which are not part of the repository.

use super::super::*;
use super::walk::{Walk, yaml};
use serde_json::Value;
use std::path::Path;

/// Real bundles and resource types: directory, kind and content of each, without templates. `None` if the corpus is not
/// available.
pub(super) fn files() -> Option<Vec<(String, &'static str, Value)>> {
    let root = crate::shared::shared("corpus")?;
    let index = std::fs::read_to_string(root.join("index.tsv")).unwrap();
    let read = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let kind = match columns.get(5) {
            Some(&"bundle") => "bundle",
            Some(&"resource-type") => "resource-type",
            _ => return None,
        };
        let directory = columns[0].to_owned();
        let text = std::fs::read_to_string(root.join(&directory).join("massdriver.yaml")).unwrap();
        Some((directory, kind, yaml(&text).unwrap()))
    };
    Some(index.lines().filter_map(read).collect())
}

/// The weights match the usage in real files. `UPDATE_EXPECT=1` recounts them.
#[test]
fn weights_are_counted() {
    let Some(files) = files() else { return };
    let mut walk = Walk::new(get());
    for (_, kind, value) in &files {
        walk.object(kind, value, "");
    }
    let mut text =
        String::from("# How often real bundles use what: made by `UPDATE_EXPECT=1 cargo test weights`.\n");
    text.push_str(&serde_yaml::to_string(&walk.uses).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("server/reference/data/weights.yaml");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "the weights lag behind the description");
}

/// Top-level keys of real bundles that hold anchors and are not part of the format.
const ANCHORS: [&str; 3] = ["CloudWatchAlarmMetric", "CloudWatchAlarmMetricInteger", "MonitorAlarmMetric"];

/// Files whose `message` is a string instead of a mapping from keyword to message; it has no effect.
const WRONG_MESSAGE: [&str; 2] =
    ["massdriver-cloud__aws-sqs-pubsub-subscription", "synthetic-turing__aws-sqs-massdriver-bundle"];

/// A test fixture that contains only `schema` and `artifacts`.
const UNFINISHED: &str = "massdriver-cloud__terraform-provider-massdriver__massdriver-testdata";

/// Real files match the description, apart from the errors listed above.
#[test]
fn real_files_agree() {
    let Some(files) = files() else { return };
    let mut faults = Vec::new();
    for (directory, kind, mut value) in files {
        if let Some(members) = value.as_object_mut() {
            members.retain(|key, _| !ANCHORS.contains(&key.as_str()));
        }
        let mut walk = Walk::new(get());
        walk.object(kind, &value, &directory);
        faults.extend(walk.faults);
    }
    let expected = WRONG_MESSAGE.map(|directory| {
        format!("{directory}.params.properties.queue.properties.additional_access.items.message: must be a mapping")
    });
    assert_eq!(faults, expected);
}

#[test]
fn the_exported_schema_accepts_real_files() {
    let Some(files) = files() else { return };
    let validator = jsonschema::validator_for(&json_schema()).unwrap();
    let rejected: Vec<&str> = files
        .iter()
        .filter(|(_, _, value)| !validator.is_valid(value))
        .map(|(directory, ..)| directory.as_str())
        .collect();
    assert_eq!(rejected, [WRONG_MESSAGE[0], UNFINISHED, WRONG_MESSAGE[1]]);
}

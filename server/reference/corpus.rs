//! The description beside real files. They are not part of the repository: see [`files`] for where they are looked for.

use super::walk::{Uses, Walk, yaml};
use super::*;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Real bundles and resource types: directory, kind and content of each; templates are left out. They are taken from the directory `MASSDRIVER_SHARED` or `../shared` beside the checkout; `None` where that is absent.
pub(super) fn files() -> Option<Vec<(String, &'static str, Value)>> {
    let root = std::env::var_os("MASSDRIVER_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
        .join("corpus");
    let Ok(index) = std::fs::read_to_string(root.join("index.tsv")) else {
        println!("skipped: no corpus at {}", root.display());
        return None;
    };
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

/// The weights are what real files use. `UPDATE_EXPECT=1` counts again.
#[test]
fn weights_are_counted() {
    let Some(files) = files() else { return };
    let mut uses = Uses::new();
    let mut walk = Walk::new(get());
    for (_, kind, value) in &files {
        walk.object(kind, value, "");
    }
    for (sort, counted) in walk.uses {
        uses.insert(sort, counted);
    }
    let mut text =
        String::from("# How often real bundles use what: made by `UPDATE_EXPECT=1 cargo test weights`.\n");
    text.push_str(&serde_yaml::to_string(&uses).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("server/reference/data/weights.yaml");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "the weights lag behind the description");
}

/// What is wrong in real files, by directory and path, with the reason why it is they that are wrong.
const FAULTS: &[(&str, &str)] = &[
    // `message` holds the text itself and not, as it should, the text for a keyword; it has no effect.
    (
        "massdriver-cloud__aws-sqs-pubsub-subscription",
        ".params.properties.queue.properties.additional_access.items.message",
    ),
    (
        "synthetic-turing__aws-sqs-massdriver-bundle",
        ".params.properties.queue.properties.additional_access.items.message",
    ),
];

/// Where real files disagree with the description, it is they that are wrong. Keys at the top that hold anchors for
/// the rest of the file are no part of the format.
#[test]
fn real_files_agree() {
    let Some(files) = files() else { return };
    let mut faults = Vec::new();
    for (directory, kind, value) in &files {
        let mut walk = Walk::new(get());
        walk.object(kind, value, directory);
        let anchor = |fault: &String| {
            fault.ends_with("Metric: a bundle has no such key") || fault.contains("MetricInteger: a bundle")
        };
        faults.extend(walk.faults.into_iter().filter(|fault| !anchor(fault)));
    }
    let expected: Vec<String> =
        FAULTS.iter().map(|(file, path)| format!("{file}{path}: must be a mapping")).collect();
    assert_eq!(faults, expected);
}

/// Files that the exported schema rejects, with the place.
const REJECTED: &[(&str, &str)] = &[
    (
        "massdriver-cloud__aws-sqs-pubsub-subscription",
        "/params/properties/queue/properties/additional_access/items/message",
    ),
    // A fixture of the provider: it has nothing but `schema` and `artifacts`.
    ("massdriver-cloud__terraform-provider-massdriver__massdriver-testdata", ""),
    ("massdriver-cloud__terraform-provider-massdriver__massdriver-testdata", ""),
    ("massdriver-cloud__terraform-provider-massdriver__massdriver-testdata", ""),
    (
        "synthetic-turing__aws-sqs-massdriver-bundle",
        "/params/properties/queue/properties/additional_access/items/message",
    ),
];

#[test]
fn the_exported_schema_accepts_real_files() {
    let Some(files) = files() else { return };
    let validator = jsonschema::validator_for(&json_schema()).unwrap();
    let mut rejected = Vec::new();
    for (directory, _, value) in &files {
        rejected.extend(
            validator.iter_errors(value).map(|error| (directory.clone(), error.instance_path().to_string())),
        );
    }
    let expected: Vec<(String, String)> =
        REJECTED.iter().map(|(directory, place)| ((*directory).to_owned(), (*place).to_owned())).collect();
    assert_eq!(rejected, expected);
}

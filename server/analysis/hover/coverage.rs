//! Tests that everything in the reference has a hover with its description and with valid YAML examples.

use super::Hover;
use crate::analysis::shortest::{document, keys};
use crate::jq::builtins;
use crate::reference::{self, Object};
use crate::syntax;
use crate::workspace::NoFiles;
use std::path::Path;

/// The token at the cursor (`$0`), and its hover.
fn at(text: &str) -> Option<(String, Hover)> {
    // An incomplete resource type is only recognized by the name of its directory.
    let path = text.starts_with("# resource type").then_some(Path::new("resource-types/x/massdriver.yaml"));
    super::tests::at(text, &NoFiles, path)
}

/// Whether the page at the cursor contains a text, and only valid YAML examples.
fn says(text: &str, wanted: &str) -> bool {
    at(text).is_some_and(|(_, found)| {
        found.markdown.contains(wanted.trim()) && broken_examples(&found.markdown).is_empty()
    })
}

/// A mapping with the cursor in front of one of its keys.
fn marked(mapping: &str, key: &str) -> String {
    let start = mapping.lines().position(|line| line.starts_with(&format!("{key}:"))).unwrap_or_default();
    let mark = |(index, line): (usize, &str)| format!("{}{line}\n", if index == start { "$0" } else { "" });
    mapping.lines().enumerate().map(mark).collect()
}

/// The YAML examples in a page that have syntax errors.
fn broken_examples(page: &str) -> Vec<&str> {
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.filter(|text| !syntax::parse(*text).errors().is_empty()).collect()
}

#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_key() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    let from_jq_only =
        |object: &Object| object.name.starts_with("md-") && document(&object.name, "").is_none();
    for (object, key) in keys().filter(|(object, _)| !from_jq_only(object)) {
        seen += 1;
        let text = document(&object.name, &marked(&key.example, &key.name)).unwrap_or_default();
        let complaint = match at(&text) {
            None => "nothing is said".to_owned(),
            Some((token, _)) if token != key.name => format!("`{token}` is explained"),
            Some((_, found)) if !found.markdown.contains(key.doc.trim()) => found.markdown,
            Some((_, found)) if !broken_examples(&found.markdown).is_empty() => {
                "the example is not YAML".to_owned()
            }
            Some(_) => continue,
        };
        complaints.push(format!("{}.{}: {complaint} in\n{text}", object.name, key.name));
    }
    none(&complaints);
    assert!(seen > 300, "{seen}");
}

#[test]
fn every_word() {
    let reference = reference::get();
    let sorts = [
        ("params:\n  properties:\n    x:\n      type: ", &reference.types),
        ("params:\n  properties:\n    x:\n      format: ", &reference.formats),
        ("ui:\n  x:\n    ui:widget: ", &reference.widgets),
        ("ui:\n  x:\n    ui:field: ", &reference.fields),
    ];
    let mut complaints = Vec::new();
    for (before, words) in sorts {
        for word in words.iter() {
            let text = format!("{before}$0'{}'\n", word.name);
            if !says(&text, &word.summary) || !says(&text, &word.doc) {
                complaints.push(text);
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_argument_of_a_field_and_every_option_without_its_prefix() {
    let mut complaints = Vec::new();
    for field in reference::get().fields.iter() {
        for argument in field.arguments.iter() {
            let text = format!("ui:\n  x:\n    ui:field: {}\n    $0{}: x\n", field.name, argument.name);
            if !says(&text, &argument.summary) {
                complaints.push(text);
            }
        }
    }
    for key in reference::get().object("ui-entry").unwrap().keys().filter(|key| !key.bare) {
        let Some(name) = key.name.strip_prefix("ui:") else { continue };
        let text = format!("ui:\n  x:\n    ui:options:\n      $0{name}: x\n");
        if !says(&text, &key.summary) {
            complaints.push(text);
        }
    }
    none(&complaints);
}

#[test]
fn every_allowed_value() {
    let mut complaints = Vec::new();
    for (object, key) in keys().filter(|(object, _)| !object.jq) {
        for choice in key.values.iter() {
            let Some(text) = document(&object.name, &format!("{}: $0'{}'\n", key.name, choice.value)) else {
                continue;
            };
            if !says(&text, &choice.summary) {
                complaints.push(text);
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_provisioner_and_foreign_keyword() {
    let mut complaints = Vec::new();
    for provisioner in reference::get().provisioners.iter() {
        for name in [provisioner.name.clone(), format!("{}:{}", provisioner.name, provisioner.version)] {
            let text = format!("steps:\n- path: x\n  provisioner: $0{name}\n");
            if !says(&text, &provisioner.summary) {
                complaints.push(text);
            }
        }
    }
    for foreign in reference::get().foreign.iter() {
        let text = format!("params:\n  properties:\n    x:\n      $0{}: x\n", foreign.name);
        if !says(&text, &foreign.note) {
            complaints.push(text);
        }
    }
    none(&complaints);
}

#[test]
fn every_path_of_the_metadata() {
    fn visit(object: &Object, path: &str, complaints: &mut Vec<String>) {
        for key in object.keys() {
            let text = format!("app:\n  envs:\n    X: '{path}[$0\"{}\"]'\n", key.name);
            if !says(&text, &key.summary) {
                complaints.push(text);
            }
            if let Some(inner) = key.shape.object().and_then(|name| reference::get().object(name)) {
                visit(inner, &format!("{path}[\"{}\"]", key.name), complaints);
            }
        }
    }
    let mut complaints = Vec::new();
    visit(reference::get().object("md-metadata").unwrap(), ".params.md_metadata", &mut complaints);
    none(&complaints);
}

#[test]
fn every_root_and_function_of_jq() {
    let mut complaints = Vec::new();
    let mut say = |program: &str, doc: &str| {
        let text = format!("app:\n  envs:\n    X: >-\n      {program}\n");
        if !says(&text, doc) {
            complaints.push(text);
        }
    };
    for root in reference::get().jq_contexts.get("envs").unwrap().roots.iter() {
        say(&format!(".$0{}", root.name), &root.summary);
    }
    for function in builtins::functions() {
        let arguments = vec!["."; function.params.len()].join("; ");
        let call = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        say(&format!(". | $0{}{call}", function.name), &function.doc);
    }
    for word in builtins::formats().iter().chain(builtins::variables()).chain(builtins::keywords()) {
        say(&format!("$0{}", word.name), &word.doc);
    }
    none(&complaints);
}

#[test]
fn every_resource_type() {
    let mut complaints = Vec::new();
    for found in reference::resource_types().iter() {
        for reference in [found.name.clone(), format!("massdriver/{}", found.name)] {
            let text = format!("connections:\n  properties:\n    x:\n      $ref: $0{reference}\n");
            if !says(&text, &found.summary) || !says(&text, "```yaml") {
                complaints.push(text);
            }
        }
    }
    none(&complaints);
}

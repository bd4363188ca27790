//! Tests that everything in the reference is offered somewhere, and that items have documentation.

use super::{Completion, CompletionOptions, completion, documentation};
use crate::analysis::Snapshot;
use crate::analysis::shortest::{document, keys};
use crate::reference::{self, JsonType, Key, Object, Table, Word};
use crate::settings::Settings;
use crate::workspace::NoFiles;
use std::path::Path;

/// The items at the cursor (`$0`).
fn at(text: &str) -> Vec<Completion> {
    let offset = text.find("$0").unwrap_or_else(|| panic!("no cursor in\n{text}"));
    let path = text.starts_with("# resource type").then_some(Path::new("resource-types/x/massdriver.yaml"));
    let snapshot = Snapshot::new(text.replacen("$0", "", 1), path);
    completion(&snapshot, &NoFiles, &Settings::default(), offset, &CompletionOptions::default()).items
}

/// Whether an item with this label is offered in one of the texts, with documentation.
fn offers(texts: &[String], label: &str, doc: &str) -> bool {
    let found = texts.iter().flat_map(|text| at(text)).filter(|item| item.label == label);
    found
        .filter_map(|item| item.topic)
        .filter_map(|topic| documentation(&topic))
        .any(|page| page.contains(doc.trim()))
}

/// Whether an object inherits a key from the object that it extends: the key is tested there, and is offered here only
/// where it has an effect.
fn is_inherited(object: &Object, key: &Key) -> bool {
    let base = object.extends.as_ref().and_then(|base| reference::get().object(base));
    base.and_then(|base| base.key(&key.name)).is_some_and(|found| std::ptr::eq(found, key))
}

/// Whether a label is offered.
fn lists(text: &str, label: &str) -> bool {
    at(text).iter().any(|item| item.label == label)
}

#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn types(of: &[JsonType]) -> Vec<&'static str> {
    const ALL: [&str; 4] = ["string", "object", "array", "integer"];
    if of.is_empty() { ALL.to_vec() } else { of.iter().map(|found| found.name()).collect() }
}

/// Documents in which a key is valid, with the cursor at its position.
fn places(object: &Object, key: &Key) -> Vec<String> {
    let needs = |name: &str| format!("{name}: x\n");
    let needed: String = key.needs.iter().map(|name| needs(name)).collect();
    let mut texts: Vec<String> = ["", needed.as_str()]
        .into_iter()
        .filter_map(|before| document(&object.name, &format!("{before}$0\n")))
        .collect();
    for found in types(&key.applies) {
        match object.name.as_str() {
            "schema" => {
                texts.push(format!("params:\n  properties:\n    x:\n      type: {found}\n      $0\n"));
                texts.push(format!(
                    "# resource type\nschema:\n  properties:\n    x:\n      type: {found}\n      $0\n"
                ));
            }
            "ui-entry" => texts
                .push(format!("params:\n  properties:\n    x:\n      type: {found}\nui:\n  x:\n    $0\n")),
            _ => {}
        }
    }
    texts
}

#[test]
fn every_key() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    for (object, key) in keys()
        .filter(|(object, key)| !is_inherited(object, key))
        .filter(|(object, _)| !object.name.starts_with("md-") || object.name == "md-enum")
    {
        seen += 1;
        if !offers(&places(object, key), &key.name, &key.doc) {
            complaints.push(format!("{}.{}", object.name, key.name));
        }
    }
    none(&complaints);
    assert!(seen > 200, "{seen}");
}

#[test]
fn every_word() {
    let reference = reference::get();
    let param =
        |found: &str, rest: &str| format!("params:\n  properties:\n    x:\n      type: {found}\n{rest}\n");
    let format = |found: &str| param(found, "      format: $0");
    let widget = |found: &str| param(found, "ui:\n  x:\n    ui:widget: $0");
    let field = |found: &str| param(found, "ui:\n  x:\n    ui:field: $0");
    let declared = |_: &str| "params:\n  properties:\n    x:\n      type: $0\n".to_owned();
    let mut complaints = Vec::new();
    let mut check = |words: &'static Table<Word>, place: &dyn Fn(&str) -> String| {
        for word in words.iter() {
            let texts: Vec<String> = types(&word.types).into_iter().map(place).collect();
            if !offers(&texts, &word.name, &word.doc) {
                complaints.push(word.name.clone());
            }
        }
    };
    check(&reference.types, &declared);
    check(&reference.formats, &format);
    check(&reference.widgets, &widget);
    check(&reference.fields, &field);
    none(&complaints);
}

#[test]
fn every_argument_of_a_field_and_every_option_without_its_prefix() {
    let mut complaints = Vec::new();
    for field in reference::get().fields.iter() {
        let text = format!("ui:\n  x:\n    ui:field: {}\n    $0\n", field.name);
        for argument in field.arguments.iter().filter(|argument| !lists(&text, &argument.name)) {
            complaints.push(format!("{}: {}", field.name, argument.name));
        }
    }
    for key in reference::get().object("ui-entry").into_iter().flat_map(Object::keys).filter(|key| !key.bare)
    {
        let name = key.name.trim_start_matches("ui:");
        let is_template = name.starts_with(|first: char| first.is_ascii_uppercase());
        let text = |found| {
            format!(
                "params:\n  properties:\n    x:\n      type: {found}\nui:\n  x:\n    ui:options:\n      $0\n"
            )
        };
        if !is_template && !types(&key.applies).into_iter().any(|found| lists(&text(found), name)) {
            complaints.push(key.name.clone());
        }
    }
    none(&complaints);
}

#[test]
fn every_allowed_value() {
    let mut complaints = Vec::new();
    for (object, key) in keys().filter(|(object, _)| !object.jq) {
        for choice in key.values.iter() {
            let Some(text) = document(&object.name, &format!("{}: $0\n", key.name)) else { continue };
            if !lists(&text, &choice.value) {
                complaints.push(format!("{} of {}.{}", choice.value, object.name, key.name));
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_provisioner_and_resource_type() {
    let mut complaints = Vec::new();
    let step = "steps:\n- path: x\n  provisioner: $0\n".to_owned();
    for found in reference::get().provisioners.iter() {
        let versioned = format!("{}:{}", found.name, found.version);
        if !offers(std::slice::from_ref(&step), &found.name, &found.doc) || !lists(&step, &versioned) {
            complaints.push(found.name.clone());
        }
    }
    let reference = "connections:\n  properties:\n    x:\n      $ref: $0\n";
    let offered = at(reference);
    for found in reference::resource_types().iter() {
        let item = offered.iter().find(|item| item.label == found.name);
        let page = item.and_then(|item| item.topic.as_ref()).and_then(documentation);
        if page.is_none_or(|page| !page.contains(&found.summary)) {
            complaints.push(found.name.clone());
        }
    }
    none(&complaints);
}

#[test]
fn every_constraint_can_be_explained_by_a_message() {
    let constraints = [
        ("string", &["pattern", "minLength", "maxLength", "format", "enum", "const", "type"][..]),
        ("integer", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ("array", &["minItems", "maxItems", "uniqueItems", "contains", "items"]),
        ("object", &["required", "minProperties", "maxProperties", "additionalProperties", "propertyNames"]),
    ];
    let mut complaints = Vec::new();
    for (found, names) in constraints {
        for name in names {
            let own = if *name == "type" { String::new() } else { format!("      {name}: 1\n") };
            let text = format!(
                "params:\n  properties:\n    x:\n      type: {found}\n{own}      message:\n        $0\n"
            );
            if !lists(&text, name) {
                complaints.push((*name).to_owned());
            }
        }
    }
    none(&complaints);
}

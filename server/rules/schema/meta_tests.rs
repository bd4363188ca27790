//! The rules report an error exactly where the draft-07 meta-schema rejects a schema.

use crate::analysis::{Snapshot, findings};
use crate::reference::{self, Origin, Shape, Text};
use crate::rules::Severity;
use crate::settings::Settings;
use crate::workspace::NoFiles;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use std::cell::Cell;

const RULES: [&str; 3] = ["schema-keyword-type", "schema-type-unknown", "required-duplicate"];

/// Whether the rules accept a schema; JSON is YAML, so it is used as it is.
fn is_error(schema: &Value) -> bool {
    let text = json!({ "params": { "properties": { "p": schema } } }).to_string();
    let found = findings(&Snapshot::new(text, None), &NoFiles, &Settings::default());
    found.iter().any(|finding| RULES.contains(&finding.rule) && finding.severity == Severity::Error)
}

/// Whether the meta-schema accepts a schema.
fn is_rejected(schema: &Value) -> bool {
    !jsonschema::draft7::meta::is_valid(schema)
}

/// Keywords of draft-07, without references and URIs, whose syntax the meta-schema checks too but other rules report.
fn keywords() -> Vec<&'static str> {
    let keys = reference::get().object("schema").unwrap().keys();
    let keys = keys.filter(|key| key.origin == Origin::Draft07).map(|key| key.name.as_str());
    keys.filter(|name| !["$ref", "$id", "$schema"].contains(name))
        .chain(["$defs", "message", "unknown"])
        .collect()
}

fn any_value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        select(vec![json!(-1), json!(0), json!(3), json!(2.0), json!(1.5), json!(-0.5)]),
        select(vec!["", "a", "3", "string", "int", "null", "true"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let members = prop::collection::vec((select(vec!["a", "b", "type", "title"]), inner.clone()), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            members.prop_map(Value::from_iter),
        ]
    })
    .boxed()
}

/// A value that fits a shape of the reference.
fn fitting(shape: &Shape, depth: u32) -> BoxedStrategy<Value> {
    match shape {
        Shape::Any => any_value(),
        Shape::Null => Just(Value::Null).boxed(),
        Shape::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Int => select(vec![json!(0), json!(2), json!(2.0)]).boxed(),
        Shape::Number => select(vec![json!(1), json!(2.5)]).boxed(),
        Shape::Text(Text::TypeName) => select(vec!["string", "object", "null"]).prop_map(Value::from).boxed(),
        Shape::Text(_) => select(vec!["a", "b", "c"]).prop_map(Value::from).boxed(),
        Shape::List(items) => {
            prop::collection::vec(fitting(items, depth), 0..3).prop_map(Value::from).boxed()
        }
        Shape::Map(values) => {
            let members = prop::collection::vec((select(vec!["a", "b"]), fitting(values, depth)), 0..3);
            members.prop_map(Value::from_iter).boxed()
        }
        Shape::Object(_) => schema(depth),
        Shape::Either(shapes) => {
            proptest::strategy::Union::new(shapes.iter().map(|shape| fitting(shape, depth))).boxed()
        }
    }
}

/// A mostly valid schema.
fn schema(depth: u32) -> BoxedStrategy<Value> {
    if depth == 0 {
        return Just(json!({})).boxed();
    }
    let keyword = select(keywords()).prop_flat_map(move |name| {
        let shape = reference::get().keyword(name).map_or(Shape::Any, |key| key.shape.clone());
        (Just(name), prop_oneof![12 => fitting(&shape, depth - 1), 1 => any_value()])
    });
    let members = prop::collection::vec(keyword, 0..4);
    members
        .prop_map(|members| {
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()
        })
        .prop_map(Value::Object)
        .boxed()
}

#[test]
fn the_meta_schema_agrees() {
    let mut runner = TestRunner::new(Config { cases: 3_000, failure_persistence: None, ..Config::default() });
    let (rejected, accepted) = (Cell::new(0), Cell::new(0));
    let result = runner.run(&prop_oneof![9 => schema(3), 1 => any_value()], |schema| {
        let verdict = is_rejected(&schema);
        let count = if verdict { &rejected } else { &accepted };
        count.set(count.get() + 1);
        prop_assert_eq!(is_error(&schema), verdict, "{}", schema);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(
        rejected.get() > 300 && accepted.get() > 300,
        "{} rejected, {} accepted",
        rejected.get(),
        accepted.get()
    );
}

/// Every keyword with every type of value.
#[test]
fn the_meta_schema_agrees_on_single_keywords() {
    let values = json!([
        null, true, false, -1, 0, 1, 2.0, 1.5, -0.5, "", "a", "string", "int", "null", [], [null], [true], [1], ["a"],
        ["a", "a"], ["string"], ["string", "string"], ["string", "int"], [{}], [[]], [{}, true], {}, {"a": null},
        {"a": true}, {"a": 1}, {"a": "string"}, {"a": []}, {"a": ["b"]}, {"a": ["b", "b"]}, {"a": [1]}, {"a": {}},
        {"a": {"title": 1}}, {"title": 1}, [{"title": 1}], {"type": "int"}, {"a": {"required": ["b", "b"]}}
    ]);
    let mut wrong = Vec::new();
    for keyword in keywords() {
        for value in values.as_array().unwrap() {
            let schema = json!({ keyword: value });
            if is_error(&schema) != is_rejected(&schema) {
                wrong.push(schema.to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

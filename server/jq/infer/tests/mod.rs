//! Inference: path targets, type errors, and outputs.

mod faults;
mod outputs;
mod paths;

use super::{Environment, Report, Target, VariableSource, infer};
use crate::jq::parse;
use crate::jq::types::{Shape, Types};
use expect_test::Expect;
use std::fmt::Write;

/// The input of the programs in these tests.
fn input() -> Shape {
    let replica = Shape::object([("host", Shape::STRING), ("port", Shape::NUMBER)]);
    let params = Shape::object([
        ("name", Shape::STRING.with_origin(1)),
        ("port", Shape::NUMBER.with_origin(2)),
        ("tags", Shape::array(Shape::STRING)),
        ("replicas", Shape::array(replica)),
        ("note", Shape::STRING.or_null()),
        ("md_metadata", Shape::object([("default_tags", Shape::map_of(Shape::STRING))])),
    ]);
    let auth = Shape::open_object([("hostname", Shape::STRING), ("port", Shape::NUMBER)]);
    let connections = Shape::object([("db", Shape::object([("auth", auth)])), ("other", Shape::UNKNOWN)]);
    Shape::object([("params", params), ("connections", connections)])
}

fn report(text: &str) -> Report {
    infer(&parse(text), &Environment::from(input()))
}

/// Checks the output of a program.
fn output(text: &str, expected: Expect) {
    expected.assert_eq(&report(text).output.to_string());
}

/// Checks the recorded paths of a program, followed by its errors.
fn check(text: &str, expected: Expect) {
    let program = parse(text);
    let report = infer(&program, &Environment::from(input()));
    let mut out = String::new();
    for one in &report.uses {
        let after = match &one.after {
            None => "missing".to_owned(),
            Some(after) if after.types() == Types::OBJECT => "{…}".to_owned(),
            Some(after) => after.to_string(),
        };
        let guarded = if one.guarded { " (guarded)" } else { "" };
        let (span, style, root) = (program.slice(one.span), one.style, one.root);
        let _ = writeln!(out, "{span} {style:?} {root:?} -> {after}{guarded}");
    }
    for call in report.calls.iter().filter(|call| matches!(call.target, Target::Unknown)) {
        let _ = writeln!(out, "unknown function {}/{}", program.slice(call.span), call.arity);
    }
    for variable in report.variables.iter().filter(|one| one.source == VariableSource::Unknown) {
        let _ = writeln!(out, "unknown variable {}", program.slice(variable.span));
    }
    for format in report.formats.iter().filter(|one| one.format.is_none()) {
        let _ = writeln!(out, "unknown format {}", program.slice(format.span));
    }
    for clash in &report.clashes {
        let _ = writeln!(out, "{:?} {}", clash.span, clash.message(&program));
    }
    for hyphen in &report.hyphens {
        let _ = writeln!(out, "{:?} write {}", hyphen.replace, hyphen.replacement);
    }
    expected.assert_eq(&out);
}

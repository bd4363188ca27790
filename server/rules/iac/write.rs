//! Fixes: a param for a variable, and a variable for a param or connection.

use super::code::{GENERATED, Source, StepCode};
use super::input::Input;
use crate::bundle::{BuiltIn, Document, variables};
use crate::edit::build::{add_after, append_item, column, fill, line_break};
use crate::edit::{Change, CodeChange, Edit, Edits, FileEdit};
use crate::iac::{BICEP_FILE, Language, Member, Type, Variable, is_identifier};
use crate::rules::schema::RESERVED;
use crate::syntax::{Dialect, Kind, Node, Span, encode};
use std::borrow::Cow;
use std::sync::Arc;

/// Nested types are written to this depth.
const MAX_DEPTH: usize = 8;

/// Conventional files for variables, without extension.
const USUAL: [&str; 2] = ["variables", "inputs"];

/// Adds a param for a variable after the other params.
pub(super) fn add_param(document: &Document, variable: &Variable) -> Option<Edits> {
    if !is_identifier(&variable.name) || RESERVED.contains(&variable.name.as_str()) {
        return None;
    }
    let params = document.entry("params")?.value();
    let properties =
        params.field("properties").filter(|_| params.kind() == (Kind::Mapping { flow: false }))?;
    let lines = param(variable);
    let name = word(&variable.name);
    let value = properties.value();
    let edit = match value.entries().next_back() {
        Some(last) if value.kind() == (Kind::Mapping { flow: false }) => {
            let indent = " ".repeat(column(&document.syntax, last.key().full_span().start()) + 2);
            let body: String =
                lines.iter().map(|line| format!("{}{indent}{line}", line_break(&document.syntax))).collect();
            add_after(last, &variable.name, &format!("{name}:{body}"))?
        }
        None if value.source().trim() == "{}" || value.kind() == Kind::Null => {
            let body: String = lines.iter().map(|line| format!("\n    {line}")).collect();
            fill(properties, &format!("\n  {name}:{body}"))?
        }
        _ => return None,
    };
    let required = match params.field("required") {
        Some(required) if lists(required.value(), &variable.name) => Edits::default(),
        Some(required) => append_item(required.value(), &name)?,
        None => {
            let at = properties.key().full_span().start();
            let (indent, end) = (" ".repeat(column(&document.syntax, at)), line_break(&document.syntax));
            let text = format!("required:{end}{indent}  - {name}{end}{indent}");
            Edits::new(Span::at(at), text, [Change::Entry(params.id(), "required".to_owned())])
        }
    };
    Some(edit.and(required))
}

fn lists(list: Node<'_>, name: &str) -> bool {
    list.target().items().any(|item| item.target().value() == name)
}

/// The lines of a param's schema.
fn param(variable: &Variable) -> Vec<String> {
    let value = variable.value.as_ref().map_or(&Type::Any, |(value, _)| value);
    let mut lines = schema(value, 0);
    if variable.sensitive && *value == Type::String {
        lines.push("format: password".to_owned());
    }
    lines.push(format!("title: {}", word(&title(&variable.name))));
    if let Some(description) = variable.description.as_ref().filter(|text| !text.trim().is_empty()) {
        // A JSON string is also a YAML string.
        lines.push(format!("description: {}", serde_json::Value::from(description.trim())));
    }
    lines
}

/// "Node count" for `node_count`.
fn title(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// A name, quoted if YAML would not read it as text.
fn word(text: &str) -> Cow<'_, str> {
    encode::string(text, false, Dialect::GoYaml2)
}

/// The lines of a schema for a type. Unknown types become text, which a form can show.
fn schema(value: &Type, depth: usize) -> Vec<String> {
    let line = |text: &str| vec![text.to_owned()];
    let inner = |value: &Type| schema(value, depth + 1).into_iter().map(|line| format!("  {line}"));
    let list = |element: &Type| {
        let head = ["type: array".to_owned(), "items:".to_owned()];
        head.into_iter().chain(inner(element)).collect::<Vec<_>>()
    };
    match value {
        _ if depth > MAX_DEPTH => line("type: string"),
        Type::String | Type::Any | Type::Unknown => line("type: string"),
        Type::Number => line("type: number"),
        Type::Bool => line("type: boolean"),
        Type::List(element) => list(element),
        Type::Set(element) => list(element).into_iter().chain(line("uniqueItems: true")).collect(),
        Type::Tuple(elements) => list(elements.first().unwrap_or(&Type::Any)),
        Type::Map(values) => {
            let head = ["type: object".to_owned(), "additionalProperties:".to_owned()];
            head.into_iter().chain(inner(values)).collect()
        }
        Type::Object(members) => object(members, depth),
    }
}

fn object(members: &[Member], depth: usize) -> Vec<String> {
    let mut lines = vec!["type: object".to_owned()];
    let required: Vec<&Member> = members.iter().filter(|member| !member.optional).collect();
    if !required.is_empty() {
        lines.push("required:".to_owned());
        lines.extend(required.iter().map(|member| format!("  - {}", word(&member.name))));
    }
    if !members.is_empty() {
        lines.push("properties:".to_owned());
    }
    for member in members {
        lines.push(format!("  {}:", word(&member.name)));
        lines.extend(schema(&member.value, depth + 1).into_iter().map(|line| format!("    {line}")));
    }
    lines
}

/// Adds a variable for an input to the file that declares the step's other variables.
pub(super) fn add_variable(document: &Document, step: &StepCode<'_>, input: &Input<'_>) -> Option<FileEdit> {
    if !is_identifier(&input.name) {
        return None;
    }
    let name = &input.name;
    let bicep = step.tool == Some(BuiltIn::Bicep);
    let block = match input.schema {
        Some(schema) if bicep => variables::bicep_param(document, name, schema),
        Some(schema) => variables::hcl_variable(document, name, schema, input.is_required(document)),
        None if bicep => format!("param {name} object"),
        None => variables::hcl_connection(name, input.is_required(document)),
    };
    let (file, language) =
        if bicep { (BICEP_FILE, Language::Bicep) } else { ("variables.tf", Language::Hcl) };
    match step.sources.iter().filter(|source| source.language == language).max_by_key(|source| rank(source)) {
        Some(source) if rank(source) > (false, 0) => append(source, name, &block),
        // A file that could not be parsed is not edited.
        _ if step.holds(file) => None,
        _ => Some(FileEdit::create(step.within(file), format!("{block}\n"))),
    }
}

/// Ranks files for a new variable; the greatest is the best.
fn rank(source: &Source) -> (bool, usize) {
    let stem = source.name.split('.').next().unwrap_or_default();
    if source.name == GENERATED {
        return (false, 0);
    }
    let usual = USUAL.contains(&stem) || source.language == Language::Bicep;
    (usual, source.unit().variables.len())
}

fn append(source: &Source, name: &str, block: &str) -> Option<FileEdit> {
    let text = &source.known.reading.text;
    if !source.known.current {
        return None;
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let open = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    let gap = if text.trim().is_empty() { "" } else { end };
    let block = block.replace('\n', end);
    let edit = Edit { span: Span::at(text.len()), text: format!("{open}{gap}{block}{end}") };
    let change = CodeChange::Declare(name.to_owned());
    Some(FileEdit::edit(&source.path, Arc::clone(text), vec![edit], change))
}

#[cfg(test)]
mod tests;

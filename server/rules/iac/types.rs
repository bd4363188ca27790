//! Compares the types of params and variables. Reports only types that can never match.

use super::TYPES;
use super::code::{Source, StepCode};
use super::input::{Input, by_name};
use crate::bundle::{BuiltIn, Document, Role, SchemaId, query, variables};
use crate::edit::{CodeChange, Edit, FileEdit, Fix};
use crate::iac::{Language, Type, Variable};
use crate::rules::wording::{quoted, type_words};
use crate::rules::{Finding, Findings};
use crate::syntax::Node;
use std::sync::Arc;

/// Nested types are compared to this depth.
const MAX_DEPTH: usize = 8;
/// At most this many types are compared per variable: aliases can multiply them.
const MAX_TYPES: usize = 500;

/// Reports variables that cannot hold the values of their inputs.
pub(super) fn check(document: &Document, step: &StepCode<'_>, inputs: &[Input<'_>], findings: &mut Findings) {
    let inputs = by_name(inputs);
    for (source, variable) in step.variables() {
        let Some((value, _)) = &variable.value else { continue };
        let Some(input) = inputs.get(variable.name.as_str()).filter(|_| !findings.is_full()) else {
            continue;
        };
        let mut comparison =
            Comparison { document, strict: step.tool == Some(BuiltIn::Bicep), budget: MAX_TYPES };
        let clash = match input.schema {
            Some(schema) => comparison.clash(input.key, schema, value, 0),
            None => (!fits_object(value)).then_some((input.key, "object")),
        };
        if let Some((key, given)) = clash {
            findings.push(report(document, source, variable, input, key, given));
        }
    }
}

fn fits_object(value: &Type) -> bool {
    matches!(value, Type::Any | Type::Unknown | Type::Map(_) | Type::Object(_))
}

fn report(
    document: &Document,
    source: &Source,
    variable: &Variable,
    input: &Input<'_>,
    key: Node<'_>,
    given: &str,
) -> Finding {
    let name = quoted(&input.name);
    let subject = if key == input.key {
        format!("The {} {name}", input.noun)
    } else {
        format!("{} in the {} {name}", quoted(&key.value()), input.noun)
    };
    let message = format!(
        "{subject} is {}, which the type of the variable {name} in `{}` does not allow.",
        type_words(given),
        source.path
    );
    let finding = TYPES.at(key.span(), message);
    let span = variable.value.as_ref().map_or(variable.span, |(_, span)| *span);
    let finding = finding.relating_file(source.file(), span, "The type of the variable");
    match fix(document, source, variable, input) {
        Some(file) => finding.with_fix(Fix::file(format!("Change the type in `{}`", source.path), file)),
        None => finding,
    }
}

/// Changes the variable to the type that `mass bundle build` generates.
fn fix(document: &Document, source: &Source, variable: &Variable, input: &Input<'_>) -> Option<FileEdit> {
    let (_, span) = variable.value.as_ref().filter(|_| source.known.current)?;
    let text = match (source.language, input.schema) {
        (Language::Bicep, Some(schema)) => variables::bicep_type(document, schema).to_owned(),
        (Language::Bicep, None) => "object".to_owned(),
        (_, Some(schema)) => variables::hcl_type(document, schema),
        (_, None) => "any".to_owned(),
    };
    // A string of JSON is one line.
    if source.language == Language::HclJson && text.contains(['\n', '"']) {
        return None;
    }
    let before = Arc::clone(&source.known.reading.text);
    let edits = vec![Edit { span: *span, text }];
    Some(FileEdit::edit(&source.path, before, edits, CodeChange::Retype(variable.name.clone())))
}

struct Comparison<'a> {
    document: &'a Document,
    /// Whether the language converts no values.
    strict: bool,
    budget: usize,
}

impl<'a> Comparison<'a> {
    /// The innermost key whose schema conflicts with the type, and the schema's type; `key` is the key of the schema.
    fn clash(
        &mut self,
        key: Node<'a>,
        id: SchemaId,
        wanted: &Type,
        depth: usize,
    ) -> Option<(Node<'a>, &'static str)> {
        if depth > MAX_DEPTH || self.budget == 0 || matches!(wanted, Type::Any | Type::Unknown) {
            return None;
        }
        self.budget -= 1;
        let document = self.document;
        query::keyword(document, id, "type")?;
        let types = query::types(document, id);
        let [given] = types[..] else { return None };
        let fits = match given {
            "string" => !is_collection(wanted) && (!self.strict || *wanted == Type::String),
            "integer" | "number" => match wanted {
                Type::String => !self.strict,
                other => *other == Type::Number,
            },
            "boolean" => match wanted {
                Type::String => !self.strict,
                other => *other == Type::Bool,
            },
            "array" => matches!(wanted, Type::List(_) | Type::Set(_) | Type::Tuple(_)),
            "object" => matches!(wanted, Type::Map(_) | Type::Object(_)),
            _ => true,
        };
        if !fits {
            return Some((key, given));
        }
        match wanted {
            Type::List(element) | Type::Set(element) => {
                let items = query::parts(document, id, |role| role == Role::Items);
                let [item] = items[..] else { return None };
                self.clash(key, item, element, depth + 1)
            }
            Type::Map(value) => self.members(id, depth, |_| Some(value)),
            Type::Object(members) => self.members(id, depth, |name| {
                members.iter().find(|member| member.name == name).map(|member| &member.value)
            }),
            _ => None,
        }
    }

    fn members<'t>(
        &mut self,
        id: SchemaId,
        depth: usize,
        wanted: impl Fn(&str) -> Option<&'t Type>,
    ) -> Option<(Node<'a>, &'static str)> {
        let document = self.document;
        document.schemas.get(id).properties.iter().find_map(|&id| {
            let property = document.schemas.property(id);
            let key = document.node(property.key);
            self.clash(key, property.schema, wanted(&key.value())?, depth + 1)
        })
    }
}

fn is_collection(value: &Type) -> bool {
    matches!(value, Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Tuple(_) | Type::Object(_))
}

#[cfg(test)]
mod tests {
    use super::super::tests::ours;

    #[test]
    fn convertible_types_are_not_reported() {
        let found = |schema: &str, wanted: &str| {
            let text = format!(
                "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    x: {schema}\n"
            );
            let variable = format!("variable \"x\" {{\n  type = {wanted}\n}}\n");
            let found = ours(&text, &[("src/a.tf".to_owned(), variable)]);
            found.iter().map(|one| text[one.span.range()].to_owned()).collect::<Vec<_>>().join(" ")
        };
        for (schema, wanted) in [
            ("{type: string}", "any"),
            ("{type: string}", "number"),
            ("{type: string}", "bool"),
            ("{type: integer}", "string"),
            ("{type: boolean}", "string"),
            ("{type: [string, array]}", "list(string)"),
            ("{enum: [1, 2]}", "list(string)"),
            ("{}", "list(string)"),
            ("{$ref: https://example.com/x.json}", "list(string)"),
            ("{type: array}", "set(string)"),
            ("{type: array, items: {type: string}}", "list(any)"),
            ("{type: array, items: [{type: string}, {type: array}]}", "tuple([string, string])"),
            ("{type: object}", "map(string)"),
            ("{type: object, properties: {a: {type: string}}}", "object({ b = list(string) })"),
            ("{type: object, properties: {a: {type: string}}}", "map(number)"),
            ("{type: string}", "nonsense(1)"),
        ] {
            assert_eq!(found(schema, wanted), "", "{schema} {wanted}");
        }
        for (schema, wanted, at) in [
            ("{type: string}", "list(string)", "x"),
            ("{type: string}", "object({})", "x"),
            ("{type: boolean}", "number", "x"),
            ("{type: number}", "bool", "x"),
            ("{type: array}", "map(string)", "x"),
            ("{type: array}", "string", "x"),
            ("{type: object}", "list(any)", "x"),
            ("{type: array, items: {type: object}}", "list(string)", "x"),
            ("{type: object, properties: {a: {type: array}}}", "object({ a = string })", "a"),
            ("{type: object, properties: {a: {type: array}}}", "map(string)", "a"),
            (
                "{type: array, items: {type: object, properties: {b: {type: boolean}}}}",
                "list(object({ b = number }))",
                "b",
            ),
        ] {
            assert_eq!(found(schema, wanted), at, "{schema} {wanted}");
        }
    }
}

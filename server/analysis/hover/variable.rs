//! The input variables that `mass bundle build` writes for the code of the steps (`spec §10.4`).

use super::markdown::{Page, code};
use super::{param, schema};
use crate::bundle::{BuiltIn, Document, Property, Role, SchemaId};
use crate::syntax::{Node, json};
use serde_json::Value;
use std::fmt::Write;

/// Types of types are written no deeper.
const MAX_DEPTH: usize = 8;
/// Types within a type that are written at most.
const MAX_TYPES: usize = 200;
/// Longest text, in lines, that is shown.
const MAX_LINES: usize = 24;

/// The tools that the steps run; without steps, Terraform is assumed (`spec §2`).
pub(in crate::analysis) fn tools(document: &Document) -> Vec<BuiltIn> {
    let mut found = Vec::new();
    for step in &document.steps {
        let name = step.provisioner.map(|node| document.node(node).target().value()).unwrap_or_default();
        if let Some(tool) = BuiltIn::family(&name).filter(|tool| !found.contains(tool)) {
            found.push(tool);
        }
    }
    if document.steps.is_empty() {
        found.push(BuiltIn::Terraform);
    }
    found
}

/// Adds what a param becomes in the code.
pub(super) fn of_param(
    page: &mut Page,
    document: &Document,
    property: Property,
    id: SchemaId,
    path: &[&str],
) {
    let tools = tools(document);
    let [name] = path else {
        let outer = path.first().filter(|outer| **outer != param::SOMEWHERE && !tools.is_empty());
        if let Some(outer) = outer {
            page.paragraph(&format!("In the code it is part of the variable {}.", code(outer)));
        }
        return;
    };
    let hcl = tools.contains(&BuiltIn::Terraform);
    let bicep = tools.contains(&BuiltIn::Bicep);
    let Some((property, id)) = unconditional(document, property, id, name) else {
        if hcl || bicep {
            page.paragraph(
                "No variable is generated for it, as it exists only under a condition: declare it by hand.",
            );
        }
        return;
    };
    let required = schema::is_required(document, property.owner, name);
    if hcl {
        show(page, "hcl", &hcl_variable(document, name, id, required));
    }
    if bicep {
        show(page, "bicep", &bicep_param(document, name, id));
    }
    if tools.contains(&BuiltIn::Helm) && !hcl && !bicep {
        page.paragraph(&format!("The chart finds it as {}.", code(&format!(".Values.{name}"))));
    }
}

/// The definition among the params themselves: the only one that the tooling sees.
fn unconditional(
    document: &Document,
    property: Property,
    id: SchemaId,
    name: &str,
) -> Option<(Property, SchemaId)> {
    let params = document.params?;
    if property.owner == params {
        return Some((property, id));
    }
    let own = document.schemas.get(params).properties.iter().map(|id| document.schemas.property(*id));
    let found = own.filter(|property| document.node(property.key).value() == name).last()?;
    Some((found, found.schema))
}

fn show(page: &mut Page, language: &str, text: &str) {
    let mut lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    if text.lines().count() > MAX_LINES {
        lines.push("…");
    }
    page.code(language, &lines.join("\n"));
}

/// The type of the variable that a param becomes in OpenTofu and Terraform (`spec §10.4`).
pub(in crate::analysis) fn hcl_type(document: &Document, id: SchemaId) -> String {
    Types { document, budget: MAX_TYPES }.of(id, 1, 0)
}

fn hcl_variable(document: &Document, name: &str, id: SchemaId, required: bool) -> String {
    let type_name = hcl_type(document, id);
    let pad = if required || type_name.contains('\n') { "" } else { "   " };
    let mut text = format!("variable \"{name}\" {{\n  type{pad} = {type_name}\n");
    if !required {
        let default = default(document, id).unwrap_or(Value::Null);
        let default = serde_json::to_string_pretty(&default).unwrap_or_default().replace('\n', "\n  ");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  default = {default}");
    }
    text.push('}');
    text
}

/// The default, with the one that the tooling gives to booleans (`spec §4.7`).
fn default(document: &Document, id: SchemaId) -> Option<Value> {
    if let Some(node) = schema::keyword(document, id, "default") {
        return schema::small_json(document, node);
    }
    (schema::types(document, id) == ["boolean"]).then_some(Value::Bool(false))
}

fn declared(document: &Document, id: SchemaId) -> Option<String> {
    let (_, node) = document.keyword(id, "type")?;
    node.target().is_scalar().then(|| node.target().value().into_owned())
}

/// Writes types of HCL; what goes beyond the budget is `any`.
struct Types<'a> {
    document: &'a Document,
    /// Types that may still be written: aliases can multiply them.
    budget: usize,
}

impl Types<'_> {
    fn of(&mut self, id: SchemaId, indent: usize, depth: usize) -> String {
        let document = self.document;
        let any = || "any".to_owned();
        if depth > MAX_DEPTH || self.budget == 0 {
            return any();
        }
        self.budget -= 1;
        match declared(document, id).as_deref() {
            Some("string") => "string".to_owned(),
            Some("boolean") => "bool".to_owned(),
            Some("integer" | "number") => "number".to_owned(),
            Some("array") => {
                let items = schema::parts(document, id, |role| role == Role::Items);
                let [item] = items[..] else { return any() };
                let item = self.of(item, indent, depth + 1);
                if item == "any" { item } else { format!("list({item})") }
            }
            Some("object") => self.of_object(id, indent, depth).unwrap_or_else(any),
            _ => any(),
        }
    }

    fn of_object(&mut self, id: SchemaId, indent: usize, depth: usize) -> Option<String> {
        let document = self.document;
        let is_map = |role| matches!(role, Role::AdditionalProperties | Role::PatternProperty);
        let values = schema::parts(document, id, is_map);
        // More members than lines can be shown need no writing.
        let properties = document.schemas.get(id).properties.iter().take(MAX_LINES);
        let properties: Vec<Property> = properties.map(|id| document.schemas.property(*id)).collect();
        match (properties.is_empty(), &values[..]) {
            (true, [values]) => Some(format!("map({})", self.of(*values, indent, depth + 1))),
            (false, []) => {
                let name = |property: &Property| document.node(property.key).value();
                let width =
                    properties.iter().map(|property| name(property).chars().count()).max().unwrap_or(0);
                let pad = "  ".repeat(indent);
                let mut text = "object({\n".to_owned();
                for property in &properties {
                    let name = name(property);
                    let inner = self.of(property.schema, indent + 1, depth + 1);
                    let required = schema::is_required(document, id, &name);
                    let inner = if required { inner } else { format!("optional({inner})") };
                    let _ = writeln!(text, "{pad}  {name:width$} = {inner}");
                }
                let _ = write!(text, "{pad}}})");
                Some(text)
            }
            _ => None,
        }
    }
}

fn bicep_param(document: &Document, name: &str, id: SchemaId) -> String {
    let mut text = String::new();
    let mut decorate = |decorator: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "@{decorator}({value})");
        }
    };
    let number = |keyword: &str| schema::text(document, id, keyword);
    decorate("description", schema::text(document, id, "description").map(|text| bicep_string(&text)));
    let allowed = schema::keyword(document, id, "enum").map(|values| {
        let values = values.items().map(|value| format!("  {}\n", bicep_value(document, value)));
        format!("[\n{}]", values.collect::<String>())
    });
    decorate("allowed", allowed);
    decorate("minValue", number("minimum"));
    decorate("maxValue", number("maximum"));
    decorate("minLength", number("minLength").or_else(|| number("minItems")));
    decorate("maxLength", number("maxLength").or_else(|| number("maxItems")));
    let type_name = match declared(document, id).as_deref() {
        Some("boolean") => "bool",
        Some("integer" | "number") => "int",
        Some("object") => "object",
        Some("array") => "array",
        _ => "string",
    };
    if number("format").as_deref() == Some("password") {
        text.push_str("@secure()\n");
    }
    let _ = write!(text, "param {name} {type_name}");
    if let Some(node) = schema::keyword(document, id, "default").filter(|node| node.is_scalar()) {
        let _ = write!(text, " = {}", bicep_value(document, node));
    }
    text
}

fn bicep_value(document: &Document, node: Node<'_>) -> String {
    match json::to_json(node, document.dialect()) {
        Ok(Value::String(text)) => bicep_string(&text),
        Ok(value) => value.to_string(),
        Err(_) => "null".to_owned(),
    }
}

fn bicep_string(text: &str) -> String {
    format!(
        "'{}'",
        text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace("${", "\\${")
    )
}

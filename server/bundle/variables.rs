//! The input variables that `mass bundle build` generates for step code.

use super::{Document, Property, Role, SchemaId, query};
use crate::iac::is_hcl_identifier;
use crate::syntax::{Node, json};
use serde_json::Value;
use std::fmt::Write;

/// Maximum depth to which nested types are written.
const MAX_DEPTH: usize = 8;
/// Maximum number of types written inside one type.
const MAX_TYPES: usize = 200;

/// A param as a variable of OpenTofu and Terraform.
#[must_use]
pub(crate) fn hcl_variable(document: &Document, name: &str, id: SchemaId, required: bool) -> String {
    let type_name = hcl_type(document, id);
    let pad = if required || type_name.contains('\n') { "" } else { "   " };
    let mut text = format!("variable \"{name}\" {{\n  type{pad} = {type_name}\n");
    if !required {
        let default = default(document, id).unwrap_or(Value::Null);
        let default = serde_json::to_string_pretty(&default).unwrap_or_default().replace('\n', "\n  ");
        // `${` and `%{` would start a template in HCL.
        let default = default.replace("${", "$${").replace("%{", "%%{");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  default = {default}");
    }
    text.push('}');
    text
}

/// The default of a schema, or else the one that the CLI gives to booleans.
fn default(document: &Document, id: SchemaId) -> Option<Value> {
    if let Some(node) = query::keyword(document, id, "default") {
        return query::small_json(document, node);
    }
    (query::types(document, id) == ["boolean"]).then_some(Value::Bool(false))
}

/// The type of the variable for a param.
#[must_use]
pub(crate) fn hcl_type(document: &Document, id: SchemaId) -> String {
    Types { document, budget: MAX_TYPES }.of(id, 1, 0)
}

/// A connection as a variable of OpenTofu and Terraform; its type is always `any`.
#[must_use]
pub(crate) fn hcl_connection(name: &str, required: bool) -> String {
    let default = if required { "" } else { "  default = null\n" };
    let pad = if required { "" } else { "   " };
    format!("variable \"{name}\" {{\n  type{pad} = any\n{default}}}")
}

fn declared(document: &Document, id: SchemaId) -> Option<String> {
    let (_, node) = document.keyword(id, "type")?;
    node.target().is_scalar().then(|| node.target().value().into_owned())
}

/// Writes HCL types; beyond the budget, a type is `any`.
struct Types<'a> {
    document: &'a Document,
    /// Types left to write, a bound because aliases can multiply them.
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
                let items = query::parts(document, id, |role| role == Role::Items);
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
        let values = query::parts(document, id, is_map);
        let properties = document.schemas.get(id).properties.iter();
        let properties: Vec<Property> = properties.map(|id| document.schemas.property(*id)).collect();
        match (properties.is_empty(), &values[..]) {
            (true, [values]) => Some(format!("map({})", self.of(*values, indent, depth + 1))),
            (false, []) => {
                let name = |property: &Property| document.node(property.key).value();
                if !properties.iter().all(|property| is_hcl_identifier(&name(property))) {
                    return None;
                }
                let width =
                    properties.iter().map(|property| name(property).chars().count()).max().unwrap_or(0);
                let pad = "  ".repeat(indent);
                let mut text = "object({\n".to_owned();
                for property in &properties {
                    let name = name(property);
                    let inner = self.of(property.schema, indent + 1, depth + 1);
                    let required = query::is_required(document, id, &name);
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

/// A param as a parameter of Bicep.
#[must_use]
pub(crate) fn bicep_param(document: &Document, name: &str, id: SchemaId) -> String {
    let mut text = String::new();
    let mut decorate = |decorator: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "@{decorator}({value})");
        }
    };
    let number = |keyword: &str| query::text(document, id, keyword);
    decorate("description", query::text(document, id, "description").map(|text| bicep_string(&text)));
    let allowed = query::keyword(document, id, "enum").map(|values| {
        let values = values.items().map(|value| format!("  {}\n", bicep_value(document, value)));
        format!("[\n{}]", values.collect::<String>())
    });
    decorate("allowed", allowed);
    decorate("minValue", number("minimum"));
    decorate("maxValue", number("maximum"));
    decorate("minLength", number("minLength").or_else(|| number("minItems")));
    decorate("maxLength", number("maxLength").or_else(|| number("maxItems")));
    let type_name = bicep_type(document, id);
    if number("format").as_deref() == Some("password") {
        text.push_str("@secure()\n");
    }
    let _ = write!(text, "param {name} {type_name}");
    if let Some(node) = query::keyword(document, id, "default").filter(|node| node.is_scalar()) {
        let _ = write!(text, " = {}", bicep_value(document, node));
    }
    text
}

/// The type of the Bicep parameter for a param.
#[must_use]
pub(crate) fn bicep_type(document: &Document, id: SchemaId) -> &'static str {
    match declared(document, id).as_deref() {
        Some("boolean") => "bool",
        Some("integer" | "number") => "int",
        Some("object") => "object",
        Some("array") => "array",
        _ => "string",
    }
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

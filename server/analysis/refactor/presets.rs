//! Creates a preset from the defaults.

use crate::analysis::form;
use crate::bundle::{Document, SchemaId};
use crate::edit::build::quoted;
use crate::edit::{Edits, Fix};
use crate::syntax::{Kind, Node, Scalar, encode};
use std::borrow::Cow;

/// Most levels of nested objects in the preset.
const MAX_DEPTH: usize = 16;

/// With the cursor on `params` or on the key of the presets: adds a preset with all defaults.
pub(super) fn create(document: &Document, offset: usize, found: &mut Vec<Fix>) {
    let Some((params, entry)) = document.params.zip(document.entry("params")) else { return };
    let presets = entry.value().get("examples");
    let on_presets = presets.is_some_and(|presets| presets.key().span().touches(offset));
    if entry.key().span().touches(offset) || on_presets {
        found.extend(Fix::unsafe_("Create a preset from the defaults", edit(document, params)));
    }
}

fn edit(document: &Document, params: SchemaId) -> Option<Edits> {
    let mut lines = vec!["__name: Defaults".to_owned()];
    defaults(document, params, 0, &mut lines);
    form::add_preset(document, params, &lines)
}

/// Adds a line for every param with a default; an object contains those of its members.
fn defaults(document: &Document, schema: SchemaId, depth: usize, lines: &mut Vec<String>) {
    for &property in &document.schemas.get(schema).properties {
        let property = document.schemas.property(property);
        let name = document.node(property.key).value();
        let name = encode::string(&name, false, document.dialect());
        let indent = "  ".repeat(depth);
        if let Some((_, value)) = document.keyword(property.schema, "default") {
            let value = value.target();
            if !value.source().contains(['\n', '\r']) && value.kind() != Kind::Null {
                lines.push(format!("{indent}{name}: {}", written(document, property.schema, value)));
            }
            continue;
        }
        if depth < MAX_DEPTH && !document.schemas.get(property.schema).properties.is_empty() {
            let before = lines.len();
            lines.push(format!("{indent}{name}:"));
            defaults(document, property.schema, depth + 1, lines);
            if lines.len() == before + 1 {
                lines.truncate(before);
            }
        }
    }
}

/// A default as written in a preset: if the param is a string and YAML reads the value as another type, such as `y`,
/// it is quoted.
fn written<'a>(document: &Document, schema: SchemaId, value: Node<'a>) -> Cow<'a, str> {
    let is_text = document.keyword(schema, "type").is_some_and(|(_, kind)| kind.target().value() == "string");
    let is_read_as_text = matches!(value.resolve(document.dialect()), Scalar::Str(_));
    match is_text && value.is_scalar() && !is_read_as_text {
        true => quoted(value.source()).into(),
        false => value.source().into(),
    }
}

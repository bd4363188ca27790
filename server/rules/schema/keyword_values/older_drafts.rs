//! Boolean keywords of older drafts, and their replacements in draft-07.

use super::SCHEMA_KEYWORD_TYPE;
use crate::bundle::{Document, Role, SchemaId};
use crate::edit::{Edits, Fix, build};
use crate::rules::Finding;
use crate::rules::schema::{insertion, property_name, removal};
use crate::rules::wording::quoted;
use crate::syntax::{Node, Scalar};

/// The finding for a keyword whose value is a boolean, as in older drafts.
pub(super) fn flag(document: &Document, id: SchemaId, key: Node<'_>, value: Node<'_>) -> Option<Finding> {
    match &*key.value() {
        "required" => Some(required(document, id, key, value)),
        "exclusiveMinimum" => Some(exclusive(document, id, key, value, "minimum")),
        "exclusiveMaximum" => Some(exclusive(document, id, key, value, "maximum")),
        _ => None,
    }
}

/// `required: true` on a property.
fn required(document: &Document, id: SchemaId, key: Node<'_>, value: Node<'_>) -> Finding {
    let wanted = is_true(document, value);
    let message = match property_name(document, document.schemas.get(id)) {
        Some(name) if wanted => format!(
            "`required` is a list of property names; to require {0}, add it to the `required` next to the \
             `properties` that declare it.",
            quoted(&name)
        ),
        _ => "`required` is a list of property names; remove it if no property is required.".to_owned(),
    };
    let finding = SCHEMA_KEYWORD_TYPE.at(value.span(), message);
    let Some(remove) = removal(key) else { return finding };
    if !wanted {
        return finding.with_fix(Fix::safe("Remove it", remove));
    }
    match add_to_required(document, id) {
        Some(add) => finding.with_fix(Fix::safe("Add it to `required`", remove.and(add.unwrap_or_default()))),
        None => finding,
    }
}

/// Adds the schema's property to the `required` of its object; `Some(None)` if it is already there.
fn add_to_required(document: &Document, id: SchemaId) -> Option<Option<Edits>> {
    let schema = document.schemas.get(id);
    let Role::Property(property) = schema.role else { return None };
    if schema.is_shared() {
        return None;
    }
    let property = document.schemas.property(property);
    let name = document.node(property.key);
    if let Some((_, list)) = document.keyword(property.owner, "required") {
        let is_listed = list.items().any(|item| item.target().value() == name.value());
        return if is_listed { Some(None) } else { Some(Some(build::append_item(list, name.source())?)) };
    }
    let (key, _) = document.keyword(property.owner, "properties")?;
    let is_own = key.parent()?.id() == document.schemas.get(property.owner).node;
    if !is_own {
        return None;
    }
    Some(Some(insertion(key, "required", &format!("\n  - {}", name.source()))?))
}

/// `exclusiveMinimum: true`, which draft-04 has next to `minimum`.
fn exclusive(document: &Document, id: SchemaId, key: Node<'_>, value: Node<'_>, bound: &str) -> Finding {
    let name = key.value();
    let message = format!("`{name}` must be a number, such as `{name}: 0`; it replaces `{bound}`.");
    let finding = SCHEMA_KEYWORD_TYPE.at(value.span(), message);
    if !is_true(document, value) {
        return finding.with_fix(Fix::safe("Remove it", removal(key)));
    }
    let Some((bound, limit)) = document.keyword(id, bound) else { return finding };
    match removal(bound).filter(|_| limit.is_scalar() && bound.parent() == key.parent()) {
        Some(remove) => {
            let write = Edits::value(value, limit.source());
            finding.with_fix(Fix::safe("Move the value of the bound here", write.and(remove)))
        }
        None => finding,
    }
}

fn is_true(document: &Document, value: Node<'_>) -> bool {
    value.target().resolve(document.dialect()) == Scalar::Bool(true)
}

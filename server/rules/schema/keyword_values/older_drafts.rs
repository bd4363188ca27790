//! Flags that older drafts wrote, and what draft-07 writes instead.

use super::SCHEMA_KEYWORD_TYPE;
use crate::bundle::{Document, Role, SchemaId};
use crate::rules::schema::{insertion, property_name, removal};
use crate::rules::wording::quoted;
use crate::rules::{Edit, Finding, Fix, edit};
use crate::syntax::{Node, Scalar};

/// The finding about a keyword that holds a boolean where an older draft had one.
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
            "`required` lists the names of members. To ask for {0}, add it to `required` beside the `properties` \
             that hold it.",
            quoted(&name)
        ),
        _ => {
            "`required` lists the names of members that must exist; leave it out where none must.".to_owned()
        }
    };
    let finding = SCHEMA_KEYWORD_TYPE.at(value.span(), message);
    let Some(remove) = removal(key) else { return finding };
    if !wanted {
        return finding.fix("Remove it", remove.span, remove.text);
    }
    match add_to_required(document, id) {
        Some(add) => with_edits(finding, "List it in `required`", [remove].into_iter().chain(add)),
        None => finding,
    }
}

/// The edit that lists the schema's property in its object's `required`; `Some(None)` when it is listed already.
fn add_to_required(document: &Document, id: SchemaId) -> Option<Option<Edit>> {
    let schema = document.schemas.get(id);
    let Role::Property(property) = schema.role else { return None };
    if schema.is_shared() {
        return None;
    }
    let property = document.schemas.property(property);
    let name = document.node(property.key);
    if let Some((_, list)) = document.keyword(property.owner, "required") {
        let is_listed = list.items().any(|item| item.target().value() == name.value());
        return if is_listed { Some(None) } else { Some(Some(edit::append_item(list, name.source())?)) };
    }
    let (key, _) = document.keyword(property.owner, "properties")?;
    let is_own = key.parent()?.id() == document.schemas.get(property.owner).node;
    if !is_own {
        return None;
    }
    Some(Some(insertion(key, "required", &format!("\n  - {}", name.source()))?))
}

/// `exclusiveMinimum: true`, as draft-04 wrote it beside `minimum`.
fn exclusive(document: &Document, id: SchemaId, key: Node<'_>, value: Node<'_>, bound: &str) -> Finding {
    let name = key.value();
    let message =
        format!("`{name}` must be the bound itself, such as `{name}: 0`; it takes the place of `{bound}`.");
    let finding = SCHEMA_KEYWORD_TYPE.at(value.span(), message);
    if !is_true(document, value) {
        return finding.mend("Remove it", removal(key));
    }
    let Some((bound, limit)) = document.keyword(id, bound) else { return finding };
    match removal(bound).filter(|_| limit.is_scalar() && bound.parent() == key.parent()) {
        Some(remove) => {
            let write = Edit { span: value.span(), text: limit.source().to_owned() };
            with_edits(finding, "Move the bound here", [write, remove])
        }
        None => finding,
    }
}

fn is_true(document: &Document, value: Node<'_>) -> bool {
    value.target().resolve(document.dialect()) == Scalar::Bool(true)
}

/// Adds a fix of several edits that is safe to apply without asking.
fn with_edits(mut finding: Finding, title: &str, edits: impl IntoIterator<Item = Edit>) -> Finding {
    finding.fixes.push(Fix::new(title, edits.into_iter().collect(), true));
    finding
}

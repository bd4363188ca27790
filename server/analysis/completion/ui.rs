//! The `ui` tree: keys that apply to the customised schema, `ui:options`, arguments of fields, widgets, field order.

use super::context::{CursorContext, Relation};
use super::documentation::Topic;
use super::keys::key_candidate;
use super::schema::applies;
use super::{Candidate, CompletionKind, Write, names, schema};
use crate::bundle::SchemaId;
use crate::reference::{JsonType, Key, Object, Word};
use std::borrow::Cow;

/// Whether a key has an effect in the entry at the cursor. Keys of other mappings always have.
pub(super) fn fits(context: &CursorContext<'_>, object: &Object, key: &Key) -> bool {
    match (context.relation(), object.name.as_str()) {
        (Relation::UiOf(_), "ui") => applies(key, &[JsonType::Object]) && key.name != "items",
        (Relation::UiOf(schemas), "ui-entry") => applies(key, &customised_types(context, schemas)),
        _ => true,
    }
}

/// Types that the customised schemas allow; empty if one of them allows any.
fn customised_types(context: &CursorContext<'_>, schemas: &[SchemaId]) -> Vec<JsonType> {
    let mut all = Vec::new();
    for &id in schemas {
        let types = schema::types(context, id);
        if types.is_empty() && context.document.keyword(id, "const").is_none() {
            return Vec::new();
        }
        all.extend(types);
    }
    all
}

/// Adds keys of an entry besides the described ones: members of the customised schema, options without their prefix,
/// arguments of its field.
pub(super) fn keys(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let typed = context.last();
    if typed.unprefixed {
        if let Some(object) = typed.owner {
            let types = match context.parent_relation() {
                Some(Relation::UiOf(schemas)) => customised_types(context, schemas),
                _ => Vec::new(),
            };
            let options = object.keys().filter(|key| !key.bare && applies(key, &types));
            found.extend(options.filter_map(|key| option(context, object, key)));
        }
        return;
    }
    if !matches!(typed.object_name(), Some("ui" | "ui-entry")) {
        return;
    }
    if let Some(field) = field(context) {
        let arguments = field.arguments.iter();
        let object = context.reference.object("ui-entry");
        found.extend(object.into_iter().flat_map(|object| {
            arguments.clone().filter_map(move |key| Some(key_candidate(context, object, key)?.tier(0)))
        }));
    }
    if let Relation::UiOf(schemas) = context.relation() {
        names::members(context, schemas, found);
    }
}

/// The field component of the entry at the cursor.
fn field(context: &CursorContext<'_>) -> Option<&'static Word> {
    let entry = context.last().node?.field("ui:field")?;
    context.reference.field(&entry.value().target().value())
}

/// A key without its prefix, for `ui:options`.
fn option(context: &CursorContext<'_>, object: &'static Object, key: &'static Key) -> Option<Candidate> {
    let label = key.name.strip_prefix("ui:")?.to_owned();
    // Templates apply to whole entries.
    if label.starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    Some(Candidate { label, ..key_candidate(context, object, key)? })
}

/// Adds the widgets for the customised schema.
pub(super) fn widgets(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let schemas = context.ui_schemas();
    let has_choices = schemas.iter().any(|&id| {
        let has = |name| context.document.keyword(id, name).is_some();
        has("enum") || has("oneOf") || has("anyOf") || has("$md.enum")
    });
    let types = customised_types(context, schemas);
    schema::words(context, &context.reference.widgets, "widgets", &types, found);
    if has_choices && !types.is_empty() {
        let extra = ["select", "radio"].into_iter().filter_map(|name| context.reference.widget(name));
        found.extend(extra.map(|word| {
            Candidate::new(&*word.name, CompletionKind::EnumMember, Write::Text)
                .detail(&*word.summary)
                .topic(Topic::word("widgets", word))
                .weight(u32::MAX)
        }));
    }
}

/// Adds the items of `ui:order`: the members of the customised schema, and `*` for the rest.
pub(super) fn order(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let listed = context.listed();
    let mut items = Vec::new();
    names::members(context, context.ui_schemas(), &mut items);
    let rest = Candidate::new("*", CompletionKind::Keyword, Write::Text)
        .tier(3)
        .detail("All members that are not listed");
    let items = items.into_iter().map(|item| Candidate { write: Write::Text, ..item });
    found.extend(items.chain([rest]).filter(|item| !listed.contains(&Cow::Borrowed(item.label.as_str()))));
}

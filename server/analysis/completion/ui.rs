//! The `ui` tree: keys that fit what they dress, `ui:options`, arguments of fields, widgets, and the order of fields.

use super::context::{Place, Subject};
use super::documentation::Topic;
use super::keys::{applies, key_candidate};
use super::{Candidate, CompletionKind, Write, names, schema};
use crate::bundle::SchemaId;
use crate::reference::{JsonType, Key, Object, Word};
use std::borrow::Cow;

/// Whether a key is of use in the entry at the cursor. Keys of other mappings always are.
pub(super) fn fits(place: &Place<'_>, object: &Object, key: &Key) -> bool {
    match (&place.last().subject, object.name.as_str()) {
        (Subject::Dress(_), "ui") => applies(key, &[JsonType::Object]) && key.name != "items",
        (Subject::Dress(schemas), "ui-entry") => applies(key, &dressed_types(place, schemas)),
        _ => true,
    }
}

/// Types of the values that an entry dresses; empty where one of them may be anything.
fn dressed_types(place: &Place<'_>, schemas: &[SchemaId]) -> Vec<JsonType> {
    let mut all = Vec::new();
    for &id in schemas {
        let types = schema::types(place, id);
        if types.is_empty() && place.document.keyword(id, "const").is_none() {
            return Vec::new();
        }
        all.extend(types);
    }
    all
}

/// Keys of an entry that are not described as its own: members of what it dresses, options without their prefix,
/// arguments of its field.
pub(super) fn keys(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let scope = place.last();
    if let (Some("ui:options" | "ui:globalOptions"), Some(above)) = (scope.name.as_deref(), place.above(1)) {
        if let Some(object) = above.object {
            let types = match &above.subject {
                Subject::Dress(schemas) => dressed_types(place, schemas),
                _ => Vec::new(),
            };
            let options = object.keys().filter(|key| !key.bare && applies(key, &types));
            found.extend(options.filter_map(|key| option(place, object, key)));
        }
        return;
    }
    if !matches!(scope.object.map(|object| object.name.as_str()), Some("ui" | "ui-entry")) {
        return;
    }
    if let Some(field) = field(place) {
        let arguments = field.arguments.iter();
        let object = place.reference.object("ui-entry");
        found.extend(object.into_iter().flat_map(|object| {
            arguments.clone().filter_map(move |key| Some(key_candidate(place, object, key)?.tier(0)))
        }));
    }
    if let Subject::Dress(schemas) = &scope.subject {
        names::members(place, schemas, found);
    }
}

/// The field component that the entry at the cursor uses.
fn field(place: &Place<'_>) -> Option<&'static Word> {
    let entry = place.last().node?.field("ui:field")?;
    place.reference.field(&entry.value().target().value())
}

/// A key as written inside `ui:options`.
fn option(place: &Place<'_>, object: &'static Object, key: &'static Key) -> Option<Candidate> {
    let label = key.name.strip_prefix("ui:")?.to_owned();
    // Templates are for whole entries.
    if label.starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    Some(Candidate { label, ..key_candidate(place, object, key)? })
}

/// Widgets for what the entry dresses.
pub(super) fn widgets(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let schemas = dressed(place);
    let has_choices = schemas.iter().any(|&id| {
        let has = |name| place.document.keyword(id, name).is_some();
        has("enum") || has("oneOf") || has("anyOf") || has("$md.enum")
    });
    let types = dressed_types(place, &schemas);
    schema::words(place, &place.reference.widgets, "widgets", &types, found);
    if has_choices && !types.is_empty() {
        let extra = ["select", "radio"].into_iter().filter_map(|name| place.reference.widget(name));
        found.extend(extra.map(|word| {
            Candidate::new(&*word.name, CompletionKind::EnumMember, Write::Text)
                .detail(&*word.summary)
                .topic(Topic::word("widgets", word))
                .weight(u32::MAX)
        }));
    }
}

/// The schemas that the entry around the cursor dresses.
fn dressed(place: &Place<'_>) -> Vec<SchemaId> {
    let entry = place.scopes.iter().rev().skip(1).find_map(|scope| match &scope.subject {
        Subject::Dress(schemas) => Some(schemas.clone()),
        _ => None,
    });
    entry.unwrap_or_default()
}

/// Items of `ui:order`: the members of what the entry dresses, and `*` for the rest.
pub(super) fn order(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let listed = place.listed();
    let mut items = Vec::new();
    names::members(place, &dressed(place), &mut items);
    let rest =
        Candidate::new("*", CompletionKind::Keyword, Write::Text).tier(3).detail("All that are not listed");
    let items = items.into_iter().map(|item| Candidate { write: Write::Text, ..item });
    found.extend(items.chain([rest]).filter(|item| !listed.contains(&Cow::Borrowed(item.label.as_str()))));
}

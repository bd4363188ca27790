//! Values: what the description of a key allows, and what the document knows.

use super::context::{Place, Subject};
use super::locate::Slot;
use super::{Candidate, CompletionKind, Write, keys, names, refs, schema, steps, ui};
use crate::reference::{JsonType, Shape, Text};
use serde_json::Value;

/// Every value that may stand at the cursor.
pub(super) fn values(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let scope = place.last();
    if let Subject::Value(schemas) = &scope.subject {
        schema::allowed(place, schemas, found);
    }
    for (index, alternative) in scope.shape.alternatives().iter().enumerate() {
        match alternative {
            Shape::Bool => {
                let first = place.last().key.and_then(|key| key.default.as_ref()) == Some(&Value::Bool(true));
                for (tier, value) in [!first, first].into_iter().enumerate() {
                    let literal = Candidate::new(value.to_string(), CompletionKind::Value, Write::Plain);
                    found.push(literal.tier(if index > 0 { 5 } else { tier as u8 }));
                }
            }
            Shape::Text(text) if !scope.jq => text_values(place, *text, found),
            _ => {}
        }
    }
    described(place, found);
}

/// Values that the description of the key lists, and its default.
fn described(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let Some(key) = place.last().key else { return };
    if place.last().jq {
        return;
    }
    for choice in key.values.iter() {
        found.push(
            Candidate::new(&*choice.value, CompletionKind::EnumMember, Write::Text).detail(&*choice.summary),
        );
    }
    let literal = match &key.default {
        Some(Value::String(text)) => Candidate::new(&**text, CompletionKind::Value, Write::Text),
        Some(Value::Number(number)) => {
            Candidate::new(number.to_string(), CompletionKind::Value, Write::Plain)
        }
        _ => return,
    };
    found.push(literal.tier(1).detail("default"));
}

/// Whether only a mapping or list belongs where the cursor is.
pub(super) fn holds_block(place: &Place<'_>) -> bool {
    let scope = place.last();
    place.spot.slot == Slot::Start && (scope.object.is_some() || scope.shape.is_block())
}

fn text_values(place: &Place<'_>, text: Text, found: &mut Vec<Candidate>) {
    match text {
        Text::SchemaRef | Text::ResourceType => refs::references(place, text, found),
        Text::PropertyName => names::listed_members(place, found),
        Text::OrderItem => ui::order(place, found),
        Text::ConnectionName => names::inputs(place, found),
        Text::Directory => steps::directories(place, found),
        Text::File => refs::files(place, &[], found),
        Text::Provisioner => steps::provisioners(place, found),
        Text::TypeName => schema::words(place, &place.reference.types, "types", &[], found),
        Text::FormatName => {
            let types = place.schema().and_then(|(_, id)| id).map(|id| schema::types(place, id));
            let types: Vec<JsonType> = types.unwrap_or_default();
            schema::words(place, &place.reference.formats, "formats", &types, found);
        }
        Text::WidgetName => ui::widgets(place, found),
        Text::FieldName => schema::words(place, &place.reference.fields, "fields", &[], found),
        Text::Plain => bundle_values(place, found),
        Text::Jq | Text::Regex | Text::Uri => {}
    }
}

/// Values of the bundle's own keys that can be guessed.
fn bundle_values(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let top = place.scopes.len() == 2;
    match place.last().name.as_deref() {
        Some("name") if top => {
            if let Some(slug) = place.directory.and_then(slug) {
                found.push(
                    Candidate::new(slug, CompletionKind::Value, Write::Text).detail("Name of the directory"),
                );
            }
        }
        Some("version") if top => versions(place, found),
        _ => {}
    }
}

/// A directory's name as a bundle's name (`spec §2`).
fn slug(directory: &str) -> Option<String> {
    let lower = directory.to_lowercase().replace(['_', ' ', '.'], "-");
    let name = lower.trim_matches('-');
    let fits = (3..=53).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    fits.then(|| name.to_owned())
}

/// The versions that may come after the one that is written.
fn versions(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let written = place.last().node.map(|node| node.value().into_owned()).unwrap_or_default();
    let parts: Vec<u64> = written.split('.').map_while(|part| part.parse().ok()).collect();
    let [major, minor, patch] = parts.as_slice() else { return };
    let next = [
        (format!("{major}.{minor}.{}", patch.saturating_add(1)), "Next patch"),
        (format!("{major}.{}.0", minor.saturating_add(1)), "Next minor version"),
        (format!("{}.0.0", major.saturating_add(1)), "Next major version"),
    ];
    for (version, detail) in next {
        let mut candidate = Candidate::new(version, CompletionKind::Value, Write::Text).detail(detail);
        candidate.filter = Some(place.spot.token.typed.to_owned());
        found.push(candidate);
    }
}

/// Items, each with its dash, of the list at the cursor.
pub(super) fn items(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let mut inner = place.clone();
    inner.scopes.push(place.enter_item(place.last(), None));
    inner.spot.slot = Slot::Start;
    inner.spot.container = None;
    let mut items = Vec::new();
    keys::keys(&inner, &mut items);
    values(&inner, &mut items);
    found.extend(items.into_iter().map(|item| Candidate { dash: true, ..item }));
}

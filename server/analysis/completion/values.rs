//! Values: those that the description of a key allows, and those known from the document.

use super::context::{CursorContext, Relation};
use super::{Candidate, CompletionKind, Write, keys, names, refs, schema, steps, ui};
use crate::reference::{JsonType, Shape, Text};
use crate::syntax::cursor::Insertion;
use serde_json::Value;

/// Adds the values at the cursor.
pub(super) fn values(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    if let Relation::InstanceOf(schemas) = context.relation() {
        schema::allowed(context, schemas, found);
    }
    let typed = context.last();
    let alternatives = typed.shape.map(Shape::alternatives).unwrap_or_default();
    for (index, alternative) in alternatives.iter().enumerate() {
        match alternative {
            Shape::Bool => {
                let first =
                    context.last().key.and_then(|key| key.default.as_ref()) == Some(&Value::Bool(true));
                for (tier, value) in [!first, first].into_iter().enumerate() {
                    let literal = Candidate::new(value.to_string(), CompletionKind::Value, Write::Plain);
                    found.push(literal.tier(if index > 0 { 5 } else { tier as u8 }));
                }
            }
            Shape::Text(text) if !typed.jq => text_values(context, *text, found),
            _ => {}
        }
    }
    described(context, found);
}

/// Adds the values that the description of the key lists, and its default.
fn described(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let Some(key) = context.last().key else { return };
    if context.last().jq {
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

/// Whether only a mapping or list belongs at the cursor.
pub(super) fn holds_block(context: &CursorContext<'_>) -> bool {
    let typed = context.last();
    let takes_block = typed.object.is_some() || typed.shape.is_some_and(Shape::is_block);
    context.cursor.insertion == Insertion::Start && takes_block
}

fn text_values(context: &CursorContext<'_>, text: Text, found: &mut Vec<Candidate>) {
    match text {
        Text::SchemaRef | Text::ResourceType => refs::references(context, text, found),
        Text::PropertyName => names::listed_members(context, found),
        Text::OrderItem => ui::order(context, found),
        Text::ConnectionName => names::inputs(context, found),
        Text::Directory => steps::directories(context, found),
        Text::File => refs::files(context, &[], found),
        Text::Provisioner => steps::provisioners(context, found),
        Text::TypeName => schema::words(context, &context.reference.types, "types", &[], found),
        Text::FormatName => {
            let types = context.schema().map(|id| schema::types(context, id));
            let types: Vec<JsonType> = types.unwrap_or_default();
            schema::words(context, &context.reference.formats, "formats", &types, found);
        }
        Text::WidgetName => ui::widgets(context, found),
        Text::FieldName => schema::words(context, &context.reference.fields, "fields", &[], found),
        Text::Plain => bundle_values(context, found),
        Text::Jq | Text::Regex | Text::Uri => {}
    }
}

/// Adds likely values of the bundle's own keys.
fn bundle_values(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let top = context.depth() == 2;
    match context.last().name().as_deref() {
        Some("name") if top => {
            if let Some(slug) = context.directory.and_then(slug) {
                found.push(
                    Candidate::new(slug, CompletionKind::Value, Write::Text).detail("Name of the directory"),
                );
            }
        }
        Some("version") if top => versions(context, found),
        _ => {}
    }
}

/// The bundle name for a directory.
fn slug(directory: &str) -> Option<String> {
    let lower = directory.to_lowercase().replace(['_', ' ', '.'], "-");
    let name = lower.trim_matches('-');
    let fits = (3..=53).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    fits.then(|| name.to_owned())
}

/// Adds the versions that can follow the current one.
fn versions(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let written = context.last().target().map(|node| node.value().into_owned()).unwrap_or_default();
    let parts: Vec<u64> = written.split('.').map_while(|part| part.parse().ok()).collect();
    let [major, minor, patch] = parts.as_slice() else { return };
    let next = [
        (format!("{major}.{minor}.{}", patch.saturating_add(1)), "Next patch"),
        (format!("{major}.{}.0", minor.saturating_add(1)), "Next minor version"),
        (format!("{}.0.0", major.saturating_add(1)), "Next major version"),
    ];
    for (version, detail) in next {
        let mut candidate = Candidate::new(version, CompletionKind::Value, Write::Text).detail(detail);
        candidate.filter = Some(context.cursor.word.prefix.to_owned());
        found.push(candidate);
    }
}

/// Adds the items, each with its dash, of the list at the cursor.
pub(super) fn items(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let inner = context.in_new_item();
    let mut items = Vec::new();
    keys::keys(&inner, &mut items);
    values(&inner, &mut items);
    found.extend(items.into_iter().map(|item| Candidate { dash: true, ..item }));
}

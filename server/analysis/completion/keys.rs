//! Keys: those that the format describes for a mapping, and names from the document.

use super::context::CursorContext;
use super::documentation::Topic;
use super::{Below, Candidate, CompletionKind, Write, app, names, schema, ui};
use crate::bundle::{Block, BundleFormat, Kind};
use crate::reference::{self, Key, Object, Presence, Shape, Text};
use crate::settings::ExpectedFormat;

/// Adds the keys that the mapping at the cursor can have and does not have yet.
pub(super) fn keys(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let typed = context.last();
    if let Some(object) = typed.object.filter(|_| !typed.unprefixed) {
        let fitting =
            object.keys().filter(|key| schema::fits(context, object, key) && ui::fits(context, object, key));
        found.extend(fitting.filter_map(|key| key_candidate(context, object, key)));
    }
    ui::keys(context, found);
    names::keys(context, found);
    app::keys(context, found);
    let present = context.present();
    found.retain(|candidate| !present.iter().any(|name| *name == candidate.label));
}

/// Whether a key of the mapping at the cursor starts with the typed text.
pub(super) fn continues_typed(context: &CursorContext<'_>) -> bool {
    let typed = context.cursor.word.prefix;
    context.last().object.is_some_and(|object| object.keys().any(|key| key.name.starts_with(typed)))
}

/// The candidate for a described key; `None` where another key excludes it.
pub(super) fn key_candidate(
    context: &CursorContext<'_>,
    object: &'static Object,
    key: &'static Key,
) -> Option<Candidate> {
    let present = context.present();
    if key.excludes.iter().any(|other| present.iter().any(|name| name == other)) {
        return None;
    }
    let format_fits = match (key.bundle_format, bundle_format(context)) {
        (Some(BundleFormat::Dependencies), Some(BundleFormat::Connections)) => return None,
        (Some(BundleFormat::Connections), Some(BundleFormat::Dependencies))
        | (Some(BundleFormat::Dependencies), None) => false,
        _ => true,
    };
    let newer = matches!(key.origin, reference::Origin::NewerDraft | reference::Origin::NewerRjsf);
    let tier = match key.presence {
        _ if newer || !format_fits => 5,
        // Forms usually begin with the order of their fields.
        _ if object.name == "ui" && key.name == "ui:order" => 0,
        _ if schema::is_keyword(object, key) => schema::tier(context, object, key),
        Presence::Required => 0,
        Presence::Recommended => 1,
        Presence::Optional => 2,
    };
    // Among keys of equal weight, Massdriver's own are likelier than those of JSON Schema and of the form.
    let own = u32::from(key.origin == reference::Origin::Massdriver);
    let candidate = Candidate::new(&*key.name, CompletionKind::Key, Write::Key(below(context, object, key)))
        .tier(tier)
        .weight(2 * key.weight + own)
        .deprecated(key.deprecated.is_some())
        .detail(&*key.summary)
        .description(short(&key.shape, key))
        .topic(Topic::key(object, key));
    Some(candidate)
}

/// The format to write in, if known.
pub(super) fn bundle_format(context: &CursorContext<'_>) -> Option<BundleFormat> {
    match context.settings.bundle_format {
        ExpectedFormat::Auto => context.document.bundle_format().or_else(|| begun(context)),
        ExpectedFormat::Connections => Some(BundleFormat::Connections),
        ExpectedFormat::Dependencies => Some(BundleFormat::Dependencies),
    }
    .filter(|_| context.document.kind == Kind::Bundle)
}

/// The format of a block that is still empty.
fn begun(context: &CursorContext<'_>) -> Option<BundleFormat> {
    let mut blocks = Block::ALL.into_iter().filter(|block| context.document.block(*block).is_some());
    blocks.next().map(Block::bundle_format)
}

/// The start of the value of a key.
fn below(context: &CursorContext<'_>, object: &Object, key: &'static Key) -> Below {
    match key.shape.alternatives().first() {
        Some(Shape::List(_)) => return Below::List,
        Some(Shape::Map(_) | Shape::Object(_)) => return Below::Mapping,
        _ => {}
    }
    if object.jq && key.shape != Shape::Bool {
        return Below::Line(Vec::new());
    }
    Below::Line(choices(context, key))
}

/// The values of a key that has only a few, the likeliest first.
fn choices(context: &CursorContext<'_>, key: &'static Key) -> Vec<String> {
    if key.shape == Shape::Bool {
        let usual = key.default == Some(serde_json::Value::Bool(true));
        return [!usual, usual].map(|value| value.to_string()).to_vec();
    }
    if !key.values.is_empty() && !key.open {
        return key.values.names().map(str::to_owned).collect();
    }
    if key.shape.text() == Some(Text::TypeName) {
        let mut types: Vec<_> = context.reference.types.iter().collect();
        types.sort_by_key(|word| std::cmp::Reverse(word.weight));
        return types.into_iter().map(|word| word.name.clone()).collect();
    }
    Vec::new()
}

/// The shape in a word or two.
fn short(shape: &Shape, key: &Key) -> String {
    let word = match shape.alternatives().first() {
        Some(Shape::Bool) => "true or false",
        Some(Shape::Int | Shape::Number) => "number",
        Some(Shape::List(_)) => "list",
        Some(Shape::Map(_) | Shape::Object(_)) => "mapping",
        Some(Shape::Text(Text::Jq)) => "jq",
        Some(Shape::Text(_)) => "text",
        Some(Shape::Any | Shape::Null | Shape::Either(_)) | None => "any value",
    };
    let mut words = word.to_owned();
    if key.presence == Presence::Required {
        words.push_str(", required");
    }
    if let Some(default) = key.default.as_ref().filter(|default| !default.is_object() && !default.is_array())
    {
        words.push_str(", default ");
        words.push_str(&default.to_string());
    }
    words
}

//! Whole blocks: a document, a step, a param of each type, a preset.

use super::context::CursorContext;
use super::{Candidate, CompletionKind, Write};
use crate::bundle::typed::TypedNode;
use crate::bundle::{Kind, SchemaId, members};
use crate::reference::JsonType;
use crate::syntax::cursor::Insertion;
use crate::syntax::{self, Dialect, encode};
use serde::Deserialize;
use serde_json::Map;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A block as written in `snippets.yaml`.
#[derive(Debug, Deserialize)]
struct Snippet {
    detail: String,
    yaml: String,
}

/// Blocks by group, in the order of the file.
type Snippets = BTreeMap<String, Map<String, serde_json::Value>>;

static SNIPPETS: LazyLock<BTreeMap<String, Vec<(String, Snippet)>>> =
    LazyLock::new(|| load().unwrap_or_default());

fn load() -> Result<BTreeMap<String, Vec<(String, Snippet)>>, String> {
    let groups: Snippets = syntax::read_data(include_str!("snippets.yaml"))?;
    let read = |(name, value)| Ok((name, serde_json::from_value(value).map_err(|error| error.to_string())?));
    groups
        .into_iter()
        .map(|(group, blocks)| Ok((group, blocks.into_iter().map(read).collect::<Result<_, String>>()?)))
        .collect()
}

/// Adds the blocks that fit the cursor.
pub(super) fn snippets(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let cursor = &context.cursor;
    // There is no room for a block after the start of a value or between brackets.
    if cursor.in_flow
        || cursor.insertion == Insertion::Value
        || cursor.word.has_colon
        || cursor.word.quote.is_some()
    {
        return;
    }
    let Some(group) = group(context) else { return presets(context, found) };
    let dash = cursor.insertion == Insertion::Item || context.takes_items();
    for (label, snippet) in SNIPPETS.get(group).into_iter().flatten() {
        let candidate = Candidate::new(&**label, CompletionKind::Snippet, Write::Block(&snippet.yaml));
        let tier = if group == "document" && cursor.container.is_none() { 0 } else { 5 };
        let mut candidate = candidate.tier(tier).detail(&*snippet.detail);
        candidate.rank.rarity = if tier == 0 { i64::MIN } else { 0 };
        found.push(Candidate { dash, ..candidate });
    }
}

/// The group of snippets that fits the cursor.
fn group(context: &CursorContext<'_>) -> Option<&'static str> {
    let container = context.cursor.container;
    if context.depth() == 1 {
        let is_empty = container.is_none_or(|root| root.entries().all(|entry| entry.colon().is_none()));
        return is_empty.then_some("document");
    }
    let typed = context.last();
    let parent = context.parent()?;
    let in_mapping = container.is_some_and(crate::syntax::Node::is_mapping);
    let list = if typed.shape.is_some_and(|shape| shape.items().is_some()) { typed } else { parent };
    let list_key = list.key.filter(|key| !in_mapping && key.shape.items().is_some());
    for name in ["steps", "instructions", "exports"] {
        if list_key.is_some_and(|key| key.name == name) {
            return Some(name);
        }
    }
    if typed.object.is_some() {
        return None;
    }
    match (&*typed.name()?, parent.object_name()) {
        ("properties", Some("connections")) => Some("connections"),
        ("properties", Some("artifacts")) => Some("artifacts"),
        ("dependencies", Some("bundle")) => Some("dependencies"),
        ("resources", Some("bundle")) => Some("resources"),
        ("secrets", Some("app")) => Some("secrets"),
        ("properties", _) if parent.is_schema() => Some("properties"),
        ("dependencies", _) if parent.is_schema() => Some("conditions"),
        _ => None,
    }
}

/// Adds a preset with a value for every param.
fn presets(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let Some(params) = context.document.params.filter(|_| context.document.kind == Kind::Bundle) else {
        return;
    };
    let is_examples = |typed: &TypedNode<'_>| typed.is_named("examples");
    let list = is_examples(context.last());
    let item = context.cursor.container.is_none() && context.parent().is_some_and(is_examples);
    let top = context.depth() == if list { 3 } else { 4 };
    if !(list || item) || !top {
        return;
    }
    let mut yaml = String::from("__name: ${1:Name}\n");
    for (index, name) in context.document.names(params).unconditional.iter().enumerate() {
        let value = sample(context, &members(context.document, &[params], name));
        let key = encode::string(name, false, Dialect::GoYaml2);
        yaml.push_str(&format!("{}: ${{{}:{value}}}\n", escaped(&key), index + 2));
    }
    let candidate = Candidate::new("Preset with every param", CompletionKind::Snippet, Write::Made(yaml));
    found.push(Candidate { dash: list, ..candidate.tier(5).detail("Values for all params, ready to edit") });
}

/// A value that the schemas allow, on one line.
fn sample(context: &CursorContext<'_>, schemas: &[SchemaId]) -> String {
    let mut allowed = Vec::new();
    super::schema::allowed(context, schemas, &mut allowed);
    let preferred =
        allowed.iter().find(|candidate| candidate.detail.as_deref() == Some("default")).or(allowed.first());
    if let Some(candidate) = preferred {
        return match &candidate.write {
            Write::Verbatim(text) => escaped(text),
            Write::Plain => escaped(&candidate.label),
            _ => escaped(&encode::string(&candidate.label, false, context.document.dialect())),
        };
    }
    let kind = schemas.iter().flat_map(|&id| super::schema::types(context, id)).next();
    match kind {
        Some(JsonType::Integer | JsonType::Number) => "0".to_owned(),
        Some(JsonType::Object) => "{\\}".to_owned(),
        Some(JsonType::Array) => "[]".to_owned(),
        _ => "\"\"".to_owned(),
    }
}

/// Text escaped so that it contains no tab stops.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// Text with tab stops replaced by their defaults.
pub(super) fn without_stops(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '$']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let next = rest.chars().nth(1);
        if rest.starts_with('\\') {
            out.extend(next);
            rest = &rest[1 + next.map_or(0, char::len_utf8)..];
        } else if next == Some('{') {
            let (default, behind) = stop(&rest[2..]);
            out.push_str(&without_stops(default));
            rest = behind;
        } else {
            rest = rest[1..].trim_start_matches(|letter: char| letter.is_ascii_digit());
        }
    }
    out.push_str(rest);
    out
}

/// The default of a tab stop whose `${` is consumed, and the text after its `}`.
fn stop(text: &str) -> (&str, &str) {
    let mut end = text.len();
    let mut skip = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if skip => skip = false,
            '\\' => skip = true,
            '}' => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let inner = &text[..end];
    let inner = inner.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let default = match inner.strip_prefix(':') {
        Some(default) => default,
        // The default of a choice is its first value.
        None => {
            inner.strip_prefix('|').and_then(|choices| choices.split([',', '|']).next()).unwrap_or_default()
        }
    };
    (default, text.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    SNIPPETS.iter().flat_map(|(context, blocks)| {
        blocks.iter().map(|(label, snippet)| (context.as_str(), label.as_str(), snippet.yaml.as_str()))
    })
}

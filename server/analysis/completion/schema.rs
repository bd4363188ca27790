//! Schemas: the keywords that fit the declared type, and the values of `type`, `format`, `default` and `const`.

use super::context::CursorContext;
use super::documentation::Topic;
use super::{Candidate, CompletionKind, Write, usage};
use crate::bundle::typed::TypedNode;
use crate::bundle::{Role, SchemaId};
use crate::reference::{self, Block, JsonType, Key, Object, Origin, Table, Word};
use crate::syntax::cursor::Insertion;
use crate::syntax::{Kind, Node, ScalarStyle};
use foldhash::HashSet;
use std::borrow::Cow;

/// Whether a key has an effect in the schema at the cursor. Keys of other mappings always have.
pub(super) fn fits(context: &CursorContext<'_>, object: &Object, key: &Key) -> bool {
    if object.name != "schema" && object.extends.as_deref() != Some("schema") {
        return true;
    }
    let types = own_types(context, object);
    applies(key, &types) && block(context).is_none_or(|block| key.works_in(block))
}

/// Whether a key is a keyword that any schema can have.
pub(super) fn is_keyword(object: &Object, key: &Key) -> bool {
    object.name == "schema"
        || object.extends.as_deref() == Some("schema")
            && reference::get().keyword(&key.name).is_some_and(|keyword| std::ptr::eq(keyword, key))
}

/// The tier of a keyword at the cursor.
pub(super) fn tier(context: &CursorContext<'_>, object: &Object, key: &Key) -> u8 {
    if object.name != "schema" {
        // In the schema of a whole block or of a connection, keywords are rare.
        return match &*key.name {
            "dependencies" if object.name == "params" => 3,
            "title" | "description" => 4,
            _ => 5,
        };
    }
    let list = context.parent().and_then(TypedNode::name);
    let choice = context.last().entry.is_none() && matches!(list.as_deref(), Some("oneOf" | "anyOf"));
    let branch = context.innermost_first().any(|typed| {
        matches!(
            typed.name().as_deref(),
            Some("oneOf" | "anyOf" | "allOf" | "if" | "then" | "else" | "not" | "dependencies")
        )
    });
    let typed = context.last().node.is_some_and(|node| {
        ["type", "$ref", "enum", "const", "oneOf", "anyOf"].into_iter().any(|name| node.field(name).is_some())
    });
    let types = own_types(context, object);
    match &*key.name {
        // Objects need members, and arrays need items.
        "properties" if types == [JsonType::Object] => 1,
        "items" if types == [JsonType::Array] => 1,
        "const" if choice => 0,
        "const" if !branch => 3,
        "type" if !typed && !choice => 0,
        "$schema" | "$id" => 3,
        _ => 2,
    }
}

/// The block that the cursor is in.
fn block(context: &CursorContext<'_>) -> Option<Block> {
    match &*context.top_level()?.name()? {
        "params" => Some(Block::Params),
        "connections" => Some(Block::Connections),
        "artifacts" => Some(Block::Artifacts),
        "schema" => Some(Block::ResourceType),
        _ => None,
    }
}

/// The types that the schema at the cursor allows; empty if any.
fn own_types(context: &CursorContext<'_>, object: &Object) -> Vec<JsonType> {
    match object.name.as_str() {
        "params" | "connections" | "artifacts" | "payload" => return vec![JsonType::Object],
        "connection" | "artifact" => return Vec::new(),
        _ => {}
    }
    let typed = context.last();
    match typed.schema.filter(|_| typed.is_schema()) {
        Some(id) => types(context, id),
        None => typed.node.filter(|_| typed.is_schema()).map(written_types).unwrap_or_default(),
    }
}

/// The types that a schema allows; empty if unknown.
pub(super) fn types(context: &CursorContext<'_>, id: SchemaId) -> Vec<JsonType> {
    let value = |name: &str| context.document.keyword(id, name).map(|(_, value)| value.target());
    if let Some(declared) = value("type") {
        return named_types(declared);
    }
    if let Some(allowed) = value("enum") {
        return allowed
            .items()
            .map(|item| scalar_type(context, item))
            .collect::<Option<Vec<_>>>()
            .unwrap_or_default();
    }
    for (name, implied) in [("properties", JsonType::Object), ("items", JsonType::Array)] {
        if value(name).is_some_and(|value| value.kind() != Kind::Null) {
            return vec![implied];
        }
    }
    Vec::new()
}

fn written_types(schema: Node<'_>) -> Vec<JsonType> {
    schema.field("type").map(|entry| named_types(entry.value().target())).unwrap_or_default()
}

fn named_types(declared: Node<'_>) -> Vec<JsonType> {
    let named = |node: Node<'_>| JsonType::named(&node.target().value());
    if declared.is_scalar() {
        named(declared).into_iter().collect()
    } else {
        declared.items().filter_map(named).collect()
    }
}

fn scalar_type(context: &CursorContext<'_>, node: Node<'_>) -> Option<JsonType> {
    use crate::syntax::Scalar;
    if !node.target().is_scalar() {
        return None;
    }
    Some(match node.resolve(context.document.dialect()) {
        Scalar::Null => JsonType::Null,
        Scalar::Bool(_) => JsonType::Boolean,
        Scalar::Int(_) => JsonType::Integer,
        Scalar::Float(_) => JsonType::Number,
        Scalar::Str(_) => JsonType::String,
    })
}

/// Adds the words of a table that fit a type.
pub(super) fn words(
    context: &CursorContext<'_>,
    table: &'static Table<Word>,
    sort: &'static str,
    types: &[JsonType],
    found: &mut Vec<Candidate>,
) {
    let listed = context.listed();
    for word in table.iter().filter(|word| types.is_empty() || types.iter().any(|found| word.fits(*found))) {
        if listed.iter().any(|name| *name == word.name) {
            continue;
        }
        let tier = match word.origin {
            Origin::Massdriver | Origin::Draft07 | Origin::Rjsf => 0,
            Origin::Ajv | Origin::NewerDraft | Origin::NewerRjsf => 1,
        };
        found.push(
            Candidate::new(&*word.name, CompletionKind::EnumMember, Write::Text)
                .tier(tier)
                .weight(word.weight)
                .deprecated(word.deprecated.is_some())
                .detail(&*word.summary)
                .topic(Topic::word(sort, word)),
        );
    }
}

/// Adds the values that schemas allow or suggest: constants, enumerated values, booleans, bounds.
pub(super) fn allowed(context: &CursorContext<'_>, schemas: &[SchemaId], found: &mut Vec<Candidate>) {
    let mut nodes: Vec<(Node<'_>, Option<String>)> = Vec::new();
    for &id in schemas {
        let document = context.document;
        let value = |name: &str| document.keyword(id, name).map(|(_, value)| value.target());
        let choices: Vec<Node<'_>> =
            value("enum").into_iter().flat_map(Node::items).map(Node::target).collect();
        nodes.extend(families_first(choices).into_iter().map(|item| (item, None)));
        for &(role, branch) in &document.schemas.get(id).children {
            if !matches!(role, Role::OneOf | Role::AnyOf) {
                continue;
            }
            let title =
                document.keyword(branch, "title").map(|(_, title)| title.target().value().into_owned());
            nodes.extend(document.keyword(branch, "const").map(|(_, value)| (value.target(), title)));
        }
        nodes.extend(value("const").map(|value| (value, None)));
        nodes.extend(value("default").map(|value| (value, Some("default".to_owned()))));
        nodes.extend(value("minimum").map(|value| (value, Some("minimum".to_owned()))));
        nodes.extend(value("maximum").map(|value| (value, Some("maximum".to_owned()))));
    }
    let start = context.cursor.word.start;
    let listed = context.listed();
    let chosen = usage::chosen(context, &property_name(context).unwrap_or_default());
    for (node, title) in nodes {
        // Not the value at the cursor itself.
        let own = node.span().touches(start) || node.span().touches(context.cursor.word.cursor);
        let value = node.value();
        if own || !node.is_scalar() || listed.contains(&value) {
            continue;
        }
        let count =
            chosen.get(&*value).copied().unwrap_or_default() + usize::from(is_default(title.as_deref()));
        found.push(value_candidate(node, title).weight(u32::try_from(count).unwrap_or_default()));
    }
    let open = |id: &&SchemaId| {
        ["enum", "const"].into_iter().all(|name| context.document.keyword(**id, name).is_none())
    };
    for &id in schemas.iter().filter(open) {
        for kind in types(context, id) {
            let literals: &[&str] = match kind {
                JsonType::Boolean => &["true", "false"],
                JsonType::Null => &["null"],
                JsonType::Array if context.cursor.insertion == Insertion::Value => &["[]"],
                JsonType::Object if context.cursor.insertion == Insertion::Value => &["{}"],
                JsonType::Array
                | JsonType::Object
                | JsonType::String
                | JsonType::Number
                | JsonType::Integer => &[],
            };
            let literal = |text: &&str| Candidate::new(*text, CompletionKind::Value, Write::Plain).tier(1);
            found.extend(literals.iter().map(literal));
        }
    }
}

/// Lists with at least this many values are reordered by [`families_first`].
const LONG_LIST: usize = 10;

/// Moves one value of each family to the front of a long list such as `cache.m5.large`, `cache.m5.xlarge`,
/// `cache.r5.large`, …, so that the first lines show all families.
fn families_first(choices: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let family = |node: &Node<'_>| {
        let value = node.value();
        value.rfind(['.', '-', '_', '/']).map(|end| value[..end].to_owned())
    };
    let mut seen = HashSet::default();
    let is_first = |node: &Node<'_>| family(node).is_some_and(|family| seen.insert(family));
    let count = choices.len();
    let (mut first, rest): (Vec<_>, Vec<_>) = choices.iter().copied().partition(is_first);
    if count < LONG_LIST || first.len() < 2 || first.len() * 3 > count {
        return choices;
    }
    first.extend(rest);
    first
}

fn is_default(title: Option<&str>) -> bool {
    title == Some("default")
}

/// The property whose value is at the cursor.
fn property_name<'a>(context: &CursorContext<'a>) -> Option<Cow<'a, str>> {
    let mut names = context.innermost_first().filter_map(TypedNode::name);
    names.find(|name| !matches!(&**name, "default" | "const"))
}

/// A value, spelled as elsewhere in the document.
fn value_candidate(node: Node<'_>, title: Option<String>) -> Candidate {
    let plain = node.kind() == Kind::Scalar(ScalarStyle::Plain) && !node.source().contains(['\n', '\r']);
    let write = if plain { Write::Verbatim(node.source().to_owned()) } else { Write::Text };
    Candidate::new(node.value(), CompletionKind::EnumMember, write).detail(title.unwrap_or_default())
}

/// Whether a key has an effect on one of these types.
pub(super) fn applies(key: &Key, types: &[JsonType]) -> bool {
    types.is_empty() || types.iter().any(|found| key.applies_to(*found))
}

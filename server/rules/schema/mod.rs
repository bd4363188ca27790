//! Rules about the keywords of schemas, in `params`, `connections`, `artifacts` and a resource type's `schema`.
//! [`super::values`] checks values against schemas.

mod annotations;
mod command_line;
mod conditions;
mod form;
mod keyword_names;
mod keyword_values;
mod messages;
#[cfg(test)]
mod meta_tests;
mod param_names;
mod patterns;
mod ranges;
mod required;

pub(super) use annotations::ANNOTATIONS;
pub(super) use command_line::COMMAND_LINE;
pub(super) use conditions::CONDITIONS;
pub(super) use form::FORM;
pub(super) use keyword_names::KEYWORD_NAMES;
pub(super) use keyword_values::KEYWORD_VALUES;
pub(super) use messages::MESSAGES;
pub(super) use param_names::{METADATA, PARAM_NAMES, RESERVED};
pub(super) use patterns::PATTERNS;
pub(super) use ranges::RANGES;
pub(super) use required::REQUIRED;

use super::{Context, Finding, Findings, MAX_FINDINGS};
use crate::bundle::{Document, Role, Schema, SchemaId};
use crate::edit::{Edits, build};
use crate::reference::{self, JsonType};
use crate::syntax::{Entry, Kind, Node, NodeId, Scalar, ScalarStyle};
use foldhash::HashSet;
use std::collections::BTreeMap;

/// A keyword of a schema: key and value as written.
type Keyword<'a> = (Node<'a>, Node<'a>);

/// Iterates over keywords so that each is checked once.
///
/// Merged keywords are checked where they are written, or, if that mapping is not a schema, at their first use.
#[derive(Default)]
struct Once {
    seen: HashSet<NodeId>,
}

impl Once {
    fn keywords<'a>(
        &mut self,
        document: &'a Document,
        schema: &'a Schema,
    ) -> impl Iterator<Item = Keyword<'a>> {
        let nodes = schema.keywords.iter().map(|&(key, value)| (document.node(key), document.node(value)));
        nodes.filter(|(key, _)| is_own(schema, *key) || self.is_first(document, *key))
    }

    fn is_first(&mut self, document: &Document, key: Node<'_>) -> bool {
        let elsewhere = key.parent().is_some_and(|mapping| document.schemas.at(mapping).is_some());
        !elsewhere && self.seen.insert(key.id())
    }
}

/// A misspelled name is compared with at most this many names. Bounds the work on hostile files.
const MAX_CANDIDATES: usize = 300;

/// Findings at tokens that aliases and merges can place in several schemas: reported only if wrong in all of them.
#[derive(Default)]
struct Verdicts {
    /// `None` if the token was right at least once.
    by_token: BTreeMap<NodeId, Option<Finding>>,
    wrong: usize,
}

impl Verdicts {
    fn add(&mut self, token: Node<'_>, is_wrong: bool, finding: impl FnOnce() -> Finding) {
        if !is_wrong {
            self.by_token.insert(token.id(), None);
        } else if self.wrong < MAX_FINDINGS && !self.by_token.contains_key(&token.id()) {
            self.by_token.insert(token.id(), Some(finding()));
            self.wrong += 1;
        }
    }

    fn report(self, findings: &mut Findings) {
        findings.extend(self.by_token.into_values().flatten());
    }
}

/// Whether a keyword is written in the schema itself and not merged into it.
fn is_own(schema: &Schema, key: Node<'_>) -> bool {
    key.parent().is_some_and(|mapping| mapping.id() == schema.node)
}

/// The mapping and the entry of a key.
fn entry_of(key: Node<'_>) -> Option<(Node<'_>, Entry<'_>)> {
    let mapping = key.parent()?;
    Some((mapping, mapping.entries().find(|entry| entry.key() == key)?))
}

/// Renames a keyword, unless the schema has the new one already.
fn rename(key: Node<'_>, name: &str) -> Option<Edits> {
    let (mapping, entry) = entry_of(key)?;
    build::rename_key(mapping, entry, name)
}

/// Removes a keyword with its lines.
fn removal(key: Node<'_>) -> Option<Edits> {
    let (mapping, entry) = entry_of(key)?;
    build::remove_entry(mapping, entry)
}

/// Adds a keyword to the schema of another keyword; `value` is in the form of [`build::insert_key`].
fn insertion(beside: Node<'_>, keyword: &str, value: &str) -> Option<Edits> {
    build::insert_key(beside.parent()?, reference::get().object("schema")?, keyword, value)
}

/// The types that a schema allows, if it has a `type` and all its types exist.
fn types(document: &Document, id: SchemaId) -> Option<Vec<JsonType>> {
    let (_, value) = document.keyword(id, "type")?;
    let value = value.target();
    if value.is_sequence() {
        return value.items().map(|item| json_type(&item.target().value())).collect();
    }
    Some(vec![json_type(&value.value())?])
}

fn json_type(name: &str) -> Option<JsonType> {
    Some(match reference::get().schema_type(name)?.name.as_str() {
        "string" => JsonType::String,
        "number" => JsonType::Number,
        "integer" => JsonType::Integer,
        "boolean" => JsonType::Boolean,
        "object" => JsonType::Object,
        "array" => JsonType::Array,
        "null" => JsonType::Null,
        _ => return None,
    })
}

/// The name of the property that a schema describes, if it describes one.
fn property_name(document: &Document, schema: &Schema) -> Option<String> {
    match schema.role {
        Role::Property(id) => Some(document.node(document.schemas.property(id).key).value().into_owned()),
        _ => None,
    }
}

/// For each schema, whether the platform validates it against the draft-07 meta-schema: all except those that are
/// reachable only through `$defs` or a reference.
fn is_checked_by_platform(document: &Document) -> Vec<bool> {
    let mut checked = vec![false; document.schemas.iter().count()];
    let roots = document.schemas.iter().filter(|(_, schema)| schema.role == Role::Root);
    let mut work: Vec<SchemaId> = roots.map(|(id, _)| id).collect();
    while let Some(id) = work.pop() {
        if !std::mem::replace(&mut checked[id.index()], true) {
            let children = &document.schemas.get(id).children;
            work.extend(
                children.iter().filter(|(role, _)| *role != Role::NewerDefinition).map(|(_, id)| *id),
            );
        }
    }
    checked
}

/// The value that the platform reads from a scalar or an alias to one.
fn scalar<'a>(context: &Context<'a>, node: Node<'a>) -> Scalar<'a> {
    node.target().resolve(context.document.dialect())
}

/// The text of a value that is text.
fn text<'a>(context: &Context<'a>, node: Node<'a>) -> Option<std::borrow::Cow<'a, str>> {
    match scalar(context, node) {
        Scalar::Str(text) => Some(text),
        _ => None,
    }
}

/// Whether a value is a single word on a line below its key, most likely the first key of a mapping being typed.
fn is_being_typed(key: Node<'_>, value: Node<'_>) -> bool {
    let lines = key.syntax().lines();
    value.kind() == Kind::Scalar(ScalarStyle::Plain)
        && lines.line_of(value.span().start()) > lines.line_of(key.span().end())
        && !value.source().contains([' ', '\n'])
}

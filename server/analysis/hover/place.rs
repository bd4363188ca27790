//! The way from the root to a value, each level laid beside its description.
//!
//! [`Document::outline`] lays the platform's own structures beside theirs and stops at schemas, the form and the
//! options of a step; a hover goes into these too, but down one path only.

use crate::bundle::{Document, Kind, SchemaId, UiPlace, is_option};
use crate::reference::{self, Key, Object, Shape};
use crate::syntax::{Entry, Node};

/// So many aliases are followed to find where an anchored value is used.
const MAX_ALIASES: usize = 8;

/// A value on the way.
#[derive(Clone, Copy)]
pub(super) struct Level<'a> {
    /// The value, as written.
    pub node: Node<'a>,
    /// The nearest entry whose value it is or is part of.
    pub entry: Option<Entry<'a>>,
    /// Description of that entry's key.
    pub key: Option<&'static Key>,
    /// The object which that key is described in.
    pub owner: Option<&'static Object>,
    /// What the value should be.
    pub shape: Option<&'static Shape>,
    /// Description of its own keys.
    pub object: Option<&'static Object>,
    /// The schema that it is, or is merged into.
    pub schema: Option<SchemaId>,
    /// Whether strings in it are jq programs.
    pub jq: bool,
    /// Whether its keys are `ui:` keys without their prefix.
    pub unprefixed: bool,
}

/// The values on the way, the root first; never empty.
pub(super) struct Way<'a>(pub Vec<Level<'a>>);

impl<'a> Way<'a> {
    /// The way to a value or, for a key, to the mapping it stands in.
    pub(super) fn to(document: &'a Document, node: Node<'a>) -> Option<Self> {
        let mut followed = 0;
        walk(document, node, &mut followed).map(Self)
    }

    /// The value at the end.
    pub(super) fn last(&self) -> Option<&Level<'a>> {
        self.0.last()
    }

    /// The innermost schema.
    pub(super) fn schema(&self) -> Option<SchemaId> {
        self.0.iter().rev().find_map(|level| level.schema)
    }

    /// The innermost mapping that this object describes.
    pub(super) fn within(&self, object: &str) -> Option<&Level<'a>> {
        self.0.iter().rev().find(|level| level.object.is_some_and(|found| found.name == object))
    }

    /// The keys on the way, as written.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut last = None;
        for entry in self.0.iter().filter_map(|level| level.entry) {
            if last.replace(entry.key().id()) != Some(entry.key().id()) {
                keys.push(entry.name().into_owned());
            }
        }
        keys
    }
}

fn walk<'a>(document: &'a Document, node: Node<'a>, followed: &mut usize) -> Option<Vec<Level<'a>>> {
    let mut ancestors = vec![node];
    while let Some(parent) = ancestors.last().and_then(|node| node.parent()) {
        ancestors.push(parent);
    }
    let root = ancestors.pop().filter(|root| Some(*root) == document.syntax.root())?;
    let mut levels = vec![self::root(document, root)];
    while let (Some(child), Some(&above)) = (ancestors.pop(), levels.last()) {
        let mut level = if above.node.is_mapping() {
            let entry = above.node.entries().find(|entry| entry.value() == child)?;
            under(document, above, entry)
        } else {
            item(above, child)
        };
        level.schema = document.schemas.at(child).or(level.schema);
        if let Some(used) = elsewhere(document, &level, followed) {
            // Nobody reads it where it stands: it is explained by where it is used.
            levels = used;
            let last = levels.last_mut()?;
            last.node = child;
            continue;
        }
        levels.push(level);
    }
    Some(levels)
}

fn root<'a>(document: &Document, node: Node<'a>) -> Level<'a> {
    let name = match document.kind {
        Kind::ResourceType => "resource-type",
        Kind::Bundle | Kind::Template | Kind::Program => "bundle",
    };
    Level {
        node,
        entry: None,
        key: None,
        owner: None,
        shape: None,
        object: reference::get().object(name),
        schema: None,
        jq: false,
        unprefixed: false,
    }
}

/// The value of an entry.
pub(super) fn under<'a>(document: &'a Document, above: Level<'a>, entry: Entry<'a>) -> Level<'a> {
    let node = entry.value();
    if entry.is_merge() {
        return Level { node, ..above };
    }
    let name = entry.name();
    let key = key_of(document, &above, entry);
    let others = || above.object.and_then(|object| object.others.as_ref());
    let values = || above.shape.and_then(Shape::values);
    let shape = key.map(|key| &key.shape).or_else(others).or_else(values);
    let mut level = Level {
        node,
        entry: Some(entry),
        key,
        owner: above.object.filter(|_| key.is_some()),
        shape,
        object: object_of(shape, node),
        schema: None,
        jq: above.jq || above.object.is_some_and(|object| object.jq),
        unprefixed: false,
    };
    if level.owner.is_some_and(|owner| owner.name == "step") && name == "config" {
        let provisioner = above.node.field("provisioner").map(|entry| entry.value().target().value());
        let provisioner = provisioner.and_then(|name| reference::get().provisioner(&name));
        level.object = provisioner.and_then(|provisioner| reference::get().object(&provisioner.config));
        level.jq = true;
    }
    if name == "ui:options" && level.owner.is_some() {
        level.object = level.owner;
        level.unprefixed = true;
    }
    level
}

/// An item of a list, or one of several merged mappings.
fn item<'a>(above: Level<'a>, node: Node<'a>) -> Level<'a> {
    if above.object.is_some() {
        // Only a list of merged mappings has the keys of a mapping.
        return Level { node, ..above };
    }
    let shape = above.shape.and_then(Shape::items);
    Level { node, shape, object: object_of(shape, node), schema: None, unprefixed: false, ..above }
}

fn object_of(shape: Option<&'static Shape>, node: Node<'_>) -> Option<&'static Object> {
    let name = shape?.object().filter(|_| node.target().is_mapping())?;
    reference::get().object(name)
}

/// The description of an entry's key within a value, unless the author chose the name.
pub(super) fn key_of(document: &Document, above: &Level<'_>, entry: Entry<'_>) -> Option<&'static Key> {
    let object = above.object?;
    let name = entry.name();
    if above.unprefixed {
        return reference::get().ui_option(&name);
    }
    if object.name != "ui" && object.name != "ui-entry" || is_option(&name) {
        return object.key(&name);
    }
    let is_field = |found: &crate::bundle::UiEntry| {
        found.key == Some(entry.key().id()) && found.place == UiPlace::Field && !found.schemas.is_empty()
    };
    if document.ui.iter().any(is_field) {
        return None;
    }
    let field = above.node.field("ui:field").map(|entry| entry.value().target().value());
    let field = field.and_then(|name| reference::get().field(&name));
    field.and_then(|field| field.arguments.get(&name)).or_else(|| object.key(&name))
}

/// The way to the first use of an anchored collection that nothing describes where it stands.
fn elsewhere<'a>(document: &'a Document, level: &Level<'a>, followed: &mut usize) -> Option<Vec<Level<'a>>> {
    let known = level.object.is_some() || level.key.is_some() || level.schema.is_some() || level.jq;
    if known || level.node.anchor().is_none() || *followed >= MAX_ALIASES {
        return None;
    }
    *followed += 1;
    let alias = alias_of(document.syntax.root()?, level.node)?;
    walk(document, alias, followed)
        .filter(|levels| levels.last().is_some_and(|last| last.shape.is_some() || last.object.is_some()))
}

/// The first entry elsewhere whose value an alias to this node is.
pub(super) fn used_at<'a>(document: &'a Document, node: Node<'a>) -> Option<Entry<'a>> {
    node.anchor()?;
    let alias = alias_of(document.syntax.root()?, node)?;
    alias.parent()?.entries().find(|entry| entry.value() == alias)
}

/// The first alias that stands for a node, outside of it.
fn alias_of<'a>(root: Node<'a>, target: Node<'a>) -> Option<Node<'a>> {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        if node.target() != node && node.target() == target {
            return Some(node);
        }
        if node == target {
            continue;
        }
        pending.extend(node.items().rev());
        pending.extend(node.entries().rev().map(Entry::value));
    }
    None
}

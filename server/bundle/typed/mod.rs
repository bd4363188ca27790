//! Nodes with what the reference and the document's schemas say of them.

mod walk;

pub(crate) use walk::{TypedPath, first_use};

use super::{Document, Kind, SchemaId, is_option};
use crate::reference::{self, Key, Object, Shape, Text};
use crate::syntax::{Entry, Node};
use std::borrow::Cow;

/// A node of a document with its description.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypedNode<'a> {
    /// The node as written, which may be an alias; `None` where it is still to be written.
    pub node: Option<Node<'a>>,
    /// The entry whose value it is; `None` for the root and for items. Mappings merged into another (`<<`) have that of
    /// the other one, like everything below.
    pub entry: Option<Entry<'a>>,
    /// Description of the entry's key, unless the author chose its name.
    pub key: Option<&'static Key>,
    /// The object that the key is described in.
    pub owner: Option<&'static Object>,
    /// What the value must be; `None` for the root and where the reference says nothing.
    pub shape: Option<&'static Shape>,
    /// Description of its own keys, where a described mapping belongs and no list stands.
    pub object: Option<&'static Object>,
    /// The schema that the node is.
    pub schema: Option<SchemaId>,
    /// Whether strings in it are jq programs.
    pub jq: bool,
    /// Whether its keys are `ui:` keys without the prefix: those of `ui:options`.
    pub unprefixed: bool,
}

impl<'a> TypedNode<'a> {
    /// The root of a document.
    #[must_use]
    pub(crate) fn root(document: &'a Document) -> Self {
        let object = match document.kind {
            Kind::ResourceType => "resource-type",
            Kind::Bundle | Kind::Template | Kind::Program => "bundle",
        };
        Self::described(document.syntax.root(), None, reference::get().object(object))
    }

    /// A node with a known description, and nothing known about what is around it.
    #[must_use]
    pub(super) fn described(
        node: Option<Node<'a>>,
        shape: Option<&'static Shape>,
        object: Option<&'static Object>,
    ) -> Self {
        let (entry, key, owner, schema) = (None, None, None, None);
        Self { node, entry, key, owner, shape, object, schema, jq: false, unprefixed: false }
    }

    /// The value of an entry of this mapping.
    #[must_use]
    pub(crate) fn enter(&self, document: &Document, entry: Entry<'a>) -> Self {
        if entry.is_merge() {
            return self.merged(document, entry.value());
        }
        let name = entry.name();
        let key = self.key(document, &name);
        let owner = self.object.filter(|_| key.is_some());
        let others = || self.object.and_then(|object| object.others.as_ref());
        let shape = key.map(|key| &key.shape).or_else(others).or_else(|| self.shape?.values());
        let mut typed = self.child(document, Some(entry.value()), shape);
        (typed.entry, typed.key, typed.owner) = (Some(entry), key, owner);
        match (owner.map(|owner| owner.name.as_str()), &*name) {
            (Some("step"), "config") => {
                let provisioner = self.node.and_then(|step| step.field("provisioner"));
                let provisioner = provisioner.map(|entry| entry.value().target().value());
                let provisioner = provisioner.and_then(|name| reference::get().provisioner(&name));
                let object = provisioner.and_then(|found| reference::get().object(&found.config));
                typed.object = object.filter(|_| !typed.is_list());
                typed.jq = true;
            }
            (Some("ui" | "ui-entry"), "ui:options" | "ui:globalOptions") => {
                typed.object = owner.filter(|_| !typed.is_list());
                typed.unprefixed = true;
            }
            _ => {}
        }
        typed
    }

    /// An item of this list; `None` for one that is still to be written.
    #[must_use]
    pub(crate) fn enter_item(&self, document: &Document, item: Option<Node<'a>>) -> Self {
        match item {
            // Only a list of merged mappings has the keys of a mapping.
            Some(item) if self.is_list() && self.object.is_some() => self.merged(document, item),
            _ => self.child(document, item, self.shape.and_then(Shape::items)),
        }
    }

    /// A mapping, or a list of mappings, whose keys count as keys of this node.
    fn merged(&self, document: &Document, node: Node<'a>) -> Self {
        Self { node: Some(node), schema: document.schemas.at(node).or(self.schema), ..*self }
    }

    fn child(&self, document: &Document, node: Option<Node<'a>>, shape: Option<&'static Shape>) -> Self {
        let object = shape.and_then(Shape::object).and_then(|name| reference::get().object(name));
        let typed = Self::described(node, shape, object);
        let in_jq = self.jq || self.object.is_some_and(|object| object.jq);
        Self {
            object: object.filter(|_| !typed.is_list()),
            schema: node.and_then(|node| document.schemas.at(node)),
            jq: in_jq || shape.and_then(Shape::text) == Some(Text::Jq),
            ..typed
        }
    }

    /// The description of a key of this mapping; `None` where the author chose the name.
    #[must_use]
    pub(crate) fn key(&self, document: &Document, name: &str) -> Option<&'static Key> {
        let object = self.object?;
        if self.unprefixed {
            return reference::get().ui_option(name);
        }
        if object.name != "ui" && object.name != "ui-entry" || is_option(name) {
            return object.key(name);
        }
        if self.has_field(document, name) {
            return None;
        }
        let field = self.node.and_then(|node| node.field("ui:field"));
        let field = field.and_then(|entry| reference::get().field(&entry.value().target().value()));
        field.and_then(|field| field.arguments.get(name)).or_else(|| object.key(name))
    }

    /// Whether this entry of the `ui` tree is about an object with a property of this name.
    fn has_field(&self, document: &Document, name: &str) -> bool {
        let Some(node) = self.target() else { return false };
        let entry = document.ui.iter().find(|entry| entry.node == node.id());
        entry.is_some_and(|entry| {
            entry.schemas.iter().any(|&schema| document.names(schema).known.contains_key(name))
        })
    }

    /// The node, an alias followed to what it stands for.
    #[must_use]
    pub(crate) fn target(&self) -> Option<Node<'a>> {
        self.node.map(Node::target)
    }

    /// Name of the entry whose value it is.
    #[must_use]
    pub(crate) fn name(&self) -> Option<Cow<'a, str>> {
        self.entry.map(Entry::name)
    }

    /// Whether it is the value of an entry of this name.
    #[must_use]
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.entry.is_some_and(|entry| entry.is_named(name))
    }

    /// Name of the object that describes its keys.
    #[must_use]
    pub(crate) fn object_name(&self) -> Option<&'static str> {
        self.object.map(|object| object.name.as_str())
    }

    /// Whether it is the value of this key of this object.
    #[must_use]
    pub(crate) fn is_value_of(&self, object: &str, key: &str) -> bool {
        self.owner.is_some_and(|owner| owner.name == object)
            && self.key.is_some_and(|found| found.name == key)
    }

    /// Whether a schema belongs here, whatever is written.
    #[must_use]
    pub(crate) fn is_schema(&self) -> bool {
        self.object
            .is_some_and(|object| object.name == "schema" || object.extends.as_deref() == Some("schema"))
    }

    fn is_list(&self) -> bool {
        self.target().is_some_and(Node::is_sequence)
    }
}

#[cfg(test)]
mod tests;

//! What stands at the cursor: the way from the root, read against the description of the format and against the
//! schemas of the document.

use crate::bundle::{Document, Kind, Role, SchemaId, is_option, names};
use crate::reference::{self, Key, Object, Reference, Shape, Text};
use crate::settings::Settings;
use crate::syntax::cursor::{Cursor, Insertion, Step};
use crate::syntax::{Entry, Node};
use crate::workspace::Files;
use std::borrow::Cow;

/// What nobody describes.
static ANY: Shape = Shape::Any;

/// What the names and values in a container speak of.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Subject {
    /// Nothing in particular.
    Plain,
    /// The container is a schema; its id, where the document has read it.
    Schema(Option<SchemaId>),
    /// It is an entry of the `ui` tree and dresses these schemas.
    Dress(Vec<SchemaId>),
    /// It is a value that one of these schemas describes.
    Value(Vec<SchemaId>),
}

/// One container on the way to the cursor, or the value at its end.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    /// The key that leads here; none for the root and for items.
    pub(super) name: Option<Cow<'a, str>>,
    /// What is written, aliases followed.
    pub(super) node: Option<Node<'a>>,
    /// The description of the key that leads here.
    pub(super) key: Option<&'static Key>,
    /// What may stand here.
    pub(super) shape: &'static Shape,
    /// The mapping that may stand here, if its keys are described.
    pub(super) object: Option<&'static Object>,
    /// What it speaks of.
    pub(super) subject: Subject,
    /// Whether strings here are jq programs.
    pub(super) jq: bool,
}

/// All that is known about the cursor's place.
#[derive(Clone)]
pub(super) struct CursorContext<'a> {
    pub(super) document: &'a Document,
    pub(super) directory: Option<&'a str>,
    pub(super) files: &'a dyn Files,
    pub(super) settings: &'a Settings,
    pub(super) reference: &'static Reference,
    pub(super) cursor: Cursor<'a>,
    /// From the root to where the cursor is; never empty.
    pub(super) scopes: Vec<Scope<'a>>,
}

impl<'a> CursorContext<'a> {
    /// Reads a spot. `None` in documents that have no described form.
    pub(super) fn new(
        document: &'a Document,
        directory: Option<&'a str>,
        files: &'a dyn Files,
        settings: &'a Settings,
        cursor: Cursor<'a>,
    ) -> Option<Self> {
        let reference = reference::get();
        let object = match document.kind {
            Kind::ResourceType => "resource-type",
            Kind::Bundle | Kind::Template | Kind::Program => "bundle",
        };
        let root = Scope {
            name: None,
            node: document.syntax.root(),
            key: None,
            shape: &ANY,
            object: Some(reference.object(object)?),
            subject: Subject::Plain,
            jq: false,
        };
        let mut context =
            Self { document, directory, files, settings, reference, cursor, scopes: vec![root] };
        for index in 0..context.cursor.path.len() {
            let next = match context.cursor.path[index] {
                Step::Entry(entry) => context.enter(context.last(), entry),
                Step::Item(node) => context.enter_item(context.last(), node),
            };
            context.scopes.push(next);
        }
        if let Some(Step::Entry(entry)) = context.cursor.continued {
            let above = context.enter(context.last(), entry);
            if entry.value().is_scalar() && is_prose(&above) {
                return None;
            }
        }
        Some(context)
    }

    /// The container or value at the cursor.
    pub(super) fn last(&self) -> &Scope<'a> {
        // The root is always there.
        &self.scopes[self.scopes.len() - 1]
    }

    /// The container `up` levels above the last.
    pub(super) fn above(&self, up: usize) -> Option<&Scope<'a>> {
        self.scopes.iter().rev().nth(up)
    }

    /// The innermost schema around the cursor.
    pub(super) fn schema(&self) -> Option<(&Scope<'a>, Option<SchemaId>)> {
        self.scopes.iter().rev().find_map(|scope| match scope.subject {
            // The list of names in `dependencies` stands where a schema may.
            Subject::Schema(None) if scope.node.is_some_and(Node::is_sequence) => None,
            Subject::Schema(id) => Some((scope, id)),
            _ => None,
        })
    }

    /// The scope that a key of another leads to.
    pub(super) fn enter(&self, from: &Scope<'a>, entry: Entry<'a>) -> Scope<'a> {
        let (name, value) = (entry.name(), entry.value());
        let key = from.object.and_then(|object| object.key(&name));
        let others = || from.object.and_then(|object| object.others.as_ref()).or_else(|| from.shape.values());
        let shape = key.map(|key| &key.shape).or_else(others).unwrap_or(&ANY);
        let node = value.target();
        let mut scope = Scope {
            object: shape.object().and_then(|name| self.reference.object(name)),
            jq: from.jq || from.object.is_some_and(|object| object.jq) || shape.text() == Some(Text::Jq),
            subject: Subject::Plain,
            node: Some(node),
            name: Some(name),
            key,
            shape,
        };
        scope.subject = self.subject(from, &scope, Some(node));
        match (from.object.map(|object| object.name.as_str()), scope.name.as_deref()) {
            (Some("step"), Some("config")) => {
                let provisioner = from.node.and_then(|step| step.field("provisioner"));
                let provisioner = provisioner.map(|entry| entry.value().target().value());
                let known = provisioner.and_then(|name| self.reference.provisioner(&name));
                scope.object = known.and_then(|provisioner| self.reference.object(&provisioner.config));
                scope.jq = true;
            }
            (Some("ui" | "ui-entry"), Some(name))
                if !is_option(name)
                    && !matches!(&scope.subject, Subject::Dress(schemas) if schemas.is_empty()) =>
            {
                scope.object = self.reference.object("ui-entry");
            }
            _ => {}
        }
        scope
    }

    /// The scope of an item of a list.
    pub(super) fn enter_item(&self, from: &Scope<'a>, node: Option<Node<'a>>) -> Scope<'a> {
        let shape = from.shape.items().unwrap_or(&ANY);
        let node = node.map(Node::target);
        let mut scope = Scope {
            name: None,
            node,
            key: None,
            shape,
            object: shape.object().and_then(|name| self.reference.object(name)),
            subject: Subject::Plain,
            jq: from.jq || shape.text() == Some(Text::Jq),
        };
        scope.subject = match &from.subject {
            Subject::Value(schemas) => Subject::Value(self.parts(schemas, |role| role == Role::Items)),
            Subject::Dress(schemas) => Subject::Dress(schemas.clone()),
            _ => self.subject(from, &scope, node),
        };
        scope
    }

    fn subject(&self, from: &Scope<'a>, scope: &Scope<'a>, node: Option<Node<'a>>) -> Subject {
        let name = scope.name.as_deref().unwrap_or_default();
        match &from.subject {
            Subject::Value(schemas) if from.object.is_none_or(|object| object.key(name).is_none()) => {
                return Subject::Value(self.members(schemas, name));
            }
            Subject::Dress(schemas) if !is_option(name) => {
                let members = self.members(schemas, name);
                if !members.is_empty() {
                    return Subject::Dress(members);
                }
                return Subject::Dress(match name {
                    "items" => self.parts(schemas, |role| role == Role::Items),
                    "additionalItems" => self.parts(schemas, |role| role == Role::AdditionalItems),
                    "additionalProperties" => self.parts(schemas, |role| role == Role::AdditionalProperties),
                    "oneOf" => self.parts(schemas, |role| role == Role::OneOf),
                    "anyOf" => self.parts(schemas, |role| role == Role::AnyOf),
                    _ => Vec::new(),
                });
            }
            Subject::Schema(Some(id)) if name == "default" || name == "const" => {
                return Subject::Value(self.same_property(*id));
            }
            _ => {}
        }
        let Some(object) = scope.object else { return Subject::Plain };
        match object.name.as_str() {
            "preset" => Subject::Value(self.document.params.into_iter().collect()),
            "ui" => Subject::Dress(self.document.params.into_iter().collect()),
            "schema" => Subject::Schema(node.and_then(|node| self.document.schemas.at(node))),
            _ if object.extends.as_deref() == Some("schema") => {
                Subject::Schema(node.and_then(|node| self.document.schemas.at(node)))
            }
            _ => Subject::Plain,
        }
    }

    /// The schemas of a member that objects of these schemas may have.
    pub(super) fn members(&self, schemas: &[SchemaId], name: &str) -> Vec<SchemaId> {
        let mut found = Vec::new();
        for &schema in schemas {
            for &property in self.document.names(schema).known.get(name).into_iter().flatten() {
                let schema = self.document.schemas.property(property).schema;
                if !found.contains(&schema) {
                    found.push(schema);
                }
            }
        }
        found
    }

    /// The schemas directly inside others that play a certain part there.
    pub(super) fn parts(&self, schemas: &[SchemaId], plays: fn(Role) -> bool) -> Vec<SchemaId> {
        let children = schemas.iter().flat_map(|&schema| &self.document.schemas.get(schema).children);
        children.filter(|(role, _)| plays(*role)).map(|(_, id)| *id).collect()
    }

    /// A property's schema and every other that speaks of the same property: in other branches, and outside of them.
    pub(super) fn same_property(&self, id: SchemaId) -> Vec<SchemaId> {
        let mut found = vec![id];
        let Role::Property(property) = self.document.schemas.get(id).role else { return found };
        let property = self.document.schemas.property(property);
        let name = self.document.node(property.key).value();
        for scope in self.scope_of(property.owner) {
            found.extend(self.members(&[scope], &name));
        }
        let mut unique = Vec::new();
        for id in found {
            if !unique.contains(&id) {
                unique.push(id);
            }
        }
        unique
    }

    /// A schema and those of the whole object that it speaks of, where it is a branch.
    pub(super) fn scope_of(&self, id: SchemaId) -> Vec<SchemaId> {
        let mut scopes = names::owners(&self.document.schemas, id);
        if !scopes.contains(&id) {
            scopes.push(id);
        }
        scopes
    }

    /// The keys that the mapping at the cursor already has, without the one at the cursor.
    pub(super) fn present(&self) -> Vec<Cow<'a, str>> {
        let token = self.cursor.word.start;
        let own = |key: Node<'_>| key.full_span().start() <= token && token <= key.full_span().end();
        let container = if self.cursor.insertion == Insertion::Key { self.cursor.container } else { None };
        let entries = container.into_iter().flat_map(Node::entries);
        entries.filter(|entry| !own(entry.key())).map(|entry| entry.name()).collect()
    }

    /// The scalars that the list around the cursor already has, without the one at the cursor.
    pub(super) fn listed(&self) -> Vec<Cow<'a, str>> {
        let list = self.scopes.iter().rev().filter_map(|scope| scope.node).find(|node| node.is_sequence());
        let token = self.cursor.word.start;
        let own = |item: Node<'_>| item.span().touches(token) && !item.span().is_empty();
        let items = list.into_iter().flat_map(Node::items);
        items.filter(|item| !own(*item)).map(|item| item.target().value()).collect()
    }
}

/// Whether a value may well go on over several lines.
fn is_prose(scope: &Scope<'_>) -> bool {
    match scope.shape.text() {
        Some(Text::Plain) => scope.key.is_none_or(|key| key.values.is_empty() && key.pattern.is_none()),
        Some(Text::Jq | Text::Regex | Text::Uri) => true,
        Some(_) => false,
        None => matches!(scope.shape, Shape::Any),
    }
}

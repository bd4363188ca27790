//! The cursor with the description of the format and the document's schemas along its path.

use crate::bundle::typed::TypedNode;
use crate::bundle::{
    Document, PropertyId, Role, SchemaId, children, inner_schemas, is_option, members, names,
};
use crate::reference::{self, Reference, Shape, Text};
use crate::settings::Settings;
use crate::syntax::Node;
use crate::syntax::cursor::{Cursor, Insertion, Step};
use crate::workspace::Files;
use std::borrow::Cow;

/// The schemas that a node refers to, if it is not a schema itself.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Relation {
    None,
    /// It is an entry of the `ui` tree that customises the form of these schemas.
    UiOf(Vec<SchemaId>),
    /// It is a value that one of these schemas describes.
    InstanceOf(Vec<SchemaId>),
}

/// A node on the path to the cursor.
#[derive(Clone, Debug)]
pub(super) struct ContextNode<'a> {
    pub(super) typed: TypedNode<'a>,
    pub(super) relation: Relation,
}

/// The cursor and all that is known about its position.
#[derive(Clone)]
pub(super) struct CursorContext<'a> {
    pub(super) document: &'a Document,
    /// Name of the directory that the document is in.
    pub(super) directory: Option<&'a str>,
    pub(super) files: &'a dyn Files,
    pub(super) settings: &'a Settings,
    pub(super) reference: &'static Reference,
    pub(super) cursor: Cursor<'a>,
    /// From the root to the collection or value at the cursor; never empty.
    path: Vec<ContextNode<'a>>,
}

impl<'a> CursorContext<'a> {
    /// The context of a cursor; `None` inside of a multi-line string.
    pub(super) fn new(
        document: &'a Document,
        directory: Option<&'a str>,
        files: &'a dyn Files,
        settings: &'a Settings,
        cursor: Cursor<'a>,
    ) -> Option<Self> {
        let reference = reference::get();
        let root = ContextNode { typed: TypedNode::root(document), relation: Relation::None };
        let mut context = Self { document, directory, files, settings, reference, cursor, path: vec![root] };
        for index in 0..context.cursor.path.len() {
            context.enter(context.cursor.path[index]);
        }
        if let Some(Step::Entry(entry)) = context.cursor.continued {
            let above = context.last().enter(document, entry);
            if entry.value().is_scalar() && can_be_multiline(&above) {
                return None;
            }
        }
        Some(context)
    }

    /// The context of a new item of the list at the cursor.
    pub(super) fn in_new_item(&self) -> Self {
        let mut context = self.clone();
        context.enter(Step::Item(None));
        (context.cursor.insertion, context.cursor.container) = (Insertion::Start, None);
        context
    }

    fn enter(&mut self, step: Step<'a>) {
        let above = &self.path[self.path.len() - 1];
        let typed = match step {
            Step::Entry(entry) => above.typed.enter(self.document, entry),
            Step::Item(item) => above.typed.enter_item(self.document, item),
        };
        let is_merged = typed.entry.is_some() && !matches!(step, Step::Entry(entry) if !entry.is_merge());
        let relation = if is_merged { above.relation.clone() } else { self.relation_of(above, &typed) };
        self.path.push(ContextNode { typed, relation });
    }

    fn relation_of(&self, above: &ContextNode<'a>, typed: &TypedNode<'a>) -> Relation {
        let document = self.document;
        let name = typed.name();
        match (&above.relation, name.as_deref()) {
            (Relation::InstanceOf(schemas), None) => {
                return Relation::InstanceOf(children(document, schemas, Role::Items));
            }
            (Relation::InstanceOf(schemas), Some(name)) if typed.key.is_none() => {
                return Relation::InstanceOf(members(document, schemas, name));
            }
            (Relation::UiOf(schemas), None) => return Relation::UiOf(schemas.clone()),
            (Relation::UiOf(schemas), Some(name)) if !is_option(name) => {
                return Relation::UiOf(inner_schemas(document, schemas, name).1);
            }
            (_, Some("default" | "const")) if above.typed.is_schema() => {
                if let Some(schema) = above.typed.schema {
                    return Relation::InstanceOf(self.same_property(schema));
                }
            }
            _ => {}
        }
        match typed.object_name() {
            Some("preset") => Relation::InstanceOf(document.params.into_iter().collect()),
            Some("ui") if !typed.unprefixed => Relation::UiOf(document.params.into_iter().collect()),
            _ => Relation::None,
        }
    }

    /// The collection or value at the cursor.
    pub(super) fn last(&self) -> &TypedNode<'a> {
        &self.path[self.path.len() - 1].typed
    }

    /// The schemas that the collection or value at the cursor is about.
    pub(super) fn relation(&self) -> &Relation {
        &self.path[self.path.len() - 1].relation
    }

    /// The schemas that the node above the last one is about.
    pub(super) fn parent_relation(&self) -> Option<&Relation> {
        self.path.iter().rev().nth(1).map(|node| &node.relation)
    }

    /// The node above the last one.
    pub(super) fn parent(&self) -> Option<&TypedNode<'a>> {
        self.innermost_first().nth(1)
    }

    /// The nodes on the path to the cursor, from the innermost to the root.
    pub(super) fn innermost_first(&self) -> impl Iterator<Item = &TypedNode<'a>> {
        self.path.iter().rev().map(|node| &node.typed)
    }

    /// The nodes on the path to the cursor, from the root to the innermost.
    pub(super) fn path(&self) -> impl Iterator<Item = &TypedNode<'a>> {
        self.path.iter().map(|node| &node.typed)
    }

    /// Whether a list belongs at the cursor.
    pub(super) fn takes_items(&self) -> bool {
        self.last().shape.is_some_and(|shape| shape.items().is_some())
    }

    /// The number of nodes on the path, 1 at the root.
    pub(super) fn depth(&self) -> usize {
        self.path.len()
    }

    /// The value of the top-level key that the cursor is in.
    pub(super) fn top_level(&self) -> Option<&TypedNode<'a>> {
        self.path.get(1).map(|node| &node.typed)
    }

    /// The innermost schema around the cursor.
    pub(super) fn schema(&self) -> Option<SchemaId> {
        self.innermost_first().find(|typed| typed.is_schema())?.schema
    }

    /// Whether the cursor is at the name of a property.
    pub(super) fn is_at_property(&self, id: PropertyId) -> bool {
        self.document.node(self.document.schemas.property(id).key).span().touches(self.cursor.word.start)
    }

    /// The schemas that the innermost entry of the `ui` tree around the cursor customises.
    pub(super) fn ui_schemas(&self) -> &[SchemaId] {
        let entry = self.path.iter().rev().skip(1).find_map(|node| match &node.relation {
            Relation::UiOf(schemas) => Some(schemas.as_slice()),
            _ => None,
        });
        entry.unwrap_or_default()
    }

    /// A property's schema and all others for the same property, in other branches and outside of them.
    fn same_property(&self, id: SchemaId) -> Vec<SchemaId> {
        let mut found = vec![id];
        let Role::Property(property) = self.document.schemas.get(id).role else { return found };
        let property = self.document.schemas.property(property);
        let name = self.document.node(property.key).value();
        for id in members(self.document, &self.whole_object(property.owner), &name) {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found
    }

    /// A schema and, if it is a branch, those of the whole object.
    pub(super) fn whole_object(&self, id: SchemaId) -> Vec<SchemaId> {
        let mut schemas = names::owners(&self.document.schemas, id);
        if !schemas.contains(&id) {
            schemas.push(id);
        }
        schemas
    }

    /// The other keys of the mapping at the cursor.
    pub(super) fn present(&self) -> Vec<Cow<'a, str>> {
        let start = self.cursor.word.start;
        let is_own = |key: Node<'_>| key.full_span().start() <= start && start <= key.full_span().end();
        let container = self.cursor.container.filter(|_| self.cursor.insertion == Insertion::Key);
        let entries = container.into_iter().flat_map(Node::entries);
        entries.filter(|entry| !is_own(entry.key())).map(|entry| entry.name()).collect()
    }

    /// The other scalars of the list around the cursor.
    pub(super) fn listed(&self) -> Vec<Cow<'a, str>> {
        let list = self.innermost_first().filter_map(TypedNode::target).find(|node| node.is_sequence());
        let start = self.cursor.word.start;
        let is_own = |item: Node<'_>| item.span().touches(start) && !item.span().is_empty();
        let items = list.into_iter().flat_map(Node::items);
        items.filter(|item| !is_own(*item)).map(|item| item.target().value()).collect()
    }
}

/// Whether a value may be a string of several lines.
fn can_be_multiline(typed: &TypedNode<'_>) -> bool {
    match typed.shape.and_then(Shape::text) {
        Some(Text::Plain) => typed.key.is_none_or(|key| key.values.is_empty() && key.pattern.is_none()),
        Some(Text::Jq | Text::Regex | Text::Uri) => true,
        Some(_) => false,
        None => typed.shape.is_none_or(|shape| *shape == Shape::Any),
    }
}

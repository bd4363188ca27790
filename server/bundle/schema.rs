//! Every JSON Schema object of a document, in one flat list.
//!
//! Schemas occur at `params`, in `connections`/`artifacts`, in a resource type's `schema`, and inside each other. A
//! schema shared through aliases appears once, with all its parents, so that rules take linear time.

use super::ports::Block;
use crate::syntax::{Entry, Node, NodeId, Syntax};
use foldhash::HashMap;

/// Maximum number of local references resolved, as each walks down from the root. The rest count as unresolved.
const MAX_REFERENCES: usize = 2_000;

/// Index of a schema in [`Schemas::all`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SchemaId(u32);

/// Index of a property definition in [`Schemas::properties`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PropertyId(u32);

impl SchemaId {
    /// The id for an index; the inverse of [`SchemaId::index`].
    pub(super) fn at(index: usize) -> Self {
        Self(index as u32)
    }

    /// The index in the list of schemas, for side tables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl PropertyId {
    /// The id for an index; the inverse of [`PropertyId::index`].
    pub(super) fn at(index: usize) -> Self {
        Self(index as u32)
    }

    /// The index in the list of properties, for side tables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The part of the document that a schema belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Area {
    /// `params`
    Params,
    /// `connections` or `artifacts`
    Ports(Block),
    /// A resource type's `schema`
    Payload,
}

/// How a schema relates to its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The outermost schema of an area.
    Root,
    /// A member of `properties`.
    Property(PropertyId),
    /// A member of `patternProperties`.
    PatternProperty,
    /// `additionalProperties`
    AdditionalProperties,
    /// `propertyNames`
    PropertyNames,
    /// `items`, or one item of a tuple.
    Items,
    /// `additionalItems`
    AdditionalItems,
    /// `contains`
    Contains,
    /// A member of `definitions`, or the target of a `#/…` reference elsewhere.
    Definition,
    /// A member of `$defs`, which draft-07 ignores.
    NewerDefinition,
    /// The target of the parent's `#/…` reference.
    Reference,
    /// A branch of `allOf`
    AllOf,
    /// A branch of `anyOf`
    AnyOf,
    /// A branch of `oneOf`
    OneOf,
    /// `if`
    If,
    /// `then`
    Then,
    /// `else`
    Else,
    /// `not`
    Not,
    /// A schema-valued entry of `dependencies`, given by the node of its key.
    Dependency(NodeId),
}

impl Role {
    /// Whether the schema applies to the same value as its parent rather than to a part of it.
    #[must_use]
    pub fn same_value(self) -> bool {
        matches!(
            self,
            Self::AllOf
                | Self::AnyOf
                | Self::OneOf
                | Self::If
                | Self::Then
                | Self::Else
                | Self::Not
                | Self::Dependency(_)
                | Self::Reference
        )
    }

    /// Whether properties declared in the schema are also properties of the parent.
    #[must_use]
    pub fn expands(self) -> bool {
        self.same_value() && self != Self::Not
    }
}

/// One schema.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The mapping that holds its keywords; another kind of node if the document has something else there.
    pub node: NodeId,
    /// Which part of the document it belongs to.
    pub area: Area,
    /// Its role in its first parent.
    pub role: Role,
    /// Its role in each schema that contains it or refers to it; several if it is shared through aliases.
    pub parents: Vec<(Role, SchemaId)>,
    /// Members of its own `properties`.
    pub properties: Vec<PropertyId>,
    /// The schemas directly inside it, with their roles.
    pub children: Vec<(Role, SchemaId)>,
    /// The target of its local `$ref` (`#/…`).
    pub reference: Option<SchemaId>,
    /// Its keywords: keys and values as written, merges applied. Incomplete ones, without a colon, are left out.
    pub keywords: Vec<(NodeId, NodeId)>,
    /// The union of the [`mark`]s of its keywords, a filter for lookups, most of which find nothing.
    marks: u64,
}

/// A one-bit hash of a keyword's name.
fn mark(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let ends = bytes
        .first()
        .zip(bytes.last())
        .map_or(0, |(first, last)| usize::from(*first) * 5 + usize::from(*last));
    1 << ((ends + bytes.len()) % 64)
}

impl Schema {
    /// Whether several parents use it, through an alias or a reference.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.parents.len() > 1 || self.parents.iter().any(|(role, _)| *role == Role::Reference)
    }
}

/// One `name: schema` under a `properties`.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The node of the name.
    pub key: NodeId,
    /// The schema of the value.
    pub schema: SchemaId,
    /// The schema whose `properties` contains it.
    pub owner: SchemaId,
}

/// Minimum for the limit on keywords and properties; see [`Schemas::read`].
const MIN_LIMIT: usize = 10_000;

/// All schemas of a document.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    all: Vec<Schema>,
    properties: Vec<Property>,
    by_node: HashMap<NodeId, SchemaId>,
    /// Keywords read so far.
    keywords: usize,
    references: usize,
}

impl Schemas {
    /// Iterates over all schemas with their ids; parents precede their children.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.all.iter().enumerate().map(|(index, schema)| (SchemaId(index as u32), schema))
    }

    /// The schema with this id.
    #[must_use]
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.all[id.0 as usize]
    }

    /// The property with this id.
    #[must_use]
    pub fn property(&self, id: PropertyId) -> Property {
        self.properties[id.0 as usize]
    }

    /// The number of properties; ids count from 0.
    #[must_use]
    pub fn property_count(&self) -> usize {
        self.properties.len()
    }

    /// The schema at a node, aliases followed.
    #[must_use]
    pub fn at(&self, node: Node<'_>) -> Option<SchemaId> {
        self.by_node.get(&node.target().id()).copied()
    }

    /// Reads the schema at `root` and all schemas inside it. Returns its id.
    ///
    /// Merge keys can repeat a mapping's entries in any number of others. Beyond twice what a document without them
    /// can hold, and some thousands, schemas are listed without keywords, so that reading takes linear
    /// time.
    pub(super) fn read(&mut self, root: Node<'_>, area: Area) -> SchemaId {
        let limit = MIN_LIMIT + root.syntax().node_count();
        let mut next = self.all.len();
        let id = self.add(root, area, Role::Root, None);
        // A worklist instead of recursion: aliases can chain deeper than the stack.
        while next < self.all.len() && self.keywords + self.properties.len() < limit {
            self.expand(SchemaId(next as u32), root);
            next += 1;
        }
        id
    }

    fn add(&mut self, node: Node<'_>, area: Area, role: Role, parent: Option<(Role, SchemaId)>) -> SchemaId {
        let node = node.target();
        if let Some(&id) = self.by_node.get(&node.id()) {
            self.all[id.0 as usize].parents.extend(parent);
            return id;
        }
        let id = SchemaId(self.all.len() as u32);
        self.by_node.insert(node.id(), id);
        self.all.push(Schema {
            node: node.id(),
            area,
            role,
            parents: parent.into_iter().collect(),
            properties: Vec::new(),
            children: Vec::new(),
            reference: None,
            keywords: Vec::new(),
            marks: 0,
        });
        id
    }

    fn expand(&mut self, id: SchemaId, root: Node<'_>) {
        let node = root.syntax().node(self.get(id).node);
        let mut keywords = Vec::new();
        let mut marks = 0;
        for entry in written(node) {
            keywords.push((entry.key().id(), entry.value().id()));
            marks |= mark(&entry.name());
            self.expand_keyword(id, entry, root);
        }
        self.all[id.0 as usize].marks = marks;
        self.keywords += keywords.len();
        self.all[id.0 as usize].keywords = keywords;
    }

    fn expand_keyword(&mut self, id: SchemaId, entry: Entry<'_>, root: Node<'_>) {
        let value = entry.value().target();
        match &*entry.name() {
            "properties" => {
                for member in written(value) {
                    let property = PropertyId(self.properties.len() as u32);
                    let schema = self.child(id, Role::Property(property), member.value());
                    self.properties.push(Property { key: member.key().id(), schema, owner: id });
                    self.all[id.0 as usize].properties.push(property);
                }
            }
            "patternProperties" => self.members(id, Role::PatternProperty, value),
            "definitions" => self.members(id, Role::Definition, value),
            "$defs" => self.members(id, Role::NewerDefinition, value),
            "dependencies" => {
                for member in written(value).filter(|member| member.value().target().is_mapping()) {
                    self.child(id, Role::Dependency(member.key().id()), member.value());
                }
            }
            "allOf" => self.branches(id, Role::AllOf, value),
            "anyOf" => self.branches(id, Role::AnyOf, value),
            "oneOf" => self.branches(id, Role::OneOf, value),
            "items" if value.is_sequence() => self.branches(id, Role::Items, value),
            "items" => self.single(id, Role::Items, value),
            "additionalItems" => self.single(id, Role::AdditionalItems, value),
            "contains" => self.single(id, Role::Contains, value),
            "additionalProperties" => self.single(id, Role::AdditionalProperties, value),
            "propertyNames" => self.single(id, Role::PropertyNames, value),
            "if" => self.single(id, Role::If, value),
            "then" => self.single(id, Role::Then, value),
            "else" => self.single(id, Role::Else, value),
            "not" => self.single(id, Role::Not, value),
            "$ref" if self.references < MAX_REFERENCES => {
                let pointed = value.value().strip_prefix('#').and_then(|pointer| follow(root, pointer));
                if let Some(target) = pointed {
                    self.references += 1;
                    let area = self.get(id).area;
                    let target = self.add(target, area, Role::Definition, Some((Role::Reference, id)));
                    self.all[id.0 as usize].reference = Some(target);
                }
            }
            _ => {}
        }
    }

    fn child(&mut self, parent: SchemaId, role: Role, node: Node<'_>) -> SchemaId {
        let area = self.get(parent).area;
        let id = self.add(node, area, role, Some((role, parent)));
        self.all[parent.0 as usize].children.push((role, id));
        id
    }

    fn single(&mut self, parent: SchemaId, role: Role, node: Node<'_>) {
        if node.is_mapping() {
            self.child(parent, role, node);
        }
    }

    fn members(&mut self, parent: SchemaId, role: Role, map: Node<'_>) {
        for member in written(map) {
            self.single(parent, role, member.value().target());
        }
    }

    fn branches(&mut self, parent: SchemaId, role: Role, list: Node<'_>) {
        for branch in list.items() {
            self.single(parent, role, branch.target());
        }
    }
}

/// The effective entries of a mapping, without incomplete ones.
fn written(mapping: Node<'_>) -> impl Iterator<Item = Entry<'_>> {
    mapping.fields().filter(|entry| entry.colon().is_some())
}

/// Resolves a JSON pointer (`/definitions/x`, or empty) from the root of a block.
#[must_use]
pub(crate) fn follow<'a>(root: Node<'a>, pointer: &str) -> Option<Node<'a>> {
    let mut node = root.target();
    for token in pointer.strip_prefix('/').into_iter().flat_map(|rest| rest.split('/')) {
        let token = token.replace("~1", "/").replace("~0", "~");
        node = match token.parse::<usize>() {
            Ok(index) if node.is_sequence() => node.items().nth(index)?,
            _ => node.field(&token)?.value(),
        }
        .target();
    }
    (pointer.is_empty() || pointer.starts_with('/')).then_some(node)
}

/// The key and value of a schema's keyword.
#[must_use]
pub(crate) fn keyword<'a>(syntax: &'a Syntax, schema: &Schema, name: &str) -> Option<(Node<'a>, Node<'a>)> {
    if schema.marks & mark(name) == 0 {
        return None;
    }
    let is_it = |key: Node<'_>| {
        let source = key.source();
        source == name || source.len() > name.len() && key.value() == name
    };
    schema
        .keywords
        .iter()
        .map(|&(key, value)| (syntax.node(key), syntax.node(value)))
        .find(|(key, _)| is_it(*key))
}

#[cfg(test)]
mod tests;

//! Every JSON Schema object of a document, found once and kept in one list.
//!
//! Schemas sit at `params`, in `connections`/`artifacts`, in a resource type's `schema`, and inside each other. Rules
//! walk the flat list; a schema that several places share through an alias appears once, with all its parents, so
//! work stays linear whatever the aliases do.

use super::ports::Block;
use crate::syntax::{Entry, Node, NodeId, Syntax};
use foldhash::HashMap;

/// Local references that are followed; each walks down from the root. The rest count as leading anywhere.
const MAX_REFERENCES: usize = 2_000;

/// Index of a schema in [`Schemas::all`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SchemaId(u32);

/// Index of a property definition in [`Schemas::properties`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PropertyId(u32);

impl SchemaId {
    /// The id at a position; the way back from [`SchemaId::index`].
    pub(super) fn at(index: usize) -> Self {
        Self(index as u32)
    }

    /// Position in the list of schemas, for side tables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl PropertyId {
    /// The id at a position; the way back from [`PropertyId::index`].
    pub(super) fn at(index: usize) -> Self {
        Self(index as u32)
    }

    /// Position in the list of properties, for side tables.
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

/// What a schema is to its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The area's outermost schema.
    Root,
    /// A member of `properties`.
    Property(PropertyId),
    /// A member of `patternProperties`.
    PatternProperty,
    /// `additionalProperties`
    AdditionalProperties,
    /// `propertyNames`
    PropertyNames,
    /// `items`, or one of a tuple's.
    Items,
    /// `additionalItems`
    AdditionalItems,
    /// `contains`
    Contains,
    /// A member of `definitions`, or whatever a `#/…` reference points at.
    Definition,
    /// A member of `$defs`, which draft-07 does not look into.
    NewerDefinition,
    /// What a `#/…` reference of the parent stands for.
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
    /// A schema-valued entry of `dependencies`; the node is its key.
    Dependency(NodeId),
}

impl Role {
    /// Whether the schema speaks of the same value as its parent, and not of a part of it.
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

    /// Whether properties declared there are properties of the parent, too (`spec §4.8`).
    #[must_use]
    pub fn expands(self) -> bool {
        self.same_value() && self != Self::Not
    }
}

/// One schema.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The mapping that holds its keywords; another kind of node where the author wrote something else.
    pub node: NodeId,
    /// Which part of the document it belongs to.
    pub area: Area,
    /// What it is to its first parent.
    pub role: Role,
    /// What it is to each schema that contains it or refers to it; more than one where an alias shares it.
    pub parents: Vec<(Role, SchemaId)>,
    /// Members of its own `properties`.
    pub properties: Vec<PropertyId>,
    /// Every schema directly inside it, with what it is.
    pub children: Vec<(Role, SchemaId)>,
    /// What its local `$ref` (`#/…`) points at.
    pub reference: Option<SchemaId>,
    /// Its keywords: keys and values as written, merges applied. A half-typed one, without its colon, is left out.
    pub keywords: Vec<(NodeId, NodeId)>,
    /// The [`mark`]s of the keywords' names: most look-ups are for one that is not there.
    marks: u64,
}

/// One of 64 bits, the same for equal names.
fn mark(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let ends = bytes
        .first()
        .zip(bytes.last())
        .map_or(0, |(first, last)| usize::from(*first) * 5 + usize::from(*last));
    1 << ((ends + bytes.len()) % 64)
}

impl Schema {
    /// Whether several places use it, through an alias or a reference.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.parents.len() > 1 || self.parents.iter().any(|(role, _)| *role == Role::Reference)
    }
}

/// One `name: schema` under a `properties`.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The name's node.
    pub key: NodeId,
    /// What it may hold.
    pub schema: SchemaId,
    /// The schema whose `properties` it stands in.
    pub owner: SchemaId,
}

/// Keywords and properties that a document of any size may have: see [`Schemas::read`].
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
    /// Every schema with its id; parents come before what they contain.
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

    /// Number of properties; ids count from 0.
    #[must_use]
    pub fn property_count(&self) -> usize {
        self.properties.len()
    }

    /// The schema at a node (an alias counts as what it stands for).
    #[must_use]
    pub fn at(&self, node: Node<'_>) -> Option<SchemaId> {
        self.by_node.get(&node.target().id()).copied()
    }

    /// Reads the schema at `root` and all inside it. Returns its id.
    ///
    /// Merges can repeat a mapping's entries in any number of others. Past a few times the size of the document, which
    /// no honest one reaches, schemas are listed without their keywords, so that work stays linear.
    pub(super) fn read(&mut self, root: Node<'_>, area: Area) -> SchemaId {
        let limit = MIN_LIMIT + 4 * root.syntax().node_count();
        let mut next = self.all.len();
        let id = self.add(root, area, Role::Root, None);
        // A list to work off instead of recursion: aliases can chain deeper than any stack.
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

/// The entries of a mapping in effect, without half-typed ones.
fn written(mapping: Node<'_>) -> impl Iterator<Item = Entry<'_>> {
    mapping.fields().filter(|entry| entry.colon().is_some())
}

/// Walks a JSON pointer (`/definitions/x`, or empty) down from a block's root (`spec §5.2` form 4).
#[must_use]
pub fn follow<'a>(root: Node<'a>, pointer: &str) -> Option<Node<'a>> {
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

/// The keyword's key and value in a schema, if it is there.
#[must_use]
pub fn keyword<'a>(syntax: &'a Syntax, schema: &Schema, name: &str) -> Option<(Node<'a>, Node<'a>)> {
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

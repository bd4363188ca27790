//! The symbol table: every name that a document declares, with all its references, including those in jq programs.
//!
//! A param can be declared several times: once unconditionally, again in the branches of a condition. These
//! declarations are one symbol; they are found by uniting the properties of one object that have the same name.

use super::schema::{PropertyId, Role, SchemaId};
use super::{Area, Block, Document, Origin};
use crate::jq::Shape;
use crate::syntax::{Node, NodeId, Span};
use foldhash::{HashMap, HashSet};

/// The kind of thing a symbol names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SymbolKind {
    /// A property of `params`, at any depth.
    Param,
    /// An entry of one of the four input and output blocks.
    Port(Block),
}

/// At most this many keys of presets are visited: a bound against hostile aliases, far above any real document.
const MAX_PRESET_KEYS: usize = 1_000_000;

/// The role of an occurrence of a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OccurrenceRole {
    /// The definition of the name.
    Definition,
    /// An item of `required`.
    Required,
    /// A key of a schema's `dependencies`.
    DependencyKey,
    /// A name listed in a schema's `dependencies`.
    DependencyItem,
    /// A key in a preset.
    Preset,
    /// An item of `ui:order`.
    UiOrder,
    /// A key of the `ui` tree.
    UiEntry,
    /// The `connection` or `dependency` of `$md.enum`.
    EnumConnection,
    /// A step of a path in a jq program.
    Jq,
}

/// One occurrence of a symbol: a definition or a reference.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Occurrence {
    /// The scalar that is the name, or that contains the jq program.
    pub node: NodeId,
    /// The span of the name (bytes); in a program without quotes and dots, but possibly with escapes.
    pub span: Span,
    /// The role of the occurrence.
    pub role: OccurrenceRole,
}

/// A declared name with its occurrences.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The kind of thing it names.
    pub kind: SymbolKind,
    /// The name, decoded.
    pub name: String,
    /// The schemas of its values (params only).
    pub schemas: Vec<SchemaId>,
    /// All occurrences, definitions first.
    pub occurrences: Vec<Occurrence>,
}

/// The symbols of a document.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// The symbols.
    pub all: Vec<Symbol>,
    by_property: HashMap<PropertyId, usize>,
    by_node: HashMap<NodeId, usize>,
    /// All occurrences in source order: the span, the index of the symbol, the index of its occurrence.
    places: Vec<(Span, usize, usize)>,
}

impl Symbols {
    /// The symbol that a scalar names.
    #[must_use]
    pub fn at(&self, node: NodeId) -> Option<&Symbol> {
        self.by_node.get(&node).map(|&index| &self.all[index])
    }

    /// The symbol at a cursor offset (bytes), and the occurrence that the cursor touches.
    #[must_use]
    pub fn touching(&self, offset: usize) -> Option<(&Symbol, Occurrence)> {
        let after = self.places.partition_point(|(span, ..)| span.start() <= offset);
        let &(span, symbol, occurrence) = self.places.get(after.checked_sub(1)?)?;
        let symbol = self.all.get(symbol).filter(|_| span.touches(offset))?;
        Some((symbol, *symbol.occurrences.get(occurrence)?))
    }

    /// The symbol that a property declares.
    #[must_use]
    pub fn of_property(&self, property: PropertyId) -> Option<&Symbol> {
        self.by_property.get(&property).map(|&index| &self.all[index])
    }

    /// The symbol of a connection, artifact, dependency or resource.
    #[must_use]
    pub fn port(&self, block: Block, name: &str) -> Option<&Symbol> {
        self.all.iter().find(|symbol| symbol.kind == SymbolKind::Port(block) && symbol.name == name)
    }

    fn add(&mut self, index: usize, node: Node<'_>, role: OccurrenceRole) {
        // The first symbol to claim a node keeps it: presets of shared branches refer to one param only.
        if self.by_node.contains_key(&node.id()) {
            return;
        }
        self.by_node.insert(node.id(), index);
        self.all[index].occurrences.push(Occurrence { node: node.id(), span: node.span(), role });
    }

    /// Sorts the occurrences once all are known.
    fn finish(mut self) -> Self {
        let all = self.all.iter().enumerate();
        let places = all.flat_map(|(symbol, one)| {
            one.occurrences.iter().enumerate().map(move |(index, place)| (place.span, symbol, index))
        });
        self.places = places.collect();
        self.places.sort_unstable();
        self
    }
}

/// Builds the symbol table of a document.
pub(super) fn collect(document: &Document) -> Symbols {
    let mut symbols = Symbols::default();
    define_params(document, &mut symbols);
    define_ports(document, &mut symbols);
    for (id, schema) in document.schemas.iter() {
        match schema.area {
            Area::Params => use_in_schema(document, &mut symbols, id),
            Area::Ports(block) if schema.role == Role::Root => {
                use_in_block(document, &mut symbols, id, block);
            }
            Area::Ports(_) | Area::Payload => {}
        }
    }
    use_in_presets(document, &mut symbols);
    use_in_ui(document, &mut symbols);
    use_in_jq(document, &mut symbols);
    symbols.finish()
}

fn define_params(document: &Document, symbols: &mut Symbols) {
    let mut classes = Classes::new(document.schemas.property_count());
    for (id, _) in document.schemas.iter().filter(|(_, schema)| schema.area == Area::Params) {
        for same in document.names(id).known.values() {
            for pair in same.windows(2) {
                classes.unite(pair[0].index(), pair[1].index());
            }
        }
    }
    let mut by_class: HashMap<usize, usize> = HashMap::default();
    for (_, schema) in document.schemas.iter().filter(|(_, schema)| schema.area == Area::Params) {
        for &id in &schema.properties {
            let property = document.schemas.property(id);
            let key = document.node(property.key);
            let index = *by_class.entry(classes.find(id.index())).or_insert_with(|| {
                symbols.all.push(Symbol {
                    kind: SymbolKind::Param,
                    name: key.value().into_owned(),
                    schemas: Vec::new(),
                    occurrences: Vec::new(),
                });
                symbols.all.len() - 1
            });
            symbols.by_property.insert(id, index);
            symbols.all[index].schemas.push(property.schema);
            symbols.add(index, key, OccurrenceRole::Definition);
        }
    }
}

fn define_ports(document: &Document, symbols: &mut Symbols) {
    for port in &document.ports {
        symbols.all.push(Symbol {
            kind: SymbolKind::Port(port.block),
            name: port.name.clone(),
            schemas: Vec::new(),
            occurrences: Vec::new(),
        });
        symbols.add(symbols.all.len() - 1, document.node(port.key), OccurrenceRole::Definition);
    }
}

fn use_in_schema(document: &Document, symbols: &mut Symbols, id: SchemaId) {
    let mut scopes = super::names::owners(&document.schemas, id);
    scopes.push(id);
    if let Some((_, required)) = document.keyword(id, "required") {
        for item in required.target().items() {
            use_name(document, symbols, &scopes, item, OccurrenceRole::Required);
        }
    }
    if let Some((_, dependencies)) = document.keyword(id, "dependencies") {
        for entry in dependencies.target().fields() {
            use_name(document, symbols, &scopes, entry.key(), OccurrenceRole::DependencyKey);
            for item in entry.value().target().items() {
                use_name(document, symbols, &scopes, item, OccurrenceRole::DependencyItem);
            }
        }
    }
    if let Some((_, query)) = document.keyword(id, "$md.enum") {
        for key in ["connection", "dependency"] {
            let Some(named) = query.target().field(key).map(|entry| entry.value()) else { continue };
            let name = named.target().value();
            let found = symbols.all.iter().position(|symbol| {
                matches!(symbol.kind, SymbolKind::Port(block) if block.is_input()) && symbol.name == name
            });
            if let Some(index) = found {
                symbols.add(index, named, OccurrenceRole::EnumConnection);
            }
        }
    }
}

fn use_in_block(document: &Document, symbols: &mut Symbols, id: SchemaId, block: Block) {
    let Some((_, required)) = document.keyword(id, "required") else { return };
    for item in required.target().items() {
        let name = item.target().value();
        let is_it = |symbol: &Symbol| symbol.kind == SymbolKind::Port(block) && symbol.name == name;
        if let Some(index) = symbols.all.iter().position(is_it) {
            symbols.add(index, item, OccurrenceRole::Required);
        }
    }
}

/// Records the keys of a preset. Presets are values, so this follows the schemas down: members of objects, items of
/// arrays. A value that presets share by aliases or merges is visited once for each object that it stands for.
fn use_in_presets(document: &Document, symbols: &mut Symbols) {
    let mut seen = HashSet::default();
    let mut left = MAX_PRESET_KEYS;
    let scopes: Vec<SchemaId> = document.params.into_iter().collect();
    let presets = document.presets.iter().rev().map(|preset| (document.node(preset.node), scopes.clone()));
    let mut work: Vec<(Node<'_>, Vec<SchemaId>)> = presets.collect();
    while let Some((node, scopes)) = work.pop() {
        if !seen.insert((node.id(), scopes.clone())) {
            continue;
        }
        let Some(rest) = left.checked_sub(node.entries().len()) else { return };
        left = rest;
        for entry in node.entries() {
            let value = entry.value().target();
            if entry.is_merge() {
                let sources = value.items().map(Node::target).chain([value]).filter(|node| node.is_mapping());
                work.extend(sources.map(|source| (source, scopes.clone())));
                continue;
            }
            let properties = use_name(document, symbols, &scopes, entry.key(), OccurrenceRole::Preset);
            let inner = properties.iter().map(|&id| document.schemas.property(id).schema).collect();
            work.push((value, inner));
        }
        let elements = scopes.iter().flat_map(|&id| &document.schemas.get(id).children);
        let elements: Vec<SchemaId> =
            elements.filter(|(role, _)| *role == Role::Items).map(|(_, id)| *id).collect();
        work.extend(node.items().map(|item| (item.target(), elements.clone())));
    }
}

fn use_in_ui(document: &Document, symbols: &mut Symbols) {
    for entry in &document.ui {
        if entry.place == super::UiPlace::Field
            && let Some(key) = entry.key
            && let Some(parent) = entry.parent.and_then(|index| document.ui.get(index))
        {
            use_name(document, symbols, &parent.schemas, document.node(key), OccurrenceRole::UiEntry);
        }
        let order = document.node(entry.node).field("ui:order").map(|order| order.value().target());
        for item in order.into_iter().flat_map(|order| order.items().collect::<Vec<_>>()) {
            use_name(document, symbols, &entry.schemas, item, OccurrenceRole::UiOrder);
        }
    }
}

fn use_in_jq(document: &Document, symbols: &mut Symbols) {
    for expression in document.expressions() {
        let report = expression.report(document);
        // A path in the argument of a function may be evaluated more than once.
        let mut seen = HashSet::default();
        for one in report.uses.iter().filter(|one| report.field(one).is_some_and(|name| !name.is_empty())) {
            let origins = one.after.iter().flat_map(Shape::origins).filter_map(Origin::of);
            let index = origins.into_iter().find_map(|origin| match origin {
                Origin::Param(property) => symbols.by_property.get(&property).copied(),
                Origin::Port(port) => {
                    document.ports.get(port).and_then(|port| symbols.by_node.get(&port.key)).copied()
                }
                _ => None,
            });
            let Some(symbol) = index.and_then(|index| symbols.all.get_mut(index)) else { continue };
            let quoted = expression.program().slice(one.span).starts_with('"') && one.span.len() > 1;
            let name = if quoted { Span::new(one.span.start() + 1, one.span.end() - 1) } else { one.span };
            if seen.insert(name) {
                let (Some(node), span) = (expression.node, expression.source(name)) else { continue };
                symbol.occurrences.push(Occurrence { node, span, role: OccurrenceRole::Jq });
            }
        }
    }
}

/// Records a reference to a name if one of the scopes declares it; returns the properties it refers to.
fn use_name(
    document: &Document,
    symbols: &mut Symbols,
    scopes: &[SchemaId],
    node: Node<'_>,
    role: OccurrenceRole,
) -> Vec<PropertyId> {
    let name = node.target().value();
    let known = scopes.iter().filter_map(|&scope| document.names(scope).known.get(&*name));
    let properties: Vec<PropertyId> = known.flatten().copied().collect();
    if let Some(&index) = properties.first().and_then(|id| symbols.by_property.get(id)) {
        symbols.add(index, node, role);
    }
    properties
}

/// A union-find structure over small integers.
struct Classes(Vec<usize>);

impl Classes {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn find(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}

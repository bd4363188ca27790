//! The semantic model of a document: its kind and format, params, connections, steps, `ui` tree and app, each with
//! its syntax nodes. Broken or missing parts are left out.

mod app;
pub(crate) mod catalog;
pub(crate) mod definition;
pub(crate) mod expressions;
mod implied;
mod kind;
mod memory;
pub(crate) mod names;
pub(crate) mod outline;
mod ports;
pub(crate) mod query;
pub(crate) mod references;
pub(crate) mod schema;
pub(crate) mod shapes;
mod steps;
pub(crate) mod symbols;
pub(crate) mod type_ref;
pub(crate) mod typed;
mod ui;
pub(crate) mod variables;

pub(crate) use crate::reference::BundleFormat;
pub(crate) use app::{App, Named};
pub(crate) use catalog::Catalog;
pub(crate) use expressions::{Expression, Expressions, ProgramFile};
pub(crate) use kind::Kind;
pub use memory::Memory;
pub(crate) use names::Names;
pub(crate) use outline::{At, Outline, OutlineNode};
pub(crate) use ports::{Block, BlockNodes, Port, Publisher};
pub(crate) use schema::{Area, Property, PropertyId, Role, Schema, SchemaId, Schemas};
pub(crate) use shapes::{Origin, Shapes};
pub(crate) use steps::{BuiltIn, Step};
pub(crate) use symbols::{Occurrence, SymbolKind, Symbols};
pub use symbols::{OccurrenceRole, Symbol};
pub(crate) use type_ref::{RefForm, Release, TypeName};
pub(crate) use ui::{UiEntry, UiPlace, children, inner_schemas, is_option, members};

use crate::syntax::reads::reading;
use crate::syntax::{Dialect, Entry, Node, NodeId, Shift, Syntax};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

/// At most this many schemas and names are visited to expand the names of all objects, which bounds their memory.
/// Beyond it, objects count as open.
const MAX_EXPANDED_NAMES: usize = 400_000;

/// The reader of what several families share: results that a document computes once. See [`crate::syntax::reads`].
pub(crate) const SHARED: u64 = 1 << 62;

/// The reader of what the model is built from.
pub(crate) const MODEL: u64 = 1 << 63;

/// A preset: an item of `params.examples`.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// The item, aliases followed.
    pub node: NodeId,
    /// The value of `__name`.
    pub name: Option<NodeId>,
}

/// The semantic model of one document. Owns its syntax tree; everything else refers to it by id.
#[derive(Debug)]
pub struct Document {
    /// The syntax tree.
    pub syntax: Syntax,
    /// The kind of document.
    pub kind: Kind,
    /// The name of the directory that contains the file; `None` for a document without a path.
    pub directory: Option<String>,
    /// Every JSON Schema object.
    pub schemas: Schemas,
    /// The schema of `params`.
    pub params: Option<SchemaId>,
    /// The schema of a resource type's payload.
    pub payload: Option<SchemaId>,
    /// Presets (`params.examples`).
    pub presets: Vec<Preset>,
    /// The four input and output blocks, in the order of [`Block::ALL`].
    pub blocks: [Option<BlockNodes>; 4],
    /// Entries of those blocks.
    pub ports: Vec<Port>,
    /// Provisioning steps.
    pub steps: Vec<Step>,
    /// All mappings of the `ui` tree, the root first.
    pub ui: Vec<UiEntry>,
    /// The `app` block.
    pub app: App,
    /// The role of a jq program file; `None` for other kinds of documents.
    pub file: Option<ProgramFile>,
    /// The bundle that a program file belongs to.
    bundle: Option<Box<Document>>,
    names: Vec<OnceLock<Names>>,
    /// Visits left for expanding names, a bound against hostile aliases.
    visits: AtomicUsize,
    symbols: OnceLock<Symbols>,
    expressions: OnceLock<Expressions>,
    memory: Arc<Memory>,
    catalog: Option<Arc<Catalog>>,
    shapes: OnceLock<Shapes>,
    outline: OnceLock<Outline>,
}

impl Document {
    /// Builds the model from a syntax tree. `path` is the file's path, if it has one; the kind may depend on it.
    #[must_use]
    pub fn new(syntax: Syntax, path: Option<&Path>) -> Self {
        reading(MODEL, || Self::read(syntax, path))
    }

    fn read(syntax: Syntax, path: Option<&Path>) -> Self {
        let kind = kind::detect(&syntax, path);
        let mut document = Self::empty(syntax, kind, path);
        match kind {
            Kind::Bundle => document.read_bundle(),
            Kind::ResourceType => document.read_resource_type(),
            Kind::Template | Kind::Program => {}
        }
        document
    }

    /// A jq program file, with the bundle that it belongs to if known.
    #[must_use]
    pub fn program(text: impl Into<Arc<str>>, file: ProgramFile, bundle: Option<Self>) -> Self {
        let empty = Self::empty(Syntax::without_tree(text), Kind::Program, None);
        Self { file: Some(file), bundle: bundle.map(Box::new), ..empty }
    }

    fn empty(syntax: Syntax, kind: Kind, path: Option<&Path>) -> Self {
        Self {
            syntax,
            kind,
            directory: path.and_then(directory),
            schemas: Schemas::default(),
            params: None,
            payload: None,
            presets: Vec::new(),
            blocks: [None; 4],
            ports: Vec::new(),
            steps: Vec::new(),
            ui: Vec::new(),
            app: App::default(),
            file: None,
            bundle: None,
            names: Vec::new(),
            visits: AtomicUsize::new(0),
            symbols: OnceLock::new(),
            expressions: OnceLock::new(),
            memory: Arc::default(),
            catalog: None,
            shapes: OnceLock::new(),
            outline: OnceLock::new(),
        }
    }

    /// Replaces a range (bytes) by a text without building the model again, if neither the model nor a shared result
    /// has read what changes. Returns how positions move and who has read what changes; otherwise nothing changes.
    pub(crate) fn edit_in_place(&mut self, range: Range<usize>, text: &str) -> Option<(Shift, u64)> {
        let edit = self.syntax.in_place(range, text)?;
        if self.kind != Kind::Bundle || edit.readers & (SHARED | MODEL) != 0 {
            return None;
        }
        self.syntax.apply(&edit);
        // These contain positions.
        self.symbols.take();
        self.expressions.take();
        self.shapes.take();
        self.outline.take();
        Some((edit.shift, edit.readers))
    }

    /// The document that declares the names used in programs: the bundle of a program file, otherwise the document
    /// itself.
    #[must_use]
    pub fn bundle(&self) -> &Self {
        self.bundle.as_deref().unwrap_or(self)
    }

    /// Sets the caches of the document's earlier versions.
    #[must_use]
    pub fn remembering(self, memory: Arc<Memory>) -> Self {
        Self { memory, ..self }
    }

    /// Sets the catalog. The default is the bundled resource types.
    #[must_use]
    pub fn with_catalog(self, catalog: Arc<Catalog>) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// The resource types that references are resolved against.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.bundle().catalog.as_ref().unwrap_or_else(|| Catalog::bundled())
    }

    /// The caches shared with earlier versions.
    #[must_use]
    pub fn memory(&self) -> Arc<Memory> {
        Arc::clone(&self.memory)
    }

    fn read_bundle(&mut self) {
        // Params first: a schema shared with another block through an alias counts as part of `params`.
        self.read_params();
        self.read_ports();
        let value = |key: &str| self.value(key).map(Node::target);
        (self.steps, self.app) = (
            value("steps").map(steps::read).unwrap_or_default(),
            value("app").map(app::read).unwrap_or_default(),
        );
        self.prepare_names();
        if let Some(ui) = self.value("ui").filter(|ui| ui.target().is_mapping()) {
            self.ui = ui::read(self, ui, self.params);
        }
    }

    fn read_ports(&mut self) {
        let Some(root) = self.syntax.root() else { return };
        for (index, block) in Block::ALL.into_iter().enumerate() {
            let Some(entry) = root.field(block.key()) else { continue };
            let nodes = ports::read_block(block, entry);
            self.blocks[index] = Some(nodes);
            if nodes.misplaced {
                continue;
            }
            let value = entry.value().target();
            self.ports.extend(ports::read_ports(block, value));
            if block.bundle_format() == BundleFormat::Connections && value.is_mapping() {
                self.schemas.read(value, Area::Ports(block));
            }
        }
    }

    fn read_params(&mut self) {
        let params = self.syntax.root().and_then(|root| root.field("params"));
        let Some(params) = params.map(|entry| entry.value().target()).filter(|params| params.is_mapping())
        else {
            return;
        };
        self.params = Some(self.schemas.read(params, Area::Params));
        let presets = params.field("examples").map(|entry| entry.value().target());
        let read = |item: Node<'_>| {
            let item = item.target();
            Preset { node: item.id(), name: item.field("__name").map(|entry| entry.value().id()) }
        };
        self.presets = presets.map(|list| list.items().map(read).collect()).unwrap_or_default();
    }

    fn read_resource_type(&mut self) {
        let schema = self.syntax.root().and_then(|root| root.field("schema"));
        if let Some(schema) = schema.map(|entry| entry.value().target()).filter(|schema| schema.is_mapping())
        {
            self.payload = Some(self.schemas.read(schema, Area::Payload));
        }
        self.prepare_names();
    }

    fn prepare_names(&mut self) {
        self.names.resize_with(self.schemas.iter().count(), OnceLock::new);
        *self.visits.get_mut() = (100_000 + 2 * self.syntax.node_count()).min(MAX_EXPANDED_NAMES);
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.syntax.node(id)
    }

    /// How the platform resolves this document's scalars.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.kind {
            Kind::ResourceType => Dialect::GoYaml3,
            Kind::Bundle | Kind::Template | Kind::Program => Dialect::GoYaml2,
        }
    }

    /// The entry of a top-level key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<Entry<'_>> {
        self.syntax.root()?.field(key)
    }

    /// The value of a top-level key, as written.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Node<'_>> {
        self.entry(key).map(Entry::value)
    }

    /// A top-level block, unless its value is null, which counts as absent.
    #[must_use]
    pub fn block(&self, block: Block) -> Option<BlockNodes> {
        let index = Block::ALL.iter().position(|candidate| *candidate == block)?;
        self.blocks[index].filter(|nodes| !nodes.is_null)
    }

    /// The entries of one block.
    pub fn ports_in(&self, block: Block) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(move |port| port.block == block)
    }

    /// Connections and dependencies.
    pub fn inputs(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(|port| port.block.is_input())
    }

    /// The format of the bundle; `None` while nothing determines it.
    #[must_use]
    pub fn bundle_format(&self) -> Option<BundleFormat> {
        let mut ports = self.ports.iter();
        if ports
            .any(|port| port.block.bundle_format() == BundleFormat::Dependencies && port.type_ref.is_some())
        {
            return Some(BundleFormat::Dependencies);
        }
        [Block::Connections, Block::Artifacts]
            .into_iter()
            .any(|block| self.block(block).is_some())
            .then_some(BundleFormat::Connections)
    }

    /// The property names that an object of this schema may have; computed once.
    #[must_use]
    pub fn names(&self, id: SchemaId) -> &Names {
        self.names[id.index()].get_or_init(|| reading(SHARED, || names::expand(self, id, &self.visits)))
    }

    /// Every param, connection and artifact with its definitions and references; computed once.
    #[must_use]
    pub fn symbols(&self) -> &Symbols {
        self.symbols.get_or_init(|| reading(SHARED, || symbols::collect(self)))
    }

    /// Every jq program; collected once, each parsed on first use.
    #[must_use]
    pub fn expressions(&self) -> &Expressions {
        self.expressions.get_or_init(|| reading(SHARED, || expressions::find(self)))
    }

    /// The shapes of the inputs of jq programs; computed once.
    #[must_use]
    pub fn shapes(&self) -> &Shapes {
        if let Some(bundle) = &self.bundle {
            return bundle.shapes();
        }
        self.shapes.get_or_init(|| reading(SHARED, || shapes::read(self)))
    }

    /// Every described value outside of schemas and the `ui` tree, with its description; computed once.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| reading(SHARED, || outline::read(self)))
    }

    /// The key and value of a schema keyword.
    #[must_use]
    pub fn keyword(&self, schema: SchemaId, name: &str) -> Option<(Node<'_>, Node<'_>)> {
        schema::keyword(&self.syntax, self.schemas.get(schema), name)
    }
}

fn directory(path: &Path) -> Option<String> {
    Some(path.parent()?.file_name()?.to_str()?.to_owned())
}

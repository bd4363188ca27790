//! The shapes of the inputs of jq programs: params, payloads, secrets and metadata, each linked to its declaration or
//! description.
//!
//! A [`Shape`] carries a number; [`Origin::of`] decodes it:
//!
//! | origin | stands for | leads to |
//! |---|---|---|
//! | `Input` | the input of a program whose context has roots | the roots of `Place::context` |
//! | `Params`, `Inputs`, `Outputs`, `Secrets`, `Instance` | a root | the root's description |
//! | `Param` | a param at any depth | `Document::schemas.property`, `Symbols::of_property` |
//! | `Element` | an item of a list, a value of a map | `Document::schemas.get` |
//! | `Port` | a whole payload | `Document::ports`, `Symbols::port` |
//! | `Payload` | a field of a payload | the catalog |
//! | `Secret` | a secret | `Document::app.secrets` |
//! | `Metadata`, `MetadataKey` | `md_metadata` and its members | the reference |
//!
//! Payload shapes are open: fields that the catalog does not list may exist.

mod described;
mod origin;
mod payload;
mod schema;

pub(crate) use origin::Origin;
pub(super) use payload::of_type;

use super::type_ref::split_version;
use super::{Block, BundleFormat, Document, Port, RefForm};
use crate::jq::Shape;
use crate::jq::types::{Kind, Object};
use crate::reference::JsonType;
use crate::syntax::{Node, NodeId, Scalar};
use foldhash::HashSet;

/// The shapes of one document.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// `.params`
    pub params: Shape,
    /// `.connections` and `.dependencies`, which are synonyms.
    pub inputs: Shape,
    /// `.artifacts` and `.resources`
    pub outputs: Shape,
    /// `.secrets`
    pub secrets: Shape,
    /// `.envs`
    pub envs: Shape,
}

impl Shapes {
    /// The shape of a root; unknown for roots that documents do not declare.
    #[must_use]
    pub fn root(&self, name: &str) -> Shape {
        match name {
            "params" => self.params.clone(),
            "connections" | "dependencies" => self.inputs.clone(),
            "artifacts" | "resources" => self.outputs.clone(),
            "secrets" => self.secrets.clone(),
            "envs" => self.envs.clone(),
            "id" => Shape::STRING.with_origin(Origin::Instance.number()),
            _ => Shape::UNKNOWN,
        }
    }

    /// An object shape with these roots.
    #[must_use]
    pub fn input<'n>(&self, roots: impl IntoIterator<Item = &'n str>) -> Shape {
        let roots = roots.into_iter().map(|name| (name, self.root(name)));
        Shape::object(roots).with_origin(Origin::Input.number())
    }

    /// The same shapes, with the contents of every payload unknown.
    #[must_use]
    pub fn without_payloads(&self) -> Self {
        Self { inputs: emptied(&self.inputs), outputs: emptied(&self.outputs), ..self.clone() }
    }
}

fn emptied(ports: &Shape) -> Shape {
    let Kind::Object(object) = ports.kind() else { return ports.clone() };
    let fields = object.fields.keys().map(|name| (name.clone(), Shape::UNKNOWN)).collect();
    let shape = Shape::from(Object { fields, rest: object.rest.clone() });
    ports.origin().into_iter().fold(shape, Shape::with_origin)
}

/// Computes the shapes of a document.
pub(super) fn read(document: &Document) -> Shapes {
    let mut reader = schema::Reader::new(document);
    let inputs = ports(document, &mut reader, true);
    let outputs = ports(document, &mut reader, false);
    let known =
        |shape: Shape, origin: Origin| document.memory.programs.shape(shape.with_origin(origin.number()));
    Shapes {
        params: known(params(document, &mut reader), Origin::Params),
        inputs: known(inputs, Origin::Inputs),
        outputs: known(outputs, Origin::Outputs),
        secrets: known(secrets(document), Origin::Secrets),
        envs: Shape::open_object(document.app.envs.iter().map(|env| (env.name.as_str(), Shape::UNKNOWN))),
    }
}

/// The params, including the metadata that the platform adds.
fn params(document: &Document, reader: &mut schema::Reader<'_>) -> Shape {
    let Some(id) = document.params else { return Shape::UNKNOWN };
    let mut object = reader.object(id);
    if object.fields.is_empty() && !document.names(id).open {
        // A form without fields has no other fields.
        object.rest = None;
    }
    object.fields.entry("md_metadata".into()).or_insert_with(described::metadata);
    object.into()
}

fn ports(document: &Document, reader: &mut schema::Reader<'_>, inputs: bool) -> Shape {
    let blocks: Vec<Block> = Block::ALL.into_iter().filter(|block| block.is_input() == inputs).collect();
    let required = required(document, &blocks);
    let ports = document.ports.iter().enumerate().filter(|(_, port)| port.block.is_input() == inputs);
    let fields = ports.map(|(index, port)| {
        let payload = payload(document, reader, port);
        // The bundle's own outputs do not exist before its first deployment.
        let payload = if inputs && required.contains(&port.key) { payload } else { payload.or_null() };
        (port.name.as_str().into(), payload.with_origin(Origin::Port(index).number()))
    });
    let fields = fields.collect();
    let open = blocks.iter().any(|&block| is_open(document, block));
    Object { fields, rest: open.then_some(Shape::UNKNOWN) }.into()
}

/// Whether a block may have entries that it does not list.
fn is_open(document: &Document, block: Block) -> bool {
    let Some(nodes) = document.block(block).filter(|nodes| !nodes.misplaced) else { return false };
    let value = document.node(nodes.value);
    if !value.is_mapping() {
        // A dangling alias or an unfinished value.
        return true;
    }
    let schema = document.schemas.at(value).filter(|_| block.bundle_format() == BundleFormat::Connections);
    schema.is_some_and(|id| document.names(id).open && value.field("propertyNames").is_none())
}

/// The entries that are required.
fn required(document: &Document, blocks: &[Block]) -> HashSet<NodeId> {
    let mut required = HashSet::default();
    for &block in blocks {
        let list = document.block(block).and_then(|nodes| document.node(nodes.value).field("required"));
        let list = list.map(|entry| entry.value().target());
        let names: HashSet<_> =
            list.into_iter().flat_map(Node::items).map(|name| name.target().value()).collect();
        for port in document.ports_in(block) {
            let says = || document.node(port.value).field("required").map(|entry| entry.value());
            let is_required = match block.bundle_format() {
                BundleFormat::Connections => names.contains(port.name.as_str()),
                BundleFormat::Dependencies => {
                    says().is_some_and(|value| value.resolve(document.dialect()) == Scalar::Bool(true))
                }
            };
            if is_required {
                required.insert(port.key);
            }
        }
    }
    required
}

/// The payload of an entry: of the type that it names, or of its inline schema.
fn payload(document: &Document, reader: &mut schema::Reader<'_>, port: &Port) -> Shape {
    if let Some((_, name)) = port.type_ref {
        let name = document.node(name).target().value();
        return match RefForm::of(split_version(&name).0) {
            RefForm::Type(_) => document.catalog().payload(&name),
            _ => Shape::UNKNOWN,
        };
    }
    let schema = document.schemas.at(document.node(port.value));
    schema.map_or(Shape::UNKNOWN, |schema| reader.value(schema))
}

fn secrets(document: &Document) -> Shape {
    let secrets = document.app.secrets.iter().enumerate().map(|(index, secret)| {
        let definition = document.node(secret.value);
        let is_set = |key: &str| {
            let value = definition.field(key).map(|entry| entry.value());
            value.is_some_and(|value| value.resolve(document.dialect()) == Scalar::Bool(true))
        };
        let shape = if is_set("json") { Shape::UNKNOWN } else { Shape::STRING };
        let shape = if is_set("required") { shape } else { shape.or_null() };
        (secret.name.as_str(), shape.with_origin(Origin::Secret(index).number()))
    });
    Shape::object(secrets)
}

/// A value with only its type known.
fn of_json_type(name: JsonType) -> Shape {
    match name {
        JsonType::String => Shape::STRING,
        JsonType::Number | JsonType::Integer => Shape::NUMBER,
        JsonType::Boolean => Shape::BOOLEAN,
        JsonType::Null => Shape::NULL,
        JsonType::Array => Shape::array(Shape::UNKNOWN),
        JsonType::Object => Shape::map_of(Shape::UNKNOWN),
    }
}

#[cfg(test)]
mod tests;

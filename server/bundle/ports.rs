//! Inputs from and outputs to other bundles: the blocks of the `connections`/`artifacts` format and of the
//! `dependencies`/`resources` format.

use super::BundleFormat;
use crate::iac;
use crate::syntax::{Entry, Kind, Node, NodeId};

/// The four blocks that declare inputs from, and outputs to, other bundles.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Block {
    /// Inputs in the `connections`/`artifacts` format.
    Connections,
    /// Outputs in the `connections`/`artifacts` format.
    Artifacts,
    /// Inputs in the `dependencies`/`resources` format.
    Dependencies,
    /// Outputs in the `dependencies`/`resources` format.
    Resources,
}

impl Block {
    /// All four blocks.
    pub const ALL: [Self; 4] = [Self::Connections, Self::Artifacts, Self::Dependencies, Self::Resources];

    /// The top-level key.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Artifacts => "artifacts",
            Self::Dependencies => "dependencies",
            Self::Resources => "resources",
        }
    }

    /// The noun for one entry.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Connections => "connection",
            Self::Artifacts => "artifact",
            Self::Dependencies => "dependency",
            Self::Resources => "resource",
        }
    }

    /// The block with the same purpose in the other format.
    #[must_use]
    pub fn sibling(self) -> Self {
        match self {
            Self::Connections => Self::Dependencies,
            Self::Artifacts => Self::Resources,
            Self::Dependencies => Self::Connections,
            Self::Resources => Self::Artifacts,
        }
    }

    /// The format that the block belongs to.
    #[must_use]
    pub fn bundle_format(self) -> BundleFormat {
        match self {
            Self::Connections | Self::Artifacts => BundleFormat::Connections,
            Self::Dependencies | Self::Resources => BundleFormat::Dependencies,
        }
    }

    /// How the code of a step publishes entries of this block; `None` for inputs.
    #[must_use]
    pub fn publisher(self) -> Option<&'static Publisher> {
        match self {
            Self::Artifacts => Some(&Publisher::ARTIFACT),
            Self::Resources => Some(&Publisher::RESOURCE),
            Self::Connections | Self::Dependencies => None,
        }
    }

    /// Whether the block declares inputs.
    #[must_use]
    pub fn is_input(self) -> bool {
        matches!(self, Self::Connections | Self::Dependencies)
    }

    /// The key that names an entry's type.
    #[must_use]
    pub fn type_key(self) -> &'static str {
        match self.bundle_format() {
            BundleFormat::Connections => "$ref",
            BundleFormat::Dependencies => "resource_type",
        }
    }
}

/// How step code publishes an artifact or resource.
#[derive(Clone, Copy, Debug)]
pub struct Publisher {
    /// The resource of the Massdriver provider whose `field` names the entry.
    pub resource: &'static str,
    /// The prefix of the jq program's file name, before the name of the entry.
    prefix: &'static str,
}

impl Publisher {
    const ARTIFACT: Self = Self { resource: iac::ARTIFACT_PUBLISHER, prefix: "artifact_" };
    const RESOURCE: Self = Self { resource: iac::RESOURCE_PUBLISHER, prefix: "resource_" };

    /// The file name of the jq program that publishes an entry.
    #[must_use]
    pub fn program(self, name: &str) -> String {
        format!("{}{name}.jq", self.prefix)
    }

    /// The name of the entry that the jq program with this file name publishes.
    #[must_use]
    pub fn published(file: &str) -> Option<&str> {
        let stem = file.strip_suffix(".jq")?;
        [Self::ARTIFACT, Self::RESOURCE].iter().find_map(|publisher| stem.strip_prefix(publisher.prefix))
    }
}

/// One connection, artifact, dependency or resource.
#[derive(Clone, Debug)]
pub struct Port {
    /// The block that contains it.
    pub block: Block,
    /// Its name, decoded.
    pub name: String,
    /// The node of its name.
    pub key: NodeId,
    /// The entry's value, aliases followed.
    pub value: NodeId,
    /// The key and value that name the resource type.
    pub type_ref: Option<(NodeId, NodeId)>,
}

/// The syntax nodes of a block.
#[derive(Clone, Copy, Debug)]
pub struct BlockNodes {
    /// The top-level key.
    pub key: NodeId,
    /// Its value, aliases followed.
    pub value: NodeId,
    /// Whether the value is null, which counts as absent on the platform.
    pub is_null: bool,
    /// Whether the block is really the JSON Schema keyword `dependencies`, misindented out of `params`.
    pub misplaced: bool,
}

/// Reads a top-level block.
pub(super) fn read_block(block: Block, entry: Entry<'_>) -> BlockNodes {
    let value = entry.value().target();
    let misplaced =
        block == Block::Dependencies && value.fields().any(|member| is_schema_shaped(member.value()));
    let is_null = value.kind() == Kind::Null || value.is_scalar() && is_null_word(&value.value());
    BlockNodes { key: entry.key().id(), value: value.id(), is_null, misplaced }
}

/// Reads the entries of a block.
pub(super) fn read_ports(block: Block, value: Node<'_>) -> Vec<Port> {
    let entries = match block.bundle_format() {
        BundleFormat::Connections => value.field("properties").map(|entry| entry.value().target()),
        BundleFormat::Dependencies => Some(value),
    };
    let read = |entry: Entry<'_>| {
        let value = entry.value().target();
        let type_ref = value.field(block.type_key());
        Port {
            block,
            name: entry.name().into_owned(),
            key: entry.key().id(),
            value: value.id(),
            type_ref: type_ref.map(|entry| (entry.key().id(), entry.value().id())),
        }
    };
    entries.into_iter().flat_map(|entries| entries.fields().map(read).collect::<Vec<_>>()).collect()
}

/// Whether a member of a top-level `dependencies` has the form of a JSON Schema dependency.
fn is_schema_shaped(value: Node<'_>) -> bool {
    const KEYWORDS: [&str; 5] = ["oneOf", "anyOf", "allOf", "properties", "if"];
    let value = value.target();
    let strings = value.items().len() > 0 && value.items().all(|item| item.target().is_scalar());
    let keyword =
        value.field("resource_type").is_none() && KEYWORDS.iter().any(|key| value.field(key).is_some());
    strings || keyword
}

fn is_null_word(word: &str) -> bool {
    matches!(word, "~" | "null" | "Null" | "NULL")
}

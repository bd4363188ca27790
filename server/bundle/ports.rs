//! What a bundle takes from others and gives to them: `connections` and `artifacts`, on newer platforms
//! `dependencies` and `resources` (`spec §0, §5`).

use super::Edition;
use crate::iac;
use crate::syntax::{Entry, Kind, Node, NodeId};

/// The four blocks that declare inputs from, and outputs to, other bundles.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Block {
    /// Inputs, seed edition.
    Connections,
    /// Outputs, seed edition.
    Artifacts,
    /// Inputs, current edition.
    Dependencies,
    /// Outputs, current edition.
    Resources,
}

impl Block {
    /// All four.
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

    /// What one entry is called.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Connections => "connection",
            Self::Artifacts => "artifact",
            Self::Dependencies => "dependency",
            Self::Resources => "resource",
        }
    }

    /// The block of the other edition with the same purpose.
    #[must_use]
    pub fn sibling(self) -> Self {
        match self {
            Self::Connections => Self::Dependencies,
            Self::Artifacts => Self::Resources,
            Self::Dependencies => Self::Connections,
            Self::Resources => Self::Artifacts,
        }
    }

    /// The edition it belongs to.
    #[must_use]
    pub fn edition(self) -> Edition {
        match self {
            Self::Connections | Self::Artifacts => Edition::Seed,
            Self::Dependencies | Self::Resources => Edition::Current,
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

    /// Whether it declares inputs.
    #[must_use]
    pub fn is_input(self) -> bool {
        matches!(self, Self::Connections | Self::Dependencies)
    }

    /// The key that names an entry's type.
    #[must_use]
    pub fn type_key(self) -> &'static str {
        match self.edition() {
            Edition::Seed => "$ref",
            Edition::Current => "resource_type",
        }
    }
}

/// How the code of a step publishes an artifact or resource.
#[derive(Clone, Copy, Debug)]
pub struct Publisher {
    /// The resource of the Massdriver provider whose `field` names the entry.
    pub resource: &'static str,
    /// What the file name of a jq program begins with, before the name of the entry.
    prefix: &'static str,
}

impl Publisher {
    const ARTIFACT: Self = Self { resource: iac::ARTIFACT_PUBLISHER, prefix: "artifact_" };
    const RESOURCE: Self = Self { resource: iac::RESOURCE_PUBLISHER, prefix: "resource_" };

    /// File name of the jq program that publishes an entry.
    #[must_use]
    pub fn program(self, name: &str) -> String {
        format!("{}{name}.jq", self.prefix)
    }

    /// The entry that a jq program with this file name publishes.
    #[must_use]
    pub fn published(file: &str) -> Option<&str> {
        let stem = file.strip_suffix(".jq")?;
        [Self::ARTIFACT, Self::RESOURCE].iter().find_map(|publisher| stem.strip_prefix(publisher.prefix))
    }
}

/// One connection, artifact, dependency or resource.
#[derive(Clone, Debug)]
pub struct Port {
    /// The block it stands in.
    pub block: Block,
    /// Its name, decoded.
    pub name: String,
    /// Its name's node.
    pub key: NodeId,
    /// Its entry, aliases followed.
    pub value: NodeId,
    /// The key and value that name its type.
    pub type_ref: Option<(NodeId, NodeId)>,
}

/// A block as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct BlockNodes {
    /// The top-level key.
    pub key: NodeId,
    /// Its value, aliases followed.
    pub value: NodeId,
    /// A null value counts as absent on the platform.
    pub is_null: bool,
    /// `dependencies` that are a JSON Schema keyword which slid out of `params` (`spec §0`, trap).
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
    let entries = match block.edition() {
        Edition::Seed => value.field("properties").map(|entry| entry.value().target()),
        Edition::Current => Some(value),
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

/// Whether a member of a top-level `dependencies` is a JSON Schema dependency.
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

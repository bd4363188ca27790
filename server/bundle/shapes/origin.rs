//! What a shape stands for: the way from a path in a program back to the thing that it names.

use super::described;
use crate::bundle::schema::{PropertyId, SchemaId};
use crate::reference::Key;

/// What a shape stands for.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// The input of a program, whose fields are its roots.
    Input,
    /// `.params`
    Params,
    /// `.connections` and `.dependencies`
    Inputs,
    /// `.artifacts` and `.resources`
    Outputs,
    /// `.secrets`
    Secrets,
    /// `.id`
    Instance,
    /// A param, at any depth; the first of its definitions, from which its symbol leads to the others.
    Param(PropertyId),
    /// An item of a list, or a value of a map, that is a param or lies in one; the schema that describes it.
    Element(SchemaId),
    /// The payload of an entry of one of the four blocks; its index in [`crate::bundle::Document::ports`].
    Port(usize),
    /// A field of a payload; its number in [`crate::bundle::Catalog::field`].
    Payload(usize),
    /// A secret; its index in [`crate::bundle::App::secrets`].
    Secret(usize),
    /// `.params.md_metadata`
    Metadata,
    /// A member of it, at any depth.
    MetadataKey(&'static Key),
}

/// Shapes carry a number: what kind of origin in the high bits, which one in the low ones.
const INDEX_BITS: u32 = 28;

const PLAIN: [Origin; 7] = [
    Origin::Input,
    Origin::Params,
    Origin::Inputs,
    Origin::Outputs,
    Origin::Secrets,
    Origin::Instance,
    Origin::Metadata,
];

const PLAIN_KIND: u32 = 0;
const PARAM_KIND: u32 = 1;
const ELEMENT_KIND: u32 = 2;
const PORT_KIND: u32 = 3;
const SECRET_KIND: u32 = 4;
const DESCRIBED_KIND: u32 = 5;
const PAYLOAD_KIND: u32 = 6;

impl Origin {
    /// The number by which shapes know one of the plain origins; see the other functions for those that hold something.
    pub(super) fn number(self) -> u32 {
        let plain = |wanted: Self| {
            let same = |one: &Self| std::mem::discriminant(one) == std::mem::discriminant(&wanted);
            numbered(PLAIN_KIND, PLAIN.iter().position(same).unwrap_or_default())
        };
        match self {
            Self::Param(property) => numbered(PARAM_KIND, property.index()),
            Self::Element(schema) => numbered(ELEMENT_KIND, schema.index()),
            Self::Port(index) => numbered(PORT_KIND, index),
            Self::Secret(index) => numbered(SECRET_KIND, index),
            Self::Payload(number) => numbered(PAYLOAD_KIND, number),
            Self::MetadataKey(_) => plain(Self::Metadata),
            other => plain(other),
        }
    }

    /// What a shape's number means.
    #[must_use]
    pub fn of(number: u32) -> Option<Self> {
        let index = (number & ((1 << INDEX_BITS) - 1)) as usize;
        match number >> INDEX_BITS {
            PLAIN_KIND => PLAIN.get(index).copied(),
            PARAM_KIND => Some(Self::Param(PropertyId::at(index))),
            ELEMENT_KIND => Some(Self::Element(SchemaId::at(index))),
            PORT_KIND => Some(Self::Port(index)),
            SECRET_KIND => Some(Self::Secret(index)),
            PAYLOAD_KIND => Some(Self::Payload(index)),
            _ => described::origin(index),
        }
    }
}

/// The number of the n-th described origin.
pub(super) fn described_number(index: usize) -> u32 {
    numbered(DESCRIBED_KIND, index)
}

fn numbered(kind: u32, index: usize) -> u32 {
    // Documents are bounded far below this many of anything.
    let limit = (1 << INDEX_BITS) - 1;
    kind << INDEX_BITS | u32::try_from(index).unwrap_or(limit).min(limit)
}

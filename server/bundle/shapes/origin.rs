//! Origins of shapes: map a path in a program back to the declaration that it refers to.

use super::described;
use crate::bundle::schema::{PropertyId, SchemaId};
use crate::reference::Key;

/// The declaration or description that a shape comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// The input of a program, with the roots as its fields.
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
    /// A param, at any depth, given by the first of its definitions; its symbol has the others.
    Param(PropertyId),
    /// An item of a list or a value of a map, in or below the params, given by its schema.
    Element(SchemaId),
    /// The payload of an entry of one of the four blocks, given by its index in [`crate::bundle::Document::ports`].
    Port(usize),
    /// A field of a payload, given by its number in [`crate::bundle::Catalog::field`].
    Payload(usize),
    /// A secret, given by its index in [`crate::bundle::App::secrets`].
    Secret(usize),
    /// `.params.md_metadata`
    Metadata,
    /// A member of `md_metadata`, at any depth.
    MetadataKey(&'static Key),
}

/// Shapes carry a number: the kind of origin in the high bits, an index in the low bits.
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
    /// Encodes the origin as a number for a shape.
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

    /// Decodes the number of a shape.
    #[must_use]
    pub(crate) fn of(number: u32) -> Option<Self> {
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
    // Documents are bounded far below this limit.
    let limit = (1 << INDEX_BITS) - 1;
    kind << INDEX_BITS | u32::try_from(index).unwrap_or(limit).min(limit)
}

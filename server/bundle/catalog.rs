//! The resource types that a document's references are looked up in, with what programs see of their payloads.

use super::shapes;
use crate::jq::Shape;
use crate::reference::{Field, Known, Organization, ResourceType, ResourceTypes, resource_types};
use std::sync::{Arc, LazyLock, OnceLock};

/// Resource types in layers. Immutable but for what is computed from it at first use; shared (`Arc`) by all documents
/// of a workspace.
#[derive(Debug)]
pub struct Catalog {
    /// None for those that come with the program.
    types: Option<ResourceTypes>,
    payloads: Vec<OnceLock<Shape>>,
}

impl Catalog {
    /// The types that come with the program alone.
    #[must_use]
    pub fn bundled() -> &'static Arc<Self> {
        static BUNDLED: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::of(None)));
        &BUNDLED
    }

    /// These, below the types of an organization and those that the workspace defines.
    #[must_use]
    pub fn layered(organization: Organization, workspace: Vec<Arc<ResourceType>>) -> Arc<Self> {
        Arc::new(Self::of(Some(ResourceTypes::layered(organization, workspace))))
    }

    fn of(types: Option<ResourceTypes>) -> Self {
        let count = types.as_ref().unwrap_or_else(|| resource_types()).count();
        Self { types, payloads: (0..count).map(|_| OnceLock::new()).collect() }
    }

    /// All types.
    #[must_use]
    pub fn types(&self) -> &ResourceTypes {
        self.types.as_ref().unwrap_or_else(|| resource_types())
    }

    /// The type that a reference names; see [`ResourceTypes::get`].
    #[must_use]
    pub fn get(&self, reference: &str) -> Option<&ResourceType> {
        self.types().get(reference)
    }

    /// Whether there is a type that a reference names; see [`ResourceTypes::knows`].
    #[must_use]
    pub fn knows(&self, reference: &str) -> Known {
        self.types().knows(reference)
    }

    /// The field with this number, and its type: what `Origin::Payload` stands for.
    #[must_use]
    pub fn field(&self, number: usize) -> Option<(&ResourceType, &Field)> {
        self.types().field(number)
    }

    /// What programs see of the payload of the type that a reference names; unknown where there is no such type.
    #[must_use]
    pub fn payload(&self, reference: &str) -> Shape {
        let types = self.types();
        let known = || {
            let found = types.get(reference)?;
            let number = types.number(found)?;
            let shape = || shapes::of_type(found, types.first_field(number));
            Some(self.payloads.get(number)?.get_or_init(shape).clone())
        };
        known().unwrap_or(Shape::UNKNOWN)
    }
}

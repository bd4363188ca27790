//! The catalog: the resource types that references are resolved against, and the shapes of their payloads.

use super::shapes;
use crate::jq::Shape;
use crate::reference::{Field, Known, Organization, ResourceType, ResourceTypes, resource_types};
use std::sync::{Arc, LazyLock, OnceLock};

/// Layered resource types, shared (`Arc`) by all documents of a workspace. Immutable except for lazily computed
/// values.
#[derive(Debug)]
pub struct Catalog {
    /// `None` for the bundled types alone.
    types: Option<ResourceTypes>,
    payloads: Vec<OnceLock<Shape>>,
}

impl Catalog {
    /// The catalog of the bundled types alone.
    #[must_use]
    pub fn bundled() -> &'static Arc<Self> {
        static BUNDLED: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::of(None)));
        &BUNDLED
    }

    /// Bundled types, overridden by those of an organization and those that the workspace defines.
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

    /// Whether a reference names a known type; see [`ResourceTypes::knows`].
    #[must_use]
    pub fn knows(&self, reference: &str) -> Known {
        self.types().knows(reference)
    }

    /// The field with this number (the payload of `Origin::Payload`) and its type.
    #[must_use]
    pub fn field(&self, number: usize) -> Option<(&ResourceType, &Field)> {
        self.types().field(number)
    }

    /// The shape of the payload of the type that a reference names; unknown if the catalog has no such type.
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

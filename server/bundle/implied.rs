//! Defaults that the Massdriver CLI adds to a schema.

use super::{Document, Role, SchemaId};
use crate::syntax::Node;

impl Document {
    /// The default that the CLI gives to a boolean without one. `None` for all other schemas, and inside lists such
    /// as the branches of `oneOf`, which the CLI does not visit.
    #[must_use]
    pub fn implied_default(&self, id: SchemaId) -> Option<bool> {
        let schema = self.schemas.get(id);
        if !matches!(schema.role, Role::Property(_)) || self.keyword(id, "default").is_some() {
            return None;
        }
        let (_, kind) = self.keyword(id, "type")?;
        let above = std::iter::successors(self.node(schema.node).parent(), |node| node.parent());
        let is_in_list = above.into_iter().any(Node::is_sequence);
        (kind.target().is_scalar() && kind.target().value() == "boolean" && !is_in_list).then_some(false)
    }
}

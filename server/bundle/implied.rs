//! What the platform's command line adds to a schema.

use super::{Document, Role, SchemaId};
use crate::syntax::Node;

impl Document {
    /// The default that the command line gives a boolean without one (`spec §4.7`); `None` for every other schema, and
    /// in lists, such as the branches of `oneOf`, into which it does not look.
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

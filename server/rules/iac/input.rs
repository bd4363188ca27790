//! A param or connection as an input of the code.

use crate::bundle::{Document, SchemaId, query};
use crate::syntax::Node;
use foldhash::HashMap;

/// A param or connection, which becomes a variable.
pub(super) struct Input<'a> {
    /// Name.
    pub(super) name: String,
    /// The key that declares it.
    pub(super) key: Node<'a>,
    /// "param", "connection" or "dependency", for messages.
    pub(super) noun: &'static str,
    /// The schema of a param; `None` for a connection, which is always an object.
    pub(super) schema: Option<SchemaId>,
}

impl Input<'_> {
    /// Whether it always has a value.
    pub(super) fn is_required(&self, document: &Document) -> bool {
        match document.params.filter(|_| self.schema.is_some()) {
            Some(params) => query::is_required(document, params, &self.name),
            None => {
                let port = document.inputs().find(|port| port.key == self.key.id());
                port.is_some_and(|port| query::is_required_port(document, port))
            }
        }
    }
}

/// The inputs by name; the last of several with the same name.
pub(super) fn by_name<'a, 'b>(inputs: &'b [Input<'a>]) -> HashMap<&'b str, &'b Input<'a>> {
    inputs.iter().map(|input| (input.name.as_str(), input)).collect()
}

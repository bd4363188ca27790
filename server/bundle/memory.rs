//! Results cached across versions of a document, so that the cost of an edit depends on the size of the change.

use crate::{iac, jq, schema};
use std::sync::Arc;

/// Caches of a document and the code of its steps, shared by its versions (`Arc`).
#[derive(Debug, Default)]
pub struct Memory {
    /// Parsed jq programs.
    pub programs: Arc<jq::Memory>,
    /// Parsed step code.
    pub code: iac::Memory,
    /// The compiled schema that validates defaults and presets.
    pub schemas: schema::Memory,
}

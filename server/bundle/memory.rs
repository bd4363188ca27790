//! What was found out before, so that an edit costs as much as it changes.

use crate::{iac, jq, schema};
use std::sync::Arc;

/// What is known from a document's earlier versions, and of the code beside it. Shared by the versions (`Arc`).
#[derive(Debug, Default)]
pub struct Memory {
    /// Its programs.
    pub programs: Arc<jq::Memory>,
    /// The code of its steps.
    pub code: iac::Memory,
    /// The schema that its defaults and presets were checked with.
    pub schemas: schema::Memory,
}

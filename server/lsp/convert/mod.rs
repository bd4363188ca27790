//! Conversion of spans, findings and edits to the protocol's types.

pub(crate) mod diagnostic;
pub(crate) mod location;
pub(crate) mod position;
pub(crate) mod workspace_edit;

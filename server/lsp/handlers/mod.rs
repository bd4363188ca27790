//! One file per request: a snapshot of the state in, data out. `resource_type` serves those that span the whole workspace.

pub(crate) mod code_action;
pub(crate) mod code_lens;
pub(crate) mod completion;
pub(crate) mod configuration;
pub(crate) mod definition;
pub(crate) mod diagnostic;
pub(crate) mod document_highlight;
pub(crate) mod document_link;
pub(crate) mod document_symbol;
pub(crate) mod execute_command;
pub(crate) mod folding_range;
pub(crate) mod form_preview;
pub(crate) mod formatting;
pub(crate) mod hover;
pub(crate) mod initialize;
pub(crate) mod inlay_hint;
pub(crate) mod linked_editing_range;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod resource_type;
pub(crate) mod selection_range;
pub(crate) mod semantic_tokens;
pub(crate) mod signature_help;
pub(crate) mod will_rename_files;
pub(crate) mod workspace_diagnostic;
pub(crate) mod workspace_symbol;

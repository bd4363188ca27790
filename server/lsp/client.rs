//! What the client can do, and what we tell it that we can.

use crate::lsp::convert::encoding::Encoding;
use crate::lsp::handlers::{completion, hover, signature_help};
use tower_lsp::ls_types::*;

/// What matters of the client's capabilities.
#[derive(Clone, Debug)]
pub(super) struct Abilities {
    /// What columns count.
    pub(super) encoding: Encoding,
    /// It asks for diagnostics; otherwise they are published.
    pub(super) pulls: bool,
    /// It can be told to ask again.
    pub(super) refreshes: bool,
    /// It shows how far something is.
    pub(super) progress: bool,
    /// It answers `workspace/configuration`.
    pub(super) configuration: bool,
    /// It wants to be asked for changes of the configuration.
    pub(super) registers_configuration: bool,
    /// It can watch files for us.
    pub(super) registers_watching: bool,
    /// It can be told of more documents that we want to see.
    pub(super) registers_documents: bool,
    /// It can be told of more documents that we have hovers for.
    pub(super) registers_hover: bool,
    /// It shows the other places of a diagnostic.
    pub(super) related: bool,
    /// It draws tags.
    pub(super) tags: bool,
    /// It links a diagnostic's code.
    pub(super) links: bool,
    /// It takes code actions, not commands alone.
    pub(super) actions: bool,
    /// It asks for the edits of an action when the user chooses it.
    pub(super) resolves_actions: bool,
    /// It marks the preferred one.
    pub(super) preferred: bool,
    /// It takes edits for a certain version of a document.
    pub(super) versioned_edits: bool,
    /// It creates files that an edit needs.
    pub(super) creates_files: bool,
    /// It gives files another name for an edit.
    pub(super) renames_files: bool,
    /// It asks the user about edits that want it.
    pub(super) confirms_edits: bool,
    /// It takes the token and the whole definition with a place to go to.
    pub(super) definition_links: bool,
    /// The same for the definition of a type.
    pub(super) type_definition_links: bool,
    /// It takes a document's symbols as a tree.
    pub(super) symbol_tree: bool,
    /// So many folds, if it has a limit.
    pub(super) folds: Option<u32>,
    /// The form in which it wants hovers.
    pub(super) hover: MarkupKind,
    /// How it wants signatures.
    pub(super) signatures: signature_help::Form,
    /// What it can do with completion items.
    pub(super) completion: completion::Abilities,
    /// Commands of its own that we may name, as it lists them under `experimental.commands.commands`.
    pub(super) commands: Vec<String>,
}

impl Abilities {
    /// Reads what the client says of itself.
    pub(super) fn new(said: &ClientCapabilities) -> Self {
        let general = said.general.as_ref();
        let workspace = said.workspace.as_ref();
        let document = said.text_document.as_ref();
        let publish = document.and_then(|document| document.publish_diagnostics.as_ref());
        let action = document.and_then(|document| document.code_action.as_ref());
        let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let operates = |kind: ResourceOperationKind| {
            let kinds = edits.and_then(|edit| edit.resource_operations.as_ref());
            kinds.is_some_and(|kinds| kinds.contains(&kind))
        };
        let registers = |dynamic: Option<bool>| dynamic == Some(true);
        Self {
            encoding: Encoding::negotiate(offered),
            pulls: document.is_some_and(|document| document.diagnostic.is_some()),
            refreshes: workspace
                .and_then(|workspace| workspace.diagnostics.as_ref())
                .is_some_and(|diagnostics| diagnostics.refresh_support == Some(true)),
            progress: said.window.as_ref().is_some_and(|window| window.work_done_progress == Some(true)),
            configuration: workspace.is_some_and(|workspace| workspace.configuration == Some(true)),
            registers_configuration: workspace
                .and_then(|workspace| workspace.did_change_configuration.as_ref())
                .is_some_and(|change| registers(change.dynamic_registration)),
            registers_watching: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .is_some_and(|watch| registers(watch.dynamic_registration)),
            registers_documents: document
                .and_then(|document| document.synchronization.as_ref())
                .is_some_and(|synchronization| registers(synchronization.dynamic_registration)),
            registers_hover: document
                .and_then(|document| document.hover.as_ref())
                .is_some_and(|hover| registers(hover.dynamic_registration)),
            related: publish.is_some_and(|publish| publish.related_information == Some(true)),
            tags: publish.is_some_and(|publish| publish.tag_support.is_some()),
            links: publish.is_some_and(|publish| publish.code_description_support == Some(true)),
            actions: action.is_some_and(|action| action.code_action_literal_support.is_some()),
            resolves_actions: action.is_some_and(|action| {
                let properties = action.resolve_support.as_ref().map(|support| &support.properties);
                let edit = properties.is_some_and(|all| all.iter().any(|property| property == "edit"));
                edit && action.data_support == Some(true)
            }),
            preferred: action.is_some_and(|action| action.is_preferred_support == Some(true)),
            versioned_edits: edits.is_some_and(|edit| edit.document_changes == Some(true)),
            creates_files: operates(ResourceOperationKind::Create),
            renames_files: operates(ResourceOperationKind::Rename),
            confirms_edits: edits.is_some_and(|edit| edit.change_annotation_support.is_some()),
            definition_links: document
                .and_then(|document| document.definition.as_ref())
                .is_some_and(|definition| definition.link_support == Some(true)),
            type_definition_links: document
                .and_then(|document| document.type_definition.as_ref())
                .is_some_and(|definition| definition.link_support == Some(true)),
            symbol_tree: document
                .and_then(|document| document.document_symbol.as_ref())
                .is_some_and(|symbols| symbols.hierarchical_document_symbol_support == Some(true)),
            folds: document
                .and_then(|document| document.folding_range.as_ref())
                .and_then(|folds| folds.range_limit),
            hover: hover::format(document.and_then(|document| document.hover.as_ref())),
            signatures: signature_help::Form::new(
                document.and_then(|document| document.signature_help.as_ref()),
            ),
            completion: completion::Abilities::new(
                document.and_then(|document| document.completion.as_ref()),
            ),
            commands: commands(said).unwrap_or_default(),
        }
    }

    /// Whether it knows a command.
    pub(super) fn has_command(&self, name: &str) -> bool {
        self.commands.iter().any(|known| known == name)
    }
}

fn commands(said: &ClientCapabilities) -> Option<Vec<String>> {
    let listed = said.experimental.as_ref()?.pointer("/commands/commands")?.as_array()?;
    Some(listed.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect())
}

//! The capabilities of the client, as far as the server uses them.

use crate::lsp::encoding::Encoding;
use tower_lsp::ls_types::*;

/// The client's capabilities.
#[derive(Clone, Debug)]
pub(super) struct ResolvedClientCapabilities {
    /// The negotiated position encoding.
    pub(super) encoding: Encoding,
    /// `textDocument/diagnostic`; without it, diagnostics are published.
    pub(super) pull_diagnostics: bool,
    /// `workspace/diagnostic/refresh`.
    pub(super) diagnostic_refresh: bool,
    /// `window/workDoneProgress/create`.
    pub(super) progress: bool,
    /// `workspace/configuration`.
    pub(super) configuration: bool,
    /// Dynamic registration of `workspace/didChangeConfiguration`.
    pub(super) registers_configuration: bool,
    /// Dynamic registration of `workspace/didChangeWatchedFiles`.
    pub(super) registers_watched_files: bool,
    /// Dynamic registration of `textDocument/didOpen`, `didChange` and `didClose`.
    pub(super) registers_synchronization: bool,
    /// Dynamic registration of `textDocument/hover`.
    pub(super) registers_hover: bool,
    /// Related information of diagnostics.
    pub(super) related_information: bool,
    /// Tags of diagnostics.
    pub(super) diagnostic_tags: bool,
    /// Links from the code of a diagnostic to its documentation.
    pub(super) code_description: bool,
    /// Code actions as literals, not only as commands.
    pub(super) code_actions: bool,
    /// `codeAction/resolve` for edits.
    pub(super) resolves_actions: bool,
    /// Preferred code actions.
    pub(super) preferred_actions: bool,
    /// `documentChanges`: edits of a certain version of a document.
    pub(super) versioned_edits: bool,
    /// Edits that create files.
    pub(super) creates_files: bool,
    /// Edits that rename files.
    pub(super) renames_files: bool,
    /// Change annotations: edits that the user is asked to confirm.
    pub(super) confirms_edits: bool,
    /// `LocationLink` for definitions.
    pub(super) definition_links: bool,
    /// `LocationLink` for type definitions.
    pub(super) type_definition_links: bool,
    /// Document symbols as a tree.
    pub(super) hierarchical_symbols: bool,
    /// The maximum number of folding ranges.
    pub(super) folding_range_limit: Option<u32>,
    /// The preferred markup of hovers; plain text by default.
    pub(super) hover: MarkupKind,
    pub(super) signature_help: SignatureHelpCapabilities,
    pub(super) completion: CompletionCapabilities,
    /// The client's own commands, from `experimental.commands.commands`.
    pub(super) commands: Vec<String>,
}

impl ResolvedClientCapabilities {
    /// Reads the capabilities of `initialize`.
    pub(super) fn new(capabilities: &ClientCapabilities) -> Self {
        let general = capabilities.general.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let document = capabilities.text_document.as_ref();
        let publish = document.and_then(|document| document.publish_diagnostics.as_ref());
        let action = document.and_then(|document| document.code_action.as_ref());
        let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let supports = |kind: ResourceOperationKind| {
            let kinds = edits.and_then(|edit| edit.resource_operations.as_ref());
            kinds.is_some_and(|kinds| kinds.contains(&kind))
        };
        let registers = |dynamic: Option<bool>| dynamic == Some(true);
        Self {
            encoding: Encoding::negotiate(offered),
            pull_diagnostics: document.is_some_and(|document| document.diagnostic.is_some()),
            diagnostic_refresh: workspace
                .and_then(|workspace| workspace.diagnostics.as_ref())
                .is_some_and(|diagnostics| diagnostics.refresh_support == Some(true)),
            progress: capabilities
                .window
                .as_ref()
                .is_some_and(|window| window.work_done_progress == Some(true)),
            configuration: workspace.is_some_and(|workspace| workspace.configuration == Some(true)),
            registers_configuration: workspace
                .and_then(|workspace| workspace.did_change_configuration.as_ref())
                .is_some_and(|change| registers(change.dynamic_registration)),
            registers_watched_files: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .is_some_and(|watch| registers(watch.dynamic_registration)),
            registers_synchronization: document
                .and_then(|document| document.synchronization.as_ref())
                .is_some_and(|synchronization| registers(synchronization.dynamic_registration)),
            registers_hover: document
                .and_then(|document| document.hover.as_ref())
                .is_some_and(|hover| registers(hover.dynamic_registration)),
            related_information: publish.is_some_and(|publish| publish.related_information == Some(true)),
            diagnostic_tags: publish.is_some_and(|publish| publish.tag_support.is_some()),
            code_description: publish.is_some_and(|publish| publish.code_description_support == Some(true)),
            code_actions: action.is_some_and(|action| action.code_action_literal_support.is_some()),
            resolves_actions: action.is_some_and(|action| {
                let properties = action.resolve_support.as_ref().map(|support| &support.properties);
                let edit = properties.is_some_and(|all| all.iter().any(|property| property == "edit"));
                edit && action.data_support == Some(true)
            }),
            preferred_actions: action.is_some_and(|action| action.is_preferred_support == Some(true)),
            versioned_edits: edits.is_some_and(|edit| edit.document_changes == Some(true)),
            creates_files: supports(ResourceOperationKind::Create),
            renames_files: supports(ResourceOperationKind::Rename),
            confirms_edits: edits.is_some_and(|edit| edit.change_annotation_support.is_some()),
            definition_links: document
                .and_then(|document| document.definition.as_ref())
                .is_some_and(|definition| definition.link_support == Some(true)),
            type_definition_links: document
                .and_then(|document| document.type_definition.as_ref())
                .is_some_and(|definition| definition.link_support == Some(true)),
            hierarchical_symbols: document
                .and_then(|document| document.document_symbol.as_ref())
                .is_some_and(|symbols| symbols.hierarchical_document_symbol_support == Some(true)),
            folding_range_limit: document
                .and_then(|document| document.folding_range.as_ref())
                .and_then(|folds| folds.range_limit),
            hover: document
                .and_then(|document| document.hover.as_ref()?.content_format.as_ref()?.first().cloned())
                .unwrap_or(MarkupKind::PlainText),
            signature_help: SignatureHelpCapabilities::new(
                document.and_then(|document| document.signature_help.as_ref()),
            ),
            completion: CompletionCapabilities::new(
                document.and_then(|document| document.completion.as_ref()),
            ),
            commands: commands(capabilities).unwrap_or_default(),
        }
    }

    /// Whether the client has a command.
    pub(super) fn has_command(&self, name: &str) -> bool {
        self.commands.iter().any(|known| known == name)
    }
}

fn commands(capabilities: &ClientCapabilities) -> Option<Vec<String>> {
    let listed = capabilities.experimental.as_ref()?.pointer("/commands/commands")?.as_array()?;
    Some(listed.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect())
}

/// The client's capabilities for completion items.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CompletionCapabilities {
    pub(super) snippets: bool,
    /// `InsertReplaceEdit`.
    pub(super) insert_replace: bool,
    /// `InsertTextMode::asIs`: the client does not adjust the indentation.
    pub(super) as_is: bool,
    pub(super) label_details: bool,
    /// Items tagged as deprecated.
    pub(super) tags: bool,
    /// Documentation in Markdown.
    pub(super) markdown: bool,
    /// `completionItem/resolve` for documentation.
    pub(super) resolves: bool,
}

impl CompletionCapabilities {
    /// Reads the client's capabilities.
    pub(super) fn new(capabilities: Option<&CompletionClientCapabilities>) -> Self {
        let item = capabilities.and_then(|capabilities| capabilities.completion_item.as_ref());
        let Some(item) = item else { return Self::default() };
        let formats = item.documentation_format.as_deref().unwrap_or_default();
        let modes = item.insert_text_mode_support.as_ref();
        Self {
            snippets: item.snippet_support == Some(true),
            insert_replace: item.insert_replace_support == Some(true),
            as_is: modes.is_some_and(|modes| modes.value_set.contains(&InsertTextMode::AS_IS)),
            label_details: item.label_details_support == Some(true),
            tags: item
                .tag_support
                .as_ref()
                .is_some_and(|tags| tags.value_set.contains(&CompletionItemTag::DEPRECATED)),
            markdown: formats.contains(&MarkupKind::Markdown),
            resolves: item
                .resolve_support
                .as_ref()
                .is_some_and(|support| support.properties.iter().any(|property| property == "documentation")),
        }
    }
}

/// The client's capabilities for signatures.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SignatureHelpCapabilities {
    /// Parameters as offsets into the label.
    pub(super) offsets: bool,
    /// Documentation in Markdown.
    pub(super) markdown: bool,
}

impl SignatureHelpCapabilities {
    /// Reads the client's capabilities.
    pub(super) fn new(capabilities: Option<&SignatureHelpClientCapabilities>) -> Self {
        let Some(signature) =
            capabilities.and_then(|capabilities| capabilities.signature_information.as_ref())
        else {
            return Self::default();
        };
        let parameters = signature.parameter_information.as_ref();
        Self {
            offsets: parameters.is_some_and(|parameters| parameters.label_offset_support == Some(true)),
            markdown: signature
                .documentation_format
                .iter()
                .flatten()
                .any(|kind| *kind == MarkupKind::Markdown),
        }
    }
}

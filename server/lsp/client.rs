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
        let is = |flag: Option<bool>| flag == Some(true);
        let commands = commands(capabilities).unwrap_or_default();
        let ClientCapabilities { general, workspace, text_document, window, .. } = capabilities.clone();
        let (workspace, document) = (workspace.unwrap_or_default(), text_document.unwrap_or_default());
        let encodings = general.unwrap_or_default().position_encodings.unwrap_or_default();
        let configuration = workspace.did_change_configuration.unwrap_or_default();
        let watched_files = workspace.did_change_watched_files.unwrap_or_default();
        let edits = workspace.workspace_edit.unwrap_or_default();
        let operations = edits.resource_operations.unwrap_or_default();
        let publish = document.publish_diagnostics.unwrap_or_default();
        let action = document.code_action.unwrap_or_default();
        let resolved = action.resolve_support.map(|support| support.properties).unwrap_or_default();
        let hover = document.hover.unwrap_or_default();
        let symbols = document.document_symbol.unwrap_or_default();
        Self {
            encoding: Encoding::negotiate(&encodings),
            pull_diagnostics: document.diagnostic.is_some(),
            diagnostic_refresh: is(workspace.diagnostics.unwrap_or_default().refresh_support),
            progress: is(window.unwrap_or_default().work_done_progress),
            configuration: is(workspace.configuration),
            registers_configuration: is(configuration.dynamic_registration),
            registers_watched_files: is(watched_files.dynamic_registration),
            registers_synchronization: is(document.synchronization.unwrap_or_default().dynamic_registration),
            registers_hover: is(hover.dynamic_registration),
            related_information: is(publish.related_information),
            diagnostic_tags: publish.tag_support.is_some(),
            code_description: is(publish.code_description_support),
            code_actions: action.code_action_literal_support.is_some(),
            resolves_actions: is(action.data_support) && resolved.iter().any(|property| property == "edit"),
            preferred_actions: is(action.is_preferred_support),
            versioned_edits: is(edits.document_changes),
            creates_files: operations.contains(&ResourceOperationKind::Create),
            renames_files: operations.contains(&ResourceOperationKind::Rename),
            confirms_edits: edits.change_annotation_support.is_some(),
            definition_links: is(document.definition.unwrap_or_default().link_support),
            type_definition_links: is(document.type_definition.unwrap_or_default().link_support),
            hierarchical_symbols: is(symbols.hierarchical_document_symbol_support),
            folding_range_limit: document.folding_range.unwrap_or_default().range_limit,
            hover: hover.content_format.unwrap_or_default().first().cloned().unwrap_or(MarkupKind::PlainText),
            signature_help: SignatureHelpCapabilities::new(document.signature_help.unwrap_or_default()),
            completion: CompletionCapabilities::new(document.completion.unwrap_or_default()),
            commands,
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
    fn new(capabilities: CompletionClientCapabilities) -> Self {
        let item = capabilities.completion_item.unwrap_or_default();
        let modes = item.insert_text_mode_support.map(|modes| modes.value_set).unwrap_or_default();
        let tags = item.tag_support.map(|tags| tags.value_set).unwrap_or_default();
        let resolved = item.resolve_support.map(|support| support.properties).unwrap_or_default();
        Self {
            snippets: item.snippet_support == Some(true),
            insert_replace: item.insert_replace_support == Some(true),
            as_is: modes.contains(&InsertTextMode::AS_IS),
            label_details: item.label_details_support == Some(true),
            tags: tags.contains(&CompletionItemTag::DEPRECATED),
            markdown: item.documentation_format.unwrap_or_default().contains(&MarkupKind::Markdown),
            resolves: resolved.iter().any(|property| property == "documentation"),
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
    fn new(capabilities: SignatureHelpClientCapabilities) -> Self {
        let signature = capabilities.signature_information.unwrap_or_default();
        let parameters = signature.parameter_information.unwrap_or_default();
        Self {
            offsets: parameters.label_offset_support == Some(true),
            markdown: signature.documentation_format.unwrap_or_default().contains(&MarkupKind::Markdown),
        }
    }
}

//! The capabilities of the server.

use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::handlers::{
    code_action, completion, execute_command, form_preview, semantic_tokens, signature_help,
    will_rename_files,
};
use tower_lsp::ls_types::*;

/// The server's capabilities for a client.
pub(super) fn server_capabilities(
    client: &ResolvedClientCapabilities,
    info: Option<&ClientInfo>,
) -> ServerCapabilities {
    // On `workspace/diagnostic/refresh`, Neovim 0.12 pulls only workspace diagnostics and leaves open documents outdated.
    let is_neovim = info.is_some_and(|info| info.name == "Neovim");
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        diagnostic_provider: client.pull_diagnostics.then(|| {
            // With refresh support, the server requests a refresh when an edit of one document affects another.
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                inter_file_dependencies: !client.diagnostic_refresh,
                workspace_diagnostics: !is_neovim,
                ..DiagnosticOptions::default()
            })
        }),
        code_action_provider: client.code_actions.then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(code_action::kinds()),
                resolve_provider: client.resolves_actions.then_some(true),
                ..CodeActionOptions::default()
            })
        }),
        inlay_hint_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        semantic_tokens_provider: Some(semantic_tokens::options()),
        signature_help_provider: Some(signature_help::options()),
        completion_provider: Some(completion::options()),
        execute_command_provider: Some(execute_command::options()),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(will_rename_files::options()),
        }),
        experimental: Some(serde_json::json!({"massdriver": {"form": form_preview::capabilities()}})),
        ..ServerCapabilities::default()
    }
}
